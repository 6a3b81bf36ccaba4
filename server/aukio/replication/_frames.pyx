"""The kernel of step 5: one call encodes what all viewers are sent in a tick, into one buffer.

Per viewer it asks the pace whether anything may go, fills its allowance, chooses changed
identities, encodes the snapshot, and lays introductions and snapshot down as whole websocket
frames, ready for the socket. What else waits for a viewer's next frame rides along: a system call
costs more than its bytes.
"""

import numpy as np

from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.string cimport memcpy

from aukio.replication._encode cimport FRAME_ROOM, MOST_CHOSEN, Encoder, Terms
from aukio.replication._identity cimport Identities
from aukio.replication._pace cimport GONE, SKIP, THIN, Pace

cdef enum:
    SPARE = 1 << 16
    MOST_BYTES = 49152  # for one viewer at once: its connection may hold 64 kB, control included
    FAR_EVERY = 2  # ticks between changes of who is not prompt
    MOST_CHANGES_BYTES = 16384  # and of it in changed identities

cdef double THIN_SHARE = 0.5  # of the budget, for a viewer that lags
cdef double CHANGES_SHARE = 0.25  # of the budget, for identities that have changed
cdef double STRANGERS_SHARE = 0.25  # of the budget, for who comes in beyond the nearest
cdef double STRANGERS_SAVED_S = 2.0  # of its share a viewer may save up: a class comes in
cdef double STRANGER_BYTES = 40  # about what it takes to introduce one
cdef double CHANGES_SAVED_S = 1.0  # of its share a viewer may save up: a class raises its hands
cdef double BURST_TICKS = 3  # of its budget a viewer may save up
cdef double LEAST_BURST_BYTES = 512  # and at least this: the longest introduction must fit one day


cdef class Frames:
    """The frames of one tick, for every viewer that can receive.

    Shapes (V viewers): tokens, changes, strangers (V,) float64, bytes that a viewer may be sent,
    and of them in changed identities and in who comes in; unsent (V,) int64, bytes that its connection still holds. After `fill`:
    `slots[:count]` (V,) int32 are the viewers sent to, `data[starts[n]:starts[n + 1]]` what each
    gets; `gone` those that have waited too long; `skipped` how many wait;
    `thinned` how many got less than they might have.
    """

    cdef Encoder encoder
    cdef Identities identities
    cdef Pace pace
    cdef double[::1] tokens, changes, strangers
    cdef int64_t[::1] unsent
    cdef uint8_t[::1] fresh
    cdef int32_t[::1] slot
    cdef int64_t[::1] start
    cdef uint8_t[::1] arena
    cdef const char* introduction[MOST_CHOSEN]
    cdef int32_t[::1] introduction_bytes
    cdef const char* rider[MOST_CHOSEN]
    cdef int32_t[MOST_CHOSEN] rider_bytes
    cdef dict kept, riders
    cdef int hz
    cdef readonly object data, slots, starts
    cdef readonly int count, skipped, thinned
    cdef readonly list gone

    def __init__(self, Encoder encoder, Identities identities, Pace pace, viewers,
                 introduction_bytes, int tick_hz):
        capacity = viewers.tokens.shape[0]
        self.encoder, self.identities, self.pace = encoder, identities, pace
        self.tokens, self.changes, self.unsent = viewers.tokens, viewers.changes, viewers.unsent
        self.fresh, self.strangers = viewers.fresh, viewers.strangers
        self.introduction_bytes = introduction_bytes
        self.slots = np.zeros(capacity, np.int32)
        self.starts = np.zeros(capacity + 1, np.int64)
        self.slot, self.start = self.slots, self.starts
        self.data = np.zeros(SPARE, np.uint8)
        self.arena = self.data
        self.kept, self.riders = {}, {}
        self.gone = []
        self.hz = tick_hz

    def introduce(self, int slot, bytes frame) -> None:
        """Keeps the frame that tells who an entity is."""
        self.kept[slot] = frame
        self.introduction[slot] = frame
        self.introduction_bytes[slot] = len(frame)

    def forget(self, int slot) -> None:
        """An entity has ended."""
        self.kept.pop(slot, None)
        self.introduction[slot] = NULL
        self.introduction_bytes[slot] = 0

    def is_introduced(self, int slot) -> bool:
        """Whether it is known who an entity is."""
        return slot in self.kept

    def ride(self, int viewer, bytes frame not None) -> None:
        """Lets a frame go in front of a viewer's next snapshot, in place of one that waits so."""
        self.riders[viewer] = frame
        self.rider[viewer], self.rider_bytes[viewer] = frame, <int32_t>len(frame)

    def alight(self, int viewer) -> None:
        """Nothing rides to a viewer any more."""
        self.rider[viewer] = NULL
        self.riders.pop(viewer, None)

    def fill(self, const int32_t[::1] viewers, int tick, double per_tick, int every) -> int:
        """Encodes all viewers' frames of a tick under `per_tick` bytes each; returns `count`.

        A viewer gets a frame every so many ticks, and what is far every second one at most.
        """
        cdef Py_ssize_t n, used = 0
        cdef int ready, viewer
        cdef double saved
        self.count = self.skipped = self.thinned = 0
        self.gone = []
        self.encoder.begin()
        with nogil:
            for n in range(viewers.shape[0]):
                viewer = viewers[n]
                if (viewer + tick) % every and not self.fresh[viewer]:
                    saved = min(self.tokens[viewer] + per_tick, BURST_TICKS * per_tick)
                    self.tokens[viewer] = max(self.tokens[viewer], saved)
                    self._let_wait(viewer)
                    continue
                ready = self.pace.readiness_of(viewer, self.unsent[viewer], tick)
                if ready == GONE:
                    with gil:
                        self.gone.append(viewer)
                elif ready == SKIP:
                    self._let_wait(viewer)
                    self.skipped += 1
                else:
                    self.thinned += ready == THIN
                    used = self._fill_one(viewer, tick, per_tick, every, ready == THIN, used)
        self.start[self.count] = used
        if self.riders:
            self.riders = {one: frame for one, frame in self.riders.items() if self.rider[<int>one]}
        return self.count

    cdef void _let_wait(self, int viewer) noexcept nogil:
        cdef Py_ssize_t word
        for word in range(self.encoder.words):
            self.encoder.let_wait(
                viewer, word, self.encoder.pending[viewer, word] & ~self.encoder.whole[viewer, word]
            )

    cdef Py_ssize_t _fill_one(
        self, int viewer, int tick, double per_tick, int every, bint thin, Py_ssize_t used
    ) except -1 nogil:
        """Returns how much of the buffer is used then."""
        cdef double most = max(BURST_TICKS * per_tick, LEAST_BURST_BYTES, self.tokens[viewer])
        cdef double share
        cdef int changed
        cdef Py_ssize_t end, n, first = used, before = used
        cdef Terms terms
        if thin:
            per_tick *= THIN_SHARE
        self.tokens[viewer] = min(self.tokens[viewer] + per_tick, most)
        share = CHANGES_SHARE * per_tick
        self.changes[viewer] = min(
            self.changes[viewer] + share,
            max(LEAST_BURST_BYTES, CHANGES_SAVED_S * self.hz * share),
        )
        changed = self.identities.take(
            viewer, tick % 2 == 0, <int>min(self.changes[viewer], <double>MOST_CHANGES_BYTES)
        )
        self.changes[viewer] -= self.identities.bytes
        terms.tick, terms.before = tick, self.pace.last[viewer]
        terms.bits = 8 * (
            <int64_t>min(self.tokens[viewer], <double>MOST_BYTES) - self.identities.bytes
        )
        share = STRANGERS_SHARE * per_tick
        self.strangers[viewer] = min(
            self.strangers[viewer] + share, max(STRANGER_BYTES, STRANGERS_SAVED_S * self.hz * share)
        )
        terms.strangers = MOST_CHOSEN
        if not self.fresh[viewer]:
            terms.strangers = <int>(self.strangers[viewer] / STRANGER_BYTES)
        terms.far_too = not thin and (viewer + tick) % max(FAR_EVERY, every) == 0
        terms.poses_too = not thin and (viewer + tick) % max(1, self.hz // 5) == 0
        terms.always = (
            self.fresh[viewer]
            or changed > 0
            or self.rider[viewer] != NULL
            or tick - terms.before >= self.hz
        )
        end = self.encoder.write(viewer, &terms)
        if not self.fresh[viewer]:
            self.strangers[viewer] -= STRANGER_BYTES * (terms.strangers - self.encoder.strangers)
        if end == 0:
            return used
        if self.rider[viewer]:
            used = self._append(self.rider[viewer], self.rider_bytes[viewer], used)
            self.rider[viewer] = NULL
            before = used  # paid when it was given
        for n in range(changed):
            used = self._introduce(self.identities.chosen[n], used)
        for n in range(self.encoder.entered):
            used = self._introduce(self.encoder.entering[n], used)
        used = self._lay_down(end, used)
        # A debt, because identities are taken out of a budget that may be smaller than one.
        self.tokens[viewer] = max(-LEAST_BURST_BYTES, self.tokens[viewer] - (used - before))
        self.pace.sent_to(viewer, tick)
        self.fresh[viewer] = 0
        self.slot[self.count], self.start[self.count] = viewer, first
        self.count += 1
        return used

    cdef Py_ssize_t _introduce(self, int slot, Py_ssize_t used) except -1 nogil:
        return self._append(self.introduction[slot], self.introduction_bytes[slot], used)

    cdef Py_ssize_t _append(
        self, const char* frame, Py_ssize_t size, Py_ssize_t used
    ) except -1 nogil:
        self._reserve(used + size)
        memcpy(&self.arena[used], frame, size)
        return used + size

    cdef Py_ssize_t _lay_down(self, Py_ssize_t end, Py_ssize_t used) except -1 nogil:
        """Puts the encoded snapshot into the buffer behind its websocket header."""
        cdef Py_ssize_t payload = end - FRAME_ROOM, begin = FRAME_ROOM - 2
        cdef uint8_t* frame = self.encoder.buffer
        if payload < 126:
            frame[begin + 1] = <uint8_t>payload
        else:
            begin = 0
            frame[1] = 126
            frame[2], frame[3] = <uint8_t>(payload >> 8), <uint8_t>(payload & 0xFF)
        frame[begin] = 0x82
        self._reserve(used + end - begin)
        memcpy(&self.arena[used], &frame[begin], end - begin)
        return used + end - begin

    cdef int _reserve(self, Py_ssize_t size) except -1 nogil:
        """Makes room; without memory the tick fails instead of writing on."""
        if size > self.arena.shape[0]:
            with gil:
                data = np.zeros(2 * size, np.uint8)
                data[: self.arena.shape[0]] = self.data
                self.data = data
                self.arena = data
        return 0

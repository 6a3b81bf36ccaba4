"""The swarm: what the lines of all bots receive.

What is frequent stays here: receiving, cutting frames, applying snapshots and introductions,
counting bytes, timing who heard whom. What is rare goes to Python, at once and with the moment of
its receive (CLOCK_MONOTONIC, seconds).
"""

import errno as numbers

import numpy as np

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.errno cimport EAGAIN, EINTR, errno
from libc.stdint cimport int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy
from posix.time cimport nanosleep, timespec

from aukio_bench._decode cimport View
from aukio_bench._arrivals cimport ask_for_stamps, receive_stamped
from aukio_bench._lines cimport Line, Lines, now_s

from aukio_bench._decode import FAULTS

cdef extern from "<sys/epoll.h>" nogil:
    ctypedef union epoll_data_t:
        uint64_t u64
    struct epoll_event:
        uint32_t events
        epoll_data_t data
    int epoll_wait(int epoll, epoll_event* events, int most, int timeout_ms)

#: Kinds of bytes in `sorts`, in order. Headers are those of websocket frames; `changes` are
#: corrections and leaves, `head` is what else a snapshot has beside records and poses.
SORTS = ("head", "records", "poses", "changes", "introductions", "control", "headers")
#: What `hear` is told, by number, and what its third argument is then.
TOLD = (
    "message",  # a whole control message: bytes
    "wrong",  # the server broke the protocol; the name of how: str
    "ended",  # the connection ended by itself; how: str
    "corrected",  # of one's own avatar: its 24 bytes
    "entered",  # somebody has entered the view of a bot that still waits for its join: None
)

cdef enum:
    MESSAGE = 0, WRONG, ENDED, CORRECTED, ENTERED
    HEAD = 0, RECORDS, POSES, CHANGES, INTRODUCTIONS, CONTROL, HEADERS, SORT_COUNT
    SNAPSHOT = 0x81, INTRODUCE = 0x93, SAID = 0x94, GESTURED = 0x95
    OBJECT_STATE = 0x96, PEOPLE = 0x97, FAR_CROWD = 0x9A
    BINARY = 0x82, CLOSE = 0x88, PING = 0x89, PONG = 0x8A
    ROOM = 1 << 17  # of one receive
    LONGEST = 65535 + 4
    EVENTS = 32  # a turn ends between two looks: of these many lines, some 0.3 ms
    TURN_NS = 1_500_000  # of one turn: then the loop has its chance, and who is due acts
    FEW = 24  # with fewer ready, the next ones are waited for a moment: one wake-up, many frames
    LINGER_NS = 150_000
    MOST_LINGERS = 8


cdef class Swarm(Lines):
    """The lines of `count` bots. Watch `fileno()` for reading and call `turn` then.

    Each bot (row) has at most one line that it listens to, in a seat; lines it has left live on in
    seats of their own until the server closes them. `hear(row, told, what, now)` is called from
    within `turn` and `feed` and may open, retire and hang up lines, but must not call those two.

    Shapes: received (N,) int64: websocket bytes of each bot; sorts (7,) int64: the same of all
    together by SORTS; messages (256,) int64: messages by id; seen (N,) int64: the last tick
    applied; joining (N,) uint8: whether `entered` is to be told; first, last (2, S) float64 and
    heard (2, S) int64: when a saying (0) or a gesture (1) of an avatar came to the first and to
    the last who heard it, and how many did, since `listen`.

    Warning: a descriptor handed to `open` belongs to the swarm, which closes it.
    """

    cdef readonly object received, sorts, messages, seen, joining, first, last, heard
    cdef int64_t[::1] byte_count, sort_bytes, message_count, seen_tick
    cdef uint8_t[::1] is_joining
    cdef double[:, ::1] first_at, last_at, said_at
    cdef int64_t[:, ::1] heard_by
    cdef object hear
    cdef list views, watches
    cdef int capacity
    cdef uint8_t* buffer
    cdef epoll_event[EVENTS] events
    cdef readonly int64_t frames

    def __init__(self, int count, int capacity, hear):
        self.buffer = <uint8_t*>malloc(ROOM + LONGEST)
        if self.buffer == NULL:
            raise MemoryError
        self.hear, self.capacity = hear, capacity
        self.views, self.watches = [None] * count, [None] * count
        self.received, self.seen = np.zeros(count, np.int64), np.zeros(count, np.int64)
        self.sorts, self.messages = np.zeros(SORT_COUNT, np.int64), np.zeros(256, np.int64)
        self.joining = np.zeros(count, np.uint8)
        self.first, self.last = np.zeros((2, capacity)), np.zeros((2, capacity))
        self.heard, self.said_at = np.zeros((2, capacity), np.int64), np.zeros((2, capacity))
        self.byte_count, self.seen_tick = self.received, self.seen
        self.sort_bytes, self.message_count = self.sorts, self.messages
        self.is_joining, self.first_at, self.last_at = self.joining, self.first, self.last
        self.heard_by = self.heard

    def __dealloc__(self):
        free(self.buffer)

    # Lines.

    def open(self, int row, int descriptor, bytes rest, double now) -> None:
        """Gives a bot its line: a connected socket after the handshake, and what came behind it."""
        cdef int seat = self._seat(row, descriptor)
        ask_for_stamps(descriptor)
        self._watch(seat, True)
        if rest:
            self.feed(seat, rest, now)

    def open_through(self, int row, writer) -> int:
        """Gives a bot a line whose bytes go through `writer` and come by `feed`; returns its seat."""
        cdef int seat = self._seat(row, -1)
        self.writers[seat] = writer
        return seat

    def feed(self, int seat, bytes data, double now) -> None:
        """Takes what came to a line without a descriptor."""
        cdef Line* line = &self.lines[seat]
        cdef Py_ssize_t size = PyBytes_GET_SIZE(data), at = 0, piece
        cdef uint32_t serial = line.serial
        while at < size and line.is_used and line.serial == serial:
            piece = min(size - at, ROOM)
            memcpy(self.buffer + line.rest_size, PyBytes_AS_STRING(data) + at, piece)
            self._cut(seat, self._recall(line) + <int>piece, now)
            at += piece

    def lost(self, int seat, how, double now) -> None:
        """A line without a descriptor has ended by itself."""
        self._end(seat, how, now)

    def attend(self, int row, View view, watch) -> None:
        """From now on snapshots go to `view`; `watch`, if not None, looks before and after each."""
        self.views[row], self.watches[row] = view, watch

    def retire(self, int row) -> None:
        """Nobody listens to a bot's line any more; it stays until the server closes it."""
        cdef int seat = self._leave(row)
        if seat >= 0:
            self.lines[seat].row = -1

    def hang_up(self, int row) -> None:
        """Closes a bot's line at once; `ended` is not told."""
        self._release(self._leave(row))

    # Receiving.

    def turn(self, double until) -> int:
        """Takes what has come, for at most 1.5 ms and not beyond `until`; returns how many frames.

        While few lines are ready it rests 0.15 ms and looks again, so that a server's burst costs
        some wake-ups and not one for each frame. What comes is stamped by the kernel.
        """
        return self._take(min(until, now_s() + TURN_NS * 1e-9), MOST_LINGERS)

    def attend_until(self, double until) -> int:
        """Takes what comes until a moment, and returns then, to a tenth of a millisecond."""
        return self._take(until, -1)

    cdef int _take(self, double until, int most_lingers) except -1:
        cdef int64_t before = self.frames
        cdef int ready, n, lingers = 0
        cdef timespec pause
        cdef double left
        while True:
            left = until - now_s()
            if left <= 0:
                break
            ready = epoll_wait(self.epoll, self.events, EVENTS, 0)
            for n in range(ready):
                self._receive(
                    <int>(self.events[n].data.u64 & 0xFFFFFFFF),
                    <uint32_t>(self.events[n].data.u64 >> 32),
                )
            if ready < FEW:
                lingers += 1
                if most_lingers >= 0 and (ready <= 0 or lingers > most_lingers):
                    break
                pause.tv_sec, pause.tv_nsec = 0, <long>(min(left, LINGER_NS * 1e-9) * 1e9)
                nanosleep(&pause, NULL)
        return <int>(self.frames - before)

    def listen(self, int kind, int slot, double now) -> None:
        """A bot is about to speak (0) or gesture (1): who hears it is timed from now on."""
        self.first_at[kind, slot] = self.last_at[kind, slot] = 0
        self.heard_by[kind, slot] = 0
        self.said_at[kind, slot] = now

    # Within.

    cdef int _leave(self, int row):
        self.views[row] = self.watches[row] = None
        self.is_joining[row] = 0
        return Lines._leave(self, row)

    cdef _end(self, int seat, how, double now):
        cdef Line* line = &self.lines[seat]
        if not line.is_used:
            return
        cdef int row = line.row
        if line.code:
            how = f"close_{line.code}"
        if row >= 0:
            self._leave(row)
        self._release(seat)
        if row >= 0:
            self.hear(row, ENDED, how, now)

    cdef _break(self, int seat, how, double now):
        """The server broke the protocol: nothing it says is good any more."""
        cdef int row = self.lines[seat].row
        if row >= 0:
            self._leave(row)
        self._release(seat)
        if row >= 0:
            self.hear(row, WRONG, how, now)

    cdef int _receive(self, int seat, uint32_t serial) except -1:
        cdef Line* line = &self.lines[seat]
        cdef ssize_t got
        cdef double now
        while line.is_used and line.serial == serial:
            got = receive_stamped(line.descriptor, self.buffer + line.rest_size, ROOM, &now)
            if got < 0:
                if errno != EAGAIN and errno != EINTR:
                    self._end(seat, numbers.errorcode.get(errno, str(errno)).lower(), now)
                return 0
            if got == 0:
                self._end(seat, "end_of_stream", now)
                return 0
            self._cut(seat, self._recall(line) + <int>got, now)
            if got < ROOM:
                return 0  # edge-triggered: what comes from here on wakes us again
        return 0

    cdef int _recall(self, Line* line) noexcept nogil:
        """Puts the beginning of an unfinished frame before what came; returns its size."""
        cdef int size = line.rest_size
        if size:
            memcpy(self.buffer, line.rest, size)
            free(line.rest)
            line.rest, line.rest_size = NULL, 0
        return size

    cdef int _cut(self, int seat, int end, double now) except -1:
        """Takes whole frames from the buffer and keeps what is left."""
        cdef Line* line = &self.lines[seat]
        cdef uint32_t serial = line.serial
        cdef int at = 0, size, head, row
        cdef const uint8_t* data = self.buffer
        while end - at >= 2:
            size, head = data[at + 1], 2
            if size >= 126:
                if size != 126:
                    self._break(seat, "frame_too_long", now)
                    return 0
                if end - at < 4:
                    break
                size, head = data[at + 2] << 8 | data[at + 3], 4
            if end - at < head + size:
                break
            row = line.row
            self.frames += 1
            if row >= 0:
                self.byte_count[row] += head + size
                self.sort_bytes[HEADERS] += head
            if data[at] == BINARY:
                if row >= 0:
                    self._message(seat, row, data + at + head, size, now)
            else:
                self._control(seat, row, data[at], data + at + head, size, now)
            if not line.is_used or line.serial != serial:
                return 0  # it ended under our hands
            at += head + size
        if at < end:
            line.rest_size = end - at
            line.rest = <uint8_t*>malloc(line.rest_size)
            if line.rest == NULL:
                raise MemoryError
            memcpy(line.rest, data + at, line.rest_size)
        return 0

    cdef int _message(self, int seat, int row, const uint8_t* data, int size, double now) except -1:
        cdef int kind = data[0] if size else 0, fault = 0
        cdef View view = self.views[row]
        watch = self.watches[row]
        self.message_count[kind] += 1
        if kind == SNAPSHOT and view is not None:
            return self._snapshot(seat, row, view, watch, data, size, now)
        if kind == INTRODUCE and view is not None:
            self.sort_bytes[INTRODUCTIONS] += size
            fault = view.take_introduction(data, size)
            if fault:
                self._break(seat, FAULTS[fault], now)
                return 0
        else:
            self.sort_bytes[CONTROL] += size
        if view is not None and (kind == SAID or kind == GESTURED):
            self._heard(kind - SAID, data, size, view.own, now)
        # Everybody decodes what they need; the sample checks every byte of the rest, too.
        if watch is None and view is not None and (
            INTRODUCE <= kind <= PEOPLE or kind == FAR_CROWD
        ):
            return 0
        self.hear(row, MESSAGE, PyBytes_FromStringAndSize(<const char*>data, size), now)
        return 0

    cdef int _snapshot(
        self, int seat, int row, View view, watch, const uint8_t* data, int size, double now
    ) except -1:
        cdef int fault, changes
        if watch is not None:
            watch.look(view.peek_tick(data, size))
        fault = view.take_snapshot(data, size)
        if fault:
            self._break(seat, FAULTS[fault], now)
            return 0
        changes = (24 if view.is_corrected else 0) + (1 + 2 * view.left if view.left else 0)
        self.sort_bytes[RECORDS] += view.record_bytes
        self.sort_bytes[POSES] += view.pose_bytes
        self.sort_bytes[CHANGES] += changes
        self.sort_bytes[HEAD] += size - view.record_bytes - view.pose_bytes - changes
        self.seen_tick[row] = view.tick
        if watch is not None:
            watch.reflect(now)
        if view.is_corrected:
            self.hear(row, CORRECTED, view.correction, now)
        if self.is_joining[row] and view.entered:
            self.hear(row, ENTERED, None, now)
        return 0

    cdef void _heard(self, int kind, const uint8_t* data, int size, int own, double now) noexcept:
        """Notes when a saying or a gesture came; its speaker stands first in the message."""
        cdef int slot
        if size < 3:
            return
        slot = data[2]
        if slot == 0xCC and size > 3:
            slot = data[3]
        elif slot == 0xCD and size > 4:
            slot = data[3] << 8 | data[4]
        elif slot > 127:
            return
        if slot == own or slot >= self.capacity or not self.said_at[kind, slot]:
            return
        if not self.heard_by[kind, slot]:
            self.first_at[kind, slot] = now
        self.last_at[kind, slot] = now
        self.heard_by[kind, slot] += 1

    cdef int _control(
        self, int seat, int row, int kind, const uint8_t* data, int size, double now
    ) except -1:
        if row >= 0:
            self.sort_bytes[CONTROL] += size
        if kind == PING and size < 126:
            self._answer(seat, PONG, data, size)
        elif kind == CLOSE:
            self.lines[seat].code = data[0] << 8 | data[1] if size >= 2 else 1005
            self._answer(seat, CLOSE, data, min(size, 2))
        elif kind != PONG:
            self._break(seat, f"frame_0x{kind:02x}", now)
        return 0

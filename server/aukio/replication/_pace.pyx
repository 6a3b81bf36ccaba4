"""The pace kernel: how much each viewer can take now. This is the answer to slow clients.

It follows how far a viewer's client is behind, from the ticks it says it has applied: the kernel's
and proxies' buffers hide a slow client for seconds, its own word does not. Slow twin:
tests/oracles/pace.py.
"""

import numpy as np

cdef enum:
    WINDOW = 256  # ticks of sending that are remembered
    NEVER = -(1 << 30)

cdef enum:
    THIN_PER_S = 4  # lag of a quarter of a second above its least: half the budget, nothing far
    SKIP_PER_S = 2  # of half a second: it waits
    DEAF_S = 3  # no input for so long thins: a client sends at least two a second
    GONE_S = 10  # waiting this long ends the connection; the session can be resumed


cdef class Pace:
    """The pace of every viewer of one world.

    Shapes (S slots): marks (S, 4) uint64, a bit for each of the last 256 ticks: sent in it; acked,
    least, heard_at, last (S,) int32: the tick last applied by the client, the least lag seen, the
    ticks of its last word and of our last sending; stuck (S,) int64: since when it waits, or a
    large negative number. Units: ticks.
    """

    def __init__(self, int capacity, int tick_hz):
        self.marks = np.zeros((capacity, WINDOW // 64), np.uint64)
        self.acked = np.zeros(capacity, np.int32)
        self.least = np.zeros(capacity, np.int32)
        self.heard_at = np.zeros(capacity, np.int32)
        self.last = np.zeros(capacity, np.int32)
        self.stuck = np.zeros(capacity, np.int64)
        self.hz = tick_hz

    def start(self, int viewer, int tick) -> None:
        """A viewer's client begins to receive."""
        self.marks[viewer, :] = 0
        self.acked[viewer] = self.heard_at[viewer] = self.last[viewer] = tick
        self.least[viewer] = 1 << 30
        self.stuck[viewer] = NEVER

    def heard(self, const int32_t[::1] viewers, const int32_t[::1] seen, int tick) -> None:
        """Inputs came; each tells which snapshot (a wrapping tick number) its client had applied."""
        cdef Py_ssize_t n
        cdef int back
        with nogil:
            for n in range(viewers.shape[0]):
                back = ((tick - seen[n] + 32768) & 65535) - 32768
                self.hear(viewers[n], tick - back, tick)

    def readiness(self, int viewer, int64_t unsent_bytes, int tick) -> int:
        """What a viewer can take at `tick`: 0 all, 1 thin, 2 nothing, 3 it has waited too long."""
        return self.readiness_of(viewer, unsent_bytes, tick)

    def sent(self, int viewer, int tick) -> None:
        """A snapshot of this tick was handed to the socket."""
        self.sent_to(viewer, tick)

    cdef void sent_to(self, int viewer, int tick) noexcept nogil:
        cdef int gap = min(tick - self.last[viewer], WINDOW), at
        for at in range(tick - gap + 1, tick):
            self.marks[viewer, (at & 255) >> 6] &= ~(<uint64_t>1 << (at & 63))
        self.marks[viewer, (tick & 255) >> 6] |= <uint64_t>1 << (tick & 63)
        self.last[viewer] = tick

    cdef void hear(self, int viewer, int seen, int tick) noexcept nogil:
        self.heard_at[viewer] = tick
        seen = min(seen, self.last[viewer])
        if seen > self.acked[viewer]:
            # The first word of a snapshot bounds the way there and back from above.
            self.acked[viewer] = seen
            self.least[viewer] = min(self.least[viewer], tick - seen)

    cdef int first_unheard(self, int viewer, int tick) noexcept nogil:
        """The oldest tick that was sent and not heard of, or 0 where there is none."""
        cdef int last = self.last[viewer], at = max(self.acked[viewer], last - WINDOW + 1)
        at = max(at, tick - WINDOW) + 1
        while at <= last:
            if self.marks[viewer, (at & 255) >> 6] & (<uint64_t>1 << (at & 63)):
                return at
            at += 1
        return 0

    cdef int readiness_of(self, int viewer, int64_t unsent, int tick) noexcept nogil:
        """Bytes still unsent mean that a viewer waits, always (decision 0011)."""
        cdef int oldest = self.first_unheard(viewer, tick), lag = 0
        cdef bint deaf
        if oldest:
            # Measured at its last word: silence between two inputs is no lag.
            lag = max(0, self.heard_at[viewer] - oldest - self.least[viewer])
        deaf = tick - self.heard_at[viewer] > DEAF_S * self.hz
        deaf = deaf and self.last[viewer] > self.acked[viewer]
        if deaf:
            lag = 0  # its last word is old; what the socket takes tells more
        if unsent == 0 and SKIP_PER_S * lag <= self.hz:
            self.stuck[viewer] = NEVER
            return THIN if deaf or THIN_PER_S * lag > self.hz else FULL
        if self.stuck[viewer] == NEVER:
            self.stuck[viewer] = tick
        return GONE if tick - self.stuck[viewer] > GONE_S * self.hz else SKIP

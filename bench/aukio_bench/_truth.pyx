"""The judging kernel: what sampled viewers believe against the owners' paths, tick by tick.

A look notes what one viewer believes just before it takes a snapshot. It is judged some ticks
later, when the server has had time to correct the owners' paths. Its slow twin is
tests/oracles/judging.py, where every figure is defined in a few lines of plain Python.
"""

cimport cython
import numpy as np

from libc.math cimport INFINITY, sqrt
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.stdlib cimport free, realloc
from libc.string cimport memcpy

from aukio_bench._decode cimport Belief, View

#: Histograms of `Judge.counts`, in order, and the unit of each: near 0 a bin is 1/64 of it wide,
#: further on 1/64 of the octave. Errors in metres, ages and waits in seconds, angles in radians.
KINDS = (
    ("near", 0.004), ("second", 0.004), ("everybody", 0.004), ("movers", 0.004), ("events", 0.004),
    ("angle", 0.0005), ("age_near", 0.001), ("age_all", 0.001), ("wait", 0.05),
)
#: Counters of `Judge.tallies`, in order.
TALLIES = (
    "should", "known", "near_pairs", "near_waiting", "pairs", "waiting", "ghosts", "longest_ghost",
    "wrong", "stale", "late_looks", "missing", "near_ghosts",
)
BINS = 64 * 24

cdef enum:
    NEAR = 0, SECOND, EVERYBODY, MOVERS, EVENTS, ANGLE, AGE_NEAR, AGE_ALL, WAIT, KIND_COUNT
    SHOULD = 0, KNOWN, NEAR_PAIRS, NEAR_WAITING, PAIRS, WAITING, GHOSTS, LONGEST_GHOST
    WRONG, STALE, LATE, MISSING, NEAR_GHOSTS, TALLY_COUNT
    BIN_COUNT = 64 * 24
    RING = 64
    RANKS = 50  # the nearest, who are always compared
    FIRST = 20  # of these, the ranks that count first
    SEEDED = 400  # of everybody else so many are compared, always the same ones
    CHANGES = 8
    MOST_LOOKS = 20
    STALE_TICKS = 40
    GRACE_TICKS = 10  # who came later than this need not be known yet, nor know anybody
    EVENT_TICKS = 6
    BACKLOG_TICKS = 8  # so many looks may be late when only a part is judged at once
    IS_KNOWN = 1, IS_WALKING = 2, IS_SEEDED = 4
    NO_RANK = 255
    KEEP = 3

cdef double METRE = 65536.0
cdef double NEAREST_M = 1.0  # angles of those who are closer are taken as from here
cdef double WRONG_M = 2.0
#: Tolerances of the tiers (SPEC SN11), m and turn / 65536, and what the wire's steps add to them:
#: 1/128 m and 1/1024 turn for the near tier, 1/32 m and 1/256 turn beyond, each by half.
cdef double[3] TOLERANCE_M = [0.03 + 0.006, 0.12 + 0.023, 0.50 + 0.023]
cdef int[3] TOLERANCE_YAW = [910 + 48, 1820 + 144, 5461 + 144]
cdef int[3] TOLERANCE_FACING = [910 + 48, 3641 + 144, 16384 + 144]  # of those who stand
cdef int AGREES = 5553  # 30.5 degrees: a record this near to the wish shows it

cdef struct Note:
    int32_t x, z, earlier_x, earlier_z
    uint16_t yaw, row, viewer
    uint8_t flags, rank

cdef struct Notes:
    Note* notes
    int count, room, tick


cdef inline int bin_of(double value, double unit) noexcept nogil:
    """64 bins for each octave of 1 + value / unit: its exponent and the first bits behind it."""
    cdef float scaled = <float>(1.0 + value / unit)
    cdef uint32_t bits
    memcpy(&bits, &scaled, 4)
    cdef int found = <int>(bits >> 17) - (127 << 6)
    return found if found < BIN_COUNT else BIN_COUNT - 1


cdef inline double length(double x, double z) noexcept nogil:
    """As hypot, which is slow because it fears overflow."""
    return sqrt(x * x + z * z)


@cython.final
cdef class Judge:
    """Judges the looks of all sampled viewers. Counts only while `is_on`.

    Args: the arrays of the walkers by tick (xs, zs, yaws (RING, N) int32, speeds, gaits (RING, N)
    uint8), `ticks` (N,) int64, the tick up to which each path is known, `since` (N,) int64, from
    when each has an avatar; `slots` (N,) int32 and `row_of` (S,) int64 between rows and slots;
    changed_tick (N, 8) int64 and changed_at (N, 8) float64: the last changes of motion and when
    their inputs were written.

    Shapes: counts (9, BINS) int64 by KINDS; tallies (13,) int64 by TALLIES; margins (256,) int64:
    how early inputs came, in 1/16 tick from -128, as snapshots tell.
    """

    cdef readonly object counts, tallies, margins
    cdef public bint is_on
    cdef int64_t[:, ::1] count
    cdef int64_t[::1] tally, margin
    cdef const int32_t[:, ::1] xs, zs, yaws
    cdef const uint8_t[:, ::1] speeds, gaits
    cdef const int64_t[::1] ticks, since, row_of
    cdef const int32_t[::1] slots
    cdef const int64_t[:, ::1] changed_tick
    cdef const double[:, ::1] changed_at
    cdef double[KIND_COUNT] units
    cdef Notes[RING] looks
    cdef list viewers
    cdef int settled, begun, hz, rows, present_tick
    cdef float[::1] absent, away
    cdef int32_t[::1] found

    def __init__(self, walkers, truth, int tick_hz):
        self.xs, self.zs, self.yaws = walkers.xs, walkers.zs, walkers.yaws
        self.speeds, self.gaits, self.ticks = walkers.speeds, walkers.gaits, walkers.tick
        self.since, self.slots, self.row_of = truth.since, truth.slots, truth.row_of
        self.changed_tick, self.changed_at = truth.changed_tick, truth.changed_at
        self.counts = np.zeros((KIND_COUNT, BIN_COUNT), np.int64)
        self.tallies = np.zeros(TALLY_COUNT, np.int64)
        self.margins = np.zeros(256, np.int64)
        self.count, self.tally, self.margin = self.counts, self.tallies, self.margins
        for n, (_, unit) in enumerate(KINDS):
            self.units[n] = unit
        self.rows, self.hz, self.settled, self.present_tick = self.xs.shape[1], tick_hz, -1, -1
        self.begun = 0
        self.absent, self.away = (np.zeros(self.rows, np.float32) for _ in range(2))
        self.found = np.zeros(self.rows, np.int32)
        self.viewers = []

    def __dealloc__(self):
        cdef int n
        for n in range(RING):
            free(self.looks[n].notes)

    def settle(self, int tick, int present, int most=1 << 30) -> None:
        """Judges looks up to `tick`; `present` is the latest tick of the walkers' paths.

        At most so many of them; the rest is left to the next call, but for what is too old to
        wait. What is gone from the paths already is counted as late.
        """
        cdef int at = self.settled + 1, forgotten = present - RING + EVENT_TICKS + 1
        if at <= forgotten:
            self._forget(at, forgotten)
            at, self.begun = forgotten + 1, 0
        while at <= tick and (most > 0 or at < tick - BACKLOG_TICKS):
            most -= self._judge(at, most if at >= tick - BACKLOG_TICKS else 1 << 30)
            if self.begun:
                break
            at += 1
        self.settled = max(self.settled, at - 1)

    # Within.

    cdef int _nearest(self, Lookout who, int tick) noexcept nogil:
        """Fills `found` with the nearest of who is there, in order; returns how many (<= 50)."""
        cdef int at = tick & (RING - 1), row, n, count, m, wanted = 0
        cdef const int32_t* xs = &self.xs[at, 0]
        cdef const int32_t* zs = &self.zs[at, 0]
        cdef float x = <float>xs[who.row], z = <float>zs[who.row], east, south, reach
        cdef float* away = &self.away[0]
        cdef float* absent = &self.absent[0]
        cdef int32_t* found = &self.found[0]
        if self.present_tick != tick:
            self.present_tick = tick
            for row in range(self.rows):
                absent[row] = 0 if self.since[row] < tick <= self.ticks[row] else <float>INFINITY
        for row in range(self.rows):
            east, south = <float>xs[row] - x, <float>zs[row] - z
            away[row] = east * east + south * south + absent[row]
        away[who.row] = <float>INFINITY
        # Those within a little more than the fiftieth's distance of last time; more if need be.
        reach = who.reach
        while True:
            count = 0
            for row in range(self.rows):
                found[count] = row
                count += away[row] < reach
            if count >= RANKS or reach > 1e16:
                break
            reach = reach * 2
        for n in range(1, count):  # a few, almost in order: by insertion
            row, m = found[n], n
            while m and away[found[m - 1]] > away[row]:
                found[m] = found[m - 1]
                m -= 1
            found[m] = row
        wanted = min(count, RANKS)
        if count >= RANKS:
            who.reach = away[found[RANKS - 1]] * <float>1.5 + 1
        else:
            who.reach = <float>1e16
        return wanted

    cdef int _note(self, Lookout who, int tick, int row, int rank, int flags) except -1 nogil:
        """Notes what a viewer believes of one bot at `tick` and at the tick before."""
        cdef Notes* notes = &self.looks[tick & (RING - 1)]
        cdef Belief copy = who.view.row[self.slots[row]]
        cdef Note* note
        if notes.tick != tick:
            notes.tick, notes.count = tick, 0
        if notes.count == notes.room:
            notes.room = 1024 + 2 * notes.room
            note = <Note*>realloc(notes.notes, notes.room * sizeof(Note))
            if note == NULL:
                with gil:
                    raise MemoryError
            notes.notes = note
        note = &notes.notes[notes.count]
        notes.count += 1
        note.row, note.viewer, note.rank = <uint16_t>row, who.number, <uint8_t>rank
        note.flags = <uint8_t>flags
        if not copy.known:
            return 0
        note.flags |= IS_KNOWN
        who.view._advance(&copy, tick - 1)
        if copy.speed:
            note.flags |= IS_WALKING
        note.earlier_x, note.earlier_z, note.yaw = copy.x, copy.z, copy.yaw
        who.view._advance(&copy, tick)
        note.x, note.z = copy.x, copy.z
        return 0

    cdef int look(self, Lookout who, int tick) except -1:
        cdef int at, n, count, row
        for at in range(max(who.view.tick + 1, tick - MOST_LOOKS + 1), tick + 1):
            if at <= self.settled:
                self.tally[LATE] += self.is_on
                continue
            if self.since[who.row] >= at or self.ticks[who.row] < at:
                continue
            with nogil:
                count = self._nearest(who, at)
                who.looked = at
                for n in range(count):
                    row = self.found[n]
                    who.ranked[row] = at
                    if self.is_on:
                        self._note(who, at, row, n, IS_SEEDED if who.is_seeded[row] else 0)
                    if n < FIRST:
                        who.near[row] = at
                if self.is_on:
                    for n in range(who.seeded.shape[0]):
                        row = who.seeded[n]
                        if who.ranked[row] != at and not self.absent[row]:
                            self._note(who, at, row, NO_RANK, IS_SEEDED)
        return 0

    cdef int reflect(self, Lookout who, double now) except -1:
        """Times the records just decoded against the inputs behind them."""
        cdef View view = who.view
        cdef int n, slot, row, change, tick = view.tick, last
        cdef double written
        if view.answered:
            self.margin[view.margin + 128] += self.is_on
        with nogil:
            for n in range(view.records):
                slot = view.news[n].slot
                if view.news[n].before < 0:
                    who.reflected[slot] = tick
                    continue
                row = <int>self.row_of[slot]
                if row < 0:
                    continue
                written = INFINITY
                for change in range(CHANGES):
                    if who.reflected[slot] < self.changed_tick[row, change] <= tick:
                        written = min(written, self.changed_at[row, change])
                if written == INFINITY or not self._agrees(&view.row[slot], row, tick):
                    continue
                who.reflected[slot] = tick
                if self.is_on:
                    self._count(AGE_ALL, now - written)
                    if who.near[row] == who.looked:
                        self._count(AGE_NEAR, now - written)
        return 0

    cdef bint _agrees(self, const Belief* b, int row, int tick) noexcept nogil:
        """Whether a record shows the wish that holds at `tick`: a late input is not in yet."""
        cdef int at = <int>min(tick, self.ticks[row]) & (RING - 1)
        cdef int twist = <int16_t>(b.yaw - self.yaws[at, row])
        return (b.gait == self.gaits[at, row] or b.gait == KEEP) and -AGREES <= twist <= AGREES

    cdef void _forget(self, int first, int last):
        """Gives up the looks of these ticks: nobody knows any more who waited through them."""
        cdef int tick
        cdef Notes* notes
        cdef Lookout who
        for tick in range(max(first, last - RING + 1), last + 1):
            notes = &self.looks[tick & (RING - 1)]
            if notes.tick == tick and notes.count:
                self.tally[LATE] += len(self.viewers)
                notes.count = 0
        for viewer in self.viewers:
            who = <Lookout>viewer
            who.behind[:], who.ghost[:] = -1, -1

    cdef int _judge(self, int tick, int most) except -1:
        """Judges at most so many of a tick's looks; `begun` is where the next call goes on, or 0."""
        cdef Notes* notes = &self.looks[tick & (RING - 1)]
        cdef int n, start = self.begun, end
        cdef Lookout who
        self.begun = 0
        if notes.tick != tick:
            return 0  # of another round of the ring
        end = min(notes.count, start + most)
        for n in range(start, end):
            who = <Lookout>self.viewers[notes.notes[n].viewer]
            # Who has left or come anew since has no path at that tick any more.
            if self.since[who.row] < tick - 1 and self.since[notes.notes[n].row] < tick - 1:
                self._judge_one(who, &notes.notes[n], tick)
        if end < notes.count:
            self.begun = end
        else:
            notes.count = 0
        return end - start

    cdef void _judge_one(self, Lookout who, const Note* note, int tick) noexcept nogil:
        cdef int at = tick & (RING - 1), row = note.row, back
        cdef double x = self.xs[at, row], z = self.zs[at, row], error, away
        cdef bint known = note.flags & IS_KNOWN
        away = length(x - self.xs[at, who.row], z - self.zs[at, who.row]) / METRE
        if note.rank < RANKS and max(self.since[row], self.since[who.row]) < tick - GRACE_TICKS:
            self.tally[SHOULD] += 1
            self.tally[KNOWN if known else MISSING] += 1
        if known:
            error = length(note.x - x, note.z - z) / METRE
            if note.rank < FIRST:
                self._count(NEAR, error)
                if self.speeds[at, row]:
                    self._count(MOVERS, error)
                for back in range(EVENT_TICKS):
                    if self.gaits[(at - back) & (RING - 1), row] != self.gaits[
                        (at - EVENT_TICKS) & (RING - 1), row
                    ]:
                        self._count(EVENTS, error)
                        break
            elif note.rank < RANKS:
                self._count(SECOND, error)
            if note.rank < RANKS and error > WRONG_M:
                self.tally[WRONG] += 1
            if note.flags & IS_SEEDED:
                self._count(EVERYBODY, error)
                self._count(ANGLE, error / max(away, NEAREST_M))
        self._behind(who, note, tick - 1, away, known)

    cdef void _behind(
        self, Lookout who, const Note* note, int tick, double away, bint known
    ) noexcept nogil:
        """Whether news that a snapshot could have told had not come, and for how long already."""
        cdef int at = tick & (RING - 1), row = note.row, tier, waited
        cdef int twist = <int16_t>(note.yaw - self.yaws[at, row])
        cdef double error = length(
            note.earlier_x - self.xs[at, row], note.earlier_z - self.zs[at, row]
        ) / METRE
        cdef int most
        cdef bint waits, is_ghost, stands = not (self.gaits[at, row] or self.speeds[at, row])
        tier = 0 if note.rank < FIRST else 1 if note.rank < FIRST + 8 or away < 36 else 2
        most = TOLERANCE_FACING[tier] if stands else TOLERANCE_YAW[tier]
        waits = known and (error > TOLERANCE_M[tier] or twist > most or -twist > most)
        is_ghost = known and note.flags & IS_WALKING and not self.speeds[at, row]
        if note.rank < FIRST:
            self.tally[NEAR_PAIRS] += 1
            self.tally[NEAR_WAITING] += waits
            self.tally[NEAR_GHOSTS] += is_ghost
        if not note.flags & IS_SEEDED:
            return
        self.tally[PAIRS] += 1
        self.tally[WAITING] += waits
        self.tally[GHOSTS] += is_ghost
        if not waits:
            who.behind[row] = -1
        elif who.behind[row] < 0:
            who.behind[row] = tick
        if waits:  # at every tick, not when it ends: the longest of all may never end
            self._count(WAIT, (tick - who.behind[row] + 1) / <double>self.hz)
        if waits and note.rank < RANKS and tick - who.behind[row] > STALE_TICKS:
            self.tally[STALE] += 1
        if not is_ghost:
            who.ghost[row] = -1
        elif who.ghost[row] < 0:
            who.ghost[row] = tick
        waited = tick - who.ghost[row] + 1 if is_ghost else 0
        if waited > self.tally[LONGEST_GHOST]:
            self.tally[LONGEST_GHOST] = waited

    cdef inline void _count(self, int kind, double value) noexcept nogil:
        self.count[kind, bin_of(value, self.units[kind])] += 1


@cython.final
cdef class Lookout:
    """One viewer of the sample; the swarm calls `look` before and `reflect` after each snapshot.

    `seeded` are the rows of everybody else that it is compared with at every tick, beside its
    nearest 50: all of them up to 400.
    """

    cdef Judge judge
    cdef View view
    cdef int row, looked
    cdef uint16_t number
    cdef float reach
    cdef int32_t[::1] seeded, near, ranked, behind, ghost, reflected
    cdef uint8_t[::1] is_seeded

    def __init__(self, Judge judge, int row, View view, random):
        cdef int count = judge.rows
        others = np.setdiff1d(np.arange(count, dtype=np.int32), [row])
        some = random.choice(others, min(SEEDED, others.size), replace=False)
        self.judge, self.row, self.view, self.reach = judge, row, view, <float>1e12
        self.seeded = np.sort(some).astype(np.int32)
        self.is_seeded = np.isin(np.arange(count), some).astype(np.uint8)
        self.near, self.ranked = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
        self.behind, self.ghost = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
        self.reflected = np.full(view.rows.size, np.iinfo(np.int32).max, np.int32)
        self.looked = -2
        self.number = len(judge.viewers)
        judge.viewers.append(self)

    def look(self, int tick) -> None:
        """The viewer is about to take the snapshot of `tick`."""
        self.judge.look(self, tick)

    def reflect(self, double now) -> None:
        """The viewer has taken a snapshot, received at `now`."""
        self.judge.reflect(self, now)

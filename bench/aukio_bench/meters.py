"""What is measured at the bots: motion age, position error, ghosts; the truth is the owners' own.

One clock, that of the generator's process, times everything. A seeded sample of bots is compared
with the truth at every tick; the truth is the path of the owning bots, looked at only when the
server has had time to correct it.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from aukio_bench._decode import View
from aukio_bench.walkers import RING, Walkers
from aukio_protocol.motion import UNIT, Gait

NEAREST = 20  # ranks whose error counts first
SETTLED_TICKS = 24  # a path this old has been confirmed or corrected: claims come twice a second
EVENT_TICKS = 6  # "around a start or stop": 300 ms after it
JUMP = round(22 / 360 * UNIT)  # a new way is a change of motion beyond the coarsest tolerance
AGREES = round(20.5 / 360 * UNIT)
CHANGES = 8  # changes of motion remembered for each bot
MOST_LOOKS = 20  # ticks compared at once, for a viewer that heard nothing for long


@dataclass(slots=True)
class Samples:
    """Everything that was compared, in the order of time. Errors in metres, ages in seconds."""

    near: list[NDArray[np.float64]] = field(default_factory=list)
    movers: list[NDArray[np.float64]] = field(default_factory=list)
    events: list[NDArray[np.float64]] = field(default_factory=list)
    everyone: list[NDArray[np.float64]] = field(default_factory=list)
    ages: list[NDArray[np.float64]] = field(default_factory=list)
    near_ages: list[NDArray[np.float64]] = field(default_factory=list)
    pairs: int = 0
    ghosts: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Look:
    """What one viewer believed of some bots at one tick."""

    tick: int
    rows: NDArray[np.int64]
    places: NDArray[np.int32]  # (n, 5): known, x, z, yaw, speed
    is_near: bool


class Truth:
    """Where all bots really are, by slot.

    Shapes: row_of (S,) int64, -1 where no bot of ours is; changed_tick (N, 8) int64 and
    changed_at (N, 8) float64: from which tick a motion changed and when its input was written.
    """

    def __init__(self, walkers: Walkers, count: int, capacity: int) -> None:
        self.walkers = walkers
        self.row_of = np.full(capacity, -1, np.int64)
        self.slots = np.zeros(count, np.int32)
        self.since = np.full(count, np.iinfo(np.int64).max)
        self.changed_tick = np.full((count, CHANGES), -1, np.int64)
        self.changed_at = np.zeros((count, CHANGES))
        self._changes = np.zeros(count, np.int64)
        self._present: tuple[int, NDArray[np.int64]] = (-1, np.zeros(0, np.int64))

    def enter(self, row: int, slot: int, tick: int) -> None:
        """A bot has an avatar from `tick` on."""
        self.row_of[slot], self.slots[row], self.since[row] = row, slot, tick
        self.changed_tick[row] = -1

    def leave(self, row: int) -> None:
        """A bot's avatar is gone."""
        self.row_of[self.slots[row]] = -1
        self.since[row] = np.iinfo(np.int64).max

    def change(self, rows: NDArray[np.int64], tick: int, written: NDArray[np.float64]) -> None:
        """Inputs that change the motion of bots from `tick` on were written to their sockets."""
        at = self._changes[rows] % CHANGES
        self.changed_tick[rows, at], self.changed_at[rows, at] = tick, written
        self._changes[rows] += 1

    def present(self, tick: int) -> NDArray[np.int64]:
        """The rows of all bots whose place at `tick` is known."""
        if self._present[0] != tick:
            known = (self.since < tick) & (self.walkers.tick >= tick)
            self._present = (tick, np.flatnonzero(known))
        return self._present[1]

    def nearest(
        self, row: int, tick: int, rows: NDArray[np.int64], count: int
    ) -> NDArray[np.int64]:
        """Those of `rows` that are nearest to a bot at a tick, itself left out."""
        at = tick % RING
        rows = rows[rows != row]
        x = self.walkers.xs[rows, at].astype(np.float64) - self.walkers.xs[row, at]
        z = self.walkers.zs[rows, at].astype(np.float64) - self.walkers.zs[row, at]
        away = x * x + z * z
        if rows.size <= count:
            return rows
        return rows[np.argpartition(away, count)[:count]]


class Watch:
    """One viewer of the sample, and which change of whom it has been shown."""

    __slots__ = ("_meter", "_row", "_view", "near", "random", "reflected")

    def __init__(self, row: int, view: View, meter: "Meter", random: np.random.Generator) -> None:
        capacity = view.rows.size
        self.reflected = np.full(capacity, np.iinfo(np.int64).max)
        self.near = np.zeros(capacity, np.bool_)
        self.random = random
        self._row, self._view, self._meter = row, view, meter

    def look(self, tick: int) -> None:
        """The viewer is about to take the snapshot of `tick`."""
        self._meter.look(self._row, self._view, self, tick)

    def reflect(self, now: float) -> None:
        """The viewer has taken a snapshot."""
        self._meter.margins[self._view.margin] += self._meter.is_on
        self._meter.reflect(self._view, self, now)


class Meter:
    """Compares what the sampled viewers believe with the truth. Counts only while `is_on`."""

    def __init__(self, truth: Truth) -> None:
        self.is_on = False
        self.samples = Samples()
        self.errors: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.joins_s: list[float] = []
        self.lags_s: list[float] = []
        self.margins: Counter[int] = Counter()
        self._truth = truth
        self._looks: list[Look] = []

    def look(self, row: int, view: View, watch: Watch, tick: int) -> None:
        """Notes what a viewer believes, just before it takes the snapshot of `tick`.

        At this moment its last news are one tick old, or older where no frame was sent: each tick
        since is looked at once.
        """
        truth = self._truth
        for at in range(max(view.tick + 1, tick - MOST_LOOKS), tick + 1):
            rows = truth.present(at)
            if rows.size < 2 or truth.since[row] >= at or truth.walkers.tick[row] < at:
                continue
            near = truth.nearest(row, at, rows, NEAREST)
            watch.near[:] = False
            watch.near[truth.slots[near]] = True
            some = watch.random.choice(rows, min(NEAREST, rows.size), replace=False)
            self._note(view, at, near, is_near=True)
            self._note(view, at, some[some != row], is_near=False)

    def reflect(self, view: View, watch: Watch, now: float) -> None:
        """Times the records a viewer has just decoded against the inputs behind them."""
        count, truth, tick = view.records, self._truth, view.tick
        slots = view.touched[:count]
        entered = view.before[:count] < 0
        watch.reflected[slots[entered]] = tick
        slots = slots[~entered]
        rows = truth.row_of[slots]
        slots, rows = slots[rows >= 0], rows[rows >= 0]
        if not rows.size:
            return
        changed = truth.changed_tick[rows]
        due = (changed > watch.reflected[slots][:, None]) & (changed <= tick)
        shown = due.any(axis=1) & self._agrees(view, slots, rows, tick)
        watch.reflected[slots[shown]] = tick
        if not self.is_on or not shown.any():
            return
        written = np.where(due, truth.changed_at[rows], np.inf).min(axis=1)
        self.samples.ages.append(now - written[shown])
        self.samples.near_ages.append(now - written[shown & watch.near[slots]])

    def settle(self, tick: int) -> None:
        """Judges the looks that are old enough at `tick`."""
        ready = 0
        while ready < len(self._looks) and self._looks[ready].tick <= tick - SETTLED_TICKS:
            self._judge(self._looks[ready])
            ready += 1
        del self._looks[:ready]

    # Within.

    def _note(self, view: View, tick: int, rows: NDArray[np.int64], *, is_near: bool) -> None:
        if not self.is_on or not rows.size:
            return
        places = np.zeros((rows.size, 5), np.int32)
        view.expect(self._truth.slots[rows], tick, places)
        self._looks.append(Look(tick, rows, places, is_near))

    def _agrees(
        self, view: View, slots: NDArray[np.int32], rows: NDArray[np.int64], tick: int
    ) -> NDArray[np.bool_]:
        """Whether the records show the wish that holds at `tick`: a late input is not in yet."""
        walkers = self._truth.walkers
        wish = walkers.wishes[rows, np.minimum(tick, walkers.tick[rows]) % RING]
        gait, yaw = view.rows["gait"][slots], view.rows["yaw"][slots].astype(np.int64)
        twist = np.abs((yaw - wish[:, 0] + UNIT // 2) % UNIT - UNIT // 2)
        agrees: NDArray[np.bool_] = ((gait == wish[:, 2]) | (gait == Gait.KEEP)) & (twist <= AGREES)
        return agrees

    def _judge(self, look: Look) -> None:
        walkers, at, samples = self._truth.walkers, look.tick % RING, self.samples
        rows, places = look.rows, look.places
        known = places[:, 0] > 0
        x = places[:, 1].astype(np.float64) - walkers.xs[rows, at]
        z = places[:, 2].astype(np.float64) - walkers.zs[rows, at]
        error = np.hypot(x, z)[known] / UNIT
        if not look.is_near:
            samples.everyone.append(error)
            return
        moving = walkers.speeds[rows, at][known] > 0
        samples.near.append(error)
        samples.movers.append(error[moving])
        last = (look.tick - np.arange(EVENT_TICKS)) % RING
        gaits = walkers.wishes[rows[known]][:, last, 2]
        before = walkers.wishes[rows[known], (look.tick - EVENT_TICKS) % RING, 2]
        samples.events.append(error[(gaits != before[:, None]).any(axis=1)])
        samples.pairs += rows.size
        samples.unknown += int((~known).sum())
        samples.ghosts += int(((places[known, 4] > 0) & ~moving).sum())


def percentiles(chunks: list[NDArray[np.float64]], points: tuple[float, ...]) -> list[float]:
    """Percentiles over all chunks together; not a number where there is nothing."""
    values = np.concatenate(chunks) if chunks else np.zeros(0)
    if not values.size:
        return [float("nan")] * len(points)
    return [float(value) for value in np.percentile(values, points)]

"""What is measured at the bots: how long motion is under way, how wrong and how late screens are.

One clock, that of the generator's process, times everything. A seeded sample of bots is compared
with the truth at every tick; the truth is the path of the owning bots, judged only when the server
has had time to correct it. The comparing itself is `_truth`'s; what its figures mean:

- *error*: the viewer's extrapolation against the owner's path at the same tick, taken just before
  the next snapshot is applied, so its news are one tick old (DESIGN 9; sync-simulation, method).
- *near*: ranks 1-20 of the nearest by distance; *second*: ranks 21-50; *everybody*: a seeded
  sample of up to 400 others, whatever their distance, as are angle, wait, waiting and ghosts.
- *movers*: of the near, those whose speed is not 0; *events*: those whose gait changed within the
  300 ms before (sync-simulation 8.7).
- *angle*: error / distance from the viewer, a distance below 1 m taken as 1 m.
- *waiting*: right after the last snapshot the truth was outside the record's tolerance (SPEC SN11:
  3 cm and 5 degrees for ranks 1-20, 12 cm and 10 degrees to rank 28 or 36 m, 50 cm and 30 degrees
  beyond; 20 and 90 degrees for those beyond rank 20 who stand; each and half a step of the wire):
  something is unsent. *wait*: how old it is, counted at every tick that it lasts.
- *ghosts*: right after the last snapshot somebody stood in truth and walked on the screen.
- *coverage*: of the nearest 50 who were there half a second ago, how many the viewer knows.
  *wrong*: of these, with an error over 2 m; *stale*: unsent for more than 2 s; *missing*: not
  known; *extra*: known, but away for 2 s.
- *age*: from the owner's write of an input that changes its motion to the receive of the record
  that shows it.
"""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from aukio_bench._decode import View
from aukio_bench._truth import BINS, KINDS, TALLIES, Judge
from aukio_bench.walkers import RING, Walkers
from aukio_protocol.motion import UNIT

SETTLED_TICKS = 36  # a path this old has been confirmed or corrected: claims come twice a second
JUMP = round(32 / 360 * UNIT)  # a new way is a change of motion beyond the coarsest tolerance
CHANGES = 8  # changes of motion remembered for each bot
AWAY_TICKS = 40  # who left longer ago should be known to nobody

_UNITS = dict(KINDS)
_KIND = {name: n for n, (name, _) in enumerate(KINDS)}
_EDGES = (1 + np.arange(64) / 64) * 2.0 ** np.arange(BINS // 64 + 1)[:, None]


class Truth:
    """Where all bots really are, by slot.

    Shapes: row_of (S,) int64, -1 where no bot of ours is; left (S,) int64, the tick at which a
    slot's last owner left; slots (N,) int32; since (N,) int64: the tick of the welcome;
    changed_tick (N, 8) int64 and changed_at (N, 8) float64: from which tick a motion changed and
    when its input was written.
    """

    def __init__(self, walkers: Walkers, count: int, capacity: int) -> None:
        self.walkers = walkers
        self.row_of = np.full(capacity, -1, np.int64)
        self.left = np.full(capacity, np.iinfo(np.int64).max)
        self.slots = np.zeros(count, np.int32)
        self.since = np.full(count, np.iinfo(np.int64).max)
        self.changed_tick = np.full((count, CHANGES), -1, np.int64)
        self.changed_at = np.zeros((count, CHANGES))
        self._changes = np.zeros(count, np.int64)

    def enter(self, row: int, slot: int, tick: int) -> None:
        """A bot has an avatar from `tick` on."""
        self.row_of[slot], self.slots[row], self.since[row] = row, slot, tick
        self.changed_tick[row] = -1

    def leave(self, row: int, *, parks: bool = False) -> None:
        """A bot's avatar is gone; one that `parks` stands where it was."""
        slot = self.slots[row]
        self.row_of[slot] = -1
        if not parks:
            self.left[slot] = self.walkers.tick[row]
        self.since[row] = np.iinfo(np.int64).max

    def change(self, rows: NDArray[np.int64], tick: int, written: NDArray[np.float64]) -> None:
        """Inputs that change the motion of bots from `tick` on were written to their sockets."""
        at = self._changes[rows] % CHANGES
        self.changed_tick[rows, at], self.changed_at[rows, at] = tick, written
        self._changes[rows] += 1

    def nearest(
        self, row: int, tick: int, rows: NDArray[np.int64], count: int
    ) -> NDArray[np.int64]:
        """Those of `rows` that are nearest to a bot at a tick, itself left out."""
        xs, zs = self.walkers.xs[tick % RING], self.walkers.zs[tick % RING]
        rows = rows[rows != row]
        x, z = xs[rows].astype(np.float64) - xs[row], zs[rows].astype(np.float64) - zs[row]
        if rows.size <= count:
            return rows
        return rows[np.argpartition(x * x + z * z, count)[:count]]

    def extra(self, view: View) -> int:
        """How many a viewer knows who have been away for long (of our own bots)."""
        known = np.flatnonzero(view.rows["known"])
        gone = (self.row_of[known] < 0) & (self.left[known] < view.tick - AWAY_TICKS)
        return int(gone.sum())


class Meter:
    """Everything that is counted at the bots. Counts only while `is_on`, but for joins and errors.

    `joins_s`: upgrade request written -> the 50 nearest decoded; `lags_s`: how late bots acted.
    """

    def __init__(self, truth: Truth, tick_hz: int) -> None:
        self.truth = truth
        self.judge = Judge(truth.walkers, truth, tick_hz)
        self.errors: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.joins_s: list[float] = []
        self.join_bytes: list[int] = []  # received until then, for those who came once
        self.lags_s: list[float] = []
        self._is_on = False

    @property
    def is_on(self) -> bool:
        """Whether what happens now counts."""
        return self._is_on

    @is_on.setter
    def is_on(self, value: bool) -> None:
        self._is_on = self.judge.is_on = value

    def settle(self, tick: int, most: int = 1 << 30) -> None:
        """Judges the looks that are old enough at `tick`, at most so many at once."""
        self.judge.settle(tick - SETTLED_TICKS, tick, most)

    def settle_all(self, tick: int) -> None:
        """Judges every look up to `tick`: nothing more comes."""
        self.judge.settle(tick, tick)

    def points(self, kind: str, *points: float) -> list[float]:
        """Percentiles of one of the judge's histograms, in its unit (metres, seconds, radians)."""
        return percentiles_of(kind, self.judge.counts[_KIND[kind]], *points)

    @property
    def margin_ticks(self) -> float:
        """How early inputs came, the median; no number if nothing was told."""
        sums = np.cumsum(self.judge.margins)
        if not sums[-1]:
            return float("nan")
        return float(np.searchsorted(sums, sums[-1] / 2) - 128) / 16

    def tally(self, name: str) -> int:
        """One of the judge's counters."""
        return int(self.judge.tallies[TALLIES.index(name)])


def percentiles_of(kind: str, counts: NDArray[np.int64], *points: float) -> list[float]:
    """Percentiles of a histogram of some kind, in its unit."""
    return percentiles(counts, _UNITS[kind], points)


def percentiles(counts: NDArray[np.int64], unit: float, points: tuple[float, ...]) -> list[float]:
    """Percentiles of a histogram of the judge's, linear in a bin; no number where it is empty.

    Shapes: counts (BINS,) int64. A bin is 1/64 of the unit wide near 0, 1/64 of the octave further
    on, so a percentile is true to 1.6 %, or to 1/64 of the unit.
    """
    total = counts.sum()
    if not total:
        return [float("nan")] * len(points)
    sums = np.cumsum(counts)
    edges = (_EDGES.ravel() - 1) * unit
    found = []
    for point in points:
        wanted = total * point / 100
        at = int(np.searchsorted(sums, wanted))
        share = (wanted - (sums[at] - counts[at])) / counts[at] if counts[at] else 0.0
        found.append(float(edges[at] + (edges[at + 1] - edges[at]) * share))
    return found

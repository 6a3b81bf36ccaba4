"""What sampled viewers see against the truth, plainly said: the slow twin of `_truth.pyx`."""

import math
import struct
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from aukio_bench._decode import View

UNIT = 65536
RING = 64
#: Metres a record of each tier may be off, with a step of the wire; angle units of who walks, and
#: of who stands.
TOLERANCES = [
    (0.036, 910 + 48, 910 + 48),
    (0.143, 1820 + 144, 3641 + 144),
    (0.523, 5461 + 144, 16384 + 144),
]


@dataclass
class Seen:
    """What a viewer believed of one bot: at `tick`, and at the tick before."""

    tick: int
    viewer: int
    row: int
    rank: int | None
    is_seeded: bool
    before: tuple[Any, ...] | None
    now: tuple[Any, ...] | None


class SlowJudge:
    """Collects every value in lists, by the names of `_truth.KINDS` and `_truth.TALLIES`."""

    def __init__(self, walkers: Any, truth: Any, hz: int) -> None:
        self.walkers, self.truth, self.hz = walkers, truth, hz
        self.values: dict[str, list[float]] = defaultdict(list)
        self.tallies: Counter[str] = Counter()
        self.seen: list[Seen] = []
        self.behind: dict[tuple[int, int], int] = {}
        self.ghost: dict[tuple[int, int], int] = {}

    def place(self, row: int, tick: int) -> tuple[int, int]:
        at = tick % RING
        return int(self.walkers.xs[at, row]), int(self.walkers.zs[at, row])

    def look(self, viewer: int, view: View, seeded: set[int], tick: int) -> None:
        for at in range(max(view.tick + 1, tick - 19), tick + 1):
            x, z = self.place(viewer, at)
            there = [
                row
                for row in range(len(self.truth.since))
                if row != viewer and self.truth.since[row] < at <= self.walkers.tick[row]
            ]
            there.sort(key=lambda row: math.dist(self.place(row, at), (x, z)))
            ranks = {row: rank for rank, row in enumerate(there[:50])}
            for row in there:
                if row in ranks or row in seeded:
                    slot = int(self.truth.slots[row])
                    known = bool(view.rows["known"][slot])
                    before = view.motion(slot, at - 1) if known else None
                    now = view.motion(slot, at) if known else None
                    self.seen.append(
                        Seen(at, viewer, row, ranks.get(row), row in seeded, before, now)
                    )

    def settle(self, tick: int) -> None:
        for one in self.seen:
            if one.tick <= tick:
                self.judge(one)
        self.seen = [one for one in self.seen if one.tick > tick]

    def judge(self, one: Seen) -> None:
        tally, at = self.tallies, one.tick % RING
        x, z = self.place(one.row, one.tick)
        away = math.dist(self.place(one.viewer, one.tick), (x, z)) / UNIT
        near = one.rank is not None and one.rank < 20
        since = self.truth.since
        if max(since[one.row], since[one.viewer]) >= one.tick - 1:
            return
        if one.rank is not None and max(since[one.row], since[one.viewer]) < one.tick - 10:
            tally["should"] += 1
            tally["known" if one.now else "missing"] += 1
        if one.now is not None:
            error = math.dist(one.now[:3:2], (x, z)) / UNIT
            gaits = [int(self.walkers.gaits[(at - n) % RING, one.row]) for n in range(7)]
            self.values["near"] += [error] * near
            self.values["movers"] += [error] * bool(near and self.walkers.speeds[at, one.row])
            self.values["events"] += [error] * (near and any(g != gaits[6] for g in gaits[:6]))
            self.values["second"] += [error] * (one.rank is not None and not near)
            tally["wrong"] += one.rank is not None and error > 2
            if one.is_seeded:
                self.values["everybody"].append(error)
                self.values["angle"].append(error / max(away, 1.0))
        self.judge_news(one, near, away)

    def judge_news(self, one: Seen, near: bool, away: float) -> None:
        tally, tick, pair = self.tallies, one.tick - 1, (one.viewer, one.row)
        waits = ghost = False
        if one.before is not None:
            metres = math.dist(one.before[:3:2], self.place(one.row, tick)) / UNIT
            twist = one.before[3] - int(self.walkers.yaws[tick % RING, one.row])
            twist = abs((twist + UNIT // 2) % UNIT - UNIT // 2)
            middle = away < 36 or (one.rank is not None and one.rank < 28)
            most_m, most_yaw, most_rest = TOLERANCES[0 if near else 1 if middle else 2]
            at = tick % RING, one.row
            stands = not (self.walkers.gaits[at] or self.walkers.speeds[at])
            waits = metres > most_m or twist > (most_rest if stands else most_yaw)
            ghost = one.before[5] > 0 and self.walkers.speeds[tick % RING, one.row] == 0
        if near:
            tally["near_pairs"] += 1
            tally["near_waiting"] += waits
            tally["near_ghosts"] += ghost
        if not one.is_seeded:
            return
        tally["pairs"] += 1
        tally["waiting"] += waits
        tally["ghosts"] += ghost
        if waits:
            since = self.behind.setdefault(pair, tick)
            tally["stale"] += one.rank is not None and tick - since > 40
            self.values["wait"].append((tick - since + 1) / self.hz)
        else:
            self.behind.pop(pair, None)
        if ghost:
            since = self.ghost.setdefault(pair, tick)
            tally["longest_ghost"] = max(tally["longest_ghost"], tick - since + 1)
        else:
            self.ghost.pop(pair, None)


def bin_of(value: float, unit: float) -> int:
    """The bin of a value: 64 for each octave of 1 + value / unit."""
    scaled = struct.unpack("f", struct.pack("f", 1 + value / unit))[0]
    fraction, octave = math.frexp(scaled)
    return (octave - 1) * 64 + int((fraction * 2 - 1) * 64)

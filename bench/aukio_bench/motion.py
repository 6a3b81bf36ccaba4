"""How bots wander: seeded habits of people on a plaza, as wishes tick by tick.

Everybody alternates between standing and walking. Stops and walks both last 1-6 s, so half of the
people move at any moment; a tenth of the walks are runs. While walking, the way changes every
1-4 s: 30 % of the changes are continuous turns of 45-120 degrees a second, the rest new ways at
once. In 30 % of the stops people look around. At the border they turn back.
"""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aukio_bench._wander import wander
from aukio_protocol.motion import HEADING_STEP, UNIT, Gait

_WAY_SHIFT = HEADING_STEP.bit_length() - 1
BORDER_M = 4.0  # people turn back this far from the border


@dataclass(frozen=True, slots=True)
class Habits:
    """What people do, and for how long."""

    stop_s: tuple[float, float] = (1.0, 6.0)  # the same as walks: half of the people move
    walk_s: tuple[float, float] = (1.0, 6.0)
    run_share: float = 0.1  # of walks
    change_s: tuple[float, float] = (1.0, 4.0)  # between two changes of the way
    turn_share: float = 0.3  # of changes: continuous turns
    turn_rate_deg: tuple[float, float] = (45.0, 120.0)  # a second
    turn_s: tuple[float, float] = (0.5, 1.5)
    new_way_deg: tuple[float, float] = (15.0, 120.0)  # of changes at once, to either side
    look_share: float = 0.3  # of stops: people look around
    glance_s: tuple[float, float] = (0.5, 2.0)  # rest between two turns on the spot
    half_m: float = 100.0  # the plaza reaches this far from its centre
    sits: bool = False  # stays where they are and only glances, if `look_share` is not 0


def square_from_disc(x: float, z: float) -> tuple[float, float]:
    """The point of the square [-1, 1] x [-1, 1] for one of the unit disc; keeps areas even.

    Source: Shirley and Chiu, "A low distortion map between disk and square", 1997, turned round.
    """
    away = math.hypot(x, z)
    quarter = math.pi / 4
    angle = math.atan2(z, x)
    side = round(angle / (2 * quarter))  # which of the four wedges: east 0, south 1, west 2 or -2
    along = away * (angle - side * 2 * quarter) / quarter
    return ((away, along), (-along, away), (-away, -along), (along, -away))[side % 4]


class Motion(Protocol):
    """What bots wish, tick by tick: `begin` for each, then `decide` for some at each tick.

    Shapes: yaw (N,) float64 angle units, gait and jump (N,) uint8; `ways` of some rows: (n,)
    uint16, the heading of each in 1/1024 turn.
    """

    yaw: NDArray[np.float64]
    gait: NDArray[np.uint8]
    jump: NDArray[np.uint8]

    def ways(self, rows: slice) -> NDArray[np.uint16]: ...

    def begin(self, row: int, tick: int, away_m: tuple[float, float]) -> None: ...

    def decide(
        self, rows: slice, tick: int, x_m: NDArray[np.float64], z_m: NDArray[np.float64]
    ) -> None: ...


class Wander:
    """The wishes of `count` bots.

    Shapes: yaw (N,) float64, angle units; gait, jump (N,) uint8; ends, changes, turns_until (N,)
    int64, ticks; turn (N,) float64, angle units a tick; looks (N,) bool.
    """

    def __init__(
        self, count: int, tick_hz: int, habits: Habits, random: np.random.Generator
    ) -> None:
        self.yaw = random.uniform(0, UNIT, count)
        self.gait = np.zeros(count, np.uint8)
        self.jump = np.zeros(count, np.uint8)  # nobody does, of their own accord
        self.random = random
        self._habits = habits
        self._random = random
        self._hz = tick_hz
        self._ends = np.zeros(count, np.int64)
        self._changes = np.zeros(count, np.int64)
        self._turn = np.zeros(count)
        self._turns_until = np.zeros(count, np.int64)
        self._looks = np.zeros(count, np.bool_)
        self._outward = np.zeros(count, np.int64)

    def ways(self, rows: slice) -> NDArray[np.uint16]:
        """The way of each, in 1/1024 turn: where the body faces, snapped to the wire."""
        return ((self.yaw[rows].astype(np.int32) + HEADING_STEP // 2) >> _WAY_SHIFT & 1023).astype(
            np.uint16
        )

    def begin(self, row: int, tick: int, away_m: tuple[float, float]) -> None:
        """Puts a bot on its way at `tick`: it runs to its own place, `away_m` (x, z) from here."""
        x, z = away_m
        distance = float(np.hypot(x, z))
        self._turns_until[row], self._looks[row] = tick, False
        if self._habits.sits:
            self.gait[row], self._looks[row] = Gait.STAND, self._habits.look_share > 0
            self._ends[row] = np.iinfo(np.int64).max
            glance = tick + self._ticks(self._habits.glance_s, 1)[0]
            self._changes[row] = glance if self._looks[row] else self._ends[row]
            return
        if distance < 1:
            self.gait[row] = Gait.STAND
            self._ends[row] = tick + self._ticks(self._habits.stop_s, 1)[0]
            return
        self.gait[row] = Gait.RUN
        self.yaw[row] = np.arctan2(x, -z) / (2 * np.pi) * UNIT % UNIT
        self._ends[row] = tick + round(distance / 4.0 * self._hz)
        self._changes[row] = self._ends[row] + 1

    def arrives(self, row: int) -> int:
        """The tick at which a bot that has just begun is in its own place."""
        return int(self._ends[row]) if self.gait[row] else 0

    @property
    def half_m(self) -> float:
        """How far the plaza reaches from its centre."""
        return self._habits.half_m

    def decide(
        self, rows: slice, tick: int, x_m: NDArray[np.float64], z_m: NDArray[np.float64]
    ) -> None:
        """Renews the wishes of `rows` for `tick`; `x_m`, `z_m` are where they are."""
        start = rows.start
        over = np.flatnonzero(self._ends[rows] <= tick) + start
        if over.size:
            self._begin_next(over, tick)
        due = np.flatnonzero(self._changes[rows] <= tick) + start
        if due.size:
            self._change(due, tick)
        limit = self._habits.half_m - BORDER_M
        outward = wander(
            start,
            tick,
            limit,
            x_m,
            z_m,
            self._turns_until,
            self._turn,
            self.gait,
            self.yaw,
            self._outward,
        )
        if outward:
            found = self._outward[:outward]
            self._turn_back(found, tick, x_m[found - start], z_m[found - start])

    def _begin_next(self, rows: NDArray[np.int64], tick: int) -> None:
        """Those who stood walk off, those who walked stop."""
        habits, random = self._habits, self._random
        walks = self.gait[rows] == Gait.STAND
        runs = random.random(rows.size) < habits.run_share
        self.gait[rows] = np.where(walks, np.where(runs, Gait.RUN, Gait.WALK), Gait.STAND)
        ticks = np.where(
            walks, self._ticks(habits.walk_s, rows.size), self._ticks(habits.stop_s, rows.size)
        )
        self._ends[rows] = tick + ticks
        self._turns_until[rows] = tick
        self.yaw[rows] = np.where(walks, random.uniform(0, UNIT, rows.size), self.yaw[rows])
        self._looks[rows] = ~walks & (random.random(rows.size) < habits.look_share)
        never = np.iinfo(np.int64).max
        changes = tick + self._ticks(habits.change_s, rows.size)
        glances = np.where(self._looks[rows], tick + self._ticks(habits.glance_s, rows.size), never)
        self._changes[rows] = np.where(walks, changes, glances)

    def _change(self, rows: NDArray[np.int64], tick: int) -> None:
        """Walkers change their way, those who look around turn on the spot."""
        habits, random, size = self._habits, self._random, rows.size
        looks = self._looks[rows]
        turns = looks | (random.random(size) < habits.turn_share)
        side = np.where(random.random(size) < 0.5, -1.0, 1.0)
        rate = side * random.uniform(*habits.turn_rate_deg, size) * UNIT / 360 / self._hz
        self._turn[rows] = rate
        lasts = self._ticks(habits.turn_s, size)
        self._turns_until[rows] = np.where(turns, tick + lasts, tick)
        jump = side * random.uniform(*habits.new_way_deg, size) * UNIT / 360
        self.yaw[rows] = np.where(turns, self.yaw[rows], (self.yaw[rows] + jump) % UNIT)
        rest = np.where(
            looks, lasts + self._ticks(habits.glance_s, size), self._ticks(habits.change_s, size)
        )
        self._changes[rows] = tick + rest

    def _turn_back(
        self,
        rows: NDArray[np.int64],
        tick: int,
        x_m: NDArray[np.float64],
        z_m: NDArray[np.float64],
    ) -> None:
        home = np.arctan2(-x_m, z_m) / (2 * np.pi) * UNIT
        home += self._random.uniform(-UNIT / 8, UNIT / 8, rows.size)
        self.yaw[rows] = home % UNIT
        self._turns_until[rows] = tick

    def _ticks(self, span_s: tuple[float, float], size: int) -> NDArray[np.int64]:
        return np.rint(self._random.uniform(*span_s, size) * self._hz).astype(np.int64)

"""The inputs of all walkers for a whole run, written to a file that a rival's load replays by tick.

"AWM1", u32 walkers, u32 ticks; then for each walker i32 x, i32 z (1/65536 m);
then tick after tick, for each walker: u16 yaw (1/65536 turn), u16 bits 0-9 heading, 10-11 gait
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aukio_bench.motion import BORDER_M, Habits, Wander
from aukio_bench.walkers import Walkers
from aukio_protocol.motion import UNIT

TICK_HZ = 20
EARLIER_TICKS = 400  # of wandering before the first: by then habits have no common beginning
_HEAD = struct.Struct("<4sII")
_MAGIC = b"AWM1"


@dataclass(frozen=True, slots=True)
class Motion:
    """Where everybody stands at first, and what everybody wishes at each tick.

    Shapes: starts (N, 2) int32, x and z in 1/65536 m; wishes (T, N, 3) int64: yaw (1/65536 turn),
    heading (1/1024 turn), gait.
    """

    starts: NDArray[np.int32]
    wishes: NDArray[np.int64]

    def write(self, path: Path) -> None:
        """Writes the file."""
        ticks, count, _ = self.wishes.shape
        rows = np.empty((ticks, count, 2), "<u2")
        rows[:, :, 0] = self.wishes[:, :, 0]
        rows[:, :, 1] = self.wishes[:, :, 1] | self.wishes[:, :, 2] << 10
        head = _HEAD.pack(_MAGIC, count, ticks)
        path.write_bytes(head + self.starts.astype("<i4").tobytes() + rows.tobytes())


def wander(count: int, ticks: int, habits: Habits, seed: int) -> Motion:
    """The motion of `count` people of these habits, evenly spread over the plaza, for `ticks`.

    They wander by the same `Wander` and the same walkers as the bench's own bots do; they have
    wandered for 20 s before the first tick, and stand still at it.
    """
    random = np.random.default_rng(seed)
    walkers = Walkers(count, TICK_HZ)
    half = habits.half_m - 2 * BORDER_M
    walkers.x[:] = random.uniform(-half, half, count) * UNIT
    walkers.z[:] = random.uniform(-half, half, count) * UNIT
    people = Wander(count, TICK_HZ, habits, random)
    everybody = slice(0, count)
    wishes = np.empty((ticks, count, 3), np.int64)
    starts = np.empty((count, 2), np.int32)
    for tick in range(-EARLIER_TICKS, ticks):
        if tick == 0:
            walkers.speed[:] = 0
            starts[:, 0], starts[:, 1] = walkers.x, walkers.z
        people.decide(everybody, tick, walkers.x / UNIT, walkers.z / UNIT)
        yaw, heading = people.yaw.astype(np.int64), people.ways(everybody).astype(np.int64)
        gait = people.gait.astype(np.int64)
        walkers.step(everybody, tick, yaw, heading, gait)
        if tick >= 0:
            wishes[tick, :, 0], wishes[tick, :, 1], wishes[tick, :, 2] = yaw, heading, gait
    return Motion(starts, wishes)

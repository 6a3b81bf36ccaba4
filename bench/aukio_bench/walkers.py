"""The avatars of all bots as they predict themselves: the movement rule on a plain, for arrays.

A plaza has no walls and one height, so the rule of SPEC 11 is heading, speed and stride. What the
server corrects is taken over and walked again from there.
"""

import struct

import numpy as np
from numpy.typing import NDArray

from aukio_protocol.motion import (
    ACCELERATION,
    HEADING_STEP,
    PLACE_STEP,
    RUN_SPEED,
    SINE,
    SPEED_STEP,
    UNIT,
    WALK_SPEED,
)

RING = 64  # ticks of wishes and places that are kept

_SINE = np.array(SINE, np.int64)
_TARGETS = np.array((0, WALK_SPEED, RUN_SPEED), np.int64)
_CORRECTION = struct.Struct("<HiiiiHHBB")


class Walkers:
    """Where every bot has its own avatar.

    Shapes: x, z (N,) int64, 1/65536 m; heading (N,) int64, angle units; speed (N,) int64,
    1/32 m/s, all after tick `tick` (N,) int64; and by tick mod RING, contiguous for each tick:
    the wishes yaws, ways (RING, N) int32 (angle units, 1/1024 turn) and gaits (RING, N) uint8, the
    path xs, zs (RING, N) int32 and speeds (RING, N) uint8. Ticks are the server's, unwrapped.
    """

    def __init__(self, count: int, tick_hz: int) -> None:
        self.x = np.zeros(count, np.int64)
        self.z = np.zeros(count, np.int64)
        self.heading = np.zeros(count, np.int64)
        self.speed = np.zeros(count, np.int64)
        self.tick = np.zeros(count, np.int64)
        self.yaws = np.zeros((RING, count), np.int32)
        self.ways = np.zeros((RING, count), np.int32)
        self.gaits = np.zeros((RING, count), np.uint8)
        self.xs = np.zeros((RING, count), np.int32)
        self.zs = np.zeros((RING, count), np.int32)
        self.speeds = np.zeros((RING, count), np.uint8)
        self._hz = tick_hz

    def place(self, row: int, tick: int, x: int, z: int, yaw: int) -> None:
        """Puts a bot where its welcome says."""
        self.x[row], self.z[row], self.speed[row], self.tick[row] = x, z, 0, tick
        self.heading[row] = yaw
        self.xs[:, row], self.zs[:, row], self.speeds[:, row] = x, z, 0
        self.yaws[:, row], self.ways[:, row], self.gaits[:, row] = yaw, yaw // HEADING_STEP, 0

    def step(
        self,
        rows: slice,
        tick: int,
        yaw: NDArray[np.int64],
        heading: NDArray[np.int64],
        gait: NDArray[np.int64],
    ) -> None:
        """Walks one tick with these wishes."""
        moving = gait != 0
        self.heading[rows] = np.where(moving, heading * HEADING_STEP, self.heading[rows])
        change = ACCELERATION // self._hz
        target, speed = _TARGETS[gait], self.speed[rows]
        speed = np.where(
            speed < target, np.minimum(speed + change, target), np.maximum(speed - change, target)
        )
        self.speed[rows] = speed
        east, south = self._stride(self.heading[rows], speed)
        self.x[rows] += east
        self.z[rows] += south
        self.tick[rows] = tick
        at = tick % RING
        self.yaws[at, rows], self.ways[at, rows], self.gaits[at, rows] = yaw, heading, gait
        self.xs[at, rows], self.zs[at, rows] = self.x[rows], self.z[rows]
        self.speeds[at, rows] = speed

    def correct(self, row: int, correction: bytes) -> None:
        """Takes the server's word for a bot's own avatar and walks the ticks since then again."""
        wire_tick, x, _, z, _, _, heading, speed, _ = _CORRECTION.unpack(correction)
        last = int(self.tick[row])
        tick = last + (wire_tick - last + 32768) % 65536 - 32768
        self.x[row], self.z[row], self.heading[row], self.speed[row] = x, z, heading, speed
        at = tick % RING
        self.xs[at, row], self.zs[at, row], self.speeds[at, row] = x, z, speed
        if last - tick >= RING:
            tick = last
        rows = slice(row, row + 1)
        for again in range(tick + 1, last + 1):
            at = again % RING
            yaw, way = self.yaws[at, rows].astype(np.int64), self.ways[at, rows].astype(np.int64)
            self.step(rows, again, yaw, way, self.gaits[at, rows].astype(np.int64))

    def claims(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The low 16 bits of where bots have their avatars, in 1/256 m."""
        return self.x[rows] // PLACE_STEP % 65536, self.z[rows] // PLACE_STEP % 65536

    def _stride(
        self, heading: NDArray[np.int64], speed: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        length = speed * SPEED_STEP // self._hz
        index = (heading + HEADING_STEP // 2) // HEADING_STEP % 1024
        east = (length * _SINE[index] + UNIT // 2) // UNIT
        north = (length * _SINE[(index + 256) % 1024] + UNIT // 2) // UNIT
        return east, -north

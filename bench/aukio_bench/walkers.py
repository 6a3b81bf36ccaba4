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
    1/32 m/s, all after tick `tick` (N,); wishes (N, RING, 3) int64: yaw, heading step, gait;
    xs, zs (N, RING) int32, yaws (N, RING) int32, speeds (N, RING) uint8: the path, by tick mod
    RING. Ticks are the server's, unwrapped.
    """

    def __init__(self, count: int, tick_hz: int) -> None:
        self.x = np.zeros(count, np.int64)
        self.z = np.zeros(count, np.int64)
        self.heading = np.zeros(count, np.int64)
        self.speed = np.zeros(count, np.int64)
        self.tick = np.zeros(count, np.int64)
        self.wishes = np.zeros((count, RING, 3), np.int64)
        self.xs = np.zeros((count, RING), np.int32)
        self.zs = np.zeros((count, RING), np.int32)
        self.yaws = np.zeros((count, RING), np.int32)
        self.speeds = np.zeros((count, RING), np.uint8)
        self._hz = tick_hz

    def place(self, row: int, tick: int, x: int, z: int, yaw: int) -> None:
        """Puts a bot where its welcome says."""
        self.x[row], self.z[row], self.speed[row], self.tick[row] = x, z, 0, tick
        self.heading[row] = yaw
        self.xs[row], self.zs[row], self.yaws[row], self.speeds[row] = x, z, yaw, 0
        self.wishes[row] = (yaw, yaw // HEADING_STEP % 1024, 0)

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
        self.wishes[rows, at, 0], self.wishes[rows, at, 1] = yaw, heading
        self.wishes[rows, at, 2] = gait
        self.xs[rows, at], self.zs[rows, at] = self.x[rows], self.z[rows]
        self.yaws[rows, at], self.speeds[rows, at] = yaw, speed

    def correct(self, row: int, correction: bytes) -> None:
        """Takes the server's word for a bot's own avatar and walks the ticks since then again."""
        wire_tick, x, _, z, _, yaw, heading, speed, _ = _CORRECTION.unpack(correction)
        last = int(self.tick[row])
        tick = last + (wire_tick - last + 32768) % 65536 - 32768
        self.x[row], self.z[row], self.heading[row], self.speed[row] = x, z, heading, speed
        at = tick % RING
        self.xs[row, at], self.zs[row, at] = x, z
        self.yaws[row, at], self.speeds[row, at] = yaw, speed
        if last - tick >= RING:
            tick = last
        for again in range(tick + 1, last + 1):
            wish = self.wishes[row, again % RING]
            self.step(slice(row, row + 1), again, wish[0:1], wish[1:2], wish[2:3])

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

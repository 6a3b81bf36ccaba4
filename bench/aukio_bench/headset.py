"""Heads and hands of people in headsets: never still, hands that gesture half of the time."""

import numpy as np
from numpy.typing import NDArray

POSE_HZ = 10  # poses a second of each; they change in every one
SWAY_M, SWAY_HZ = 0.03, 0.3  # of a head that is held still
NOD_DEG = 12.0
GESTURE_M, GESTURE_HZ = 0.15, 2.0
GESTURE_S = (1.0, 4.0)  # a gesture, and a rest between two: the same, so half of the time

#: Widths in bits of a pose's fields, in order (SPEC PO1): head, left hand, right hand.
_WIDTHS = (7, 8, 7, 8, 8, 6, *(8, 8, 8, 7, 6, 6, 3) * 2)


class Headsets:
    """The poses of `count` people.

    Source: sync-simulation 6: the head always in motion, hands by 15 cm at 2 Hz half of the time.
    """

    def __init__(self, count: int, tick_hz: int, random: np.random.Generator) -> None:
        self._hz = tick_hz
        self._random = random
        self._phase = random.uniform(0, 2 * np.pi, (count, 3))
        self._gestures = random.random(count) < 0.5
        self._until = np.zeros(count, np.int64)

    def due(self, rows: slice, tick: int) -> NDArray[np.bool_]:
        """Whose pose is sent at a tick: everybody's POSE_HZ times a second, in turns."""
        every = max(1, self._hz // POSE_HZ)
        due: NDArray[np.bool_] = (np.arange(rows.start, rows.stop) + tick) % every == 0
        return due

    def poses(self, rows: slice, tick: int) -> NDArray[np.uint8]:
        """The 17 bytes of each of `rows` at a tick, (n, 17) uint8."""
        size = rows.stop - rows.start
        over = np.flatnonzero(self._until[rows] <= tick) + rows.start
        self._gestures[over] ^= True
        span = self._random.uniform(*GESTURE_S, over.size)
        self._until[over] = tick + np.rint(span * self._hz).astype(np.int64)
        time, phase = tick / self._hz, self._phase[rows]
        sway = SWAY_M * np.sin(2 * np.pi * SWAY_HZ * time + phase[:, 0])
        nod = NOD_DEG / 360 * np.sin(2 * np.pi * SWAY_HZ * 1.7 * time + phase[:, 1])
        reach = GESTURE_M * np.sin(2 * np.pi * GESTURE_HZ * time + phase[:, 2])
        reach = np.where(self._gestures[rows], reach, sway / 3)
        fields = np.zeros((size, len(_WIDTHS)), np.int64)
        fields[:, 0], fields[:, 1] = np.rint(sway * 64), np.rint((1.62 + sway / 3) * 64)
        fields[:, 2] = np.rint(sway * 32)
        fields[:, 3], fields[:, 4] = np.rint(nod * 256), np.rint(nod * 180)
        for at, side in ((6, -1), (13, 1)):
            fields[:, at] = np.rint((side * 0.28 + reach * 0.5) * 64)
            fields[:, at + 1] = np.rint((0.12 + reach) * 64)  # from 1 m above the feet
            fields[:, at + 2] = np.rint((-0.3 + sway) * 64)
            fields[:, at + 3] = np.rint(reach * 60)
        return pack_poses(fields)


def pack_poses(fields: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Packs fields in the order of SPEC PO1, (n, 20), as (n, 17) bytes, in two's complement."""
    bits = np.empty((fields.shape[0], sum(_WIDTHS)), np.uint8)
    at = 0
    for column, width in enumerate(_WIDTHS):
        bits[:, at : at + width] = fields[:, column, None] >> np.arange(width) & 1
        at += width
    return np.packbits(bits, axis=1, bitorder="little")

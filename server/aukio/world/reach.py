"""What can be reached on foot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world._flood import flood
from aukio.world.walkfield import CELL_M, CELLS, NONE, UNITS, WalkField

STEP: Final = 22
"""What one steps up at most, in 1/64 m (see `aukio_protocol.motion.STEP_HEIGHT`)."""
ROOM: Final = 18
"""From a wall, in 1/64 m: a body of 0.3 m less what it may be squeezed by."""

Floats = NDArray[np.float64]
Point = tuple[float, float, float]


class Reach:
    """Where one gets to from a place; x, y, z in metres, y up.

    Looks at `parts` places in each 0.25 m, so that a passage counts when it is as wide as a body
    and one such distance more. About 0.1 s for a million places.
    """

    def __init__(self, field: WalkField, start: Point, spread: float, parts: int = 1) -> None:
        self._field = field
        self._pitch = CELL_M / parts
        rows, columns = (count * CELLS * parts for count in field.table.shape[:2])
        self._reached = np.zeros((field.layers, rows, columns), np.uint8)
        self._parts = parts
        self.count = flood(
            field.heights,
            field.distances,
            field.table,
            parts,
            STEP,
            ROOM,
            self._around(start, max(spread, CELL_M)),
            self._reached,
        )

    def has(self, place: Point, reach: float, accepts: Callable[..., NDArray[np.bool_]]) -> bool:
        """Says whether any place that is reached, at most `reach` metres away along x and z, is
        one that `accepts` takes: a function of x, y, z (N,) to bool (N,)."""
        x, y, z = self._places(place, reach)
        return bool(x.size and accepts(x, y, z).any())

    def nearest(self, place: Point, reach: float) -> Point | None:
        """The place that is reached nearest to another, within `reach` metres along x and z."""
        x, y, z = self._places(place, reach)
        if not x.size:
            return None
        best = int(np.argmin((x - place[0]) ** 2 + (y - place[1]) ** 2 + (z - place[2]) ** 2))
        return float(x[best]), float(y[best]), float(z[best])

    def _around(self, start: Point, spread: float) -> list[tuple[int, int, int]]:
        x, y, z = start
        rows, columns = self._window(x, z, spread)
        height = round(y * UNITS)
        return [(row, column, height) for row in rows for column in columns]

    def _places(self, place: Point, reach: float) -> tuple[Floats, Floats, Floats]:
        rows, columns = self._window(place[0], place[2], reach)
        part = self._reached[:, rows.start : rows.stop, columns.start : columns.stop]
        layers, row, column = np.nonzero(part)
        row, column = row + rows.start, column + columns.start
        return (
            (column * self._pitch + self._field.tile_x0 * CELLS * CELL_M).astype(np.float64),
            self._heights(layers, row // self._parts, column // self._parts),
            (row * self._pitch + self._field.tile_z0 * CELLS * CELL_M).astype(np.float64),
        )

    def _heights(
        self, layers: NDArray[np.intp], row: NDArray[np.intp], column: NDArray[np.intp]
    ) -> Floats:
        """Of the node before each place: within a step of the true height."""
        blocks = self._field.table[row // CELLS, column // CELLS, layers]
        heights = self._field.heights[blocks, row % CELLS, column % CELLS].astype(np.float64)
        assert not (heights == NONE).any(), "what is reached has a floor"
        return heights / UNITS

    def _window(self, x: float, z: float, reach: float) -> tuple[range, range]:
        _, rows, columns = self._reached.shape
        west, north = (self._field.tile_x0 * CELLS, self._field.tile_z0 * CELLS)
        return (
            _range((z - reach) / self._pitch - north * self._parts,
                   (z + reach) / self._pitch - north * self._parts, rows),
            _range((x - reach) / self._pitch - west * self._parts,
                   (x + reach) / self._pitch - west * self._parts, columns),
        )  # fmt: skip


def _range(low: float, high: float, most: int) -> range:
    return range(max(0, int(np.floor(low))), max(0, min(most, int(np.ceil(high)) + 1)))

"""The lattice of nodes a world compiles on: 0.25 m apart, on whole multiples, row-major with z
outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from aukio.world.model import Ground
from aukio.world.solids import Floats, Solid
from aukio.world.walkfield import CELL_M

MARGIN: Final = 4
"""Nodes kept beyond the outermost floor, so that walls and edges have both their sides."""
FURTHEST_FLOOR_M: Final = 64.0
"""How far floors beside an open ground may lie beyond its border."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of nodes of a grid with their places, `x` (1, n) and `z` (m, 1), metres."""

    rows: slice
    columns: slice
    x: Floats
    z: Floats


@dataclass(frozen=True, slots=True)
class Grid:
    """Nodes i0 .. i0 + width - 1 along x and j0 .. j0 + depth - 1 along z; node (i, j) at (i, j) *
    0.25 m."""

    i0: int
    j0: int
    width: int
    depth: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows (z) and columns (x)."""
        return self.depth, self.width

    def window(self, x: float, z: float, reach: tuple[float, float]) -> Window:
        """Return the nodes within `reach` metres of a place, along x and z; possibly none."""
        left, right = self._span(x, reach[0], self.i0, self.width)
        top, bottom = self._span(z, reach[1], self.j0, self.depth)
        return Window(
            slice(top, bottom),
            slice(left, right),
            (np.arange(left, right, dtype=np.float64) + self.i0)[None, :] * CELL_M,
            (np.arange(top, bottom, dtype=np.float64) + self.j0)[:, None] * CELL_M,
        )

    def whole(self) -> Window:
        """Return all nodes."""
        return self.window(0, 0, (math.inf, math.inf))

    @staticmethod
    def _span(centre: float, reach: float, first: int, count: int) -> tuple[int, int]:
        if math.isinf(reach):
            return 0, count
        low = math.ceil((centre - reach) / CELL_M) - first
        high = math.floor((centre + reach) / CELL_M) - first + 1
        low = min(max(low, 0), count)
        return low, min(max(high, low), count)


def ground_bounds(ground: Ground) -> tuple[float, float, float, float]:
    """Return the ground's west, north, east and south border in engine x and z, metres."""
    (width, depth), (east, north) = ground.size, ground.at
    return east - width / 2, -north - depth / 2, east + width / 2, -north + depth / 2


def grid_of(ground: Ground, solids: Sequence[Solid]) -> Grid:
    """Return the grid that holds every floor: the ground, and what lies beside an open one."""
    west, north, east, south = ground_bounds(ground)
    if "open" in ground.edge.values():
        far = FURTHEST_FLOOR_M
        outer = west - far, north - far, east + far, south + far
        for solid in solids:
            reach_x, reach_z = solid.reach
            west = max(min(west, solid.x - reach_x), outer[0])
            north = max(min(north, solid.z - reach_z), outer[1])
            east = min(max(east, solid.x + reach_x), outer[2])
            south = min(max(south, solid.z + reach_z), outer[3])
    i0, j0 = math.floor(west / CELL_M) - MARGIN, math.floor(north / CELL_M) - MARGIN
    i1, j1 = math.ceil(east / CELL_M) + MARGIN, math.ceil(south / CELL_M) + MARGIN
    return Grid(i0, j0, i1 - i0 + 1, j1 - j0 + 1)

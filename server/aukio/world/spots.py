"""Places to stand: the nearest one in a walk field."""

from __future__ import annotations

from typing import Final

import numpy as np

from aukio.world.walkfield import CELL_M, CELLS, NONE, UNITS, WalkField

ROOM_M: Final = 0.45
"""From a wall: a body is 0.3 m, and nobody likes to be put against one."""
CLIMB: Final = 3.0
"""A metre up or down counts as so many along: better beside a wall than on it."""

Point = tuple[float, float, float]


def nearest_spot(field: WalkField, at: Point) -> Point | None:
    """Returns the nearest place where one can stand; None in a world without any.

    `at` and the place are x, y, z in metres, y up. Looks at one tile after another, the nearest
    first, about a millisecond each.
    """
    x, _, z = at
    best, found = np.inf, None
    for away, tile_z, tile_x in sorted(_tiles(field, x, z)):
        if away >= best:
            break
        for block in field.table[tile_z, tile_x]:
            if block < 0:
                continue
            cost, spot = _nearest(field, int(block), (tile_x, tile_z), at)
            if cost < best:
                best, found = cost, spot
    return found


def _tiles(field: WalkField, x: float, z: float) -> list[tuple[float, int, int]]:
    """Each tile that holds anything, with how far away it begins."""
    side = CELLS * CELL_M
    return [
        (
            float(np.hypot(_outside(x, (tx + field.tile_x0) * side, side),
                           _outside(z, (tz + field.tile_z0) * side, side))),
            tz,
            tx,
        )
        for tz, tx in np.argwhere((field.table >= 0).any(axis=2)).tolist()
    ]  # fmt: skip


def _outside(value: float, begin: float, size: float) -> float:
    return max(begin - value, value - begin - size, 0.0)


def _nearest(
    field: WalkField, block: int, tile: tuple[int, int], at: Point
) -> tuple[float, Point | None]:
    """The best node of a block; those of its last row and column are the next tile's."""
    heights, distances = field.heights[block], field.distances[block]
    floor = heights != NONE
    whole = floor[:-1, :-1] & floor[1:, :-1] & floor[:-1, 1:] & floor[1:, 1:]
    rows, columns = np.nonzero(whole & (distances[:-1, :-1] >= ROOM_M * UNITS))
    if not rows.size:
        return np.inf, None
    x = ((tile[0] + field.tile_x0) * CELLS + columns) * CELL_M
    z = ((tile[1] + field.tile_z0) * CELLS + rows) * CELL_M
    y = heights[rows, columns] / UNITS
    costs = np.hypot(x - at[0], z - at[2]) + CLIMB * np.abs(y - at[1])
    best = int(costs.argmin())
    return float(costs[best]), (float(x[best]), float(y[best]), float(z[best]))

"""Walls that are there in some states of an entity only: doors, barriers, what can be taken away.

They never make a floor. So the walk field needs no other heights for them, and a wall that comes or
goes is a lesser or greater distance in a few hundred nodes of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world.floors import CompileError, Ints
from aukio.world.grid import Grid
from aukio.world.solids import Solid
from aukio.world.walkfield import CELLS, FAR, MOST_GATES, NODES, NONE, UNITS, Gate

_FAR_M: Final = FAR / UNITS
LARGEST_M: Final = 30.0
"""Half extents of what may come and go; larger ones would be most of a client's download."""


@dataclass(frozen=True, slots=True)
class PassingWall:
    """The distances to the solids of an entity in a state, over nodes of the grid.

    `distances` (layers, rows, columns) int8 begin at (row, column) of the grid.
    """

    entity: str
    state: str
    row: int
    column: int
    distances: NDArray[np.int8]


def passing_walls(
    grid: Grid,
    solids: Mapping[tuple[str, str], Sequence[Solid]],
    heights: Ints,
    step: int,
) -> list[PassingWall]:
    """Return the walls that come and go.

    Args:
        solids: by entity and state.
        heights: at which walkers are, (layers, rows, columns) in 1/64 m.
        step: the highest step, 1/64 m.

    Raises:
        CompileError: one is too large.
    """
    found = []
    for (entity, state), bodies in solids.items():
        low_x = min(one.x - one.reach[0] for one in bodies)
        high_x = max(one.x + one.reach[0] for one in bodies)
        low_z = min(one.z - one.reach[1] for one in bodies)
        high_z = max(one.z + one.reach[1] for one in bodies)
        half = (high_x - low_x) / 2, (high_z - low_z) / 2
        if max(half) > LARGEST_M:
            expected = f"what is solid in some states within {2 * LARGEST_M:g} m"
            raise CompileError(entity, expected, f"{2 * max(half):.0f} m", "make it two entities")
        middle = (low_x + high_x) / 2, (low_z + high_z) / 2
        window = grid.window(*middle, (half[0] + _FAR_M, half[1] + _FAR_M))
        here = heights[:, window.rows, window.columns]
        if not here.size:
            continue
        distances = np.full(here.shape, _FAR_M)
        for solid in bodies:
            near = solid.wall_distance(window.x, window.z, here / UNITS, step / UNITS)
            distances = np.minimum(distances, near)
        distances[here == NONE] = _FAR_M
        steps = np.clip(np.rint(distances * UNITS), -FAR, FAR).astype(np.int8)
        found.append(PassingWall(entity, state, window.rows.start, window.columns.start, steps))
    return found


def gates_of(
    walls: Sequence[PassingWall], table: NDArray[np.int32], origin: tuple[int, int]
) -> Iterator[Gate]:
    """Yield the walls cut along the tiles of a field.

    Args:
        table: block of each tile, (deep, wide, layers).
        origin: row and column of the grid's first node among those of the tiles.

    Raises:
        CompileError: there are too many.
    """
    count = 0
    deep, wide, layers = table.shape
    for wall in walls:
        top, left = wall.row + origin[0], wall.column + origin[1]
        _, rows, columns = wall.distances.shape
        tiles = itertools.product(
            _tiles(top, rows, deep), _tiles(left, columns, wide), range(layers)
        )
        for tz, tx, layer in tiles:
            block = int(table[tz, tx, layer])
            first_row, first_column = tz * CELLS, tx * CELLS
            low_row, high_row = max(top, first_row), min(top + rows, first_row + NODES)
            low_column = max(left, first_column)
            high_column = min(left + columns, first_column + NODES)
            if block < 0:
                continue
            part = wall.distances[layer]
            part = part[low_row - top : high_row - top, low_column - left : high_column - left]
            if (part == FAR).all():
                continue
            count += 1
            if count > MOST_GATES:
                expected = f"at most {MOST_GATES} walls that come and go"
                raise CompileError(wall.entity, expected, "more", "use fewer of them")
            yield Gate(
                wall.entity,
                wall.state,
                block,
                low_row - first_row,
                low_column - first_column,
                np.ascontiguousarray(part),
            )


def _tiles(first: int, count: int, most: int) -> range:
    """The tiles that hold any of the nodes from `first` on; they share those of their borders."""
    return range(max(0, (first - 1) // CELLS), min(most, (first + count - 1) // CELLS + 1))

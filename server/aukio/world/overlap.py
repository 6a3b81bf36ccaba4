"""Continuing each layer beyond its own floors: into walls, and a little way over the floors of
other layers.

Into walls, because a walker's centre comes within its radius of a wall and the cell it is in must
have four corners; over other layers' floors, because a walker changes layers only where both have
the same floor.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world.floors import Ints
from aukio.world.grid import shifted
from aukio.world.walkfield import NONE

WALL_RINGS: Final = 2
"""Nodes a floor continues into a wall."""
EDGE_RINGS: Final = 3
"""Nodes beyond an edge that still know the edge's height, so that distances stay continuous
there."""
COPY_RINGS: Final = 5
"""Nodes a layer continues over another's floor; the field promises four, a corner may cost one."""

_AXES: Final = ((0, 1), (0, -1), (1, 0), (-1, 0))
_AROUND: Final = (*_AXES, (1, 1), (1, -1), (-1, 1), (-1, -1))


def extended(heights: Ints, rings: int) -> Ints:
    """Return the layers with each floor's height carried outwards over so many nodes without
    floor."""
    result = heights.copy()
    for _ in range(rings):
        before = result.copy()
        for rows, columns in _AROUND:
            neighbour = shifted(before, rows, columns, NONE)
            np.copyto(result, neighbour, where=(result == NONE) & (neighbour != NONE))
    return result


def continue_into_walls(heights: Ints, reach: Ints, blocked: NDArray[np.bool_], step: int) -> None:
    """Add floor inside walls, in place.

    Args:
        heights: (layers, depth, width) in 1/64 m.
        reach: the same, carried outwards; what is added comes from here.
        blocked: nodes where a wall stands for the height of `reach`.
        step: neighbours of a layer never differ by more, 1/64 m.
    """
    for _ in range(WALL_RINGS):
        near = _beside(heights != NONE)
        wanted = (heights == NONE) & blocked & (reach != NONE) & near
        added = np.where(wanted, reach, NONE)
        # Additions from two sides of a thin wall may be a cliff apart: first against the floors,
        # then each other.
        added[~_agrees(added, heights, step)] = NONE
        added[~_agrees(added, added, step)] = NONE
        np.copyto(heights, added, where=added != NONE)


def continue_over_floors(heights: Ints, own: Ints, step: int) -> None:
    """Add the floors of other layers that a walker of this layer steps onto, in place.

    Args:
        heights: (layers, depth, width) in 1/64 m, with what is inside walls.
        own: the layers without any continuation, from which floors are copied.
    """
    count = len(heights)
    for layer in range(count):
        walked = own[layer].copy()
        for _ in range(COPY_RINGS):
            before = walked.copy()
            for other in range(count):
                if other != layer:
                    _copy(heights[layer], walked, before, own[other], step)


def fill_buried(ground: Ints, buried: NDArray[np.bool_], step: int) -> None:
    """Add the ground under solids to its layer, in place, where it makes no cliff; it is blocked
    there."""
    added = np.where(buried & (ground == NONE), np.int32(0), np.int32(NONE))
    added[~_agrees(added, ground, step)] = NONE
    np.copyto(ground, added, where=added != NONE)


def _copy(heights: Ints, walked: Ints, before: Ints, floor: Ints, step: int) -> None:
    wanted = (heights == NONE) & (floor != NONE) & _steps_onto(before, floor, step)
    added = np.where(wanted, floor, NONE)
    added[~_agrees(added, heights, step)] = NONE
    new = added != NONE
    np.copyto(heights, added, where=new)
    np.copyto(walked, added, where=new)


def _beside(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    grown = mask.astype(np.int32)
    result = np.zeros_like(mask)
    for rows, columns in _AROUND:
        result |= shifted(grown, rows, columns, 0) != 0
    return result


def _steps_onto(walked: Ints, floor: Ints, step: int) -> NDArray[np.bool_]:
    result = np.zeros(floor.shape, bool)
    for rows, columns in _AXES:
        neighbour = shifted(walked, rows, columns, NONE)
        result |= (neighbour != NONE) & (np.abs(neighbour - floor) <= step)
    return result


def _agrees(added: Ints, heights: Ints, step: int) -> NDArray[np.bool_]:
    """Say where a height differs by no more than a step from all its neighbours that have a
    floor."""
    result = np.ones(added.shape, bool)
    for rows, columns in _AXES:
        neighbour = shifted(heights, rows, columns, NONE)
        result &= (neighbour == NONE) | (np.abs(neighbour - added) <= step)
    return result

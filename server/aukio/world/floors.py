"""Where one can stand: every upper surface over every node, less what is buried, doubled or too
low.

A surface counts as a floor where nothing solid reaches into the headroom above it. Whatever does
either lies on it within a step, and then its own top takes the floor's place, or it blocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world.grid import Grid, ground_bounds
from aukio.world.model import Ground
from aukio.world.solids import HEADROOM_M, TOUCH_M, Solid
from aukio.world.walkfield import UNITS

GROUND: Final = 0
"""The patch number of the ground; solid number n has patch n + 1."""
MOST_SURFACES: Final = 20_000_000
MOST_STACKED: Final = 200

HEADROOM: Final = round(HEADROOM_M * UNITS)

Ints = NDArray[np.int32]


class CompileError(Exception):
    """An entity that cannot be compiled; `compile` tells it as a problem at the entity's place."""

    def __init__(self, entity: str, expected: str, got: str, hint: str) -> None:
        super().__init__(f"entities/{entity}: expected {expected}, got {got} ({hint})")
        self.entity: Final = entity
        self.expected: Final = expected
        self.got: Final = got
        self.hint: Final = hint


@dataclass(frozen=True, slots=True)
class Floors:
    """All floors of a world, one entry per node and floor, sorted by node.

    Shapes: `node` (N,) int32 row-major index into the grid, `height` (N,) int32 in 1/64 m, `patch`
    (N,) int32 the surface it belongs to; `ground` (depth, width) bool, the nodes inside the
    ground's rectangle.
    """

    node: Ints
    height: Ints
    patch: Ints
    ground: NDArray[np.bool_]


@dataclass(slots=True)
class _Surfaces:
    """Upper surfaces over nodes, sorted by node: where, between which heights, whose, and whether
    walkable."""

    node: Ints
    bottom: Ints
    top: Ints
    patch: Ints
    walkable: NDArray[np.bool_]


def find_floors(grid: Grid, ground: Ground, solids: Sequence[Solid]) -> Floors:
    """Return every floor.

    Raises:
        CompileError: more surfaces than memory is meant for, or too many above one another.
    """
    inside = ground_mask(grid, ground)
    surfaces = _surfaces(grid, solids)
    free = _free(surfaces, solids)
    over_ground = inside.ravel()[surfaces.node]
    free &= ~(over_ground & (surfaces.top <= 0))
    ground_nodes = np.flatnonzero(_free_ground(inside, surfaces)).astype(np.int32)
    node = np.concatenate((ground_nodes, surfaces.node[free]))
    order = np.argsort(node, kind="stable")
    zeros = np.zeros_like(ground_nodes)
    height = np.concatenate((zeros, surfaces.top[free]))[order]
    patch = np.concatenate((zeros + GROUND, surfaces.patch[free]))[order]
    return Floors(node[order], height, patch, inside)


def ground_mask(grid: Grid, ground: Ground) -> NDArray[np.bool_]:
    """Return which nodes lie on the ground's rectangle, its border included."""
    west, north, east, south = ground_bounds(ground)
    nodes = grid.whole()
    along_x = (nodes.x >= west - TOUCH_M) & (nodes.x <= east + TOUCH_M)
    along_z = (nodes.z >= north - TOUCH_M) & (nodes.z <= south + TOUCH_M)
    return along_x & along_z


def _surfaces(grid: Grid, solids: Sequence[Solid]) -> _Surfaces:
    parts: list[tuple[Ints, int, Ints, int, bool]] = []
    count = 0
    for number, solid in enumerate(solids):
        reach_x, reach_z = solid.reach
        window = grid.window(solid.x, solid.z, (reach_x + TOUCH_M, reach_z + TOUCH_M))
        rows, columns = np.nonzero(solid.covers(window.x, window.z))
        count += len(rows)
        if count > MOST_SURFACES:
            expected = f"solids over at most {MOST_SURFACES} places"
            raise CompileError(solid.entity, expected, "more", "make them smaller")
        if not len(rows):
            continue
        tops = solid.top_at(window.x, window.z)[rows, columns]
        node = (rows + window.rows.start) * grid.width + columns + window.columns.start
        heights = np.rint(tops * UNITS).astype(np.int32)
        bottom = round(solid.bottom * UNITS)
        parts.append((node.astype(np.int32), bottom, heights, number + 1, solid.floor))
    if not parts:
        empty = np.zeros(0, np.int32)
        return _Surfaces(empty, empty, empty, empty, empty.astype(bool))
    sizes = [len(part[0]) for part in parts]
    node = np.concatenate([part[0] for part in parts])
    order = np.argsort(node, kind="stable")
    return _Surfaces(
        node[order],
        np.repeat(np.array([part[1] for part in parts], np.int32), sizes)[order],
        np.concatenate([part[2] for part in parts])[order],
        np.repeat(np.array([part[3] for part in parts], np.int32), sizes)[order],
        np.repeat(np.array([part[4] for part in parts]), sizes)[order],
    )


def _free(surfaces: _Surfaces, solids: Sequence[Solid]) -> NDArray[np.bool_]:
    """Compare each surface with every other over its node."""
    free = surfaces.walkable.copy()
    for offset in range(1, len(free)):
        lower, upper = slice(None, -offset), slice(offset, None)
        pairs = np.flatnonzero(surfaces.node[lower] == surfaces.node[upper])
        if not len(pairs):
            break
        if offset > MOST_STACKED:
            entity = solids[surfaces.patch[pairs[0]] - 1].entity
            expected = f"at most {MOST_STACKED} solids over one place"
            raise CompileError(entity, expected, "more", "make some parts not solid")
        first, second = pairs, pairs + offset
        free[first[_covered(surfaces, first, second, ties=False)]] = False
        free[second[_covered(surfaces, second, first, ties=True)]] = False
    return free


def _covered(
    surfaces: _Surfaces, floor: NDArray[np.intp], other: NDArray[np.intp], ties: bool
) -> NDArray[np.bool_]:
    """Say which floors the other surfaces over the same node take away.

    One that ends below the headroom and above the floor either blocks it or, within a step,
    replaces it: both take it away. Of two at one height, the later in the document goes.
    """
    height = surfaces.top[floor]
    top, bottom = surfaces.top[other], surfaces.bottom[other]
    covered = (top > height) & (bottom < height + HEADROOM)
    if ties:
        covered |= (top == height) & surfaces.walkable[other]
    return covered


def _free_ground(inside: NDArray[np.bool_], surfaces: _Surfaces) -> NDArray[np.bool_]:
    free = inside.ravel().copy()
    covering = (surfaces.top > 0) & (surfaces.bottom < HEADROOM)
    free[surfaces.node[covering]] = False
    return free

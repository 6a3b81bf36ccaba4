"""Compiling a world to its walk field: floors into layers, layers continued, distances, tiles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from aukio.world.floors import CompileError, Ints, find_floors
from aukio.world.gates import PassingWall, gates_of, passing_walls
from aukio.world.grid import Grid, grid_of, ground_bounds
from aukio.world.layers import layer_heights
from aukio.world.model import Ground, Side, World
from aukio.world.overlap import (
    EDGE_RINGS,
    close_gaps,
    continue_into_walls,
    continue_over_floors,
    extended,
    fill_buried,
)
from aukio.world.problems import WorldProblems, problem_at
from aukio.world.solids import TOUCH_M, Floats, Solid, passing_solids, solids_of
from aukio.world.stairs import with_stairs
from aukio.world.walkfield import CELL_M, CELLS, FAR, NODES, NONE, UNITS, WalkField

RESCUE_DEPTH_M: Final = 20.0
"""Who is this far below the lowest floor has fallen off."""

MOST_NODES: Final = 100_000_000
"""Nodes in reach of solids, each solid for itself; about ten seconds of work."""

Number = TypeVar("Number", np.int16, np.int8)

_FAR_M: Final = FAR / UNITS


def compile_walk_field(world: World) -> WalkField:
    """Return the walk field of a world.

    Raises:
        WorldProblems: an entity is too much: for memory, for patience, or for four layers.
    """
    try:
        return _compile(world)
    except CompileError as error:
        zone = world.script.zones.get(error.entity)
        place = world.entities[error.entity].place if zone is None else zone.place
        path = ("entities" if zone is None else "zones", error.entity)
        problem = problem_at(place, path, error.expected, error.got, error.hint)
        raise WorldProblems([problem]) from error


def _compile(world: World) -> WalkField:
    step = round(world.walk.step * UNITS)
    solids = with_stairs(solids_of(world), step / UNITS)
    grid = grid_of(world.ground, solids)
    _check_weight(solids)
    floors = find_floors(grid, world.ground, solids)
    names = ["ground", *(solid.entity for solid in solids)]
    own = layer_heights(floors, grid, step, names)

    heights = own.copy()
    reach = extended(own, EDGE_RINGS)
    distances = _distances(grid, world.ground, solids, reach, step)
    continue_into_walls(heights, reach, distances <= TOUCH_M, step)
    continue_over_floors(heights, own, step)

    reach = extended(heights, EDGE_RINGS)
    # Whoever ends up inside a solid must find something to be pushed out from.
    buried = floors.ground & (reach[0] == NONE)
    reach[0][buried] = 0
    distances = _distances(grid, world.ground, solids, reach, step)
    blocked = distances <= TOUCH_M
    continue_into_walls(heights, reach, blocked, step)
    fill_buried(heights[0], buried & blocked[0], step)
    for gaps in close_gaps(heights, own, reach, floors.ground, step):
        seen = _distances_at(grid, world.ground, solids, gaps.nodes, gaps.seen_from, step)
        seen[gaps.solid] = np.minimum(seen[gaps.solid], 0)
        distances[gaps.layer].ravel()[gaps.nodes] = seen
    walls = passing_walls(grid, passing_solids(world), reach, step)
    return _tiled(grid, heights, distances, step, walls)


def _check_weight(solids: Sequence[Solid]) -> None:
    nodes = 0.0
    for solid in solids:
        reach_x, reach_z = solid.reach
        nodes += 4 * (reach_x + _FAR_M) * (reach_z + _FAR_M) / CELL_M**2
        if nodes > MOST_NODES:
            expected = f"solids in reach of at most {MOST_NODES} places"
            hint = "make large ones smaller, or turn long walls along an axis"
            raise CompileError(solid.entity, expected, "more", hint)


def _distances(
    grid: Grid, ground: Ground, solids: Sequence[Solid], heights: Ints, step: int
) -> Floats:
    """Return the distance to the nearest wall for a walker at each height, metres, at most
    `_FAR_M`."""
    distances = np.full(heights.shape, _FAR_M)
    nodes = grid.whole()
    distances[:] = np.minimum(distances, _border_distance(nodes.x, nodes.z, ground))
    metres = heights / UNITS
    for solid in solids:
        reach_x, reach_z = solid.reach
        window = grid.window(solid.x, solid.z, (reach_x + _FAR_M, reach_z + _FAR_M))
        here = (slice(None), window.rows, window.columns)
        layers = np.flatnonzero((heights[here] != NONE).any(axis=(1, 2)))
        part = (layers, window.rows, window.columns)
        near = solid.wall_distance(window.x, window.z, metres[part], step / UNITS)
        distances[part] = np.minimum(distances[part], near)
    distances[heights == NONE] = _FAR_M
    return distances


def _distances_at(
    grid: Grid,
    ground: Ground,
    solids: Sequence[Solid],
    nodes: NDArray[np.intp],
    heights: Ints,
    step: int,
) -> Floats:
    """Return what `_distances` does, for a few nodes by flat index."""
    x = (nodes % grid.width + grid.i0).astype(np.float64) * CELL_M
    z = (nodes // grid.width + grid.j0).astype(np.float64) * CELL_M
    distances: Floats = np.full(len(nodes), _FAR_M)
    distances = np.minimum(distances, _border_distance(x, z, ground))
    for solid in solids:
        reach_x, reach_z = solid.reach
        near = (abs(x - solid.x) < reach_x + _FAR_M) & (abs(z - solid.z) < reach_z + _FAR_M)
        if near.any():
            wall = solid.wall_distance(x[near], z[near], heights[near] / UNITS, step / UNITS)
            distances[near] = np.minimum(distances[near], wall)
    return distances


def _border_distance(x: Floats, z: Floats, ground: Ground) -> Floats:
    """Return the distance to the sides of the ground that are walls, infinite without any."""
    west, north, east, south = ground_bounds(ground)
    distance: Floats = np.full(np.broadcast_shapes(x.shape, z.shape), np.inf)
    sides: tuple[tuple[Side, Floats], ...] = (
        ("north", z - north),
        ("east", east - x),
        ("south", south - z),
        ("west", x - west),
    )
    for side, inside in sides:
        if ground.edge[side] == "wall":
            distance = np.minimum(distance, inside)
    return distance


def _tiled(
    grid: Grid, heights: Ints, distances: Floats, step: int, walls: Sequence[PassingWall]
) -> WalkField:
    layers = len(heights)
    tile_x0, tile_z0 = grid.i0 // CELLS, grid.j0 // CELLS
    wide = math.ceil((grid.i0 + grid.width - 1) / CELLS) - tile_x0
    deep = math.ceil((grid.j0 + grid.depth - 1) / CELLS) - tile_z0
    steps = np.clip(np.rint(distances * UNITS), -FAR, FAR).astype(np.int8)
    tall = (layers, deep * CELLS + 1, wide * CELLS + 1)
    all_heights = np.full(tall, NONE, np.int16)
    all_distances = np.full(tall, FAR, np.int8)
    row, column = grid.j0 - tile_z0 * CELLS, grid.i0 - tile_x0 * CELLS
    place = (slice(None), slice(row, row + grid.depth), slice(column, column + grid.width))
    all_heights[place] = heights
    all_distances[place] = steps

    table = np.full((deep, wide, layers), -1, np.int32)
    blocks: list[tuple[slice, slice, int]] = []
    for tz, tx, layer in np.ndindex(deep, wide, layers):
        rows = slice(tz * CELLS, tz * CELLS + NODES)
        columns = slice(tx * CELLS, tx * CELLS + NODES)
        if (all_heights[layer, rows, columns] != NONE).any():
            table[tz, tx, layer] = len(blocks)
            blocks.append((rows, columns, layer))
    floor = heights[heights != NONE]
    lowest = int(floor.min()) if floor.size else 0
    return WalkField(
        heights=_stacked(all_heights, blocks),
        distances=_stacked(all_distances, blocks),
        table=table,
        tile_x0=tile_x0,
        tile_z0=tile_z0,
        step=step,
        rescue=max(lowest - round(RESCUE_DEPTH_M * UNITS), NONE + 1),
        gates=tuple(gates_of(walls, table, (row, column))),
    )


def _stacked(array: NDArray[Number], blocks: Sequence[tuple[slice, slice, int]]) -> NDArray[Number]:
    if not blocks:
        return np.zeros((0, NODES, NODES), array.dtype)
    return np.stack([array[layer, rows, columns] for rows, columns, layer in blocks])

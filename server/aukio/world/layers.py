"""Sorting floors into layers, so that no layer holds two floors over a node or a cliff between
neighbours.

The unit is the patch, all floors of one surface. Two patches conflict where they lie over one node
or next to each other more than a step apart; patches that meet within a step share a layer if
nothing speaks against it, so that most walks never change layers. A ramp beside its ground is the
plain case of a conflict: its foot meets the ground, its sides are cliffs.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world.floors import GROUND, CompileError, Floors, Ints
from aukio.world.grid import Grid
from aukio.world.walkfield import CELL_M, MOST_LAYERS, NONE

SMALLEST_NODES: Final = 4
"""A patch of fewer nodes has no whole cell; unless it meets another floor, nobody can stand on
it."""
SPARE_NODES: Final = round((2 / CELL_M) ** 2)
"""A patch that meets no other floor may be given up when layers run out, up to this size (4 m²)."""


@dataclass(slots=True)
class _Neighbours:
    """How patches meet: `conflicts` by patch, and `contacts` the number of node pairs within a
    step."""

    conflicts: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    contacts: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))


def layer_heights(floors: Floors, grid: Grid, step: int, names: list[str]) -> Ints:
    """Return the floors by layer.

    Args:
        step: 1/64 m.
        names: the entity of each patch, for messages.

    Returns:
        (layers, depth, width) int32 heights in 1/64 m, `NONE` where a layer has no floor.

    Raises:
        CompileError: more than four layers would be needed.
    """
    planes = _planes(floors, grid)
    neighbours = _neighbours(*planes, step)
    sizes = np.bincount(floors.patch, minlength=len(names))
    layer_of = _assign(neighbours, sizes, names)
    count = max(1, int(layer_of.max()) + 1)
    heights = np.full((count, grid.depth * grid.width), NONE, np.int32)
    layer = layer_of[floors.patch]
    kept = layer >= 0
    heights[layer[kept], floors.node[kept]] = floors.height[kept]
    return heights.reshape(count, *grid.shape)


def _planes(floors: Floors, grid: Grid) -> tuple[Ints, Ints]:
    """Return heights and patches as (k, depth, width), the k-th floor over each node."""
    node = floors.node
    starts = np.flatnonzero(np.r_[True, node[1:] != node[:-1]]) if len(node) else np.zeros(0, int)
    lengths = np.diff(np.r_[starts, len(node)])
    rank = np.arange(len(node)) - np.repeat(starts, lengths)
    count = int(lengths.max()) if len(lengths) else 1
    heights = np.full((count, grid.depth * grid.width), NONE, np.int32)
    patches = np.full_like(heights, -1)
    heights[rank, node] = floors.height
    patches[rank, node] = floors.patch
    shape = (count, *grid.shape)
    return heights.reshape(shape), patches.reshape(shape)


def _neighbours(heights: Ints, patches: Ints, step: int) -> _Neighbours:
    neighbours = _Neighbours()
    count = len(heights)
    for k in range(count):
        for m in range(count):
            if k < m:
                _note(neighbours, patches[k], patches[m], heights[k], heights[m], -1)
            for here, there in (
                ((slice(None), slice(None, -1)), (slice(None), slice(1, None))),
                ((slice(None, -1), slice(None)), (slice(1, None), slice(None))),
            ):
                a, b = (k, *here), (m, *there)
                _note(neighbours, patches[a], patches[b], heights[a], heights[b], step)
    return neighbours


def _note(
    neighbours: _Neighbours, a: Ints, b: Ints, height_a: Ints, height_b: Ints, step: int
) -> None:
    meeting = (a != b) & (a >= 0) & (b >= 0)
    if not meeting.any():
        return
    pairs = np.stack((a[meeting], b[meeting]))
    pairs.sort(axis=0)
    cliff = np.abs(height_a[meeting] - height_b[meeting]) > step
    for low, high in _unique(pairs[:, cliff])[0]:
        neighbours.conflicts[low].add(high)
        neighbours.conflicts[high].add(low)
    for (low, high), times in zip(*_unique(pairs[:, ~cliff]), strict=True):
        total = neighbours.contacts[low].get(high, 0) + times
        neighbours.contacts[low][high] = neighbours.contacts[high][low] = total


def _unique(pairs: Ints) -> tuple[list[list[int]], list[int]]:
    codes = pairs[0].astype(np.int64) << 32 | pairs[1]
    unique, times = np.unique(codes, return_counts=True)
    return [[int(code >> 32), int(code & 0xFFFFFFFF)] for code in unique], times.tolist()


def _assign(neighbours: _Neighbours, sizes: NDArray[np.intp], names: list[str]) -> NDArray[np.intp]:
    """Give each patch a layer, greedily from the largest outwards along contacts; -1 for those left
    out."""
    layer_of = np.full(len(sizes), -1)
    waiting = {int(p) for p in np.flatnonzero(sizes)}
    waiting = {p for p in waiting if sizes[p] >= SMALLEST_NODES or neighbours.contacts.get(p)}
    # The ground first, so that it is layer 0 and nothing of it is ever given up.
    by_size = sorted(waiting, key=lambda patch: (patch != GROUND, -int(sizes[patch]), patch))
    queue: list[tuple[int, int]] = []
    for seed in by_size:
        heapq.heappush(queue, (0, seed))
        while queue:
            _, patch = heapq.heappop(queue)
            if patch not in waiting:
                continue
            waiting.remove(patch)
            layer_of[patch] = _choose(patch, neighbours, layer_of, int(sizes[patch]), names)
            for other, times in neighbours.contacts.get(patch, {}).items():
                if other in waiting:
                    heapq.heappush(queue, (-times, other))
    return layer_of


def _choose(
    patch: int,
    neighbours: _Neighbours,
    layer_of: NDArray[np.intp],
    size: int,
    names: list[str],
) -> int:
    taken = {int(layer_of[other]) for other in neighbours.conflicts.get(patch, ())}
    contacts = neighbours.contacts.get(patch, {})
    weight = [0] * MOST_LAYERS
    for other, times in contacts.items():
        if layer_of[other] >= 0:
            weight[layer_of[other]] += times
    free = [layer for layer in range(MOST_LAYERS) if layer not in taken]
    if free:
        return max(free, key=lambda layer: (weight[layer], -layer))
    if not contacts and size <= SPARE_NODES:
        return -1
    expected = f"at most {MOST_LAYERS} floors above or beside one another"
    raise CompileError(names[patch], expected, "more", "move it, or make parts of it not solid")

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

MOST_ATTEMPTS: Final = 40


_NEAR: Final = (
    (0, 0),
    *((0, 1), (0, -1), (1, 0), (-1, 0)),
    *((0, 2), (0, -2), (2, 0), (-2, 0)),
    *((1, 1), (1, -1), (-1, 1), (-1, -1)),
    *((1, 2), (1, -2), (-1, 2), (-1, -2), (2, 1), (2, -1), (-2, 1), (-2, -1)),
)
"""Where floors meet, as rows and columns; from the second line on with a node between."""


@dataclass(slots=True)
class _Neighbours:
    """How patches meet.

    `conflicts`: patches that must not share a layer. `crowding`: those that had better not, since
    between them is no room for both to continue into the wall that parts them. `contacts`: how
    many nodes of two patches lie side by side within a step.
    """

    conflicts: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    crowding: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    contacts: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def apart(self, patch: int, roomy: bool) -> set[int]:
        """Return the patches that one may not share a layer with."""
        apart = self.conflicts.get(patch, set())
        return apart | self.crowding.get(patch, set()) if roomy else apart


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
    neighbours = _neighbours(floors, *planes, step)
    sizes = np.bincount(floors.patch, minlength=len(names))
    layer_of = _assign_patiently(neighbours, sizes, names)
    count = max(1, int(layer_of.max()) + 1)
    heights = np.full((count, grid.depth * grid.width), NONE, np.int32)
    layer = layer_of[floors.patch]
    kept = layer >= 0
    heights[layer[kept], floors.node[kept]] = floors.height[kept]
    return heights.reshape(count, *grid.shape)


def _planes(floors: Floors, grid: Grid) -> tuple[Ints, Ints]:
    """Return patches and heights as (k, depth, width), the k-th floor over each node."""
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
    return patches.reshape(shape), heights.reshape(shape)


def _neighbours(floors: Floors, patches: Ints, heights: Ints, step: int) -> _Neighbours:
    neighbours = _Neighbours()
    width = patches.shape[2]
    # Only the ground meets itself all over; looking from everything else misses nothing.
    raised = floors.patch != GROUND
    node, height, patch = floors.node[raised], floors.height[raised], floors.patch[raised]
    for plane_patches, plane_heights in zip(patches, heights, strict=True):
        for rows, columns in _NEAR:
            beside = node + rows * width + columns
            other = plane_patches.ravel().take(beside, mode="clip")
            gap = np.abs(plane_heights.ravel().take(beside, mode="clip") - height)
            met = (other != patch) & (other >= 0)
            cells = abs(rows) + abs(columns)
            _note(neighbours, patch[met], other[met], gap[met], cells, step)
    return neighbours


def _note(
    neighbours: _Neighbours, patch: Ints, other: Ints, gap: Ints, cells: int, step: int
) -> None:
    cliff = gap > step * cells
    into = neighbours.conflicts if cells <= 1 else neighbours.crowding
    for a, b in _unique(patch[cliff], other[cliff])[0]:
        into[a].add(b)
        into[b].add(a)
    if cells == 1:
        for (a, b), times in zip(*_unique(patch[~cliff], other[~cliff]), strict=True):
            total = neighbours.contacts[a].get(b, 0) + times
            neighbours.contacts[a][b] = neighbours.contacts[b][a] = total


def _unique(patch: Ints, other: Ints) -> tuple[list[tuple[int, int]], list[int]]:
    codes = patch.astype(np.int64) << 32 | other
    unique, times = np.unique(codes, return_counts=True)
    return [(int(code >> 32), int(code & 0xFFFFFFFF)) for code in unique], times.tolist()


def _assign_patiently(
    neighbours: _Neighbours, sizes: NDArray[np.intp], names: list[str]
) -> NDArray[np.intp]:
    """Assign, and again with whatever found no layer going first; few worlds need it."""
    culprit = ""
    for roomy in (True, False):
        first = [GROUND]
        while len(first) <= MOST_ATTEMPTS:
            layer_of, failed = _assign(neighbours, sizes, first, roomy)
            if failed is None:
                return layer_of
            culprit = names[failed]
            if failed in first:
                break
            first.append(failed)
    expected = f"at most {MOST_LAYERS} floors above or beside one another"
    raise CompileError(culprit, expected, "more", "move it, or make parts of it not solid")


def _assign(
    neighbours: _Neighbours, sizes: NDArray[np.intp], first: list[int], roomy: bool
) -> tuple[NDArray[np.intp], int | None]:
    """Give each patch a layer, greedily from the largest outwards along contacts.

    Args:
        first: patches to begin with; the ground leads, so that it is layer 0.
        roomy: whether crowding counts.

    Returns:
        the layers, -1 for what is left out, and the patch that found none, if any.
    """
    layer_of = np.full(len(sizes), -1)
    waiting = {int(p) for p in np.flatnonzero(sizes)}
    waiting = {p for p in waiting if sizes[p] >= SMALLEST_NODES or neighbours.contacts.get(p)}
    rest = sorted(waiting.difference(first), key=lambda patch: (-int(sizes[patch]), patch))
    queue = [(-(10**9) + rank, patch) for rank, patch in enumerate(first)]
    for seed in [*first[:1], *rest]:
        heapq.heappush(queue, (0, seed))
        while queue:
            _, patch = heapq.heappop(queue)
            if patch not in waiting:
                continue
            waiting.remove(patch)
            layer = _choose(patch, neighbours, layer_of, roomy)
            if layer is not None:
                layer_of[patch] = layer
            elif neighbours.contacts.get(patch) or sizes[patch] > SPARE_NODES:
                return layer_of, patch
            for other, times in neighbours.contacts.get(patch, {}).items():
                if other in waiting:
                    heapq.heappush(queue, (-times, other))
    return layer_of, None


def _choose(
    patch: int, neighbours: _Neighbours, layer_of: NDArray[np.intp], roomy: bool
) -> int | None:
    taken = {int(layer_of[other]) for other in neighbours.apart(patch, roomy)}
    weight = [0] * MOST_LAYERS
    for other, times in neighbours.contacts.get(patch, {}).items():
        if layer_of[other] >= 0:
            weight[layer_of[other]] += times
    free = [layer for layer in range(MOST_LAYERS) if layer not in taken]
    return max(free, key=lambda layer: (weight[layer], -layer), default=None)

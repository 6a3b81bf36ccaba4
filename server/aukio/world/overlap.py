"""Continuing each layer beyond its own floors: into walls, and a little way over other layers'
floors.

Into walls, because a walker's centre comes within its radius of a wall and the cell it is in must
have four corners; over other layers' floors, because a walker changes layers only where both have
the same floor. Neighbours of one layer never differ by more than a step, whatever is added.

All functions work in place on heights (layers, depth, width) int32 in 1/64 m. They look at single
nodes by flat index, since what is added is thin; the grid's margin keeps neighbours in bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world.floors import HEADROOM, Ints
from aukio.world.walkfield import NONE

WALL_RINGS: Final = 2
"""Nodes a floor continues into a wall."""
EDGE_RINGS: Final = 3
"""Nodes beyond an edge that still know the edge's height, so that distances stay continuous."""
COPY_RINGS: Final = 5
"""Nodes a layer continues over another's floor; the field promises four, a corner may cost one."""

_AXES: Final = ((0, 1), (0, -1), (1, 0), (-1, 0))
_AROUND: Final = (*_AXES, (1, 1), (1, -1), (-1, 1), (-1, -1))

Mask = NDArray[np.bool_]
Nodes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Nodes of a layer that were filled: `seen_from` the lowest floor beside each, in 1/64 m, from
    which it must look like a wall; `solid` where it is one from everywhere."""

    layer: int
    nodes: Nodes
    seen_from: Ints
    solid: Mask


def extended(heights: Ints, rings: int) -> Ints:
    """Return the layers with each floor's height carried outwards over so many empty nodes."""
    result = heights.copy()
    for layer in result:
        flat = layer.ravel()
        nodes = np.flatnonzero((layer == NONE) & _beside(layer != NONE, rings))
        for _ in range(rings):
            around = _neighbours(layer, nodes, _AROUND)
            first = (around != NONE).argmax(axis=0)
            flat[nodes] = around[first, np.arange(len(nodes))]
            nodes = nodes[flat[nodes] == NONE]
    return result


def continue_into_walls(heights: Ints, reach: Ints, blocked: Mask, step: int) -> None:
    """Add floor inside walls.

    Args:
        reach: the heights carried outwards; what is added comes from here.
        blocked: nodes where a wall stands for the height of `reach`.
        step: 1/64 m.
    """
    for layer, outward, walls in zip(heights, reach, blocked, strict=True):
        for _ in range(WALL_RINGS):
            nodes = np.flatnonzero((layer == NONE) & walls & (outward != NONE))
            nodes = nodes[(_neighbours(layer, nodes, _AROUND) != NONE).any(axis=0)]
            _add(layer, nodes, outward.ravel()[nodes], step)


def continue_over_floors(heights: Ints, own: Ints, step: int) -> None:
    """Add the floors of other layers that a walker of each layer steps onto.

    Args:
        own: the layers without any continuation, from which floors are copied.
        step: 1/64 m.
    """
    for number, layer in enumerate(heights):
        others = [floor for other, floor in enumerate(own) if other != number]
        walked = own[number].copy()
        for _ in range(COPY_RINGS):
            before = walked.copy()
            for floor in others:
                nodes = np.flatnonzero((layer == NONE) & (floor != NONE))
                copied = floor.ravel()[nodes]
                around = _neighbours(before, nodes, _AXES)
                reached = ((around != NONE) & (np.abs(around - copied) <= step)).any(axis=0)
                added = _add(layer, nodes[reached], copied[reached], step)
                walked.ravel()[added] = layer.ravel()[added]


def fill_buried(ground: Ints, buried: Mask, step: int) -> None:
    """Add the ground under solids to its layer (depth, width); it is blocked there."""
    nodes = np.flatnonzero(buried & (ground == NONE))
    _add(ground, nodes, np.zeros(len(nodes), np.int32), step)


def close_gaps(heights: Ints, own: Ints, reach: Ints, ground: Mask, step: int) -> list[Gaps]:
    """Fill what is still empty next to floors although it is no edge to fall from.

    Four kinds: nodes claimed by floors more than a step apart, as where the side of a ramp grows
    into a wall; nodes under a floor that is too high from here; holes of one node; and places on
    the ground where nobody can stand at all. They get a height that makes no cliff, and count as
    the walls they are.

    Args:
        own: the layers without any continuation.
        reach: the heights carried outwards; where even that is empty nothing is near.
        ground: nodes on the ground, which must never be without floor in layer 0.
    """
    # First one colour of a chessboard, then the other: neighbours never change at once.
    return [
        _close_gaps(number, layer, own, reach[number], ground & (number == 0), colour, step)
        for number, layer in enumerate(heights)
        for colour in range(2)
    ]


def _close_gaps(
    number: int, layer: Ints, own: Ints, reach: Ints, ground: Mask, colour: int, step: int
) -> Gaps:
    nodes = np.flatnonzero((layer == NONE) & (reach != NONE))
    nodes = nodes[(nodes // layer.shape[1] + nodes % layer.shape[1]) % 2 == colour]
    around = _neighbours(layer, nodes, _AXES)
    high = around.max(axis=0)
    beside = high != NONE
    low = np.where(beside, np.where(around == NONE, -NONE, around).min(axis=0), 0)
    floors = own.reshape(len(own), -1)[:, nodes]
    # Floors further up or down are other storeys and say nothing about this one.
    here = (floors != NONE) & (np.abs(floors - low) < HEADROOM)
    above = np.where(here & (floors > low), floors, -NONE).min(axis=0)
    disputed = beside & (high - low > step)
    under = beside & (above != -NONE)
    hole = (around != NONE).sum(axis=0) >= 3
    solid = ground.ravel()[nodes] & ~here.any(axis=0)
    wanted = np.where(under, above, np.where(solid, 0, high - step))
    # Without any floor beside it, `high - step .. low + step` would be an empty range.
    value = np.where(beside, np.clip(wanted, high - step, low + step), 0).astype(np.int32)
    chosen = (disputed | under | hole | solid) & (~beside | (high - low <= 2 * step))
    nodes, low, solid = nodes[chosen], low[chosen].astype(np.int32), solid[chosen]
    _add(layer, nodes, value[chosen], step)
    return Gaps(number, nodes, low, solid)


def _beside(mask: Mask, rings: int) -> Mask:
    """Return the mask grown by so many nodes in each direction, with a little to spare."""
    for axis in (0, 1):
        grown = mask.copy()
        for offset in range(1, rings + 1):
            ahead, behind = (slice(offset, None), slice(None, -offset))
            if axis == 0:
                grown[ahead] |= mask[behind]
                grown[behind] |= mask[ahead]
            else:
                grown[:, ahead] |= mask[:, behind]
                grown[:, behind] |= mask[:, ahead]
        mask = grown
    return mask


def _neighbours(layer: Ints, nodes: Nodes, offsets: tuple[tuple[int, int], ...]) -> Ints:
    """Return the heights beside nodes, (offsets, nodes)."""
    width = layer.shape[1]
    flat = layer.ravel()
    return np.stack(
        [flat.take(nodes + rows * width + columns, mode="clip") for rows, columns in offsets]
    )


def _add(layer: Ints, nodes: Nodes, added: Ints, step: int) -> Nodes:
    """Set nodes of a layer where that makes no cliff; return those that were set."""
    flat = layer.ravel()  # a view: layers are contiguous
    fits = _fits(layer, nodes, added, step)
    nodes, added = nodes[fits], added[fits]
    flat[nodes] = added
    # Two additions side by side may be a cliff apart, as on both sides of a thin wall: neither
    # stays.
    clash = ~_fits(layer, nodes, added, step)
    flat[nodes[clash]] = NONE
    return nodes[~clash]


def _fits(layer: Ints, nodes: Nodes, added: Ints, step: int) -> Mask:
    around = _neighbours(layer, nodes, _AXES)
    fits: Mask = ((around == NONE) | (np.abs(around - added) <= step)).all(axis=0)
    return fits

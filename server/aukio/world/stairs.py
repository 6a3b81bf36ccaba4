"""Finding where bodies make steps to one another: the sides one steps onto, which are no walls
there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world.solids import Floats, Intervals, Solid, Walls

SPACING_M: Final = 1 / 16
OUTSIDE_M: Final = 0.05
"""How far outside a side a step must begin to count as meeting it."""
MOST_SAMPLES: Final = 1024
"""Samples of one side; longer sides are sampled more coarsely."""


@dataclass(frozen=True, slots=True)
class _Side:
    """Samples along a side: `along` (N,) its local coordinate, places (N,) just outside, top
    (N,)."""

    solid: int
    name: str
    along: Floats
    x: Floats
    z: Floats
    top: Floats


def with_stairs(solids: Sequence[Solid], step: float) -> list[Solid]:
    """Return the solids, each knowing which pieces of its sides are walls; `step` in metres."""
    touching = _touching(solids)
    sides = [side for number in touching for side in _sides(number, solids[number])]
    if not sides:
        return list(solids)
    stepped = _stepped(sides, [solids[number] for number in touching], step)
    pieces: dict[int, dict[str, Intervals]] = {}
    start = 0
    for side in sides:
        met = stepped[start : start + len(side.along)]
        start += len(side.along)
        if met.any():
            pieces.setdefault(side.solid, {})[side.name] = _bare_pieces(side.along, met)
    return [
        replace(solid, walls=_walls(solid, pieces[number])) if number in pieces else solid
        for number, solid in enumerate(solids)
    ]


def _touching(solids: Sequence[Solid]) -> list[int]:
    """Return which solids come near another seen from above: only these can make steps.

    Sweeps along x over bounding rectangles, each grown by what counts as meeting.
    """
    reaches = np.array([solid.reach for solid in solids]).reshape(-1, 2) + OUTSIDE_M
    places = np.array([(solid.x, solid.z) for solid in solids]).reshape(-1, 2)
    lows, highs = places - reaches, places + reaches
    order = np.argsort(lows[:, 0], kind="stable")
    ends = np.searchsorted(lows[order, 0], highs[order, 0], side="right")
    low_z, high_z = lows[order, 1], highs[order, 1]
    near = np.zeros(len(solids), bool)
    for first, end in enumerate(ends.tolist()):
        others = slice(first + 1, end)
        met = (low_z[others] <= high_z[first]) & (high_z[others] >= low_z[first])
        if met.any():
            near[first] = True
            near[others] |= met
    touching: list[int] = np.sort(order[near]).tolist()
    return touching


def _sides(number: int, solid: Solid) -> Iterable[_Side]:
    if solid.kind == "circle" or not solid.floor:
        return
    for name, half, other in (
        ("low_v", solid.half_u, -solid.half_v),
        ("high_v", solid.half_u, solid.half_v),
        ("low_u", solid.half_v, -solid.half_u),
        ("high_u", solid.half_v, solid.half_u),
    ):
        count = int(min(max(np.ceil(2 * half / SPACING_M), 1), MOST_SAMPLES))
        along = (np.arange(count) + 0.5) / count * 2 * half - half
        across = np.full(count, other)
        outward = across + np.sign(other) * OUTSIDE_M
        u, v = (along, across) if name.endswith("v") else (across, along)
        out_u, out_v = (along, outward) if name.endswith("v") else (outward, along)
        x, z = solid.place(u, v)
        out_x, out_z = solid.place(out_u, out_v)
        yield _Side(number, name, along, out_x, out_z, solid.top_at(x, z))


def _stepped(sides: Sequence[_Side], solids: Sequence[Solid], step: float) -> NDArray[np.bool_]:
    """Say for every sample of every side whether another body makes a step to it."""
    x = np.concatenate([side.x for side in sides])
    z = np.concatenate([side.z for side in sides])
    top = np.concatenate([side.top for side in sides])
    stepped = np.zeros(len(x), bool)
    order = np.argsort(x)
    sorted_x = x[order]
    for solid in solids:
        if not solid.floor:
            continue
        reach_x, reach_z = solid.reach
        low, high = np.searchsorted(sorted_x, (solid.x - reach_x, solid.x + reach_x))
        near = order[low:high]
        near = near[np.abs(z[near] - solid.z) <= reach_z]
        if not len(near):
            continue
        # A body that starts above the side's top is a roof over it, no step.
        meets = (solid.top_at(x[near], z[near]) >= top[near] - step) & (solid.bottom <= top[near])
        stepped[near[meets & solid.covers(x[near], z[near])]] = True
    return stepped


def _bare_pieces(along: Floats, met: NDArray[np.bool_]) -> Intervals:
    if len(along) < 2:
        return ()
    half = (along[1] - along[0]) / 2
    edges = np.flatnonzero(np.diff(np.r_[True, met, True].astype(np.int8)))
    return tuple(
        (float(along[first] - half), float(along[last - 1] + half))
        for first, last in zip(edges[::2], edges[1::2], strict=True)
    )


def _walls(solid: Solid, pieces: dict[str, Intervals]) -> Walls:
    whole_u, whole_v = ((-solid.half_u, solid.half_u),), ((-solid.half_v, solid.half_v),)
    return Walls(
        low_v=pieces.get("low_v", whole_u),
        high_v=pieces.get("high_v", whole_u),
        low_u=pieces.get("low_u", whole_v),
        high_u=pieces.get("high_u", whole_v),
    )

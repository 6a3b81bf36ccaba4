"""Outlines of extrusions: whether they have an inside that can be filled."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Final

Corner = tuple[float, float]

SMALLEST_AREA_M2: Final = 1e-6


@lru_cache(maxsize=1024)
def outline_fault(corners: tuple[Corner, ...]) -> str:
    """Say what keeps an outline from being filled; empty when nothing does.

    Kept for outlines seen before: a thousand entities of one prefab share theirs.
    """
    sides = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    if abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in sides)) / 2 < SMALLEST_AREA_M2:
        return "one without area"
    for (at, one), (other_at, other) in itertools.combinations(enumerate(sides), 2):
        if _cross(one, other):
            return f"corners {at} and {other_at} beginning sides that cross"
    return ""


def _cross(one: tuple[Corner, Corner], other: tuple[Corner, Corner]) -> bool:
    """Sides that only touch, as neighbours do, do not cross."""
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: Corner, b: Corner, of: Corner) -> float:
    """Positive to the left of the line from a to b, negative to the right."""
    return (b[0] - a[0]) * (of[1] - a[1]) - (b[1] - a[1]) * (of[0] - a[0])

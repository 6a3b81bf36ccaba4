"""What a shape covers, seen from above: its outline and from which height to which it reaches."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from aukio.world.frame import turned
from aukio.world.model import Shape

Corner = tuple[float, float]
"""East and north, metres."""

ROUND: Final = 20
"""Corners of a circle."""
ROUND_KINDS: Final = frozenset({"cylinder", "cone", "capsule", "sphere"})


def footprint(shape: Shape) -> list[Corner]:
    """The outline of what a shape covers, in the frame of the world; a leaning one roughly."""
    east, north, _ = shape.at
    corners = (turned(across, along, shape.turn) for across, along in _outline(shape))
    return [(east + across, north + along) for across, along in corners]


def extent(shape: Shape) -> tuple[float, float]:
    """The lowest and the highest height of a shape, metres; of a leaning one roughly."""
    up = shape.at[2]
    match shape.kind:
        case "box" | "wedge":
            tall = shape.size[2]
        case "cylinder" | "cone" | "capsule":
            tall = shape.size[1]
        case "sphere":
            tall = 2 * shape.size[0]
        case "extrusion" if shape.axis == "up":
            tall = shape.size[0]
        case "extrusion":
            heights = [height for _, height in shape.points]
            return up + min(heights), up + max(heights)
        case "model":
            tall = shape.body[-1] if shape.body else shape.size[0]
        case _:
            tall = 0.0
    lean = abs(math.cos(math.radians(shape.tilt)))
    return up, up + tall * lean


def hull(corners: Iterable[Corner]) -> list[Corner]:
    """The smallest convex outline around some places, counter-clockwise.

    Source: Andrew, "Another efficient algorithm for convex hulls in two dimensions", 1979.
    """
    ordered = sorted(set(corners))
    if len(ordered) < 3:
        return ordered
    halves = []
    for way in (ordered, ordered[::-1]):
        half: list[Corner] = []
        for corner in way:
            while len(half) > 1 and _turn(half[-2], half[-1], corner) <= 0:
                half.pop()
            half.append(corner)
        halves += half[:-1]
    return halves


def _turn(a: Corner, b: Corner, c: Corner) -> float:
    """Positive where the way from a over b to c turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _outline(shape: Shape) -> list[Corner]:
    """The outline in the shape's own frame, east and north of its base's centre."""
    if shape.kind == "extrusion":
        if shape.axis == "up":
            return list(shape.points)
        across = [side for side, _ in shape.points]
        half = shape.size[0] / 2
        if shape.axis == "north":
            return _rectangle(min(across), max(across), -half, half)
        return _rectangle(-half, half, min(across), max(across))
    if shape.kind == "model":
        if len(shape.body) == 2:
            return _circle(shape.body[0])
        wide, deep = shape.body[:2] if shape.body else (shape.size[0], shape.size[0])
        return _rectangle(-wide / 2, wide / 2, -deep / 2, deep / 2)
    if shape.kind in ROUND_KINDS:
        radius = max(shape.size[0], *shape.top) if shape.top else shape.size[0]
        if not shape.tilt:
            return _circle(radius)
        lean = math.radians(shape.tilt)
        tall = 2 * radius if shape.kind == "sphere" else shape.size[1]
        half = max(0.05, abs(tall * math.sin(lean)) / 2 + radius * abs(math.cos(lean)))
        return _rectangle(-radius, radius, -half, half)
    wide, deep = shape.size[0], shape.size[1] if len(shape.size) > 1 else shape.size[0]
    return _rectangle(-wide / 2, wide / 2, -deep / 2, deep / 2)


def _rectangle(west: float, east: float, south: float, north: float) -> list[Corner]:
    return [(west, south), (east, south), (east, north), (west, north)]


def _circle(radius: float) -> list[Corner]:
    angles = (2 * math.pi * n / ROUND for n in range(ROUND))
    return [(radius * math.sin(angle), radius * math.cos(angle)) for angle in angles]

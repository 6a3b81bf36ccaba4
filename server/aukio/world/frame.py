"""The two frames: documents say east, north, up and compass degrees; the engine says x, y, z and
yaw.

x = east, y = up, z = -north, right-handed. Yaw counts 1/65536 turn, 0 = facing north (-z),
clockwise seen from above, so the heading of a yaw is (sin yaw, -cos yaw) in (x, z). Only the
compiler, the scene and `Spawn` cross from one frame to the other, and only by these functions.
"""

from __future__ import annotations

import math
from typing import Final

YAW_TURN: Final = 65536
"""Yaw units in a full turn."""


def engine_point(at: tuple[float, float, float]) -> tuple[float, float, float]:
    """Convert `(east, north, up)` to `(x, y, z)`, metres."""
    east, north, up = at
    return east, up, -north + 0.0  # the sum turns -0.0 into 0.0, which JSON would otherwise show


def engine_yaw(degrees: float) -> int:
    """Convert compass degrees to yaw units, 0..65535."""
    return round(degrees / 360 * YAW_TURN) % YAW_TURN


def turned(east: float, north: float, degrees: float) -> tuple[float, float]:
    """Turn a vector of the document's frame clockwise by compass degrees."""
    sine, cosine = sine_cosine(degrees)
    return east * cosine + north * sine, north * cosine - east * sine


def sine_cosine(degrees: float) -> tuple[float, float]:
    """Return sine and cosine, exact at quarter turns, so that square worlds keep square numbers."""
    quarter, rest = divmod(degrees % 360, 90)
    if rest == 0:
        return ((0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0))[int(quarter)]
    angle = math.radians(degrees)
    return math.sin(angle), math.cos(angle)

"""Where portals are: who stands in one."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.world import frame
from aukio.world.model import Point, Portal

TALL_M: Final = 2.0
"""So far above and below its place a portal takes people in."""

Floats = NDArray[np.float64]


def inside(portal: Portal, x: Floats, y: Floats, z: Floats) -> NDArray[np.bool_]:
    """Says which places are in a portal. Shapes (N,); engine metres."""
    at_x, at_y, at_z = frame.engine_point(portal.at)
    dx, dz = x - at_x, z - at_z
    level: NDArray[np.bool_] = np.abs(y - at_y) <= TALL_M
    if portal.radius:
        return level & (dx * dx + dz * dz <= portal.radius**2)
    sine, cosine = frame.sine_cosine(portal.facing)
    across, along = dx * cosine + dz * sine, dx * sine - dz * cosine
    return level & (np.abs(across) <= portal.half[0]) & (np.abs(along) <= portal.half[1])


def reaches(portal: Portal, at: Point, spread: float) -> bool:
    """Says whether a disc (document metres) comes into a portal; a box counts with its corners
    cut off no closer than they are."""
    x, y, z = frame.engine_point(at)
    away = portal.radius or float(np.hypot(*portal.half))
    at_x, at_y, at_z = frame.engine_point(portal.at)
    if abs(y - at_y) > TALL_M or np.hypot(x - at_x, z - at_z) > away + spread:
        return False
    angles = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    rings = [np.stack([np.cos(angles), np.sin(angles)]) * spread * share for share in (0, 0.5, 1)]
    places = np.concatenate(rings, axis=1)
    return bool(inside(portal, x + places[0], np.full(places.shape[1], y), z + places[1]).any())

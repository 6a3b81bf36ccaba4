"""Solid bodies in the engine's frame, and their exact distances: what a walker stands on and walks
into."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from aukio.world import frame
from aukio.world.model import Shape, World, Zone
from aukio.world.walkfield import UNITS

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

HEADROOM_M: Final = 1.8
HIGHEST_M: Final = 500.0
"""Heights of solids; the walk field holds ±511 m."""
STAIR_STEPS: Final = 3
"""How many steps up a side met by steps is no wall yet; see `Solid.wall_distance`."""
TOUCH_M: Final = 1e-4
"""Bodies this close touch: two boxes turned alike and laid end to end miss each other by
rounding."""


Intervals = tuple[tuple[float, float], ...]
"""Pieces of a side, each from and to in metres along u or v."""


@dataclass(frozen=True, slots=True)
class Walls:
    """The pieces of each side of a rectangle or wedge that are walls; the rest is stepped onto."""

    low_v: Intervals
    high_v: Intervals
    low_u: Intervals
    high_u: Intervals


@dataclass(frozen=True, slots=True)
class Solid:
    """An upright body over a turned rectangle or a circle.

    Local axes: u to the right of its heading, v along it. A wedge rises along v from `bottom` to
    `top`; other bodies are `top` high everywhere. `floor`: its top can be walked on. `walls`: what
    is left of its sides as walls where other bodies make steps to them; None where none does.

    Units: metres, engine axes; heights are whole 1/64 m, so that they compare as the field stores
    them.
    """

    entity: str
    kind: Literal["rectangle", "wedge", "circle"]
    x: float
    z: float
    half_u: float
    half_v: float
    sine: float
    cosine: float
    bottom: float
    top: float
    floor: bool
    walls: Walls | None = None

    @property
    def reach(self) -> tuple[float, float]:
        """Half extents of its bounding rectangle along x and z."""
        if self.kind == "circle":
            return self.half_u, self.half_u
        sine, cosine = abs(self.sine), abs(self.cosine)
        return (
            self.half_u * cosine + self.half_v * sine,
            self.half_u * sine + self.half_v * cosine,
        )

    def local(self, x: Floats, z: Floats) -> tuple[Floats, Floats]:
        """Return (u, v) of places, metres."""
        dx, dz = x - self.x, z - self.z
        return dx * self.cosine + dz * self.sine, dx * self.sine - dz * self.cosine

    def place(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Return (x, z) of local places, metres; the inverse of `local`."""
        return (
            self.x + u * self.cosine + v * self.sine,
            self.z + u * self.sine - v * self.cosine,
        )

    def covers(self, x: Floats, z: Floats) -> Mask:
        """Say which places lie over or under the body."""
        return self.distance(x, z) <= TOUCH_M

    def distance(self, x: Floats, z: Floats) -> Floats:
        """Return the signed distance of places to the outline seen from above, negative inside,
        metres."""
        u, v = self.local(x, z)
        if self.kind == "circle":
            return np.hypot(u, v) - self.half_u
        return _to_rectangle(u, v, self.half_u, -self.half_v, self.half_v)

    def top_at(self, x: Floats, z: Floats) -> Floats:
        """Return the height of its upper surface at places it covers, whole 1/64 m in metres."""
        if self.kind != "wedge":
            return np.full(np.broadcast_shapes(x.shape, z.shape), self.top)
        _, v = self.local(x, z)
        share = np.clip((v + self.half_v) / (2 * self.half_v), 0, 1)
        return np.rint((self.bottom + share * (self.top - self.bottom)) * UNITS) / UNITS

    def wall_distance(self, x: Floats, z: Floats, height: Floats, step: float) -> Floats:
        """Return the signed distance of walkers to the part of the body that blocks them, infinite
        if none does.

        A walker standing at `height` is blocked by whatever reaches into the space between a step
        above the floor and its headroom. Of a wedge that is the upper part only, so its outline
        moves with the walker's height. A wedge too steep to walk on has no step to take: it blocks
        from its foot.

        What one can step onto is no wall even while it is still too high. From the first step of a
        flight the third is; with treads of 0.28 m it would stand within the walker's own radius. So
        the front of a slope, and sides met by steps at most `STAIR_STEPS` steps up, keep only the
        distance to their corners and to their bare pieces.
        """
        foothold = height + step if self.floor else height
        blocks = (self.top > foothold) & (self.bottom < height + HEADROOM_M)
        if not blocks.any():
            return np.full(blocks.shape, np.inf)
        u, v = self.local(x, z)
        if self.kind == "circle":
            return np.where(blocks, np.hypot(u, v) - self.half_u, np.inf)
        low_v = np.full(blocks.shape, -self.half_v)
        if self.kind == "wedge":
            share = (foothold - self.bottom) / (self.top - self.bottom)
            low_v += 2 * self.half_v * np.clip(share, 0, 1)
        distance = _to_rectangle(u, v, self.half_u, low_v, self.half_v)
        if self.kind == "wedge" and self.floor:
            before = (v < low_v) & (np.abs(u) < self.half_u) & (foothold >= self.bottom)
            distance = np.where(before, _to_pieces(u, low_v - v, self.half_u, ()), distance)
            standing = np.abs(self.top_at(x, z) - height) <= 2 / UNITS
            blocks &= ~(standing & self.covers(x, z))
        if self.walls is not None:
            near = self.top <= height + STAIR_STEPS * step
            if near.any():
                distance = np.where(near, self._to_walls(u, v, low_v, distance), distance)
        return np.where(blocks, distance, np.inf)

    def _to_walls(self, u: Floats, v: Floats, low_v: Floats, distance: Floats) -> Floats:
        """Replace the distance of places straight before a side by that to its walls and
        corners."""
        walls = self.walls or Walls((), (), (), ())
        middle, half = (low_v + self.half_v) / 2, (self.half_v - low_v) / 2
        beside_v = np.abs(u) < self.half_u
        beside_u = (v > low_v) & (v < self.half_v)
        if self.kind == "rectangle":
            before = beside_v & (v < low_v)
            to_side = _to_pieces(u, low_v - v, self.half_u, walls.low_v)
            distance = np.where(before, to_side, distance)
        for beside, along, beyond, extent, pieces, origin in (
            (beside_v, u, v - self.half_v, self.half_u, walls.high_v, 0.0),
            (beside_u, v - middle, -self.half_u - u, half, walls.low_u, middle),
            (beside_u, v - middle, u - self.half_u, half, walls.high_u, middle),
        ):
            to_side = _to_pieces(along, beyond, extent, pieces, origin)
            distance = np.where(beside & (beyond > 0), to_side, distance)
        return distance


def solids_of(world: World) -> list[Solid]:
    """Return the solid bodies that are always there, in document order, each for itself (see
    `stairs`)."""
    slope = world.walk.slope
    closed = [_closed(zone) for zone in world.script.zones.values() if not zone.walk]
    return closed + [
        _solid(shape, slope) for shape in world.shapes if shape.solid and not shape.states
    ]


def passing_solids(world: World) -> dict[tuple[str, str], list[Solid]]:
    """Return those that are there in some states only, by entity and state. They are walls; nobody
    stands on them."""
    found: dict[tuple[str, str], list[Solid]] = {}
    for shape in world.shapes:
        if shape.solid and shape.states:
            solid = replace(_solid(shape, world.walk.slope), floor=False)
            for state in shape.states:
                found.setdefault((shape.entity, state), []).append(solid)
    return found


def _closed(zone: Zone) -> Solid:
    """A zone that nobody walks in, as a body that fills it."""
    east, north = zone.centre
    half_u = half_v = zone.radius
    if not zone.radius:
        (west, south), (east, north) = zone.corners[0], zone.corners[2]
        half_u, half_v = abs(east - west) / 2, abs(north - south) / 2
        east, north = (east + west) / 2, (north + south) / 2
    x, _, z = frame.engine_point((east, north, 0.0))
    low, high = (min(max(height, -HIGHEST_M), HIGHEST_M) for height in zone.heights)
    kind: Literal["circle", "rectangle"] = "circle" if zone.radius else "rectangle"
    return Solid(zone.id, kind, x, z, half_u, half_v, 0.0, 1.0, low, high, floor=False)


def _solid(shape: Shape, slope: float) -> Solid:
    east, north, lift, half_u, half_v, height = _extents(shape)
    across, along = frame.turned(east, north, shape.turn)
    at = (shape.at[0] + across, shape.at[1] + along, shape.at[2] + lift)
    x, bottom, z = frame.engine_point(at)
    sine, cosine = frame.sine_cosine(shape.turn)
    low, high = round(bottom * UNITS) / UNITS, round((bottom + height) * UNITS) / UNITS
    wedge = shape.kind == "wedge" and high > low
    # A slope written as exactly the limit must pass although the arc tangent rounds.
    steep = wedge and math.degrees(math.atan2(height, 2 * half_v)) > slope + 1e-6
    round_body = shape.kind in ("cylinder", "cone", "capsule", "sphere") or len(shape.body) == 2
    return Solid(
        entity=shape.entity,
        kind="wedge" if wedge else "circle" if round_body else "rectangle",
        x=x,
        z=z,
        half_u=half_u,
        half_v=half_v,
        sine=sine,
        cosine=cosine,
        bottom=low,
        top=high,
        floor=not steep,
    )


def _extents(shape: Shape) -> tuple[float, float, float, float, float, float]:
    """Return the middle of a shape's base from its place (own east, north, up), half its extents
    along u and v, and its height."""
    size = shape.body or shape.size
    if shape.kind in ("box", "wedge") or len(shape.body) == 3:
        return 0, 0, 0, size[0] / 2, size[1] / 2, size[2]
    if shape.kind == "extrusion":
        return _outline(shape)
    if shape.kind == "plane":
        return 0, 0, 0, size[0] / 2, size[1] / 2, 0.0
    if shape.kind == "sphere":
        return 0, 0, 0, size[0], size[0], 2 * size[0]
    # One that widens is met at its rim.
    radius = max(size[0], *shape.top) if shape.top else size[0]
    return 0, 0, 0, radius, radius, size[1]


def _outline(shape: Shape) -> tuple[float, float, float, float, float, float]:
    """An extrusion is the box round it to a walker; see `_extents`."""
    (low_a, high_a), (low_b, high_b) = (
        (min(each), max(each)) for each in zip(*shape.points, strict=True)
    )
    length = shape.size[0]
    a, b = (low_a + high_a) / 2, (low_b + high_b) / 2
    half_a, half_b = (high_a - low_a) / 2, (high_b - low_b) / 2
    if shape.axis == "up":
        return a, b, 0, half_a, half_b, length
    if shape.axis == "north":
        return a, 0, low_b, half_a, length / 2, high_b - low_b
    return 0, a, low_b, length / 2, half_a, high_b - low_b


def _to_rectangle(
    u: Floats, v: Floats, half_u: float, low_v: Floats | float, high_v: float
) -> Floats:
    across = np.abs(u) - half_u
    along = np.maximum(low_v - v, v - high_v)
    outside = np.hypot(np.maximum(across, 0), np.maximum(along, 0))
    return np.asarray(outside + np.minimum(np.maximum(across, along), 0))


def _to_pieces(
    along: Floats,
    beyond: Floats,
    half: Floats | float,
    pieces: Intervals,
    origin: Floats | float = 0.0,
) -> Floats:
    """Return the distance from places `beyond` a side to its two corners and to pieces of it.

    Args:
        along: position along the side from its middle.
        half: half the side's length.
        origin: the middle in the coordinates of `pieces`.
    """
    nearest = half - np.abs(along)
    for start, end in pieces:
        low, high = np.maximum(start - origin, -half), np.minimum(end - origin, half)
        gap = np.maximum(np.maximum(low - along, along - high), 0)
        nearest = np.where(low < high, np.minimum(nearest, gap), nearest)
    return np.asarray(np.hypot(nearest, beyond))

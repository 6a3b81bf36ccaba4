"""The movement rule, slow and obvious: what one tick does to one walker.

All numbers are integers; see `aukio_protocol.motion` for the units. The kernel
`aukio.sim._movement` and the client's `movement.ts` must agree with this file bit by bit.
"""

from dataclasses import dataclass, replace
from math import isqrt
from typing import Any

from aukio_protocol.motion import (
    ACCELERATION,
    GRAVITY,
    HEADING_STEP,
    JUMP_SPEED,
    PUSH_LIMIT,
    RADIUS,
    RUN_SPEED,
    SPEED_STEP,
    STEP_HEIGHT,
    SUBSTEP,
    VERTICAL_LIMIT,
    VERTICAL_STEP,
    WALK_SPEED,
    WALL_TOLERANCE,
    Gait,
    approach,
    stride,
)

CELL = 16384  # 0.25 m in position units
TILE_CELLS = 256
NONE = -32768
FREE = 127 * 1024  # the greatest distance the field can tell, in position units


@dataclass(frozen=True)
class Walker:
    """State of a walker between two ticks."""

    x: int
    y: int
    z: int
    yaw: int = 0
    heading: int = 0
    speed: int = 0
    vertical: int = 0
    air: bool = False


@dataclass(frozen=True)
class Wish:
    """What holds in one tick: yaw 1/65536 turn, heading 1/1024 turn, gait, jump."""

    yaw: int = 0
    heading: int = 0
    gait: int = Gait.STAND
    jump: bool = False


class Ground:
    """Reads a walk field at any place, by bilinear interpolation."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def corners(self, grid: Any, x: int, z: int, layer: int) -> tuple[int, int, int, int] | None:
        """The four node values of the cell at (x, z), or None outside the layer's tiles."""
        field = self.field
        i, j = x // CELL, z // CELL
        tile_x, tile_z = i // TILE_CELLS - field.tile_x0, j // TILE_CELLS - field.tile_z0
        if not (0 <= tile_x < field.tiles_wide and 0 <= tile_z < field.tiles_deep):
            return None
        block = int(field.table[tile_z, tile_x, layer])
        if block < 0:
            return None
        i, j = i % TILE_CELLS, j % TILE_CELLS
        values = grid[block]
        return (
            int(values[j, i]),
            int(values[j, i + 1]),
            int(values[j + 1, i]),
            int(values[j + 1, i + 1]),
        )

    def height(self, x: int, z: int, layer: int) -> int | None:
        """The floor's height in position units, or None where the layer has no floor."""
        found = self.corners(self.field.heights, x, z, layer)
        if found is None or NONE in found:
            return None
        return blend(found, x, z)

    def distance(self, x: int, z: int, layer: int) -> int:
        """The signed distance to the nearest wall in position units."""
        found = self.corners(self.field.distances, x, z, layer)
        return FREE if found is None else blend(found, x, z)

    def gradient(self, x: int, z: int, layer: int) -> tuple[int, int]:
        """The direction in which the distance grows; its length means nothing."""
        found = self.corners(self.field.distances, x, z, layer)
        if found is None:
            return 0, 0
        a, b, c, d = found
        fx, fz = x % CELL, z % CELL
        return (b - a) * (CELL - fz) + (d - c) * fz, (c - a) * (CELL - fx) + (d - b) * fx

    def layer_at(self, x: int, z: int, y: int) -> int | None:
        """The layer a walker at this height stands on or falls to.

        Among the floors within a step of y the one with the most room; else the highest below.
        """
        within, below = [], []
        for layer in range(self.field.layers):
            height = self.height(x, z, layer)
            if height is None:
                continue
            if abs(height - y) <= STEP_HEIGHT:
                within.append((-self.distance(x, z, layer), layer))
            elif height < y:
                below.append((-height, layer))
        if within:
            return min(within)[1]
        return min(below)[1] if below else None


def blend(corners: tuple[int, int, int, int], x: int, z: int) -> int:
    """Bilinear interpolation of 1/64 m node values to position units."""
    a, b, c, d = corners
    fx, fz = x % CELL, z % CELL
    near = a * (CELL - fx) + b * fx
    far = c * (CELL - fx) + d * fx
    return (near * (CELL - fz) + far * fz) // 2**18


def step(walker: Walker, wish: Wish, ground: Ground, tick_hz: int) -> Walker:
    """One tick of one walker."""
    heading, target = walker.heading, 0
    if wish.gait != Gait.STAND:
        heading = wish.heading * HEADING_STEP
        target = (0, WALK_SPEED, RUN_SPEED)[wish.gait]
    speed = approach(walker.speed, target, ACCELERATION // tick_hz)
    dx, dz = stride(heading, speed, tick_hz)
    pieces = max(1, -(-(speed * SPEED_STEP // tick_hz) // SUBSTEP))
    x, z = walker.x, walker.z
    for piece in range(1, pieces + 1):
        east = dx * piece // pieces - dx * (piece - 1) // pieces
        south = dz * piece // pieces - dz * (piece - 1) // pieces
        x, z = slide(x, z, walker.y, east, south, ground)
    air, vertical = walker.air, walker.vertical
    if wish.jump and not air:
        air, vertical = True, JUMP_SPEED // tick_hz
    walker = replace(walker, x=x, z=z, yaw=wish.yaw, heading=heading, speed=speed)
    return settle(replace(walker, air=air, vertical=vertical), ground, tick_hz)


def slide(x: int, z: int, y: int, east: int, south: int, ground: Ground) -> tuple[int, int]:
    """Moves by (east, south), pushed off walls along the distance gradient."""
    new_x, new_z = x + east, z + south
    layer = ground.layer_at(new_x, new_z, y)
    if layer is None:
        return new_x, new_z
    for _ in range(2):  # the second push is for corners
        distance = ground.distance(new_x, new_z, layer)
        if distance >= RADIUS:
            break
        grow_x, grow_z = ground.gradient(new_x, new_z, layer)
        length = isqrt(grow_x * grow_x + grow_z * grow_z)
        if length == 0:
            break
        push = min(RADIUS - distance, PUSH_LIMIT)
        new_x += grow_x * push // length
        new_z += grow_z * push // length
    distance = ground.distance(new_x, new_z, layer)
    if distance < RADIUS - WALL_TOLERANCE and distance < ground.distance(x, z, layer):
        return x, z
    return new_x, new_z


def settle(walker: Walker, ground: Ground, tick_hz: int) -> Walker:
    """Follows the floor, or falls."""
    layer = ground.layer_at(walker.x, walker.z, walker.y)
    floor = None if layer is None else ground.height(walker.x, walker.z, layer)
    y, air, vertical = walker.y, walker.air, walker.vertical
    if not air:
        if floor is not None and floor >= y - STEP_HEIGHT:
            return replace(walker, y=floor)
        air, vertical = True, 0
    limit = -VERTICAL_LIMIT * VERTICAL_STEP // tick_hz
    vertical = max(vertical - GRAVITY // tick_hz**2, limit)
    y += vertical
    if floor is not None and y <= floor:
        return replace(walker, y=floor, air=False, vertical=0)
    return replace(walker, y=y, air=air, vertical=vertical)

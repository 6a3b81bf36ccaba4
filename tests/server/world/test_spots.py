"""Places to stand: the nearest one, against looking at every node."""

import math
import random
from collections.abc import Callable

import pytest

from aukio.world import WalkField
from aukio.world.spots import CLIMB, ROOM_M, Point, nearest_spot
from aukio.world.walkfield import CELL_M, CELLS

ENTITIES = """\
  wall: {use: box, at: [0, 3], w: 12, d: 2, h: 3}
  ramp: {use: ramp, at: [-8, -6], w: 3, d: 6, h: 1.5}
  roof: {use: box, at: [8, -4, 2.5], w: 5, d: 5, h: 0.3}
"""


def every_spot(field: WalkField) -> list[Point]:
    """All nodes where one can stand, one by one."""
    found = []
    for layer in range(field.layers):
        for j in range(field.tiles_deep * CELLS):
            for i in range(field.tiles_wide * CELLS):
                x = (i + field.tile_x0 * CELLS) * CELL_M
                z = (j + field.tile_z0 * CELLS) * CELL_M
                height = field.height_at(x, z, layer)
                if height is not None and field.distance_at(x, z, layer) >= ROOM_M:
                    found.append((x, height, z))
    return found


def cost(at: Point, spot: Point) -> float:
    return math.hypot(spot[0] - at[0], spot[2] - at[2]) + CLIMB * abs(spot[1] - at[1])


def test_the_nearest_place_to_stand_is_found(make_field: Callable[..., WalkField]) -> None:
    field = make_field(ENTITIES, size=24)
    spots, chance = every_spot(field), random.Random(5)
    for _ in range(40):
        at = chance.uniform(-14, 14), chance.uniform(0, 3), chance.uniform(-14, 14)
        found = nearest_spot(field, at)
        assert found is not None
        assert found in spots
        assert cost(at, found) == pytest.approx(min(cost(at, spot) for spot in spots))


def test_beside_a_wall_is_nearer_than_on_it(make_field: Callable[..., WalkField]) -> None:
    field = make_field("  block: {use: box, at: [6, 0], w: 3, d: 3, h: 2}\n", size=24)
    found = nearest_spot(field, (6.2, 0.0, 0.0))
    assert found is not None
    x, y, z = found
    assert y == 0
    assert max(abs(x - 6), abs(z)) == pytest.approx(2, abs=0.25)


def test_a_tile_that_begins_nearer_is_not_always_better(
    make_field: Callable[..., WalkField],
) -> None:
    """Far outside everything the nearest edge is found, whatever tile it is in."""
    found = nearest_spot(make_field("", size=40), (300.0, 0.0, -1.0))
    assert found is not None
    assert found[0] == pytest.approx(19.5, abs=0.25)

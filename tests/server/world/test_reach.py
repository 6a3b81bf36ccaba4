"""What can be reached on foot: the flood against its slow twin, and small stories of walls."""

import math
import random
from collections.abc import Callable

import numpy as np
import pytest

from aukio.world import WalkField
from aukio.world._flood import flood
from aukio.world.reach import ROOM, STEP, Reach
from aukio.world.walkfield import CELLS, UNITS
from oracles import flood as oracle

from .conftest import BRIDGE

Make = Callable[..., WalkField]


def slow(field: WalkField, parts: int, starts: list[tuple[int, int, float]]) -> set[oracle.Place]:
    return oracle.flood(field, parts, STEP / UNITS, ROOM / UNITS, starts)


def fast(field: WalkField, parts: int, starts: list[tuple[int, int, int]]) -> set[oracle.Place]:
    shape = (field.layers, *(count * CELLS * parts for count in field.table.shape[:2]))
    reached = np.zeros(shape, np.uint8)
    count = flood(field.heights, field.distances, field.table, parts, STEP, ROOM, starts, reached)
    found = {(layer, row, column) for layer, row, column in np.argwhere(reached).tolist()}
    assert count == len(found)
    return found


@pytest.mark.parametrize("parts", [1, 2])
@pytest.mark.parametrize("seed", range(4))
def test_the_flood_gets_where_its_slow_twin_gets(make_field: Make, seed: int, parts: int) -> None:
    chance, things = random.Random(seed), ""
    for n in range(9):
        away, angle = chance.uniform(3.2, 6.5), chance.uniform(0, 2 * math.pi)
        things += (
            f"  b{n}: {{use: {chance.choice(['box', 'ramp'])},"
            f" at: [{away * math.sin(angle):.2f}, {away * math.cos(angle):.2f}],"
            f" facing: {chance.randrange(0, 360, 15)}, w: {chance.uniform(0.5, 4):.2f},"
            f" d: {chance.uniform(0.5, 3):.2f}, h: {chance.choice([0.2, 0.5, 1, 2.4])}}}\n"
        )
    field = make_field(things, size=16, edge="open" if seed % 2 else "wall")
    middle = CELLS * parts * -field.tile_z0, CELLS * parts * -field.tile_x0
    starts = [(middle[0], middle[1], 0), (middle[0] + 8, middle[1] - 8, 0), (-1, 5, 0)]
    assert fast(field, parts, starts) == slow(
        field, parts, [(r, c, h / UNITS) for r, c, h in starts]
    )


def anywhere(x: object, y: object, z: object) -> np.ndarray:  # type: ignore[type-arg]
    return np.ones(np.shape(x), bool)


def test_over_the_bridge_and_under_it(make_field: Make) -> None:
    reach = Reach(make_field(BRIDGE), (0.0, 0.0, 0.0), 0.5)
    deck = (6.0, 2.2, 0.0)
    assert reach.has(deck, 1.0, lambda x, y, z: y > 2)
    assert reach.has(deck, 1.0, lambda x, y, z: y < 0.1)


def test_a_room_without_a_door_is_not_reached_and_the_wall_before_it_is_told(
    make_field: Make,
) -> None:
    walls = """\
  north: {use: box, at: [8, 3], w: 6.4, d: 0.4, h: 3}
  south: {use: box, at: [8, -3], w: 6.4, d: 0.4, h: 3}
  west: {use: box, at: [5, 0], w: 0.4, d: 6.4, h: 3}
  east: {use: box, at: [11, 0], w: 0.4, d: 6.4, h: 3}
"""
    field = make_field(walls)
    reach = Reach(field, (0.0, 0.0, 0.0), 0.5)
    assert not reach.has((8.0, 0.0, 0.0), 2.0, anywhere)
    nearest = reach.nearest((8.0, 0.0, 0.0), 10)
    assert nearest is not None
    away = max(abs(nearest[0] - 8), abs(nearest[2]))
    assert away == pytest.approx(3.5, abs=0.26)
    inside = Reach(field, (8.0, 0.0, 0.0), 0.5)
    assert inside.has((8.0, 0.0, 0.0), 2.0, anywhere)
    assert not inside.has((0.0, 0.0, 0.0), 3.0, anywhere)


@pytest.mark.parametrize(
    ("width", "parts", "passes"), [(0.5, 2, False), (0.75, 2, True), (0.9, 1, True)]
)
def test_a_gap_is_a_way_when_a_body_fits(
    make_field: Make, width: float, parts: int, passes: bool
) -> None:
    # Its middle is beside every node: the least lucky place for one.
    half, off = 10 - width / 2, 0.06
    walls = f"""\
  left: {{use: box, at: [{off - width / 2 - half}, 5], w: {2 * half}, d: 0.3, h: 3}}
  right: {{use: box, at: [{off + width / 2 + half}, 5], w: {2 * half}, d: 0.3, h: 3}}
"""
    reach = Reach(make_field(walls, size=20), (0.0, 0.0, 0.0), 0.5, parts)
    assert reach.has((0.0, 0.0, -8.0), 1.0, anywhere) == passes


def test_one_falls_off_but_not_back_up(make_field: Make) -> None:
    field = make_field("  block: {use: box, at: [6, 0], w: 4, d: 4, h: 1.2}\n")
    assert not Reach(field, (0.0, 0.0, 0.0), 0.5).has((6.0, 1.2, 0.0), 1.0, anywhere)
    assert Reach(field, (6.0, 1.2, 0.0), 0.5).has((0.0, 0.0, 0.0), 1.0, anywhere)

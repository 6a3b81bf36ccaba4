"""Walk fields of small worlds, walked with the slow walker of conftest."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aukio.world import World, WorldProblems, compile_walk_field, load_world
from aukio.world.walkfield import NONE, UNITS

from .conftest import BRIDGE, RADIUS, Compile, Walker

QUANTUM = 1 / UNITS
YARD = Path(__file__).parents[3] / "worlds" / "yard"


def rotated(along: float, across: float, degrees: float) -> tuple[float, float]:
    """Return engine (x, z) of a place `along` a heading and `across` to its right."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return along * sine + across * cosine, -along * cosine + across * sine


def test_distance_to_a_wall_turned_30_degrees_is_exact(make_field: Compile) -> None:
    field = make_field("  wall: {use: box, at: [5, 3], w: 8, d: 0.4, h: 2, facing: 30}\n")
    random_ = random.Random(1)
    worst = 0.0
    for _ in range(2000):
        away, along = random_.uniform(0.05, 1.5), random_.uniform(-3, 3)
        x, z = rotated(0.2 + away, along, 30)
        worst = max(worst, abs(field.distance_at(5 + x, -3 + z, 0) - away))
    assert worst <= QUANTUM, f"a slanted wall must be straight, but bends by {worst:.4f} m"


def test_distance_to_a_post_is_exact_at_nodes(make_field: Compile) -> None:
    field = make_field("  post: {use: post, at: [3.1, 2.9], r: 0.4, h: 3}\n")
    for i in range(8, 18):
        for j in range(-17, -7):
            true = math.hypot(i / 4 - 3.1, j / 4 + 2.9) - 0.4
            if true < 127 / UNITS:
                got = field.distance_at(i / 4, j / 4, 0)
                assert abs(got - true) <= QUANTUM / 2 + 1e-9, f"node {i}, {j} is {got}, not {true}"


def test_ground_border_is_a_wall_seen_from_inside(make_field: Compile) -> None:
    field = make_field("", size=20.3)
    assert field.distance_at(9.65, 0, 0) == pytest.approx(0.5, abs=QUANTUM), "0.5 m to the border"
    assert field.height_at(10.1, 0, 0) == 0, "the border's own cell must have a floor"
    assert field.distance_at(10.2, 0, 0) < 0.1, "at the border there must be a wall"


def test_open_ground_can_be_walked_off(make_field: Compile) -> None:
    field = make_field("", size=20, edge="open")
    assert field.distance_at(9.9, 0, 0) == 127 / UNITS, "an open border must be no wall"
    assert field.height_at(10.1, 0, 0) is None, "beyond an open border there must be no floor"
    assert field.rescue == -20 * UNITS, "who falls 20 m below the lowest floor is rescued"


def test_steps_of_stairs_connect(make_field: Compile) -> None:
    stairs = "".join(
        f"  s{k}: {{use: box, at: [0, {4 + 0.4 * k}], w: 2, d: 0.4, h: {0.17 * (k + 1):.2f}}}\n"
        for k in range(4)
    )
    field = make_field(stairs + "  top: {use: box, at: [0, 7.4], w: 4, d: 4, h: 0.68}\n")
    walker = Walker(field, 0, 0, 0)
    assert walker.go(0, -8), "four steps of 0.17 m must be walkable"
    assert walker.y == pytest.approx(0.68, abs=QUANTUM), "they lead to the terrace"
    assert walker.go(0, 0) and walker.y == 0, "and down again"


@pytest.mark.parametrize("facing", [0, 37, 45, 200])
@pytest.mark.parametrize("across", [-0.45, 0.0, 0.45])
def test_narrow_stairs_of_usual_size_are_walkable_however_turned(
    make_field: Compile, facing: int, across: float
) -> None:
    parts = []
    for k in range(8):
        x, z = rotated(3 + 0.28 * k, 0, facing)
        place = f"at: [{x:.6f}, {-z:.6f}], facing: {facing}"
        parts.append(f"  s{k}: {{use: box, {place}, w: 1.6, d: 0.28, h: {0.18 * (k + 1):.2f}}}\n")
    x, z = rotated(3 + 0.28 * 7.5 + 2, 0, facing)
    parts.append(
        f"  top: {{use: box, at: [{x:.6f}, {-z:.6f}], facing: {facing}, w: 5, d: 4, h: 1.44}}\n"
    )
    walker = Walker(make_field("".join(parts)), 0, 0, 0)
    start, end = rotated(1, across, facing), rotated(7, across, facing)
    assert walker.go_all([start, end]), f"stuck at {walker.x:.2f}, {walker.y:.2f}, {walker.z:.2f}"
    assert walker.y == pytest.approx(1.44, abs=QUANTUM), "eight steps must lead to the top"


def test_terrace_stays_a_wall_beside_its_stairs(make_field: Compile) -> None:
    field = make_field(
        "  step: {use: box, at: [0, 3.8], w: 1, d: 0.4, h: 0.3}\n"
        "  top: {use: box, at: [0, 6], w: 8, d: 4, h: 0.6}\n"
    )
    walker = Walker(field, 2, 0, 0)
    assert not walker.go(2, -5), "0.6 m beside the step must block"
    assert walker.z == pytest.approx(-3.7, abs=0.06), "at the walker's own radius"


def test_box_is_a_wall_from_below_and_open_from_above(make_field: Compile) -> None:
    field = make_field("  block: {use: box, at: [0, 5.1], w: 3, d: 3, h: 1}\n")
    below = Walker(field, 0, 0, 0)
    assert not below.go(0, -5), "a box of 1 m must block who stands on the ground"
    above = Walker(field, 0, 1, -5)
    assert above.go(0, -4), "its top can be walked on"
    assert above.y == 1.0, "at its height"
    floors = [above.floor(0, -5.1 + 0.01 * k) for k in range(200)]
    assert None not in floors, "there must be a floor to fall on all the way over the edge"
    heights = {round(floor[1], 3) for floor in floors if floor}
    assert heights == {0.0, 1.0}, "and no ramp between the top and the ground"


def test_no_layer_holds_a_cliff(make_world: Callable[..., World]) -> None:
    field = compile_walk_field(load_world(YARD))
    for heights in field.heights.astype(int):
        for a, b in ((heights[:, 1:], heights[:, :-1]), (heights[1:], heights[:-1])):
            both = (a != NONE) & (b != NONE)
            worst = int(np.abs(a - b)[both].max(initial=0))
            assert worst <= field.step, f"neighbours differ by {worst}/64 m"


def test_ramp_is_a_floor_whose_sides_block(make_field: Compile) -> None:
    field = make_field("  ramp: {use: ramp, at: [0, 5], w: 2, d: 4, h: 2}\n")
    walker = Walker(field, 0, 0, 0)
    assert walker.go(0, -6.5), "a slope of 27 degrees must be walkable"
    assert walker.y == pytest.approx(1.75, abs=0.02), "and rises evenly"
    beside = Walker(field, 3, 0, -6)
    assert not beside.go(0, -6), "its high side must block"
    assert beside.x == pytest.approx(1.3, abs=0.06), "at the walker's own radius"


def test_too_steep_ramp_is_a_wall(make_field: Compile) -> None:
    field = make_field("  ramp: {use: ramp, at: [0, 5], w: 2, d: 2, h: 2}\n")
    walker = Walker(field, 0, 0, 0)
    assert not walker.go(0, -5), "45 degrees are beyond the limit of 40"
    assert walker.z == pytest.approx(-3.7, abs=0.06), "and block from the foot"


@pytest.mark.parametrize("across", [-0.6, 0.0, 0.6])
def test_bridge_is_walked_over(make_field: Compile, across: float) -> None:
    walker = Walker(make_field(BRIDGE), 6 + across, 0, 11)
    assert walker.go(6 + across, 0), "up the ramp onto the deck"
    assert walker.y == pytest.approx(2.2, abs=QUANTUM), "the deck is 2.2 m up"
    assert walker.go(6 + across, -11) and walker.y == 0, "and down the other side"


def test_bridge_is_walked_under(make_field: Compile) -> None:
    walker = Walker(make_field(BRIDGE), 0, 0, 0)
    assert walker.go(12, 0) and walker.y == 0, "2.0 m below the deck is enough to walk under"


def test_low_bridge_cannot_be_walked_under(make_field: Compile) -> None:
    walker = Walker(
        make_field("  deck: {use: box, at: [6, 0, 1.5], w: 2, d: 6, h: 0.2}\n"), 0, 0, 0
    )
    assert not walker.go(12, 0), "1.5 m is too low to walk under"
    assert walker.x == pytest.approx(4.7, abs=0.06), "it blocks at the walker's radius"


def test_layers_overlap_by_four_nodes_where_a_walk_changes_them(make_field: Compile) -> None:
    field = make_field(BRIDGE)
    low, high = ([field.height_at(6, 9 + k / 4, layer) for k in range(-6, 7)] for layer in range(2))
    both = [a for a, b in zip(low, high, strict=True) if a is not None and a == b]
    assert len(both) >= 8, (
        "four nodes to each side of a ramp's foot must be the same in both layers"
    )


def test_deck_and_ground_are_two_layers(make_field: Compile) -> None:
    field = make_field(BRIDGE)
    heights = {field.height_at(6, 0, layer) for layer in range(field.layers)}
    assert heights == {0.0, 141 / UNITS}, "over the middle there are the ground and the deck"


def test_five_floors_above_one_another_are_refused(make_world: Callable[..., World]) -> None:
    decks = "".join(
        f"  d{k}: {{use: box, at: [5, 5, {2 * k}], w: 6, d: 6, h: 0.1}}\n" for k in range(1, 5)
    )
    told = r"^yard/world.yaml:\d+:3: entities/d\d: expected at most 4 floors above or beside"
    with pytest.raises(WorldProblems, match=told):
        compile_walk_field(make_world(decks))


def test_random_walks_in_the_yard_always_have_a_floor_and_never_enter_a_wall() -> None:
    world = load_world(YARD)
    field = compile_walk_field(world)
    for seed in range(6):
        random_ = random.Random(seed)
        spawn = world.spawns[random_.choice(list(world.spawns))]
        walker = Walker(field, spawn.x, spawn.y, spawn.z)
        for _ in range(60):
            heading = random_.uniform(0, 2 * math.pi)
            x, z = walker.x + 3 * math.sin(heading), walker.z - 3 * math.cos(heading)
            walker.go(x, z)
            floor = walker.floor(walker.x, walker.z)
            assert floor and floor[2] >= RADIUS - 1e-9, f"seed {seed}: lost at {walker}"


def test_every_spawn_of_the_yard_can_walk_to_the_others() -> None:
    field = compile_walk_field(load_world(YARD))
    walker = Walker(field, 0, 0, 26)
    route = [(0, 12), (2.2, 0), (1.5, -8), (0, -14.5)]
    assert walker.go_all(route), f"from the gate up the steps: stuck at {walker}"
    assert walker.y == pytest.approx(0.68, abs=QUANTUM), "the terrace is 0.68 m up"
    assert walker.go_all([(9.5, -14.5), (13, -14.5)]) and walker.y == 0, "down the terrace's ramp"


def test_the_yards_stage_is_reached_by_its_ramp() -> None:
    walker = Walker(compile_walk_field(load_world(YARD)), -18.5, 0, -5)
    assert walker.go(-18.5, 4), f"stuck at {walker}"
    assert walker.y == pytest.approx(0.6, abs=QUANTUM), "the stage is 0.6 m up"


def test_the_yards_bridge_is_walked_over_and_under() -> None:
    field = compile_walk_field(load_world(YARD))
    over = Walker(field, 19, 0, 20)
    assert over.go(19, 9) and over.y == pytest.approx(2.4, abs=QUANTUM), f"over: stuck at {over}"
    assert over.go(19, -2) and over.y == 0, f"down again: stuck at {over}"
    under = Walker(field, 12, 0, 9)
    assert under.go(26, 9) and under.y == 0, f"under: stuck at {under}"


def test_same_world_compiles_to_same_bytes() -> None:
    first, second = (compile_walk_field(load_world(YARD)).to_bytes() for _ in range(2))
    assert first == second, "client and server must agree on the hash"


def test_tiles_repeat_their_neighbours_border(make_field: Compile) -> None:
    field = make_field("  block: {use: box, at: [0.1, 5], w: 3, d: 3, h: 1, facing: 20}\n")
    west, east = field.table[0, 0, 0], field.table[0, 1, 0]
    assert (field.heights[west, :, -1] == field.heights[east, :, 0]).all(), "heights at x = 0"
    assert (field.distances[west, :, -1] == field.distances[east, :, 0]).all(), "distances at x = 0"


def crowd(seed: int) -> str:
    """Return entities that overlap, lean on, cover and undercut one another."""
    random_ = random.Random(seed)
    lines = []
    for k in range(120):
        east, north = random_.uniform(-19, 19), random_.uniform(-19, 19)
        if max(abs(east), abs(north)) < 5:
            continue
        place = f"at: [{east:.2f}, {north:.2f}, {random_.choice([0, 0, 0, 0.2, 1, 2.2])}]"
        use, facing = random_.choice(["box", "box", "ramp"]), random_.choice([0, 90, k * 3])
        size = f"w: {random_.uniform(0.2, 5):.2f}, d: {random_.uniform(0.5, 5):.2f}"
        height = random_.choice([0.1, 0.2, 0.3, 0.5, 1, 2])
        lines.append(f"  e{k}: {{use: {use}, {place}, {size}, h: {height}, facing: {facing}}}\n")
    return "".join(lines)


@pytest.mark.parametrize("seed", range(8))
def test_no_cell_of_walled_ground_is_without_floor(make_field: Compile, seed: int) -> None:
    field = make_field(crowd(seed))
    empty = []
    for j in range(-80, 80):
        for i in range(-80, 80):
            x, z = i / 4 + 0.125, j / 4 + 0.125
            if all(field.height_at(x, z, layer) is None for layer in range(field.layers)):
                empty.append((x, z))
    assert not empty, f"a walker would fall out of the world at {empty[:5]}"

"""The movement kernel against the oracle, and wishes on the ticks they belong to."""

import json
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from aukio.sim.commands import Move, Moves
from aukio.sim.entities import Entities
from aukio.sim.movement import Movement
from aukio.sim.simulation import Simulation
from harness import flat_field
from movement_cases import FILE, cases, rough_field, wander
from oracles.movement import Ground, Walker, Wish, step


def state(entities: Entities, slot: int, tick: int) -> tuple[int, ...]:
    x, y, z, vertical = entities.states[slot, tick % 16].tolist()
    yaw, heading, speed, air = entities.turns[slot, tick % 16].tolist()
    return x, y, z, yaw, heading, speed, vertical, air


def as_tuple(walker: Walker) -> tuple[int, ...]:
    w = walker
    return w.x, w.y, w.z, w.yaw, w.heading, w.speed, w.vertical, int(w.air)


def move(slot: int, sequence: int, tick: int, wish: Wish) -> Move:
    gait = int(wish.gait)
    return Move(slot, sequence, tick % 65536, 0, wish.yaw, wish.heading, gait, wish.jump)


def test_the_committed_courses_are_what_the_oracle_walks() -> None:
    assert json.loads(FILE.read_text()) == cases()


@pytest.mark.parametrize("hz", [10, 20, 60])
def test_kernel_and_oracle_walk_alike_over_rough_ground(hz: int) -> None:
    rng = random.Random(hz)
    field = rough_field(hz)
    ground, entities = Ground(field), Entities(64)
    movement = Movement(entities, field, hz)
    walkers, courses = [], []
    for _ in range(40):
        x, z = rng.randrange(-60 * 65536, 60 * 65536), rng.randrange(2 * 65536, 60 * 65536)
        walker = Walker(x, rng.randrange(0, 4 * 65536), z)
        ref = entities.claim(0)
        assert ref is not None
        entities.place(ref.slot, walker.x, walker.y, walker.z, 0)
        walkers.append(walker)
        courses.append(wander(rng, 100))
    for tick in range(1, 101):
        for slot, course in enumerate(courses):
            movement.place(Moves.of([move(slot, tick, tick, course[tick - 1])]).rows, tick)
        movement.step(tick)
        for slot, course in enumerate(courses):
            walkers[slot] = step(walkers[slot], course[tick - 1], ground, hz)
            assert state(entities, slot, tick) == as_tuple(walkers[slot]), f"tick {tick}"


@pytest.mark.parametrize("seed", range(5))
def test_late_wishes_end_where_timely_ones_would(seed: int) -> None:
    rng = random.Random(seed)
    field = flat_field(20, lambda x, z: np.hypot(x - 3, z) - 1)
    ground = Ground(field)
    simulation = Simulation(field, 64, 20)
    ref = simulation.enter((0, 0, 0, 0), (0, 0, 0, 0))
    assert ref is not None
    course = wander(rng, 200)
    post: list[tuple[int, int]] = []  # (arrives before tick, wish's tick), in one ordered stream
    arrival = 0
    for tick in range(1, 201):
        arrival = max(arrival, tick + rng.randrange(-2, 11))
        post.append((arrival, tick))
    for tick in range(1, 212):
        for _, of in [p for p in post if p[0] == tick]:
            simulation.apply(Moves.of([move(ref.slot, of, of, course[of - 1])]))
        simulation.step()
    walker = Walker(0, 0, 0)
    for wish in course:
        walker = step(walker, wish, ground, 20)
    last = replace(course[-1], jump=False)
    for _ in range(11):
        walker = step(walker, last, ground, 20)
    assert state(simulation.entities, ref.slot, simulation.tick) == as_tuple(walker)


def test_a_wish_never_holds_from_before_a_teleport() -> None:
    simulation = Simulation(flat_field(), 64, 20)
    ref = simulation.enter((0, 0, 0, 0), (0, 0, 0, 0))
    assert ref is not None
    for _ in range(20):
        simulation.step()
    simulation._put(ref.slot, (65536, 0, 0, 0))
    late = move(ref.slot, 1, simulation.tick - 8, Wish(16384, 256, 2))
    simulation.apply(Moves.of([late]))
    simulation.step()
    assert simulation.placement(ref.slot)[0] <= 65536 + 13107, "one tick of walking, not nine"


def test_hearing_reaches_thirty_metres_and_a_hundred_people() -> None:
    simulation = Simulation(flat_field(60), 192, 20)
    slots = []
    for number in range(150):
        ref = simulation.enter((number * 13107, 0, 0, 0), (0, 0, 0, 0))
        assert ref is not None
        slots.append(ref.slot)
    hearers: Any = simulation.say(slots[0], "hei").hearers
    assert len(hearers) == 100, "the nearest hundred"
    assert set(hearers) == set(slots[:100])


def test_who_has_no_place_on_a_field_is_whom_the_oracle_finds_in_a_wall() -> None:
    rng, field = random.Random(3), rough_field(20)
    ground, entities = Ground(field), Entities(200)
    movement = Movement(entities, flat_field(), 20)
    wrong = []
    for _ in range(200):
        ref = entities.claim(0)
        assert ref is not None
        x, z = (rng.randrange(-70 * 65536, 70 * 65536) for _ in range(2))
        y = rng.randrange(-65536, 5 * 65536)
        entities.place(ref.slot, x, y, z, 0)
        layer = ground.layer_at(x, z, y)
        if layer is None or ground.distance(x, z, layer) < 0:
            wrong.append(ref.slot)
    movement.walk_on(field)
    assert movement.misplaced(entities.live, 7) == wrong
    assert 10 < len(wrong) < 190, "both are found"

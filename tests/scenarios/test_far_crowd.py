"""Beyond the view people become heads in cells: nobody is lost, nobody is counted twice."""

import random

import numpy as np

from aukio_protocol import messages as m
from aukio_protocol.motion import Gait
from harness import HZ, UNIT, Client, TestWorld, flat_field

PEOPLE = 80


def crowd(seed: int, view_m: float, budget: int = 50_000) -> tuple[TestWorld, random.Random]:
    rng = random.Random(seed)

    def anywhere(spot: str) -> tuple[int, int, int, int]:
        return rng.randrange(-90 * UNIT, 90 * UNIT), 0, rng.randrange(-90 * UNIT, 90 * UNIT), 0

    world = TestWorld(
        flat_field(95), 192, PEOPLE + 2, view_m=view_m, budget=budget, seed=seed, spawn=anywhere
    )
    for number in range(PEOPLE):
        world.join(f"P{number}")
    return world, rng


def heads(client: Client) -> int:
    """How many the client was last told of as heads."""
    told = client.of(m.FarCrowd)
    return sum(told[-1].counts) if told else 0


def test_CM13_individuals_and_heads_are_everybody_within_two_in_a_hundred() -> None:
    world, rng = crowd(1, 50)
    off = []
    for second in range(10):
        for client in rng.sample(world.clients, 30):
            world.walk(client, rng.randrange(1024), rng.choice([Gait.STAND, Gait.WALK]))
        world.step(HZ)
        if second >= 4:
            off += [len(c.entities) + 1 + heads(c) - PEOPLE for c in world.clients]
    assert np.percentile(np.abs(off), 95) <= 0.02 * PEOPLE, "within a second and two percent"


def test_CM13_nobody_beyond_costs_nothing() -> None:
    world, _ = crowd(2, 400)
    world.step(5 * HZ)
    told = [len(client.of(m.FarCrowd)) for client in world.clients]
    assert not any(heads(client) for client in world.clients), "everybody is known by then"
    world.step(5 * HZ)
    assert [len(client.of(m.FarCrowd)) for client in world.clients] == told


def test_CM13_who_is_not_introduced_yet_is_a_head() -> None:
    world, _ = crowd(2, 400, budget=1000)
    newcomer = world.join("Newcomer")
    world.snapshots._sets.tokens[newcomer.session.slot] = 0  # what it may be sent at once is spent
    world.step(2 * HZ)
    assert len(newcomer.entities) < 0.9 * PEOPLE, "introductions take their time"
    assert abs(len(newcomer.entities) + heads(newcomer) - PEOPLE) <= 0.1 * PEOPLE
    world.step(20 * HZ)
    assert (len(newcomer.entities), heads(newcomer)) == (PEOPLE, 0)


def test_CM13_the_crowd_is_told_gone_once_it_is() -> None:
    world, _ = crowd(3, 50)
    world.step(3 * HZ)
    first, *others = world.clients
    assert heads(first) > 0
    for client in others:
        world.send(client, m.Leave())
    world.step(3 * HZ)
    assert heads(first) == 0
    assert first.of(m.FarCrowd)[-1] == m.FarCrowd(0, 0, 0, 0, b"")


def test_CM13_who_comes_back_is_told_anew() -> None:
    world, _ = crowd(4, 50)
    first = world.clients[0]
    world.wish(first)
    world.step(3 * HZ)
    assert first.welcome is not None
    secret = first.welcome.secret
    world.hang_up(first)
    world.clients.remove(first)
    again = world.join("", secret)
    world.step(3 * HZ)
    assert heads(again) + len(again.entities) + 1 == PEOPLE


def test_CM13_heads_leave_the_neighbours_most_of_a_small_budget() -> None:
    world, rng = crowd(5, 40, budget=100)
    world.snapshots._sets.tokens[:] = 0  # what was saved up for joining is spent
    for second in range(40):
        for client in world.clients:
            if second == 20:
                client.snapshots.clear()
            if rng.random() < 0.3:
                world.walk(client, rng.randrange(1024), rng.choice([Gait.STAND, Gait.WALK]))
        world.step(HZ)
    told = [len(client.of(m.FarCrowd)) for client in world.clients]
    assert min(told) > 3, "the heads are told, if seldom"
    records = [sum(len(s.records) for s in client.snapshots) for client in world.clients]
    assert np.median(records) > 20, "and somebody near at least once a second"

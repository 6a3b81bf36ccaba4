"""The publishing kernel against its oracle, and what a record promises."""

import random

import numpy as np
import pytest

from aukio.replication.publication import Publication
from aukio.sim.commands import Move, Moves
from aukio.sim.simulation import Simulation
from aukio_protocol.motion import Gait, Motion
from harness import flat_field
from oracles.publication import Publication as Oracle
from oracles.publication import Truth


def truth_at(simulation: Simulation, slot: int, tick: int) -> Truth:
    entities, at = simulation.entities, tick % 16
    x, y, z, vertical = entities.states[slot, at].tolist()
    yaw, heading, speed, air = entities.turns[slot, at].tolist()
    gait = int(entities.wishes[slot, at, 1]) >> 10 & 3
    return Truth(x, y, z, vertical, yaw, heading, speed, bool(air), gait)


def wander(simulation: Simulation, slots: list[int], rng: random.Random, sequence: int) -> None:
    """Gives some walkers new wishes: straight, turning, strafing, jumping, late."""
    for slot in slots:
        if rng.random() > 0.3:
            continue
        entities = simulation.entities
        yaw = int(entities.turns[slot, simulation.tick % 16, 0])
        style = rng.randrange(5)
        yaw = (yaw + rng.choice([0, 300, -700, 2000])) % 65536 if style else rng.randrange(65536)
        heading = (yaw + 32) // 64 % 1024
        if style == 2:
            heading = (heading + 128 * rng.randrange(8)) % 1024
        late = rng.choice([0, 0, 0, 2, 9])
        tick = (simulation.tick + 1 - late) % 65536
        gait = rng.choice([0, 1, 1, 2])
        move = Move(slot, sequence, tick, 0, yaw, heading, gait, rng.random() < 0.05)
        simulation.apply(Moves.of([move]))


@pytest.mark.parametrize("hz", [10, 20, 60])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_kernel_and_oracle_publish_the_same_records(hz: int, seed: int) -> None:
    rng = random.Random(seed)
    field = flat_field(25, lambda x, z: np.hypot(x - 4, z) - 2)
    simulation = Simulation(field, 64, hz)
    publication = Publication(simulation.entities, hz)
    slots = []
    for _ in range(12):
        place = (rng.randrange(-(10**6), -(10**5)), 0, rng.randrange(-(10**6), 10**6), 0)
        ref = simulation.enter(place, place)
        assert ref is not None
        publication.renew(ref.slot)
        slots.append(ref.slot)
    oracles = {slot: Oracle(hz) for slot in slots}
    for sequence in range(200):
        wander(simulation, slots, rng, sequence)
        simulation.step()
        publication.publish(simulation.tick)
        for slot in slots:
            now = truth_at(simulation, slot, simulation.tick)
            before = truth_at(simulation, slot, simulation.tick - 1)
            due = oracles[slot].publish(now, before)
            got = [bool(int(publication.published[t, 0]) >> slot & 1) for t in range(3)]
            assert got == due, f"seed {seed}, tick {simulation.tick}, slot {slot}"
            for tier in range(3):
                fields = publication.records[tier, slot].tolist()
                x, y, z, yaw, heading, speed, gait, turn, bend, air, vertical, _ = fields
                motion = Motion(
                    x, y, z, yaw, heading, speed, Gait(gait), turn, bend, bool(air), vertical
                )
                assert motion == oracles[slot].records[tier], f"seed {seed}, tier {tier}"


def test_standing_still_and_walking_straight_publish_nothing() -> None:
    simulation = Simulation(flat_field(), 64, 20)
    publication = Publication(simulation.entities, 20)
    ref = simulation.enter((0, 0, 0, 0), (0, 0, 0, 0))
    assert ref is not None
    publication.renew(ref.slot)
    simulation.step()
    assert publication.publish(simulation.tick) == 3, "entering publishes in every tier"
    for _ in range(200):
        simulation.step()
        assert publication.publish(simulation.tick) == 0
    simulation.apply(Moves.of([Move(ref.slot, 1, 201, 0, 0, 0, 1, False)]))
    simulation.step()
    assert publication.publish(simulation.tick) == 3, "a start publishes in every tier"
    for _ in range(90):
        simulation.step()
        assert publication.publish(simulation.tick) == 0, "the speed ramp is in the record"


def test_a_stop_is_published_in_every_tier() -> None:
    simulation = Simulation(flat_field(), 64, 20)
    publication = Publication(simulation.entities, 20)
    ref = simulation.enter((0, 0, 0, 0), (0, 0, 0, 0))
    assert ref is not None
    simulation.apply(Moves.of([Move(ref.slot, 1, 1, 0, 0, 0, 2, False)]))
    for _ in range(20):
        simulation.step()
        publication.publish(simulation.tick)
    simulation.apply(Moves.of([Move(ref.slot, 2, 21, 0, 0, 0, 0, False)]))
    simulation.step()
    assert publication.publish(simulation.tick) == 3


def test_a_teleport_marks_its_records_as_jumped() -> None:
    simulation = Simulation(flat_field(), 64, 20)
    publication = Publication(simulation.entities, 20)
    ref = simulation.enter((0, 0, 0, 0), (0, 0, 0, 0))
    assert ref is not None
    for _ in range(3):
        simulation.step()
        publication.publish(simulation.tick)
    simulation.entities.place(ref.slot, 10 * 65536, 0, 0, 0)
    simulation.step()
    publication.publish(simulation.tick)
    assert all(int(publication.jumped[tier, 0]) >> ref.slot & 1 for tier in range(3))

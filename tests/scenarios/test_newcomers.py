"""Who comes into a crowd is told of it over seconds; meanwhile what it knows already stays true."""

import random

import numpy as np
from numpy.typing import NDArray

from aukio_protocol.motion import Gait
from harness import HZ, UNIT, Client, TestWorld, flat_field

PEOPLE = 200


def waiting_ticks(world: TestWorld, viewer: Client) -> NDArray[np.int64]:
    """How long news of each whom a viewer knows have waited, of those that wait."""
    sets, slot = world.snapshots._sets, viewer.session.slot
    words = sets.pending[slot] & sets.known[slot] & sets.interest[slot]
    slots = np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))
    return sets.waited[slot, slots].astype(np.int64)


def test_news_of_who_is_known_do_not_wait_for_a_crowd_to_be_introduced() -> None:
    rng = random.Random(7)

    def anywhere(spot: str) -> tuple[int, int, int, int]:
        return rng.randrange(-90 * UNIT, 90 * UNIT), 0, rng.randrange(-90 * UNIT, 90 * UNIT), 0

    world = TestWorld(flat_field(95), 256, PEOPLE + 2, view_m=400, budget=600, spawn=anywhere)
    people = [world.join(f"P{number}") for number in range(PEOPLE)]
    for person in people:
        world.detach(person.session.slot)  # they walk, but only the newcomer is told
    world.step(3, read=False)
    newcomer = world.join("Newcomer")
    world.snapshots._sets.tokens[newcomer.session.slot] = 0  # what it may be sent at once is spent
    waits, known = [0], []
    for _ in range(45 * HZ):
        for person in rng.sample(people, 2):
            world.walk(person, rng.randrange(1024), rng.choice([Gait.STAND, Gait.WALK]))
        world.wish(newcomer)
        world.step(read=False)
        newcomer.read()
        waits += waiting_ticks(world, newcomer).tolist()
        known.append(len(newcomer.entities))
    assert known[4 * HZ] < PEOPLE / 2, "the crowd does not come at once"
    assert known[-1] > 0.9 * PEOPLE, "but it comes"
    assert max(waits) <= HZ

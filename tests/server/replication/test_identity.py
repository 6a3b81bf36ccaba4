"""The identity kernel against its oracle, and what it promises."""

import random

import numpy as np
import pytest

from aukio.replication._identity import Identities
from aukio.replication.viewers import Viewers
from oracles.identity import Turns

CAPACITY, VIEWER = 192, 5


def put(words: np.ndarray, slots: set[int]) -> None:
    words[:] = 0
    for slot in slots:
        words[slot >> 6] |= np.uint64(1 << (slot & 63))


@pytest.mark.parametrize("seed", range(6))
def test_kernel_and_oracle_tell_of_the_same_people(seed: int) -> None:
    rng = random.Random(seed)
    sets, sizes = Viewers(CAPACITY), np.zeros(CAPACITY, np.int32)
    sizes[:] = [rng.randrange(20, 130) for _ in range(CAPACITY)]
    chosen = np.zeros(CAPACITY, np.int32)
    kernel = Identities(sets, sizes, chosen)
    oracles = {True: Turns(), False: Turns()}
    everybody = range(CAPACITY)
    for _ in range(200):
        names = ("interest", "near", "known", "introduced", "focus")
        now = {name: set(rng.sample(everybody, rng.randrange(CAPACITY))) for name in names}
        for name, slots in now.items():
            put(getattr(sets, name)[VIEWER], slots)
        near_only, allowance = rng.random() < 0.5, rng.randrange(600)
        due = now["known"] & now["interest"] - now["introduced"]
        if near_only:
            due &= now["near"] | now["focus"]
        wanted = oracles[near_only].choose(due, dict(enumerate(sizes.tolist())), allowance)
        count = kernel.choose(VIEWER, near_only, allowance)
        assert chosen[:count].tolist() == wanted, f"seed {seed}"
        assert kernel.bytes == sizes[wanted].sum() <= allowance
        after = {s for s in everybody if int(sets.introduced[VIEWER, s >> 6]) >> (s & 63) & 1}
        assert after == now["introduced"] | set(wanted), "who was told of counts as introduced"


def test_who_changes_all_the_time_keeps_nobody_waiting_for_ever() -> None:
    sets, sizes = Viewers(CAPACITY), np.full(CAPACITY, 100, np.int32)
    chosen = np.zeros(CAPACITY, np.int32)
    kernel = Identities(sets, sizes, chosen)
    put(sets.known[VIEWER], set(range(CAPACITY)))
    put(sets.interest[VIEWER], set(range(CAPACITY)))
    told = set()
    for _ in range(CAPACITY):
        sets.introduced[VIEWER] = 0  # everybody has changed again
        count = kernel.choose(VIEWER, False, 100)
        told |= set(chosen[:count].tolist())
    assert told == set(range(CAPACITY))

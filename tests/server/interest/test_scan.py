"""The interest kernel against its oracle."""

import random

import numpy as np
import pytest

from aukio.interest._scan import refresh
from oracles.interest import interest_sets


def members(words: np.ndarray) -> set[int]:
    return {
        word * 64 + bit
        for word in range(words.size)
        for bit in range(64)
        if int(words[word]) >> bit & 1
    }


@pytest.mark.parametrize("seed", range(6))
def test_kernel_and_oracle_choose_the_same_people(seed: int) -> None:
    rng = random.Random(seed)
    capacity, people = 192, 150
    states = np.zeros((capacity, 16, 4), np.int32)
    sets = {name: np.zeros((capacity, 3), np.uint64) for name in ("i", "n", "m", "p")}
    slots = np.array(sorted(rng.sample(range(capacity), people)), np.int32)
    side = rng.choice([20, 80, 300])
    for slot in slots:
        states[slot, :, 0] = rng.randrange(-side * 65536, side * 65536)
        states[slot, :, 2] = rng.randrange(-side * 65536, side * 65536)
    own = int(slots[7])
    view, middle = (100 * 256) ** 2, (40 * 256) ** 2
    was: tuple[set[int], set[int], set[int]] = (set(), set(), set())
    for _ in range(30):
        for slot in slots:
            states[slot, :, 0] += rng.randrange(-60000, 60000)
            states[slot, :, 2] += rng.randrange(-60000, 60000)
        alive = slots[np.array([rng.random() < 0.95 or s == own for s in slots])]
        pending = members(sets["p"][own])
        refresh(
            own, own, alive, states, 3, sets["i"], sets["n"], sets["m"], sets["p"], view, middle
        )
        places = {int(s): (int(states[s, 3, 0]) >> 8, int(states[s, 3, 2]) >> 8) for s in alive}
        now = interest_sets(own, places, was, view, middle)
        got = tuple(members(sets[name][own]) for name in "inm")
        assert got == now, f"seed {seed}"
        changed = (was[0] ^ now[0]) | (was[1] ^ now[1]) | (was[2] ^ now[2])
        assert members(sets["p"][own]) == (pending | changed) & now[0], "who changed tier is due"
        was = now


def test_near_is_a_rank_and_not_a_distance() -> None:
    states = np.zeros((64, 16, 4), np.int32)
    for slot in range(40):
        states[slot, :, 0] = slot * 3 * 65536
    sets = [np.zeros((64, 1), np.uint64) for _ in range(4)]
    refresh(
        0, 0, np.arange(40, dtype=np.int32), states, 0, *sets, (200 * 256) ** 2, (40 * 256) ** 2
    )
    assert members(sets[1][0]) == set(range(1, 25)), "the nearest 24, though some are 72 m away"

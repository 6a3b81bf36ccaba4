"""The interest kernel against its oracle."""

import random

import numpy as np
import pytest

from aukio.interest._scan import Scanner
from aukio.replication.viewers import Viewers
from oracles.interest import interest_sets

VIEW, MIDDLE = (100 * 256) ** 2, (40 * 256) ** 2


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
    states, sets = np.zeros((capacity, 16, 4), np.int32), Viewers(capacity)
    posed = np.array([rng.getrandbits(64) for _ in range(3)], np.uint64)
    limit = rng.choice([30, 60, 1000])
    scanner = Scanner(states, sets, posed, VIEW, MIDDLE, limit)
    slots = np.array(sorted(rng.sample(range(capacity), people)), np.int32)
    side = rng.choice([20, 80, 300])
    for slot in slots:
        states[slot, :, 0] = rng.randrange(-side * 65536, side * 65536)
        states[slot, :, 2] = rng.randrange(-side * 65536, side * 65536)
    own = int(slots[7])
    was: tuple[set[int], ...] = (set(), set(), set(), set(), set())
    for _ in range(30):
        for slot in slots:
            states[slot, :, 0] += rng.randrange(-60000, 60000)
            states[slot, :, 2] += rng.randrange(-60000, 60000)
        alive = slots[np.array([rng.random() < 0.95 or s == own for s in slots])]
        pending, poses = members(sets.pending[own]), members(sets.poses_pending[own])
        sets.known[own] = [rng.getrandbits(64) for _ in range(3)]
        known = members(sets.known[own])
        sets.whole[own] = 0
        scanner.refresh(np.array([own], np.int32), alive, 3)
        places = {int(s): (int(states[s, 3, 0]) >> 8, int(states[s, 3, 2]) >> 8) for s in alive}
        now = interest_sets(own, places, was, VIEW, MIDDLE, limit)
        got = tuple(
            members(one[own])
            for one in (sets.interest, sets.near, sets.middle, sets.prompt, sets.closest)
        )
        assert got == now, f"seed {seed}"
        changed = (was[0] ^ now[0]) | (was[1] ^ now[1]) | (was[2] ^ now[2])
        assert members(sets.pending[own]) == (pending | changed) & now[0], "who changed tier is due"
        came = now[3] - was[3]
        assert members(sets.poses_pending[own]) == poses | (came & members(posed))
        whole = members(sets.whole[own])
        assert whole == (now[0] - was[0]) & known, "who is back was not watched meanwhile"
        was = now


def test_near_is_a_rank_and_not_a_distance() -> None:
    states, sets = np.zeros((128, 16, 4), np.int32), Viewers(128)
    for slot in range(80):
        states[slot, :, 0] = slot * 3 * 65536
    scanner = Scanner(states, sets, np.zeros(2, np.uint64), (300 * 256) ** 2, MIDDLE, 128)
    scanner.refresh(np.array([0], np.int32), np.arange(80, dtype=np.int32), 0)
    assert members(sets.near[0]) == set(range(1, 61)), "the nearest 60, though some are 180 m away"
    assert members(sets.prompt[0]) == set(range(1, 25))
    assert members(sets.closest[0]) == set(range(1, 9))


def test_individuals_are_the_nearest_and_leave_ten_percent_later() -> None:
    states, sets = np.zeros((128, 16, 4), np.int32), Viewers(128)
    for slot in range(128):
        states[slot, :, 0] = slot * 65536
    scanner = Scanner(states, sets, np.zeros(2, np.uint64), (300 * 256) ** 2, MIDDLE, 50)
    everybody, viewer = np.arange(128, dtype=np.int32), np.array([0], np.int32)
    scanner.refresh(viewer, everybody, 0)
    assert members(sets.interest[0]) == set(range(1, 51))
    for slot in (60, 61):  # two more come close: the 50th is now at 48 m
        states[slot, :, 0] = 65536 // 2
    scanner.refresh(viewer, everybody, 0)
    assert members(sets.interest[0]) == {*range(1, 51), 60, 61}, "nobody flickers on the edge"

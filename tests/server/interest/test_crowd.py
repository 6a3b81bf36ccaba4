"""The far crowd kernel against its oracle, and what it adds up to."""

import random

import numpy as np
import pytest

from aukio.interest._crowd import count_beyond
from oracles.crowd import CELLS, beyond


@pytest.mark.parametrize("side_m", [10, 200, 900, 3000])
@pytest.mark.parametrize("seed", range(3))
def test_kernel_and_oracle_count_the_same_heads(side_m: int, seed: int) -> None:
    rng = random.Random(seed)
    states, interest = np.zeros((320, 16, 4), np.int32), np.zeros((320, 5), np.uint64)
    slots = np.array(sorted(rng.sample(range(320), 250)), np.int32)
    viewer, half = int(slots[9]), side_m * 32768
    for slot in slots:
        states[slot, 3, 0] = rng.randrange(-half, half)
        states[slot, 3, 2] = rng.randrange(-half, half)
    interest[viewer] = [rng.getrandbits(64) for _ in range(5)]
    known = [int(word) for word in interest[viewer]]
    far = [s for s in slots.tolist() if s != viewer and not known[s >> 6] >> (s & 63) & 1]
    counts = np.full(CELLS, 7, np.uint8)
    told = count_beyond(viewer, slots, states, 3, interest, counts)
    side, west, north, columns, rows, people = told
    wanted_side, wanted = beyond([(int(states[s, 3, 0]), int(states[s, 3, 2])) for s in far])
    assert (side, people) == (wanted_side, len(far)), f"seed {seed}"
    heads = counts[: columns * rows].reshape(rows, columns)
    got = {
        (west + x, north + z): int(heads[z, x])
        for z in range(rows)
        for x in range(columns)
        if heads[z, x]
    }
    assert got == dict(wanted)


def test_nobody_beyond_is_nothing_to_tell() -> None:
    states, interest = np.zeros((64, 16, 4), np.int32), np.full((64, 1), 2**64 - 1, np.uint64)
    slots, counts = np.arange(5, dtype=np.int32), np.zeros(CELLS, np.uint8)
    assert count_beyond(0, slots, states, 0, interest, counts) == (0, 0, 0, 0, 0, 0)


def test_a_cell_holds_at_most_255_heads() -> None:
    states, interest = np.zeros((320, 16, 4), np.int32), np.zeros((320, 5), np.uint64)
    slots, counts = np.arange(300, dtype=np.int32), np.zeros(CELLS, np.uint8)
    assert count_beyond(0, slots, states, 0, interest, counts) == (16, 0, 0, 1, 1, 299)
    assert counts[0] == 255


def test_heads_far_from_the_middle_of_the_world_are_where_they_stand() -> None:
    states, interest = np.zeros((64, 16, 4), np.int32), np.zeros((64, 1), np.uint64)
    slots, counts = np.arange(3, dtype=np.int32), np.zeros(CELLS, np.uint8)
    states[1:3, 0, 0] = states[1:3, 0, 2] = 20_000 * 65536
    assert count_beyond(0, slots, states, 0, interest, counts) == (16, 1250, 1250, 1, 1, 2)
    states[1:3, 0, 0] = states[1:3, 0, 2] = -20_000 * 65536
    assert count_beyond(0, slots, states, 0, interest, counts) == (16, -1250, -1250, 1, 1, 2)

"""The wandering kernel against its oracle."""

import numpy as np
import pytest

from aukio_bench._wander import note_wishes, wander
from oracles.wandering import is_due, turned, walks_out

BOTS, START, TICK, LIMIT_M = 200, 40, 500, 26.0


@pytest.mark.parametrize("seed", range(8))
def test_bots_turn_on_and_those_who_walk_out_are_found(seed: int) -> None:
    rng, size = np.random.default_rng(seed), BOTS - START
    x, z = rng.uniform(-40, 40, (2, size))
    until, turn = rng.integers(TICK - 2, TICK + 3, BOTS), rng.uniform(-1200, 1200, BOTS)
    gait, yaw = rng.integers(0, 3, BOTS).astype(np.uint8), rng.uniform(0, 65536, BOTS)
    expected = [
        turned(yaw[row], turn[row], is_turning=row >= START and until[row] > TICK)
        for row in range(BOTS)
    ]
    outward = [
        row
        for row in range(START, BOTS)
        if walks_out(x[row - START], z[row - START], expected[row], gait[row], LIMIT_M)
    ]
    found = np.zeros(BOTS, np.int64)
    count = wander(START, TICK, LIMIT_M, x, z, until, turn, gait, yaw, found)
    assert yaw.tolist() == expected, f"seed {seed}"
    assert found[:count].tolist() == outward, f"seed {seed}"
    assert outward, "some do walk out"


@pytest.mark.parametrize("seed", range(8))
def test_what_is_new_or_was_told_long_ago_is_to_be_sent(seed: int) -> None:
    rng, size = np.random.default_rng(seed), BOTS - START
    yaw = rng.integers(0, 4, BOTS).astype(np.float64) + 0.5
    ways = rng.integers(0, 2, size).astype(np.uint16)
    gait, jump = rng.integers(0, 2, (2, BOTS)).astype(np.uint8)
    last, sent = rng.integers(0, 2, (BOTS, 4)), rng.integers(TICK - 12, TICK, BOTS)
    wish, due = np.empty((size, 4), np.int64), np.empty(size, np.uint8)
    note_wishes(START, TICK - 9, yaw, ways, gait, jump, last, sent, wish, due)
    for n in range(size):
        row = START + n
        expected = [int(yaw[row]), int(ways[n]), int(gait[row]), int(jump[row])]
        assert wish[n].tolist() == expected, f"seed {seed}, bot {row}"
        assert bool(due[n]) == is_due(expected, last[row].tolist(), sent[row], TICK - 9)
    assert 0 < due.sum() < size, "some are due and some are not"

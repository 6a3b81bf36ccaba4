"""Slow clients: thinned, made to wait, let go; the kernel against its oracle."""

import random

import numpy as np
import pytest

from aukio.replication._pace import Pace
from oracles.pace import FULL, GONE, SKIP, THIN
from oracles.pace import Pace as Oracle

HZ = 20


def started(tick: int = 0) -> Pace:
    pace = Pace(64, HZ)
    pace.start(3, tick)
    return pace


def hear(pace: Pace, seen: int, tick: int) -> None:
    pace.heard(np.array([3], np.int32), np.array([seen % 65536], np.int32), tick)


def run(pace: Pace, ticks: range, delay: int) -> int:
    """A client that applies each snapshot `delay` ticks after it was sent and says so each tick."""
    readiness = FULL
    for tick in ticks:
        hear(pace, tick - delay - 1, tick)
        readiness = pace.readiness(3, 0, tick)
        if readiness in (FULL, THIN):
            pace.sent(3, tick)
    return readiness


@pytest.mark.parametrize("seed", range(10))
def test_kernel_and_oracle_judge_alike(seed: int) -> None:
    rng = random.Random(seed)
    first = rng.choice([0, 65_450])
    pace, oracle = started(first), Oracle(HZ, first)
    applied, delay = first, 2
    for tick in range(first + 1, first + 900):
        if rng.random() < 0.02:
            delay = rng.choice([0, 2, 4, 9, 30])
        if rng.random() < rng.choice([0.05, 0.9]):
            applied = max([applied, *(at for at in oracle.sent if at < tick - delay)])
            hear(pace, applied, tick)
            oracle.heard(applied, tick)
        unsent = rng.choice([0] * 30 + [500])
        ready = pace.readiness(3, unsent, tick)
        assert ready == oracle.readiness(unsent, tick), f"seed {seed}, tick {tick}"
        if ready in (FULL, THIN) and rng.random() < 0.9:
            pace.sent(3, tick)
            oracle.sent.append(tick)


def test_a_steady_delay_is_no_lag() -> None:
    assert run(started(), range(1, 200), delay=8) == FULL


def test_growing_lag_thins_then_skips() -> None:
    pace = started()
    run(pace, range(1, 100), delay=2)
    assert run(pace, range(100, 110), delay=9) == THIN
    for tick in range(110, 122):
        hear(pace, 95, tick)
    assert pace.readiness(3, 0, 122) == SKIP


def test_unsent_bytes_make_a_viewer_wait_and_ten_seconds_end_it() -> None:
    pace = started()
    assert pace.readiness(3, 1, 1) == SKIP
    assert pace.readiness(3, 1, 200) == SKIP
    assert pace.readiness(3, 1, 202) == GONE


def test_a_viewer_that_reads_again_is_sent_to_again() -> None:
    pace = started()
    pace.readiness(3, 1, 1)
    assert pace.readiness(3, 0, 100) == FULL
    assert pace.readiness(3, 1, 250) == SKIP, "its ten seconds begin anew"


def test_a_client_that_says_nothing_is_thinned_and_kept() -> None:
    pace = started()
    for tick in range(1, 62):
        pace.sent(3, tick)
    assert pace.readiness(3, 0, 62) == THIN
    assert pace.readiness(3, 0, 600) == THIN, "a hidden tab is no dead one"


def test_a_client_cannot_have_seen_what_was_not_sent() -> None:
    pace = started()
    for tick in range(1, 40):
        pace.sent(3, tick)
        hear(pace, tick + 500, tick)
    assert pace.readiness(3, 0, 40) == FULL

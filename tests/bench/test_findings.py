"""What a report makes of the meters."""

import pytest

from aukio_bench._truth import KINDS, TALLIES
from aukio_bench.findings import _waits
from aukio_bench.meters import Meter, Truth
from aukio_bench.walkers import Walkers


def a_meter(**tallies: int) -> Meter:
    meter = Meter(Truth(Walkers(2, 20), 2, 8), 20)
    for name, count in tallies.items():
        meter.judge.tallies[TALLIES.index(name)] = count
    return meter


def test_where_nobody_was_ever_behind_news_waited_for_nothing() -> None:
    assert _waits(a_meter(pairs=10)) == {"p50": 0.0, "p95": 0.0, "p99": 0.0}


def test_where_no_pair_was_compared_nothing_is_known_of_waiting() -> None:
    assert _waits(a_meter()) == {"p50": None, "p95": None, "p99": None}


def test_who_is_behind_to_the_end_is_not_told_as_no_waiting() -> None:
    assert _waits(a_meter(pairs=10, waiting=1))["p99"] is None


def test_waits_are_told_in_milliseconds() -> None:
    meter = a_meter(pairs=10, waiting=1)
    kind = [name for name, _ in KINDS].index("wait")
    meter.judge.counts[kind, 64] = 1  # from 1 unit of 50 ms on
    assert _waits(meter)["p50"] == pytest.approx(50, rel=0.05)

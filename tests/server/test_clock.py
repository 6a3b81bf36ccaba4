"""Ticks and their schedule."""

import pytest

from aukio.clock import Schedule
from oracles.inbox import tick_distance


@pytest.mark.parametrize(
    ("later", "earlier", "distance"),
    [(5, 3, 2), (3, 5, -2), (2, 65534, 4), (65534, 2, -4), (32768, 0, -32768)],
)
def test_CV5_tick_numbers_wrap(later: int, earlier: int, distance: int) -> None:
    assert tick_distance(later, earlier) == distance


def test_ticks_are_due_on_an_absolute_line() -> None:
    schedule = Schedule(100.0, 20)
    for number in range(5):
        assert schedule.due == pytest.approx(100.0 + number * 0.05)
        assert schedule.ran(schedule.due + 0.02) == 0, "a late tick moves nothing"


def test_after_a_long_stall_two_ticks_catch_up_and_the_rest_is_dropped() -> None:
    schedule = Schedule(0.0, 20)
    assert schedule.ran(1.01) == 17, "1.01 s: ticks 1-20 were due, two may catch up"
    assert schedule.due == pytest.approx(0.9)
    assert schedule.dropped == 17

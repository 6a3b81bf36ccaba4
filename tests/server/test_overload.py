"""The overload ladder."""

import pytest

from aukio.overload import LADDER, Overload, SharedLoad


def test_long_ticks_climb_one_step_at_a_time_and_refuse_joins_last() -> None:
    overload = Overload(20)
    reliefs = [overload.ran(0.05) for _ in range(55)]
    steps = [LADDER.index(relief) for relief in reliefs]
    assert steps == sorted(steps)
    assert set(steps) == {0, 1, 2}
    assert not any(relief.refuse_joins for relief in reliefs[: steps.index(2)])
    assert reliefs[-1].refuse_joins


def test_easy_ticks_come_down_after_five_seconds() -> None:
    overload = Overload(20)
    while not overload.level:
        overload.ran(0.05)
    ticks = 0
    while overload.level:
        overload.ran(0.045 if ticks % 9 == 0 else 0.02)  # a long one among them is no reason
        ticks += 1
    assert 100 <= ticks < 120


def test_a_single_long_tick_changes_nothing() -> None:
    overload = Overload(20)
    for number in range(100):
        assert overload.ran(0.06 if number % 9 == 0 else 0.03) == LADDER[0]


def test_worlds_of_one_process_feel_each_others_work() -> None:
    load, overload = SharedLoad(), Overload(20)
    for _ in range(60):
        load.note("hall", 0.025, 20)
        load.note("quay", 0.010, 10)
        relief = overload.ran(load.note("yard", 0.015, 20))
    assert load.note("yard", 0.015, 20) == pytest.approx(0.045), "of its 50 ms, all three together"
    assert relief.refuse_joins

"""The overload ladder."""

from aukio.overload import LADDER, Overload


def test_long_ticks_climb_one_step_at_a_time_and_refuse_joins_last() -> None:
    overload = Overload(20)
    reliefs = [overload.ran(0.049) for _ in range(35)]
    assert [LADDER.index(r) for r in reliefs[::10]] == [0, 1, 2, 2]
    assert not reliefs[15].refuse_joins
    assert reliefs[-1].refuse_joins


def test_easy_ticks_come_down_after_five_seconds() -> None:
    overload = Overload(20)
    for _ in range(10):
        overload.ran(0.05)
    assert overload.level == 1
    for _ in range(99):
        overload.ran(0.01)
    assert overload.level == 1
    overload.ran(0.01)
    assert overload.level == 0


def test_a_single_long_tick_changes_nothing() -> None:
    overload = Overload(20)
    for number in range(100):
        assert overload.ran(0.06 if number % 9 == 0 else 0.03) == LADDER[0]

"""Sets of runs: their order, their time, and what becomes of void runs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aukio_bench.attempts import Attempt, weighed
from aukio_bench.gates import read_gates
from aukio_bench.gating import judge, judge_rival, table
from aukio_bench.plan import Plan
from aukio_bench.result import Result
from aukio_bench.scenarios import MIXES
from aukio_bench.sets import (
    FULL,
    SHORT,
    Compared,
    Found,
    Item,
    Rival,
    middle_rival,
    rounds,
    run_item,
    run_rival,
)
from aukio_bench.sizing import footnote, sizing_table
from reports import a_report, a_result

ITEM = Item("crowd", 10, 5)


def with_steal(*steals: float) -> Callable[[Plan], Attempt]:
    """Runs that are robbed of so much, one after the other."""
    left = list(steals)

    def attempt(_: Plan) -> Attempt:
        return weighed(robbed(left.pop(0)))

    return attempt


def robbed(steal: float) -> Result:
    return replace(a_result(), report=replace(a_report(), steal=steal))


def test_the_short_set_plays_every_mix_within_ten_minutes() -> None:
    assert {item.mix for item in SHORT.items} == set(MIXES)
    assert SHORT.minutes <= SHORT.most_minutes == 10


def test_the_full_set_measures_what_is_claimed_five_times_within_an_hour() -> None:
    times = {(item.mix, item.clients): item.times for item in FULL.items}
    for claim in read_gates().claimed:
        assert times.get(claim) == 5, f"{claim} is claimed"
    assert FULL.rivals[0].clients == 500
    assert FULL.minutes <= FULL.most_minutes == 60


def test_crowds_are_measured_for_a_minute() -> None:
    assert {item.seconds for item in FULL.items if item.mix == "crowd"} == {60}


def test_repeats_come_in_rounds() -> None:
    often, once = replace(ITEM, times=3), Item("hall", 10, 5)
    found = [(item.mix, seed) for item, seed in rounds([often, once])]
    assert found == [("crowd", 1), ("hall", 1), ("crowd", 2), ("crowd", 3)]


def test_a_run_that_was_robbed_is_repeated_and_listed() -> None:
    found = Found(ITEM)
    run_item(found, 1, with_steal(0.03, 0.01), lambda _: True)
    assert [one.report.steal for one in found.results] == [0.01]
    assert found.set_aside == ["seed 1: 3.0% of the machine's time was stolen"]


def test_when_all_were_robbed_the_least_robbed_is_taken_and_says_so() -> None:
    found = Found(ITEM)
    run_item(found, 1, with_steal(0.05, 0.03, 0.04), lambda _: True)
    assert [one.report.steal for one in found.results] == [0.03]
    assert len(found.set_aside) == 3


def test_nothing_is_repeated_when_the_time_is_up() -> None:
    found = Found(ITEM)
    run_item(found, 1, with_steal(0.05), lambda _: False)
    assert len(found.results) == 1


def test_a_server_that_fails_is_not_tried_again_and_is_listed() -> None:
    found = Found(ITEM)
    run_item(found, 1, lambda _: Attempt(None, trouble="no server"), lambda _: True)
    assert found.combined() is None
    assert found.set_aside == ["seed 1: no server"]


def test_a_result_of_several_runs_names_the_command_of_all() -> None:
    found = Found(replace(ITEM, times=2))
    for seed in (1, 2):
        run_item(found, seed, with_steal(0.0), lambda _: True)
    combined = found.combined()
    assert combined is not None
    assert len(combined.repeats) == 2
    assert combined.conditions.command.startswith("aukio bench crowd --clients 10 --seconds 5")


def test_a_claimed_size_that_was_not_measured_is_a_miss() -> None:
    gates = read_gates()
    assert not judge([], [], gates, claims=True).holds
    assert "NOT MEASURED: crowd, 2,000" in table(judge([], [], gates, claims=True))
    assert judge([], [], gates, claims=False).holds


def test_ratios_beside_a_rival_have_limits_too() -> None:
    told = {
        "sides": [{"clients": 500}],
        "ratios": {"colyseus, views": {"cpu": 4.0, "payload": 7.0, "error_1_20_p95": 1.0}},
        "void": {},
    }
    (found,) = judge_rival(told, read_gates())
    holds = {one.limit.figure: one.holds for one in found.findings}
    assert (holds["cpu"], holds["payload"], holds["error_21_50_p95"]) == (True, False, False)
    assert not found.holds
    (void,) = judge_rival(told | {"void": {"aukio": ["late"]}}, read_gates())
    assert "late" in void.void


def test_the_median_of_comparisons_is_taken_ratio_by_ratio() -> None:
    files = [
        {"ratios": {"views": {"cpu": cpu, "payload": None}}, "void": {}} for cpu in (3.0, 5.0, 4.0)
    ]
    found = middle_rival(files)
    assert found["ratios"] == {"views": {"cpu": 4.0, "payload": None}}
    assert len(found["repeats"]) == 3


VOID, GOOD = {"void": {"colyseus": ["late by 5.3 ms"]}}, {"void": {}}


@pytest.mark.parametrize(
    ("told", "has_time", "taken", "words"),
    [
        ([VOID, GOOD], True, GOOD, ["seed 2: colyseus: late by 5.3 ms"]),
        ([None, GOOD], True, GOOD, ["seed 2: the bots were late"]),
        ([VOID, GOOD], False, VOID, ["seed 2: colyseus: late by 5.3 ms"]),
        ([VOID, None, None], True, VOID, ["seed 2: colyseus: late by 5.3 ms"]),
        ([None, None, None], True, None, ["seed 2: the bots were late"]),
    ],
)
def test_a_void_comparison_is_repeated_while_time_is_left(
    told: list[Any], has_time: bool, taken: Any, words: list[str]
) -> None:
    runs = iter(told)
    found, set_aside = run_rival(
        Rival("colyseus", 10, 5),
        2,
        lambda *_: Compared(next(runs), "the bots were late"),
        lambda _: has_time,
    )
    assert found == taken
    assert set_aside[:1] == words


def test_the_sizing_table_has_a_row_for_each_size_and_a_dash_for_what_is_not_known() -> None:
    one = a_result(2000, rss_bytes=123e6)
    rows = sizing_table([one]).splitlines()
    assert rows[2].startswith("| 2,000 in one place | 10 % | – | 123 MB | 0.40 kB/s | – | 800 kB/s")
    assert rows[0].count("|") == rows[1].count("|") == rows[2].count("|")
    assert "one run each" in footnote([one])

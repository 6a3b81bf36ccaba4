"""Ratios, the rule that makes a comparison void, and what is printed."""

import json
import math
from typing import Any

import pytest

from aukio_bench.report import Report
from aukio_bench.rivals.comparison import Comparison, Pair, objections, ratios, table
from aukio_bench.rivals.measurement import Measurement, of_ours
from aukio_bench.rivals.programs import better_reading
from reports import a_report


def a_side(name: str = "aukio", **values: Any) -> Measurement:
    points = {"p50": 0.01, "p95": 0.02, "p99": 0.04}
    plain: dict[str, Any] = {
        "name": name,
        "clients": 500,
        "seconds": 20.0,
        "server_cpu": 0.1,
        "cpu_us_per_client_s": 200.0,
        "payload_bytes_per_client_s": 500.0,
        "error_1_20_m": points,
        "error_21_50_m": points,
        "tick_hz": 20.0,
        "tick_work_ms": {"p50": 1.0, "p95": 2.0, "p99": 3.0},
        "tick_lateness_p99_ms": 0.5,
        "missed_ticks": 0,
        "late_inputs": 0.0,
        "missing": 0.0,
        "generator_lag_ms": 2.0,
        "generator_busy": 0.5,
        "steal": 0.0,
    }
    return Measurement(**(plain | values))


def test_a_ratio_is_theirs_divided_by_ours() -> None:
    theirs = a_side(cpu_us_per_client_s=900.0, payload_bytes_per_client_s=5000.0)
    found = ratios(theirs, a_side())
    assert (found["cpu"], found["payload"], found["error_1_20_p95"]) == (4.5, 10.0, 1.0)


def test_a_ratio_with_an_unknown_figure_is_unknown() -> None:
    theirs = a_side(error_21_50_m={"p50": None, "p95": None, "p99": None})
    assert ratios(theirs, a_side())["error_21_50_p95"] is None
    assert ratios(a_side(), None)["cpu"] is None


@pytest.mark.parametrize(
    "values",
    [
        {"generator_lag_ms": 5.1},
        {"generator_lag_ms": math.nan},
        {"generator_busy": 0.81},
        {"errors": {"ended: close 4002": 1}},
    ],
)
def test_a_generator_that_was_the_bottleneck_makes_it_void(values: dict[str, Any]) -> None:
    side = a_side(**values)
    assert len(objections(side)) == 1
    comparison = Comparison([Pair(a_side(), side)], {})
    assert comparison.is_void
    assert "VOID" in table(comparison)


def test_a_generator_at_its_limits_does_not() -> None:
    ours = a_side(generator_lag_ms=5.0, generator_busy=0.8)
    comparison = Comparison([Pair(ours, a_side("rival"))], {})
    assert not comparison.is_void
    assert "VOID" not in table(comparison)


def test_a_side_without_figures_makes_it_void_and_the_others_are_shown() -> None:
    comparison = Comparison([Pair(None, a_side("rival"))], {"aukio": "no figures"})
    assert comparison.is_void
    assert "VOID, no figures of aukio" in table(comparison)
    assert "200" in table(comparison)


def test_stolen_time_asks_for_another_run() -> None:
    assert "Repeat this run" in table(Comparison([Pair(a_side(steal=0.021), None)], {}))


def test_the_json_holds_sides_ratios_and_conditions() -> None:
    pairs = [
        Pair(a_side(), a_side("rival", cpu_us_per_client_s=600.0)),
        Pair(a_side("few", cpu_us_per_client_s=100.0), a_side("views", cpu_us_per_client_s=600.0)),
    ]
    comparison = Comparison(pairs, {}, {"machine": "one"})
    found = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert [side["name"] for side in found["sides"]] == ["aukio", "rival", "few", "views"]
    assert found["ratios"]["rival"]["cpu"] == 3.0
    assert found["ratios"]["views"]["cpu"] == 6.0, "each beside ours that tells the same"
    assert found["machine"] == "one"
    assert found["void"] == {}


def test_the_reading_that_is_better_for_the_rival_counts() -> None:
    assert better_reading([[0.0, 0.07, 0.2]], [[0.0, 0.012, 0.05]]) == "extrapolated"
    assert better_reading([[0.0, 0.01, 0.2]], [[0.0, 0.012, 0.05]]) == "raw"
    assert better_reading([[None, None, None]], [[None, None, None]]) == "raw"


def test_our_side_is_what_the_report_says() -> None:
    points: dict[str, float | None] = {"p50": 0.01, "p95": 0.02, "p99": 0.04}
    report = Report(
        scenario="crowd",
        clients=500,
        seconds=20.0,
        tick_hz=20,
        tick_work_ms=points | {"max": 9.0},
        tick_lateness_ms={"p99": 1.0, "max": 2.0},
        missed_ticks=4,
        server_cpu=0.1,
        cpu_us_per_client_s=200.0,
        payload_bytes_per_client_s=500.0,
        motion_age_ms=points,
        position_error_m=points,
        join_ms=points,
        errors={},
        generator_lag_ms=2.0,
        steal=0.0,
        more={"generator_busy": 0.5},
    )
    side = of_ours(report)
    assert side.error_1_20_m == points
    assert side.tick_hz == pytest.approx(19.8)
    assert side.error_21_50_m["p95"] is None, "what the report does not tell is not made up"
    assert not objections(side)


def test_our_ranks_beyond_twenty_and_our_coverage_are_compared_too() -> None:
    report = a_report()
    report.more |= {"generator_busy": 0.5, "coverage": 0.99}
    report.more["error_second_m"] = {"p50": 0.01, "p95": 0.03, "p99": 0.05}
    side = of_ours(report)
    assert side.error_21_50_m["p95"] == 0.03
    assert side.missing == pytest.approx(0.01)

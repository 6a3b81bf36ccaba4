"""The report: its keys are fixed, others read them."""

import json

from aukio_bench.report import median_of, table
from reports import a_report

#: The keys and their members, as the bench promises them.
PROMISED = {
    "scenario": None,
    "clients": None,
    "seconds": None,
    "tick_hz": None,
    "tick_work_ms": {"p50", "p95", "p99", "max"},
    "tick_lateness_ms": {"p99", "max"},
    "missed_ticks": None,
    "server_cpu": None,
    "cpu_us_per_client_s": None,
    "payload_bytes_per_client_s": None,
    "motion_age_ms": {"p50", "p95", "p99"},
    "position_error_m": {"p50", "p95", "p99"},
    "join_ms": {"p50", "p95"},
    "errors": None,
    "generator_lag_ms": None,
    "steal": None,
}


def test_the_json_has_exactly_the_promised_keys() -> None:
    found = a_report().to_json()
    assert list(found) == list(PROMISED)
    for key, members in PROMISED.items():
        if members is not None:
            assert set(found[key]) == members, key


def test_what_could_not_be_measured_is_null_in_json() -> None:
    text = json.dumps(a_report().to_json(), allow_nan=False)
    assert json.loads(text)["motion_age_ms"]["p99"] is None


def test_the_median_is_taken_figure_by_figure_and_errors_are_added() -> None:
    runs = [a_report(3.0, refused_full=1), a_report(1.0), a_report(2.0, refused_full=2)]
    found = median_of(runs)
    assert found.generator_lag_ms == 2.0
    assert found.errors == {"refused_full": 3}


def test_the_median_of_an_even_number_lies_between_the_two_in_the_middle() -> None:
    found = median_of([a_report(4.0), a_report(1.0), a_report(3.0), a_report(2.0)])
    assert found.generator_lag_ms == 2.5
    assert found.missed_ticks == a_report().missed_ticks
    assert isinstance(found.missed_ticks, int)


def test_the_table_names_every_error() -> None:
    assert "wrong_generation 2" in table(a_report(wrong_generation=2))
    assert "none" in table(a_report())

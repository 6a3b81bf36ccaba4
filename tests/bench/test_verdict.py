"""The verdict: what holds, what does not, and the words for it."""

from dataclasses import replace

import pytest

from aukio_bench.gates import Limit
from aukio_bench.verdict import gate_table, verdict
from reports import a_report

WORK = Limit("tick_work_ms.p95", 40, 1)
PAYLOAD = Limit("payload_bytes_per_client_s", 500, 450)
COVERAGE = Limit("coverage", 0.995, least=True)


def test_a_verdict_says_what_holds_what_does_not_and_what_was_not_measured() -> None:
    report = a_report()
    report.more["coverage"] = 0.99
    limits = (WORK, PAYLOAD, COVERAGE, Limit("tick_work_ms.p99", 40), Limit("back_s.max", 15))
    found = verdict(report, limits)
    words = [one.words for one in found.findings]
    assert words == ["holds", "moonshot", "missed", "not measured", "not measured"]
    assert found.holds is False


def test_a_crowd_that_holds_is_told_in_one_sentence() -> None:
    found = verdict(replace(a_report(), clients=2000), (WORK, PAYLOAD))
    assert found.headline == "2,000 people in one place at 20 Hz: held."
    assert found.sentences == ("All 2 limits hold; 1 of the 2 moonshots are reached.",)


def test_what_is_done_meanwhile_is_told_after_the_rate() -> None:
    found = verdict(replace(a_report(), scenario="storm"), (WORK,))
    assert found.headline == (
        "10 people in one place at 20 Hz while 200 more came every second: held."
    )


def test_a_miss_says_by_how_much() -> None:
    report = replace(a_report(), payload_bytes_per_client_s=540.0)
    found = verdict(report, (WORK, PAYLOAD))
    assert found.headline.endswith("the ticks held, the limits did not.")
    assert "payload to a client 0.54 kB/s, 8 % over its 0.5 kB/s" in found.sentences[0]


def test_a_tick_that_is_too_long_is_the_first_thing_said() -> None:
    found = verdict(a_report(), (Limit("tick_work_ms.p95", 1.9),))
    assert found.headline.endswith("at 20 Hz: did not hold.")


def test_a_miss_far_out_is_told_in_times_and_shares_never_in_percents_of_percents() -> None:
    report = a_report()
    report.more |= {"waiting": 0.05, "longest_ghost_ms": 1600}
    limits = (Limit("waiting", 0.02), Limit("longest_ghost_ms", 500))
    (text,) = verdict(report, limits).sentences
    assert "pairs waiting 5.00 %, 2.5 times its 2 %" in text
    assert "longest ghost 1,600 ms, 3.2 times its 500 ms" in text


def test_a_figure_that_must_reach_its_limit_is_under_it() -> None:
    report = a_report()
    report.more["coverage"] = 0.98
    (text,) = verdict(report, (COVERAGE,)).sentences
    assert "98.00 %, 1.5 % under its 99.5 %" in text


def test_what_was_not_measured_is_a_miss_and_not_a_failure_of_the_server() -> None:
    found = verdict(a_report(), (WORK, Limit("back_s.max", 15)))
    assert found.holds is False
    assert found.headline.endswith("not proven.")
    assert "everybody back after a crash" in found.sentences[-1]


def test_an_error_where_none_may_be_is_a_miss() -> None:
    (text,) = verdict(a_report(wrong_generation=2), (Limit("errors", 0),)).sentences
    assert "errors 2, where there must be none" in text


@pytest.mark.parametrize(("steal", "warned"), [(0.02, False), (0.021, True)])
def test_a_run_that_was_robbed_of_time_says_so(steal: float, warned: bool) -> None:
    found = verdict(replace(a_report(), steal=steal), (WORK,))
    assert ("stolen" in " ".join(found.sentences)) is warned


def test_without_limits_there_is_no_verdict() -> None:
    found = verdict(a_report(), ())
    assert found.holds is None
    assert gate_table(found.findings) == ""


def test_the_gate_marks_a_miss_and_what_is_not_there() -> None:
    text = gate_table(verdict(a_report(), (WORK, Limit("back_s.max", 15))).findings)
    assert text.count("MISS") == 1
    assert "not measured" in text
    assert "≤ 40 ms" in text

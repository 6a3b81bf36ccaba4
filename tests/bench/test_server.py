"""Figures read from the text of `/metrics`."""

import math

import pytest

from aukio_bench.server import Figures, Histogram

TEXT = """\
# HELP aukio_tick_work_seconds Work of a whole tick
# TYPE aukio_tick_work_seconds histogram
aukio_tick_work_seconds_bucket{le="0.0005"} 10.0
aukio_tick_work_seconds_bucket{le="0.001"} 30.0
aukio_tick_work_seconds_bucket{le="+Inf"} 40.0
aukio_tick_work_seconds_sum 0.02
aukio_tick_step_seconds_bucket{le="0.0005",step="encode"} 4.0
aukio_tick_step_seconds_sum{step="encode"} 1.5
aukio_ticks_missed_total 3.0
aukio_sent_bytes_total{kind="snapshot"} 1.2e+06
"""


def test_counters_and_histograms_are_read_from_the_text() -> None:
    figures = Figures(TEXT)
    assert figures.value("aukio_ticks_missed_total") == 3
    assert figures.value("aukio_sent_bytes_total", 'kind="snapshot"') == 1_200_000
    assert figures.step("encode") == 1.5
    assert figures.histogram("aukio_tick_work_seconds").counts == (10, 20, 10)


def test_a_percentile_lies_in_its_bucket_in_proportion() -> None:
    histogram = Histogram((0.001, 0.002, math.inf), (50, 50, 0))
    assert histogram.percentile(25) == pytest.approx(0.0005)
    assert histogram.percentile(50) == pytest.approx(0.001)
    assert histogram.percentile(99) == pytest.approx(0.00198)


def test_a_percentile_beyond_the_last_bound_is_that_bound() -> None:
    assert Histogram((0.001, math.inf), (1, 9)).percentile(99) == 0.001


def test_a_percentile_of_nothing_is_no_number() -> None:
    assert math.isnan(Histogram((0.001, math.inf), (0, 0)).percentile(50))


def test_a_window_is_what_came_between_two_readings() -> None:
    early, late = Histogram((1, math.inf), (5, 1)), Histogram((1, math.inf), (9, 1))
    window = late.since(early)
    assert (window.total, window.top) == (4, 1)

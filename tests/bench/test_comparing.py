"""Old beside new: what is worse by more than noise."""

from dataclasses import replace
from pathlib import Path

import pytest

from aukio_bench.comparing import Pair, compare, comparisons, table
from aukio_bench.result import Result, ResultTrouble, read_result, write_result
from reports import a_report, a_result


def with_cpu(*values: float) -> Result:
    """The median of runs with such CPU costs."""
    reports = [replace(a_report(), cpu_us_per_client_s=value) for value in values]
    middle = sorted(values)[len(values) // 2]
    one = a_result()
    one.report.cpu_us_per_client_s = middle
    one.repeats = reports if len(values) > 1 else []
    return one


def cpu(old: Result, new: Result) -> Pair:
    return next(p for p in compare(old, new).pairs if p.named.path == "cpu_us_per_client_s")


@pytest.mark.parametrize(
    ("new", "judged"), [(109.0, ""), (111.0, "worse"), (91.0, ""), (89.0, "better")]
)
def test_without_repeats_ten_percent_is_noise(new: float, judged: str) -> None:
    assert cpu(with_cpu(100.0), with_cpu(new)).judged == judged


def test_the_spread_over_repeats_is_the_noise() -> None:
    steady, shaky = with_cpu(99.0, 100.0, 101.0), with_cpu(80.0, 100.0, 120.0)
    assert cpu(steady, with_cpu(103.0, 104.0, 105.0)).judged == "worse"
    assert cpu(shaky, with_cpu(120.0, 130.0, 131.0)).judged == "", "within the 40 % of before"


def test_less_coverage_is_worse() -> None:
    pairs = compare(a_result(coverage=1.0), a_result(coverage=0.8)).pairs
    assert [p.judged for p in pairs if p.named.path == "coverage"] == ["worse"]


def test_a_figure_that_is_not_measured_any_more_got_worse() -> None:
    found = compare(a_result(coverage=1.0), a_result())
    assert [pair.named.path for pair in found.got_worse] == ["coverage"]
    assert "WORSE: not measured" in table(found)


def test_figures_below_what_a_meter_can_tell_are_alike() -> None:
    pairs = compare(a_result(waiting=0.0), a_result(waiting=0.0001)).pairs
    assert [p.judged for p in pairs if p.named.path == "waiting"] == [""]
    pairs = compare(a_result(waiting=0.0), a_result(waiting=0.01)).pairs
    assert [p.judged for p in pairs if p.named.path == "waiting"] == ["worse"]


def test_folders_are_compared_by_mix_and_size(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, sizes in ((old, (10, 20)), (new, (20, 30))):
        folder.mkdir()
        (folder / "client-frames.json").write_text("{}", encoding="utf-8")
        for size in sizes:
            write_result(a_result(size), folder / f"{size}.json")
    found, left = comparisons(old, new)
    assert [one.new.name for one in found] == ["crowd-20"]
    assert left == [f"crowd-10: only in {old}", f"crowd-30: only in {new}"]
    with pytest.raises(ResultTrouble, match="two files or two folders"):
        comparisons(old, new / "20.json")


def test_results_of_different_sizes_are_told_apart() -> None:
    assert "ratios say little" in table(compare(a_result(10), a_result(20)))


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    one = a_result(repeats=2, coverage=0.5)
    one.set_aside = ["seed 1: steal"]
    file = tmp_path / "a.json"
    write_result(one, file)
    assert read_result(file).to_json() == one.to_json()


def test_a_file_with_the_fixed_keys_alone_is_a_result() -> None:
    for file in sorted((Path(__file__).parents[2] / "bench/results/2026-11-23").glob("crowd-*")):
        assert read_result(file).report.scenario == "crowd"


@pytest.mark.parametrize("text", ["", "{}", "[]", "3", '{"scenario": "crowd"}'])
def test_what_is_no_result_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "b.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ResultTrouble, match=r"b\.json"):
        read_result(file)

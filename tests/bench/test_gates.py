"""The file of limits: by mix, by size, and what is refused."""

from pathlib import Path

import pytest

from aukio_bench.catalogue import CATALOGUE
from aukio_bench.gates import Gates, GateTrouble, Limit, read_gates
from aukio_bench.scenarios import MIXES


def gates_of(folder: Path, text: str) -> Gates:
    file = folder / "limits.toml"
    file.write_text(text, encoding="utf-8")
    return read_gates(file)


def test_our_own_limits_are_those_of_the_issue() -> None:
    gates = read_gates()
    assert gates.claimed[:3] == [("crowd", 1000), ("crowd", 2000), ("hall", 1000)]
    crowd = {limit.figure: limit for limit in gates.limits("crowd", 2000)}
    assert crowd["payload_bytes_per_client_s"].must == 5000
    assert (crowd["tick_work_ms.p99"].must, crowd["tick_lateness_ms.p99"].must) == (40, 5)
    assert (crowd["error_movers_m.p99"].must, crowd["error_movers_m.p99"].moonshot) == (0.08, 0.04)
    assert crowd["coverage"].least
    idle = {limit.figure: limit.must for limit in gates.limits("class-idle", 31)}
    assert idle["payload_bytes_per_client_s"] == 100
    views = {limit.figure: limit.must for limit in gates.rivals["colyseus, views"].limits(500)}
    assert (views["cpu"], views["payload"]) == (3, 8)


def test_every_mix_has_limits() -> None:
    assert set(read_gates().mixes) == set(MIXES)


def test_a_limit_by_size_lies_on_a_line_between_sizes_and_is_flat_beyond(tmp_path: Path) -> None:
    gates = gates_of(
        tmp_path,
        "[mix.crowd]\n"
        "payload_bytes_per_client_s = { most = { 1000 = 3000, 2000 = 5000 }, moonshot = 100 }",
    )
    found = [gates.limits("crowd", size)[0].must for size in (10, 1000, 1500, 2000, 3000)]
    assert found == [3000, 3000, 4000, 5000, 5000]
    assert gates.limits("crowd", 1500)[0].moonshot == 100


def test_a_limit_of_one_size_holds_there_alone(tmp_path: Path) -> None:
    gates = gates_of(tmp_path, "[mix.crowd]\ncpu_us_per_client_s = { most = 350, only = 1000 }")
    assert gates.limits("crowd", 999) == ()
    assert gates.limits("crowd", 1000) == (Limit("cpu_us_per_client_s", 350),)


def test_a_limit_of_long_runs_does_not_judge_short_ones() -> None:
    gate = read_gates().mixes["soak"]
    figures = [{limit.figure for limit in gate.limits(100, seconds)} for seconds in (60, 400)]
    assert figures[1] - figures[0] == {"rss_bytes_per_1000_joins"}


def test_a_mix_takes_the_limits_of_its_sets(tmp_path: Path) -> None:
    text = '[set.ticks]\ntick_work_ms.p99 = { most = 40 }\n[mix.hall]\nsets = ["ticks"]'
    assert gates_of(tmp_path, text).limits("hall", 5) == (Limit("tick_work_ms.p99", 40),)
    assert gates_of(tmp_path, text).limits("crowd", 5) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[mix.crowd]\ntick_work.p99 = { most = 1 }", "did you mean tick_work_ms.p99?"),
        ("[mix.crwd]", "did you mean crowd?"),
        ("[mix.crowd]\ncoverage = { most = 1, least = 1 }", "either most or least"),
        ("[mix.crowd]\ncoverage = { moonshot = 1 }", "either most or least"),
        ("[mix.crowd]\ncoverage = { most = 'much' }", "expected a number"),
        ("[mix.crowd]\ncoverage = { most = {} }", "expected a number"),
        ("[mix.crowd]\ncoverage = { most = 1, sometimes = 2 }", "sometimes is not known"),
        ("[mix.crowd]\ncoverage = 1", "expected a table"),
        ('[mix.crowd]\nsets = ["none"]', "none is not known"),
        ("[mix.crowd]\nsets = 3", "expected a list"),
        ("[mix.crowd]\nclaimed = ['many']", "expected numbers of clients"),
        ("mix = 3", "expected a table"),
        ("[mix]\ncrowd = 3", "expected a table"),
        ("[limits]", "limits is not known"),
        ("[mix.crowd", "not TOML"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(
    tmp_path: Path, text: str, word: str
) -> None:
    with pytest.raises(GateTrouble, match=r"limits\.toml") as trouble:
        gates_of(tmp_path, text)
    assert word in str(trouble.value)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(GateTrouble, match="cannot be read"):
        read_gates(tmp_path / "none.toml")


def test_every_figure_of_the_catalogue_has_one_name() -> None:
    for values in ([one.path for one in CATALOGUE], [one.words for one in CATALOGUE]):
        assert len(set(values)) == len(values)

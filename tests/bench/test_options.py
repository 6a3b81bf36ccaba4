"""The options of a mix: what makes no sense is refused before anything runs."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from aukio_bench.commands import bench
from aukio_bench.options import command_line
from aukio_bench.plan import Plan
from aukio_bench.scenarios import CROWD, MIXES, SOAK


def refused(*words: str) -> str:
    """What the command says instead of running."""
    found = CliRunner().invoke(bench, words)
    assert found.exit_code == 2, found.output
    return found.output


def test_every_mix_is_a_command_with_a_sentence() -> None:
    told = CliRunner().invoke(bench, ["--help"]).output
    for name in (*MIXES, "sweep", "compare", "gate", "page", "sizing", "set", "versus"):
        assert f"\n  {name} " in told


@pytest.mark.parametrize("mix", MIXES)
def test_every_mix_has_the_same_options(mix: str) -> None:
    told = CliRunner().invoke(bench, [mix, "--help"]).output
    duration = "--minutes" if mix == "soak" else "--seconds"
    rest = ("--clients", "--ramp", "--seed", "--motion", "--json", "--html", "--url", "--gate")
    for option in (duration, *rest):
        assert option in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["crowd", "--clients", "0"], "0 is not in the range"),
        (["crowd", "--clients", "5000"], "5000 is not in the range"),
        (["crowd", "--url", "http://x/ws"], "expected ws://host:port/ws"),
        (["resume", "--url", "ws://x/ws"], "kills its server"),
        (["soak", "--url", "ws://x/ws"], "watches its server's memory"),
        (["lag", "--url", "wss://x/ws"], "use ws://"),
        (["storm", "--clients", "1000", "--seconds", "60"], "13,000 would be in at the end"),
        (["crowd", "--json", "nowhere/at/all.json"], "there is no folder"),
        (["crowd", "--html", "nowhere/at/all.html"], "there is no folder"),
        (["crowd", "--gate", "none.toml"], "cannot be read"),
        (["sweep", "--from", "500", "--to", "100"], "--from 500 is more than --to 100"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(words: list[str], told: str) -> None:
    assert told in " ".join(refused(*words).split())


def test_a_set_never_mixes_old_results_with_new_ones(tmp_path: Path) -> None:
    (tmp_path / "crowd-10.json").write_text("{}", encoding="utf-8")
    assert "has results already" in refused("set", "short", "--into", str(tmp_path))


def test_the_command_of_a_run_names_all_that_changes_its_figures() -> None:
    plan = Plan(CROWD, 500, 20, 7, "ws://host/ws", True, 80.0, True)
    assert command_line(plan) == (
        "aukio bench crowd --clients 500 --seconds 20 --ramp 80 --seed 7 --motion recorded "
        "--url ws://host/ws --watch-ticks"
    )
    assert "--minutes 2.5" in command_line(Plan(SOAK, 100, 150, 1))


def test_results_are_compared_and_judged_from_the_command_line(tmp_path: Path) -> None:
    folder = Path(__file__).parents[2] / "bench/results/2026-11-23"
    old, new = str(folder / "crowd-100.json"), str(folder / "crowd-300.json")
    run = CliRunner()
    assert run.invoke(bench, ["compare", old, old, "--strict"]).exit_code == 0
    assert run.invoke(bench, ["compare", old, new, "--strict"]).exit_code == 1
    assert run.invoke(bench, ["compare", old, new]).exit_code == 0
    judged = run.invoke(bench, ["gate", old])
    assert (judged.exit_code, "not measured" in judged.output) == (1, True)
    limits = tmp_path / "easy.toml"
    limits.write_text("[mix.crowd]\ntick_work_ms.p99 = { most = 40 }", encoding="utf-8")
    assert run.invoke(bench, ["gate", old, "--limits", str(limits)]).exit_code == 0

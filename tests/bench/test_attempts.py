"""A run as a process of its own, end to end."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from aukio_bench.attempts import attempt, duration_s
from aukio_bench.commands import bench
from aukio_bench.plan import VOID, Plan
from aukio_bench.result import read_result
from aukio_bench.scenarios import CLASS, CROWD


@pytest.mark.slow
def test_a_run_gives_a_result_or_says_that_the_bots_were_too_slow() -> None:
    found = attempt(Plan(CLASS, clients=6, seconds=2, seed=3))
    assert not found.trouble
    if found.result is None:
        assert "bottleneck" in found.void, "a machine that is busy otherwise"
        return
    assert found.result.conditions.command == "aukio bench class --clients 6 --seconds 2 --seed 3"
    assert len(found.result.report.places["x_m"]) == 6
    assert found.result.report.more["upload_bytes_per_client_s"] > 0


@pytest.mark.slow
def test_the_command_writes_json_and_page_and_the_gate_decides(tmp_path: Path) -> None:
    limits = tmp_path / "limits.toml"
    limits.write_text("[mix.class]\npayload_bytes_per_client_s = { most = 1 }", encoding="utf-8")
    words = ["class", "--clients", "5", "--seconds", "2", "--gate", str(limits)]
    words += ["--json", str(tmp_path / "a.json"), "--html", str(tmp_path / "a.html")]
    run = CliRunner().invoke(bench, words)
    if run.exit_code == VOID:
        assert not (tmp_path / "a.json").exists(), "no figures, no file"
        return
    assert run.exit_code == 1, run.output
    assert "MISS" in run.output
    assert read_result(tmp_path / "a.json").report.clients == 5
    assert "5 people in a class at 20 Hz" in (tmp_path / "a.html").read_text("utf-8")


def test_the_time_of_a_run_is_that_of_joining_settling_and_measuring() -> None:
    slow = duration_s(Plan(CROWD, 1000, 60, 1))
    fast = duration_s(Plan(CROWD, 1000, 60, 1, ramp_per_s=100))
    assert slow - fast == pytest.approx(10)
    assert fast == pytest.approx(10 + CROWD.settle_s + 60, abs=6)

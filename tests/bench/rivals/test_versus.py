"""The command: sides in turn, and a side that gives no figures does not hide the others."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aukio_bench.commands import bench
from aukio_bench.crowd import GeneratorTooSlow
from aukio_bench.rivals import versus
from aukio_bench.rivals.packages import Packages, PackageTrouble
from aukio_bench.rivals.programs import Load, RivalTrouble

PACKAGES = Packages(Path("nowhere"), Path("node"))


async def test_what_went_wrong_with_each_side_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []

    async def too_slow(plan: Any) -> None:
        turns.append(f"aukio {plan.scenario.individuals}")
        assert plan.scenario.is_silent
        raise GeneratorTooSlow("the generator was late")

    async def fails(packages: Packages, variant: str, load: Load, habits: Any) -> None:
        turns.append(variant)
        raise RivalTrouble(f"{variant} did not start")

    monkeypatch.setattr(versus, "run_crowd", too_slow)
    monkeypatch.setattr(versus, "run_colyseus", fails)
    found = await versus.compare(PACKAGES, Load(clients=5, seconds=1.0, seed=1))
    turn = ["aukio 4000", "broadcast", "aukio 50", "views"]
    assert turns == turn, "one after the other, ours first, telling as many one by one"
    assert found.is_void
    assert found.troubles == {
        "aukio, everybody": "the generator was late",
        "aukio, 50 nearest": "the generator was late",
        "colyseus, broadcast": "broadcast did not start",
        "colyseus, views": "views did not start",
    }
    assert "--clients 5 --seconds 1 --seed 1" in found.conditions["command"]
    assert "@colyseus/schema" in found.conditions["versions"]


def test_without_packages_it_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(cache: Path, say: object) -> Packages:
        raise PackageTrouble("npm is missing: install it")

    monkeypatch.setattr(versus, "install", fails)
    found = CliRunner().invoke(bench, ["versus", "colyseus"])
    assert found.exit_code == 1
    assert "npm is missing: install it" in found.output

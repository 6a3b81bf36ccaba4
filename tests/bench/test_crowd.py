"""A small crowd against a real server."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aukio_bench import findings
from aukio_bench.crowd import Plan, run_crowd
from aukio_bench.report import KEYS
from aukio_bench.scenarios import CROWD, RESUME, VR


@pytest.mark.slow
async def test_ten_bots_meet_on_a_real_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A test machine may be busy: what is tested is that everything is measured, not how well.
    monkeypatch.setattr(findings, "LAG_LIMIT_MS", 1e9)
    scenario = replace(CROWD, settle_s=2, spreads_out=False)
    report = await run_crowd(Plan(scenario, clients=10, seconds=3, seed=1))
    found = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert set(found) == set(KEYS)
    assert report.errors == {}
    assert report.payload_bytes_per_client_s > 20
    assert found["tick_work_ms"]["p50"] > 0
    assert found["position_error_m"]["p50"] is not None
    assert found["join_ms"]["p50"] > 0
    assert report.more["ghosts"] < 0.5


@pytest.mark.slow
async def test_bots_come_back_to_a_server_that_was_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "LAG_LIMIT_MS", 1e9)
    scenario = replace(RESUME, settle_s=2, spreads_out=False)
    report = await run_crowd(Plan(scenario, clients=6, seconds=4, seed=1))
    assert report.errors == {}
    assert report.more["counts"]["resumed"] == 6, "as who they were"
    assert report.more["back_s"]["max"] < 30


@pytest.mark.slow
async def test_poses_of_headsets_come_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "LAG_LIMIT_MS", 1e9)
    scenario = replace(VR, settle_s=1)
    report = await run_crowd(Plan(scenario, clients=7, seconds=2, seed=1))
    assert report.errors == {}
    assert report.more["bytes"]["poses"] > 300
    assert len(report.series) == 2

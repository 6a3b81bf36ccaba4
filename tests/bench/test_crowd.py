"""A small crowd against a real server."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from aukio_bench import findings
from aukio_bench.crowd import Plan, run_crowd
from aukio_bench.report import KEYS
from aukio_bench.scenarios import CROWD


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

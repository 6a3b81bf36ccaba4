"""A bench report with made-up figures."""

from dataclasses import replace
from typing import Any

from aukio_bench.conditions import Conditions
from aukio_bench.report import Report
from aukio_bench.result import Result


def a_report(lag_ms: float = 1.0, **errors: int) -> Report:
    ages: dict[str, float | None] = {"p50": 1.0, "p95": 2.0, "p99": float("nan")}
    return Report(
        scenario="crowd",
        clients=10,
        seconds=3.0,
        tick_hz=20,
        tick_work_ms={**ages, "max": 4.0},
        tick_lateness_ms={"p99": 1.0, "max": 2.0},
        missed_ticks=0,
        server_cpu=0.1,
        cpu_us_per_client_s=100.0,
        payload_bytes_per_client_s=400.0,
        motion_age_ms=ages,
        position_error_m=ages,
        join_ms={"p50": 10.0, "p95": 20.0},
        errors=errors,
        generator_lag_ms=lag_ms,
        steal=0.0,
        more={"ghosts": 0.0},
    )


def a_result(clients: int = 10, repeats: int = 0, **more: Any) -> Result:
    """A result with made-up figures; its repeats are all alike."""
    report = a_report()
    report.clients = clients
    report.more |= more
    again = [replace(report, more=dict(report.more)) for _ in range(repeats)]
    return Result(report, Conditions.from_json({"command": "aukio bench crowd", "seed": 1}), again)

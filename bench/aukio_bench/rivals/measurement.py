"""What one side of a comparison was measured at; our own side from the bench's report."""

import math
from dataclasses import asdict, dataclass, field
from typing import Any

from aukio_bench.report import Report

Points = dict[str, float | None]  # p50, p95, p99
UNKNOWN: Points = {"p50": None, "p95": None, "p99": None}


@dataclass(slots=True)
class Measurement:
    """One server under the load. What could not be had is None.

    Units: as the names say; server_cpu and generator_busy are shares of one core, late_inputs of
    all inputs, missing of all pairs of a viewer and one of its 50 nearest, steal of all time.
    """

    name: str
    clients: int
    seconds: float
    server_cpu: float | None
    cpu_us_per_client_s: float | None
    payload_bytes_per_client_s: float
    error_1_20_m: Points
    error_21_50_m: Points
    tick_hz: float | None  # ticks really run in a second
    tick_work_ms: Points
    tick_lateness_p99_ms: float | None
    missed_ticks: int | None
    late_inputs: float | None  # inputs that missed the tick they were for
    missing: float | None  # neighbours the viewer should know and did not
    generator_lag_ms: float
    generator_busy: float
    steal: float
    errors: dict[str, int] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """All of it, numbers rounded to what they can bear."""
        rounded: dict[str, Any] = _rounded(asdict(self))
        return rounded


def of_ours(report: Report, name: str = "aukio") -> Measurement:
    """Our side: what the bench's own report of the same crowd says."""
    more = report.more
    ticks = report.seconds * report.tick_hz
    missed, coverage = report.missed_ticks, more.get("coverage")
    return Measurement(
        name=name,
        clients=report.clients,
        seconds=report.seconds,
        server_cpu=report.server_cpu,
        cpu_us_per_client_s=report.cpu_us_per_client_s,
        payload_bytes_per_client_s=report.payload_bytes_per_client_s,
        error_1_20_m=_points(report.position_error_m),
        error_21_50_m=_points(more.get("error_second_m", {})),
        tick_hz=None if missed is None else report.tick_hz * (1 - missed / ticks),
        tick_work_ms=_points(report.tick_work_ms),
        tick_lateness_p99_ms=report.tick_lateness_ms["p99"],
        missed_ticks=missed,
        late_inputs=None,  # the server places a late input where it belongs and counts none
        missing=None if coverage is None else 1 - coverage,
        generator_lag_ms=report.generator_lag_ms,
        generator_busy=more["generator_busy"],
        steal=report.steal,
        errors=report.errors,
        more={"counts": more.get("counts", {}), "sent": more.get("sent", {})},
    )


def _points(values: dict[str, float | None]) -> Points:
    return {name: values.get(name) for name in UNKNOWN}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.6g}")
    return value

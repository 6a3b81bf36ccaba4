"""What a run found: the JSON with its fixed keys, and a table in plain words."""

import math
import statistics
from dataclasses import dataclass, field
from typing import Any

KEYS = (
    "scenario",
    "clients",
    "seconds",
    "tick_hz",
    "tick_work_ms",
    "tick_lateness_ms",
    "missed_ticks",
    "server_cpu",
    "cpu_us_per_client_s",
    "payload_bytes_per_client_s",
    "motion_age_ms",
    "position_error_m",
    "join_ms",
    "errors",
    "generator_lag_ms",
    "steal",
)


@dataclass(slots=True)
class Report:
    """One run. Figures that could not be had (a foreign server's CPU, say) are None.

    Units: as the names say; server_cpu is a share of one core, steal a share of all time.
    `more` holds what the table adds to the JSON's fixed keys, `series` and `places` what a
    page draws.
    """

    scenario: str
    clients: int
    seconds: float
    tick_hz: int
    tick_work_ms: dict[str, float | None]
    tick_lateness_ms: dict[str, float | None]
    missed_ticks: int | None
    server_cpu: float | None
    cpu_us_per_client_s: float | None
    payload_bytes_per_client_s: float
    motion_age_ms: dict[str, float | None]
    position_error_m: dict[str, float | None]
    join_ms: dict[str, float | None]
    errors: dict[str, int]
    generator_lag_ms: float
    steal: float
    more: dict[str, Any] = field(default_factory=dict)
    series: list[dict[str, Any]] = field(default_factory=list)  # a point for each second
    places: dict[str, Any] = field(default_factory=dict)  # where everybody was at the end

    def to_json(self) -> dict[str, Any]:
        """The fixed keys alone, numbers rounded to what they can bear."""
        return {key: rounded(getattr(self, key)) for key in KEYS}


def table(report: Report) -> str:
    """The report for people."""
    lines = [f"{report.scenario}: {report.clients} bots, {report.seconds:.0f} s measured"]
    for name, value in _rows(report):
        lines.append(f"  {name:<34}{value}")
    errors = ", ".join(f"{name} {count}" for name, count in sorted(report.errors.items()))
    lines.append(f"  {'errors':<34}{errors or 'none'}")
    return "\n".join(lines)


def median_of(reports: list[Report]) -> Report:
    """The median of several runs of one scenario, figure by figure; errors are added up."""
    first = reports[0]
    values = {key: _median([getattr(report, key) for report in reports]) for key in KEYS}
    errors: dict[str, int] = {}
    for report in reports:
        for name, count in report.errors.items():
            errors[name] = errors.get(name, 0) + count
    values |= {"scenario": first.scenario, "errors": errors}
    more = _median([report.more for report in reports])
    shown = _middle(reports)
    return Report(**values, more=more, series=shown.series, places=shown.places)


def rounded(value: Any) -> Any:
    """Numbers as a file bears them: six digits, what is not a number as nothing."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    if isinstance(value, float):
        return None if math.isnan(value) else float(f"{value:.6g}")
    return value


def _middle(reports: list[Report]) -> Report:
    """The run with the median of the ticks' work: its course stands for all of them."""
    works = [(report.tick_work_ms["p99"] or 0.0, n) for n, report in enumerate(reports)]
    return reports[sorted(works)[len(works) // 2][1]]


def _rows(report: Report) -> list[tuple[str, str]]:
    more = report.more
    return [
        ("tick work p50 p95 p99 max", _many(report.tick_work_ms, "ms", 2)),
        ("tick starts late p99 max", _many(report.tick_lateness_ms, "ms", 2)),
        ("ticks missed", _one(report.missed_ticks, "", 0)),
        ("server, share of a core", _one(_percent(report.server_cpu), "%", 1)),
        ("server CPU for a client", _one(report.cpu_us_per_client_s, "µs a second", 0)),
        ("server memory for a client", _one(_kilo(more.get("rss_bytes_per_client")), "kB", 1)),
        ("payload from a client", _one(more.get("upload_bytes_per_client_s"), "bytes a second", 0)),
        ("payload to a client", _one(report.payload_bytes_per_client_s, "bytes a second", 0)),
        ("motion age, all, p50 p95 p99", _many(report.motion_age_ms, "ms", 0)),
        ("motion age, nearest 20", _many(more.get("motion_age_near_ms", {}), "ms", 0)),
        ("error, nearest 20, p50 p95 p99", _many(report.position_error_m, "m", 3)),
        ("error, ranks 21-50", _many(more.get("error_second_m", {}), "m", 3)),
        ("error, of those who move", _many(more.get("error_movers_m", {}), "m", 3)),
        ("error, after a start or stop", _many(more.get("error_events_m", {}), "m", 3)),
        ("error, anybody", _many(more.get("error_all_m", {}), "m", 3)),
        ("angle of errors, anybody", _many(more.get("angle_mrad", {}), "mrad", 2)),
        ("waiting, nearest 20 / anybody", _shares(more, "waiting_near", "waiting")),
        ("how long news wait", _many(more.get("waits_ms", {}), "ms", 0)),
        ("ghosts, nearest 20 / anybody", _shares(more, "ghosts", "ghosts_all")),
        ("longest ghost", _one(more.get("longest_ghost_ms"), "ms", 0)),
        ("coverage of the nearest 50", _one(_percent(more.get("coverage")), "%", 3)),
        ("neighbours of the sample", _counts(more.get("neighbours", {}))),
        ("heard first p50 p99", _many(more.get("heard_first_ms", {}), "ms", 1)),
        ("heard last p50 p99", _many(more.get("heard_last_ms", {}), "ms", 1)),
        ("join p50 p95", _many(report.join_ms, "ms", 1)),
        ("bytes a client and second", _counts(more.get("bytes", {}))),
        ("steps of a tick", _steps(more.get("steps_ms", {}))),
        ("sent by the server", _counts(more.get("sent", {}))),
        ("corrections, other messages", _counts(more.get("counts", {}))),
        ("inputs early by (median)", _one(more.get("margin_ms"), "ms", 1)),
        ("generator late p99, its core", _generator(report)),
        ("steal, load of the machine", _machine(report)),
    ]


def _shares(more: dict[str, Any], *names: str) -> str:
    return " / ".join(_one(_percent(more.get(name)), "", 3) for name in names) + " %"


def _generator(report: Report) -> str:
    busy = _one(_percent(report.more.get("generator_busy")), "%", 0)
    return f"{_one(report.generator_lag_ms, 'ms', 1)}, {busy}"


def _machine(report: Report) -> str:
    return f"{_one(_percent(report.steal), '%', 1)}, {_one(report.more.get('load'), '', 2)}"


def _steps(steps: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.2f}" for name, value in steps.items()) + " ms"


def _counts(counts: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4g}" for name, value in counts.items()) or "none"


def _many(values: dict[str, float | None], unit: str, digits: int) -> str:
    texts = [_one(value, "", digits).strip() for value in values.values()]
    return f"{' / '.join(texts)} {unit}" if texts else "not measured"


def _one(value: float | None, unit: str, digits: int) -> str:
    if value is None or math.isnan(value):
        return "not measured"
    return f"{value:.{digits}f} {unit}".strip()


def _kilo(value: float | None) -> float | None:
    return None if value is None else value / 1000


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _median(values: list[Any]) -> Any:
    """The median of numbers; of dicts and lists, by member; of anything else, the first."""
    if isinstance(values[0], dict):
        names = {name: None for value in values for name in value}
        return {name: _median([value[name] for value in values if name in value]) for name in names}
    numbers = sorted(value for value in values if isinstance(value, int | float))
    if not numbers:
        return values[0]
    middle = statistics.median(numbers)
    return int(middle) if isinstance(numbers[0], int) and middle == int(middle) else middle

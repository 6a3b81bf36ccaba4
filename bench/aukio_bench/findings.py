"""A run's report, from what was read and counted."""

import os
from typing import Any

import numpy as np

from aukio_bench._swarm import SORTS
from aukio_bench.bots import Crowd
from aukio_bench.meters import Meter
from aukio_bench.plan import GeneratorTooSlow, Plan
from aukio_bench.report import Report
from aukio_bench.server import STEPS, Figures, Histogram
from aukio_bench.window import Window
from aukio_protocol.motion import UNIT

LAG_LIMIT_MS = 5.0  # the generator's own lateness at p99, and its share of a core: beyond these it
BUSY_LIMIT = 0.80  # is the bottleneck, and its figures say nothing about the server


def check_generator(lag_ms: float, busy: float) -> None:
    """Refuses a run in which the bots could not keep up.

    Raises:
        GeneratorTooSlow: they were late, or used too much of their core.
    """
    if lag_ms > LAG_LIMIT_MS or busy > BUSY_LIMIT:
        raise GeneratorTooSlow(
            f"The generator was the bottleneck: late by {lag_ms:.1f} ms at p99 (at most "
            f"{LAG_LIMIT_MS:.0f}), {busy:.0%} of its core (at most {BUSY_LIMIT:.0%}). "
            "No figures: use fewer bots, or a quieter machine."
        )


def build_report(
    plan: Plan, crowd: Crowd, window: Window, before: Figures | None, after: Figures | None
) -> Report:
    """Everything that was found.

    Raises:
        GeneratorTooSlow: the bots could not keep up.
    """
    first, last, meter = window.first, window.last, crowd.meter
    seconds, reading = window.seconds, ~crowd.stalled
    cpu = (last.cpu_s - first.cpu_s) / seconds
    if plan.scenario.crashes:
        cpu = float("nan")  # of two processes, one after the other
    lag_ms = float(np.percentile(meter.lags_s, 99)) * 1000 if meter.lags_s else float("nan")
    check_generator(lag_ms, window.generator_busy)
    clients = plan.clients + plan.scenario.newcomers(seconds) / 2  # the mean of those who were in
    received = (last.received - first.received)[reading].sum()
    share = reading.mean()
    report = Report(
        scenario=plan.scenario.name,
        clients=plan.clients,
        seconds=seconds,
        tick_hz=crowd.clock.tick_hz,
        tick_work_ms={"p50": None, "p95": None, "p99": None, "max": None},
        tick_lateness_ms={"p99": None, "max": None},
        missed_ticks=None,
        server_cpu=None if cpu != cpu else cpu,
        cpu_us_per_client_s=None if cpu != cpu else cpu * 1e6 / clients,
        payload_bytes_per_client_s=float(received / seconds / (clients * share)),
        motion_age_ms=_points(meter, "age_all", 1000),
        position_error_m=_points(meter, "near"),
        join_ms=_spread(meter.joins_s, (50, 95), 1000),
        errors=dict(meter.errors),
        generator_lag_ms=lag_ms,
        steal=(last.stolen_s - first.stolen_s) / max(1e-9, last.total_s - first.total_s),
        series=window.series,
        places=_places(plan, crowd),
    )
    missing = int((~crowd.active[: crowd.expected] & reading[: crowd.expected]).sum())
    if missing:
        report.errors["not_there_at_the_end"] = missing
    each = (last.sorts - first.sorts) / seconds / (clients * share)
    report.more = _seen(crowd, meter) | {
        "bytes": dict(zip(SORTS, each.tolist(), strict=True)),
        "upload_bytes_per_client_s": (last.sent_bytes - first.sent_bytes) / seconds / clients,
        "generator_busy": window.generator_busy,
        "load": os.getloadavg()[0],
    }
    if crowd.stalled.any():
        report.more["stalled"] = int(crowd.stalled.sum())
    if before is not None and after is not None:
        _add_ticks(report, before, after)
    return report


def _places(plan: Plan, crowd: Crowd) -> dict[str, Any]:
    """Where everybody is at the end, seen from above: metres, x to the east, z to the south."""
    rows, walkers = np.flatnonzero(crowd.active), crowd.walkers
    return {
        "half_m": plan.scenario.side_m / 2,
        "x_m": np.round(walkers.x[rows] / UNIT, 1).tolist(),
        "z_m": np.round(walkers.z[rows] / UNIT, 1).tolist(),
        "moves": (walkers.speed[rows] > 0).astype(int).tolist(),
        "sampled": [int(row in crowd.sampled) for row in rows],
    }


def _seen(crowd: Crowd, meter: Meter) -> dict[str, Any]:
    """What is found at the bots beside the fixed keys (see `meters` for the definitions)."""
    crowd.hearing.collect()
    views = crowd.sampled_views
    return {
        "motion_age_near_ms": _points(meter, "age_near", 1000),
        "error_second_m": _points(meter, "second"),
        "error_movers_m": _points(meter, "movers"),
        "error_events_m": _points(meter, "events"),
        "error_all_m": _points(meter, "everybody"),
        "angle_mrad": _points(meter, "angle", 1000),
        "waits_ms": _waits(meter),
        "waiting": _share(meter, "waiting", "pairs"),
        "waiting_near": _share(meter, "near_waiting", "near_pairs"),
        "ghosts": _share(meter, "near_ghosts", "near_pairs"),
        "ghosts_all": _share(meter, "ghosts", "pairs"),
        "longest_ghost_ms": meter.tally("longest_ghost") * 1000 / crowd.clock.tick_hz,
        "coverage": _share(meter, "known", "should"),
        "neighbours": {name: meter.tally(name) for name in ("wrong", "stale", "missing")}
        | {"extra": sum(meter.truth.extra(view) for view in views)},
        "population": _spread(crowd.populations(), (50, 5, 95), 1),
        "heard_first_ms": _spread(crowd.hearing.first_s, (50, 99), 1000),
        "heard_last_ms": _spread(crowd.hearing.last_s, (50, 99), 1000),
        "join_bytes": _spread(meter.join_bytes, (50, 95), 1),
        "counts": dict(meter.counts) | {"looks too late": meter.tally("late_looks")},
        "margin_ms": meter.margin_ticks * 1000 / crowd.clock.tick_hz,
    }


def _add_ticks(report: Report, before: Figures, after: Figures) -> None:
    """What the server says of its own ticks between two readings."""
    work = _since(before, after, "aukio_tick_work_seconds")
    late = _since(before, after, "aukio_tick_lateness_seconds")
    for name, point in (("p50", 50), ("p95", 95), ("p99", 99)):
        report.tick_work_ms[name] = work.percentile(point) * 1000
    report.tick_work_ms["max"] = _most(work, after.value("aukio_tick_work_max_seconds"))
    report.tick_lateness_ms["p99"] = late.percentile(99) * 1000
    report.tick_lateness_ms["max"] = _most(late, after.value("aukio_tick_lateness_max_seconds"))

    def grown(name: str, labels: str = "") -> float:
        return after.value(name, labels) - before.value(name, labels)

    report.missed_ticks = round(grown("aukio_ticks_missed_total"))
    ticks = max(1.0, work.total)
    report.more["missed_share"] = report.missed_ticks / ticks
    steps = {step: (after.step(step) - before.step(step)) * 1000 / ticks for step in STEPS}
    report.more["steps_ms"] = steps
    snapshots = max(1.0, grown("aukio_snapshots_total"))
    per_client = 1 / max(1.0, report.clients * ticks / report.tick_hz)
    report.more["sent"] = {
        "snapshots/client/s": snapshots * per_client,
        "bytes/snapshot": grown("aukio_sent_bytes_total", 'kind="snapshot"') / snapshots,
        "control_bytes/client/s": grown("aukio_sent_bytes_total", 'kind="control"') * per_client,
        "published/avatar/s": grown("aukio_records_published_total") * per_client,
        "skipped": grown("aukio_snapshots_skipped_total"),
        "thinned": grown("aukio_snapshots_thinned_total"),
        "overload": after.value("aukio_overload_level"),
    }
    report.more["held_bytes_max"] = after.value("aukio_held_bytes_max")
    waits = _since(before, after, "aukio_input_wait_seconds")
    if waits.total:
        report.more["input_wait_ms"] = {
            f"p{point}": waits.percentile(point) * 1000 for point in (50, 95, 99)
        }


def _since(before: Figures, after: Figures, name: str) -> Histogram:
    earlier, later = before.histogram(name), after.histogram(name)
    return later.since(earlier) if earlier.counts else later


def _most(histogram: Histogram, ever: float) -> float:
    """The greatest in a window: the bound of its bucket, or the greatest ever if that is less."""
    return min(histogram.top, ever) * 1000


def _share(meter: Meter, part: str, whole: str) -> float:
    return meter.tally(part) / max(1, meter.tally(whole))


def _points(meter: Meter, kind: str, scale: float = 1) -> dict[str, float | None]:
    values = meter.points(kind, 50, 95, 99)
    pairs = zip(("p50", "p95", "p99"), values, strict=True)
    return {name: None if value != value else value * scale for name, value in pairs}


def _waits(meter: Meter) -> dict[str, float | None]:
    """How long news waited; 0 where pairs were compared and none was ever behind."""
    if meter.tally("pairs") and not meter.tally("waiting") + meter.tally("near_waiting"):
        return {"p50": 0.0, "p95": 0.0, "p99": 0.0}
    return _points(meter, "wait", 1000)


def _spread(
    values: list[float] | list[int], points: tuple[int, ...], scale: float
) -> dict[str, float | None]:
    if not values:
        return {f"p{point}": None for point in points}
    found = np.percentile(values, points) * scale
    return {f"p{point}": float(value) for point, value in zip(points, found, strict=True)}

"""Runs a crowd: starts a server, lets bots come, spread and wander, measures, ends everything."""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aukio_bench._swarm import SORTS
from aukio_bench.bots import Crowd, Party
from aukio_bench.connection import Address
from aukio_bench.meters import Meter
from aukio_bench.processes import machine_times
from aukio_bench.report import Report
from aukio_bench.scenarios import Scenario
from aukio_bench.server import STEPS, Figures, Histogram, ServerProcess, ServerTrouble, read_figures

LAG_LIMIT_MS = 5.0  # the generator's own lateness at p99, and its share of a core: beyond these it
BUSY_LIMIT = 0.80  # is the bottleneck, and its figures say nothing about the server
WELCOME_S = 10.0  # the last bot may wait this long for its welcome
REST_S = 0.5  # between reading the server's figures and the window: reading costs it a tick's time


class GeneratorTooSlow(Exception):
    """The generator was the bottleneck: its figures would say nothing about the server."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `url` names a foreign server; without it one is started."""

    scenario: Scenario
    clients: int
    seconds: float
    seed: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One moment's figures, from which two make a window."""

    at: float
    cpu_s: float
    generator_cpu_s: float
    received_bytes: int
    sorts: NDArray[np.int64]  # the same by `SORTS`
    stolen_s: float
    total_s: float


async def run_crowd(plan: Plan) -> Report:
    """Runs a plan.

    Raises:
        ServerTrouble: the server does not start or answer.
        GeneratorTooSlow: the bots could not keep up.
    """
    async with open_server(plan) as (server, address):
        scenario = plan.scenario
        spread_m = scenario.spread_m if scenario.spreads_out else 0
        party = Party(plan.clients, scenario.habits, spread_m)
        crowd = Crowd(address, party, plan.seed, time.monotonic)
        async with acting(crowd):
            await enter(crowd, plan.scenario.joins_per_s)
            await asyncio.sleep(plan.scenario.settle_s)
            gc.collect()
            gc.freeze()
            return await _measure(plan, crowd, server, address)


@asynccontextmanager
async def open_server(plan: Plan) -> AsyncIterator[tuple[ServerProcess | None, Address]]:
    """The server to measure, ended when done; pinned to the first core, we to the others."""
    if plan.url is not None:
        yield None, Address.parse(plan.url)
        return
    cores = sorted(os.sched_getaffinity(0))
    server = ServerProcess(plan.scenario.world(plan.clients), cores[0] if cores[1:] else None)
    try:
        await server.start()
        if cores[1:]:
            os.sched_setaffinity(0, set(cores[1:2]))
        yield server, Address("127.0.0.1", server.port, "/ws", is_secure=False)
    finally:
        os.sched_setaffinity(0, cores)
        complaint = await asyncio.to_thread(server.stop)
        if complaint:
            print(f"The server complained:\n{complaint}", flush=True)


@asynccontextmanager
async def acting(crowd: Crowd) -> AsyncIterator[None]:
    """Lets the bots act meanwhile; at the end everybody leaves."""
    task = asyncio.create_task(crowd.act(), name="bots")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        for row in range(crowd.party.count):
            crowd.leave(row)
        await asyncio.sleep(0.1)
        crowd.close()


async def enter(crowd: Crowd, joins_per_s: float) -> None:
    """Lets all bots join, at an even rate; waits until each is in or has failed."""
    began = crowd.timer()
    for row in range(crowd.party.count):
        await asyncio.sleep(max(0.0, began + row / joins_per_s - crowd.timer()))
        await crowd.join(row)
    with suppress(TimeoutError):
        await asyncio.wait_for(crowd.everybody.wait(), WELCOME_S)
    if not crowd.active.any():
        raise ServerTrouble(f"No bot could join: {dict(crowd.meter.errors)}")


async def _measure(
    plan: Plan, crowd: Crowd, server: ServerProcess | None, address: Address
) -> Report:
    before = await _figures(address)
    await asyncio.sleep(REST_S)
    first = _read(crowd, server)
    crowd.meter.is_on = True
    await asyncio.sleep(plan.seconds)
    crowd.meter.is_on = False
    last = _read(crowd, server)
    after = await _figures(address)
    crowd.meter.settle_all(int(crowd.walkers.tick.max()))
    return _report(plan, crowd, (first, last), before, after)


async def _figures(address: Address) -> Figures | None:
    try:
        return await read_figures(address.host, address.port)
    except ServerTrouble:
        return None  # a foreign server need not have any


def _read(crowd: Crowd, server: ServerProcess | None) -> Reading:
    stolen_s, total_s = machine_times()
    return Reading(
        at=crowd.timer(),
        cpu_s=server.footprint().cpu_s if server is not None else float("nan"),
        generator_cpu_s=time.process_time(),
        received_bytes=crowd.received_bytes,
        sorts=crowd.swarm.sorts.copy(),
        stolen_s=stolen_s,
        total_s=total_s,
    )


def _report(
    plan: Plan,
    crowd: Crowd,
    window: tuple[Reading, Reading],
    before: Figures | None,
    after: Figures | None,
) -> Report:
    first, last = window
    meter, clients = crowd.meter, plan.clients
    seconds = last.at - first.at
    cpu = (last.cpu_s - first.cpu_s) / seconds
    lag_ms = float(np.percentile(meter.lags_s, 99)) * 1000 if meter.lags_s else float("nan")
    busy = (last.generator_cpu_s - first.generator_cpu_s) / seconds
    if lag_ms > LAG_LIMIT_MS or busy > BUSY_LIMIT:
        raise GeneratorTooSlow(
            f"The generator was the bottleneck: late by {lag_ms:.1f} ms at p99 (at most "
            f"{LAG_LIMIT_MS:.0f}), {busy:.0%} of its core (at most {BUSY_LIMIT:.0%}). "
            "No figures: use fewer bots, or a quieter machine."
        )
    report = Report(
        scenario=plan.scenario.name,
        clients=clients,
        seconds=seconds,
        tick_hz=crowd.clock.tick_hz,
        tick_work_ms={"p50": None, "p95": None, "p99": None, "max": None},
        tick_lateness_ms={"p99": None, "max": None},
        missed_ticks=None,
        server_cpu=None if cpu != cpu else cpu,
        cpu_us_per_client_s=None if cpu != cpu else cpu * 1e6 / clients,
        payload_bytes_per_client_s=(last.received_bytes - first.received_bytes) / seconds / clients,
        motion_age_ms=_points(meter, "age_all", 1000),
        position_error_m=_points(meter, "near"),
        join_ms=_joins(meter.joins_s),
        errors=dict(meter.errors),
        generator_lag_ms=lag_ms,
        steal=(last.stolen_s - first.stolen_s) / max(1e-9, last.total_s - first.total_s),
    )
    missing = clients - int(crowd.active.sum())
    if missing:
        report.errors["not_there_at_the_end"] = missing
    each = (last.sorts - first.sorts) / seconds / clients
    report.more = _more(crowd, meter) | {
        "bytes": dict(zip(SORTS, each.tolist(), strict=True)),
        "generator_busy": busy,
        "load": os.getloadavg()[0],
    }
    if before is not None and after is not None:
        _add_ticks(report, before, after)
    return report


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


def _since(before: Figures, after: Figures, name: str) -> Histogram:
    return after.histogram(name).since(before.histogram(name))


def _most(histogram: Histogram, ever: float) -> float:
    """The greatest in a window: the bound of its bucket, or the greatest ever if that is less."""
    return min(histogram.top, ever) * 1000


def _more(crowd: Crowd, meter: Meter) -> dict[str, Any]:
    """What is found at the bots beside the fixed keys (see `meters` for the definitions)."""
    crowd.hearing.collect()
    return {
        "motion_age_near_ms": _points(meter, "age_near", 1000),
        "error_second_m": _points(meter, "second"),
        "error_movers_m": _points(meter, "movers"),
        "error_events_m": _points(meter, "events"),
        "error_all_m": _points(meter, "everybody"),
        "angle_mrad": _points(meter, "angle", 1000),
        "waits_ms": _points(meter, "wait", 1000),
        "waiting": _share(meter, "waiting", "pairs"),
        "waiting_near": _share(meter, "near_waiting", "near_pairs"),
        "ghosts": _share(meter, "near_ghosts", "near_pairs"),
        "ghosts_all": _share(meter, "ghosts", "pairs"),
        "longest_ghost_ms": meter.tally("longest_ghost") * 1000 / crowd.clock.tick_hz,
        "coverage": _share(meter, "known", "should"),
        "neighbours": {name: meter.tally(name) for name in ("wrong", "stale", "missing")}
        | {"extra": sum(meter.truth.extra(view) for view in crowd.sampled_views)},
        "heard_first_ms": _spread(crowd.hearing.first_s),
        "heard_last_ms": _spread(crowd.hearing.last_s),
        "counts": dict(meter.counts),
        "margin_ms": meter.margin_ticks * 1000 / crowd.clock.tick_hz,
    }


def _share(meter: Meter, part: str, whole: str) -> float:
    return meter.tally(part) / max(1, meter.tally(whole))


def _points(meter: Meter, kind: str, scale: float = 1) -> dict[str, float | None]:
    values = meter.points(kind, 50, 95, 99)
    pairs = zip(("p50", "p95", "p99"), values, strict=True)
    return {name: None if value != value else value * scale for name, value in pairs}


def _spread(values_s: list[float]) -> dict[str, float | None]:
    if not values_s:
        return {"p50": None, "p99": None}
    found = np.percentile(values_s, (50, 99)) * 1000
    return {"p50": float(found[0]), "p99": float(found[1])}


def _joins(joins_s: list[float]) -> dict[str, float | None]:
    if not joins_s:
        return {"p50": None, "p95": None}
    found = np.percentile(joins_s, (50, 95)) * 1000
    return {"p50": float(found[0]), "p95": float(found[1])}

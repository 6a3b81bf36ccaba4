"""Runs a crowd: starts a server, lets bots come, spread and wander, measures, ends everything."""

import asyncio
import gc
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aukio_bench.bots import Crowd
from aukio_bench.connection import Address
from aukio_bench.findings import build_report
from aukio_bench.party import Party
from aukio_bench.plan import GeneratorTooSlow, Plan
from aukio_bench.replay import CLIPS, read_clips
from aukio_bench.report import Report
from aukio_bench.server import ServerProcess, ServerTrouble
from aukio_bench.troubles import bad_line, during, stall
from aukio_bench.window import Watcher

__all__ = ["GeneratorTooSlow", "Plan", "acting", "enter", "open_server", "run_crowd"]

WELCOME_S = 45.0  # the last bot may wait this long for its welcome: a busy server says "later"
REST_S = 0.5  # between reading the server's figures and the window: reading costs it a tick's time
STALL_S = 3.0  # those who stop reading do so this long before the window
TICK_HZ = 20


async def run_crowd(plan: Plan) -> Report:
    """Runs a plan.

    Raises:
        ServerTrouble: the server does not start or answer.
        GeneratorTooSlow: the bots could not keep up.
        ClipTrouble: recorded motion was asked for and there is none.
    """
    mix = plan.scenario
    people = party_of(plan)
    async with open_server(plan) as (server, address):
        async with bad_line(address, mix.line, plan.seed) as way:
            crowd = Crowd(way, people, plan.seed, time.monotonic)
            empty = server.footprint().rss_bytes if server is not None else 0
            async with acting(crowd):
                await enter(crowd, plan.ramp_per_s or mix.joins_per_s)
                await asyncio.sleep(mix.settle_s)
                gc.collect()
                gc.freeze()
                report = await _measure(plan, crowd, server, address)
            if server is not None and not mix.crashes:
                rss = server.footprint().rss_bytes  # they have just left, the memory stays
                report.more["rss_bytes"] = rss
                report.more["rss_bytes_per_client"] = (rss - empty) / people.count
            return report


def party_of(plan: Plan) -> Party:
    """The people of a plan.

    Raises:
        ClipTrouble: recorded motion was asked for and there is none.
    """
    mix = plan.scenario
    return Party(
        plan.clients + mix.newcomers(plan.seconds),
        mix.habits,
        mix.spread_m if mix.spreads_out else 0,
        first=plan.clients,
        roles=mix.roles,
        clips=tuple(read_clips(CLIPS, TICK_HZ)) if plan.is_recorded else (),
        comes_back=mix.crashes,
        is_silent=mix.is_silent,
        lead_ticks=mix.line.delay_s[1] * TICK_HZ if mix.line is not None else 0.0,
    )


@asynccontextmanager
async def open_server(plan: Plan) -> AsyncIterator[tuple[ServerProcess | None, Address]]:
    """The server to measure, ended when done; pinned to the first core, we to the others."""
    if plan.url is not None:
        yield None, Address.parse(plan.url)
        return
    cores = sorted(os.sched_getaffinity(0))
    users = plan.clients + plan.scenario.newcomers(plan.seconds)
    server = ServerProcess(
        plan.scenario.world(users),
        cores[0] if cores[1:] else None,
        is_encrypted=plan.scenario.is_encrypted,
    )
    try:
        await server.start()
        if cores[1:]:
            os.sched_setaffinity(0, set(cores[1:2]))
        yield server, server.address
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
    """Lets the first bots join, at an even rate; waits until each is in or has failed."""
    began = crowd.timer()
    for row in range(crowd.expected):
        await asyncio.sleep(max(0.0, began + row / joins_per_s - crowd.timer()))
        await crowd.join(row)
    with suppress(TimeoutError):
        await asyncio.wait_for(crowd.everybody.wait(), WELCOME_S)
    if not crowd.active.any():
        raise ServerTrouble(f"No bot could join: {dict(crowd.meter.errors)}")


async def _measure(
    plan: Plan, crowd: Crowd, server: ServerProcess | None, address: Address
) -> Report:
    mix = plan.scenario
    if mix.stalled:
        stall(crowd, mix.stalled)
        await asyncio.sleep(STALL_S)
    watcher = Watcher(crowd, server, address)
    before = await watcher.figures()
    await asyncio.sleep(REST_S)
    if mix.storm_per_s or mix.churn_per_s:
        crowd.meter.joins_s.clear()  # what counts are those who come while the others are in
        crowd.meter.join_bytes.clear()
    crowd.meter.is_on = True
    doing = asyncio.create_task(during(plan, crowd, server))
    window = await watcher.watch(plan.seconds, reads_ticks=plan.watches_ticks)
    crowd.meter.is_on = False
    told = await doing
    after = await watcher.figures()
    crowd.meter.settle_all(int(crowd.walkers.tick.max()))
    report = build_report(plan, crowd, window, None if mix.crashes else before, after)
    report.more |= told
    return report

"""Churn for minutes: does the server keep what people who left have used?"""

import asyncio
import time

from aukio_bench.bots import Crowd, Party
from aukio_bench.crowd import Plan, acting, enter, open_server
from aukio_bench.processes import Footprint
from aukio_bench.server import ServerProcess

CHURN_PER_S = 10.0  # leaves, and joins, a second
RUDE = 0.1  # of the leaves: without a word, so the avatar stands for 60 s
WARM_UP_S = 30.0  # or a fifth of the run, if that is less


async def run_soak(plan: Plan) -> str:
    """Runs a plan; returns the table.

    Raises:
        ServerTrouble: the server does not start or answer.
    """
    async with open_server(plan) as (server, address):
        assert server is not None, "a soak starts its own server"
        found = [("at the start", server.footprint())]
        party = Party(plan.clients, plan.scenario.habits, sample=0)
        crowd = Crowd(address, party, plan.seed, time.monotonic)
        async with acting(crowd):
            await enter(crowd, plan.scenario.joins_per_s)
            warm_up_s = min(WARM_UP_S, plan.seconds / 5)
            joins = await _churn(crowd, warm_up_s)
            found.append(("after warming up", server.footprint()))
            joins += await _churn(crowd, plan.seconds - warm_up_s)
            found.append(("at the end", server.footprint()))
            found += await _empty(crowd, server)
        return _table(plan, crowd, joins, found)


async def _churn(crowd: Crowd, seconds: float) -> int:
    """One leaves and another comes, ten times a second; returns how many came."""
    began, joins = crowd.timer(), 0
    while crowd.timer() - began < seconds:
        row = crowd.random.randrange(crowd.party.count)
        crowd.leave(row, politely=crowd.random.random() >= RUDE)
        await crowd.join(row)
        joins += 1
        await asyncio.sleep(max(0.0, began + joins / CHURN_PER_S - crowd.timer()))
    return joins


async def _empty(crowd: Crowd, server: ServerProcess) -> list[tuple[str, Footprint]]:
    for row in range(crowd.party.count):
        crowd.leave(row)
    await asyncio.sleep(2)
    return [("when all have left", server.footprint())]


def _table(plan: Plan, crowd: Crowd, joins: int, found: list[tuple[str, Footprint]]) -> str:
    lines = [f"soak: {plan.clients} bots, {plan.seconds / 60:.1f} min, {joins} came and went"]
    lines.append(f"  {'':<20}{'memory MB':>10}{'descriptors':>13}{'threads':>9}{'CPU s':>8}")
    for name, use in found:
        memory = f"{use.rss_bytes / 1e6:.1f}"
        lines.append(
            f"  {name:<20}{memory:>10}{use.descriptors:>13}{use.threads:>9}{use.cpu_s:>8.1f}"
        )
    errors = ", ".join(f"{name} {count}" for name, count in sorted(crowd.meter.errors.items()))
    lines.append(f"  errors: {errors or 'none'}")
    return "\n".join(lines)

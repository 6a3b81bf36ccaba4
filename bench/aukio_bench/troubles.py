"""What is done to clients and server while the others are measured."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aukio_bench.bots import Crowd
from aukio_bench.connection import Address
from aukio_bench.forwarder import Line
from aukio_bench.plan import Plan
from aukio_bench.server import ServerProcess, ServerTrouble

CRASH_AFTER_S = 2.0  # of the window
BACK_S = 30.0  # so long everybody is waited for after a crash


async def storm(crowd: Crowd, first: int, joins_per_s: float) -> None:
    """All rows from `first` on come, at an even rate."""
    began = crowd.timer()
    for n, row in enumerate(range(first, crowd.party.count)):
        await asyncio.sleep(max(0.0, began + n / joins_per_s - crowd.timer()))
        await crowd.join(row)


async def churn(crowd: Crowd, per_s: float, seconds: float, rude: float = 0.0) -> int:
    """One leaves and another comes, so often; returns how many came.

    Nobody of the sample leaves. The `rude` share goes without a word: their avatars stand on.
    """
    began, joins = crowd.timer(), 0
    rows = [row for row in range(crowd.party.count) if row not in crowd.sampled]
    while crowd.timer() - began < seconds:
        row = crowd.random.choice(rows)
        crowd.leave(row, politely=crowd.random.random() >= rude)
        await crowd.join(row)
        joins += 1
        await asyncio.sleep(max(0.0, began + joins / per_s - crowd.timer()))
    return joins


def stall(crowd: Crowd, share: float) -> list[int]:
    """A share of the clients, none of the sample, stop reading; returns their rows.

    Nobody is compared with them any more: the server parks their avatars after a while, which
    they do not hear of.
    """
    rows = [row for row in range(crowd.party.count) if row not in crowd.sampled]
    stalled = crowd.random.sample(rows, round(crowd.party.count * share))
    for row in stalled:
        crowd.swarm.pause(row, True)
        crowd.stalled[row] = True
        crowd.truth.leave(row, parks=True)
    return stalled


async def crash(crowd: Crowd, server: ServerProcess) -> dict[str, float | None]:
    """Kills the server and starts it again; returns how long it and everybody took, in seconds."""
    await asyncio.sleep(CRASH_AFTER_S)
    killed = crowd.timer()
    await server.crash()
    up_s = crowd.timer() - killed
    try:
        await asyncio.wait_for(crowd.everybody.wait(), BACK_S)
    except TimeoutError:
        return {"server": up_s, "max": None}
    return {"server": up_s, "max": crowd.timer() - killed}


@asynccontextmanager
async def bad_line(address: Address, line: Line | None, seed: int) -> AsyncIterator[Address]:
    """The address of a forwarder in front of a server, if the mix wants a bad line.

    Raises:
        ServerTrouble: the forwarder does not start.
    """
    if line is None:
        yield address
        return
    words = ["-m", "aukio_bench.forwarder", address.host, str(address.port), "--seed", str(seed)]
    low, high = line.delay_s
    words += ["--delay", str(low), str(high), "--jitter", str(line.jitter_s)]
    words += ["--stall", str(line.stall_s), "--every", str(line.every_s)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        told = await process.stdout.readline()
        if not told:
            raise ServerTrouble("The forwarder ended at its start.")
        yield Address(address.host, json.loads(told), address.path, is_secure=False)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def during(plan: Plan, crowd: Crowd, server: ServerProcess | None) -> dict[str, object]:
    """What a mix does to its people in a window; returns what only it can tell."""
    mix, found = plan.scenario, dict[str, object]()
    if mix.storm_per_s:
        await storm(crowd, plan.clients, mix.storm_per_s)
    if mix.churn_per_s:
        found["joins"] = await churn(crowd, mix.churn_per_s, plan.seconds)
    if mix.crashes and server is not None:
        found["back_s"] = await crash(crowd, server)
    return found

"""Runs the rival's server and the load on it, each pinned to its core, and measures them."""

import asyncio
import json
import math
import os
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aukio_bench.motion import Habits
from aukio_bench.processes import footprint, machine_times
from aukio_bench.rivals.measurement import Measurement, Points
from aukio_bench.rivals.motion import TICK_HZ, wander
from aukio_bench.rivals.packages import Packages

SAMPLE = 0.05  # share of the clients that decode every patch and are compared with the truth
SPARE_S = 10.0  # of motion beyond the window
PATIENCE_S = 60.0  # a program may take this much longer than it should
STOP_S = 5.0


class RivalTrouble(Exception):
    """The rival did not start or could not be loaded; the text says what was seen."""


@dataclass(frozen=True, slots=True)
class Load:
    """The load on each side."""

    clients: int
    seconds: float
    seed: int
    joins_per_s: float = 50.0
    settle_s: float = 15.0  # of walking before the window: a server warms up


async def run_colyseus(packages: Packages, variant: str, load: Load, habits: Habits) -> Measurement:
    """Runs one variant ("broadcast" or "views") of the Colyseus plaza under a load.

    Raises:
        RivalTrouble: it did not start, or not all clients could join.
    """
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="aukio-rival-") as name:
        folder = Path(name)
        packages.lay_out(folder)
        ticks = round((load.settle_s + load.seconds + SPARE_S) * TICK_HZ)
        wander(load.clients, ticks, habits, load.seed).write(folder / "motion.bin")
        settings = {"variant": variant, "clients": load.clients}
        first = cores[0] if cores[1:] else None
        second = cores[1] if cores[1:] else None
        async with program(packages.node, folder, "server", settings, first) as server:
            said = await server.read(PATIENCE_S)
            task = _load_settings(load, said["port"], folder / "motion.bin")
            async with program(packages.node, folder, "load", task, second) as generator:
                found = await _measure(server, generator, load)
        return _measurement(variant, load, found, {"node": said["node"]})


class Program:
    """A Node program that speaks JSON lines. It is ended by its id, never by a name."""

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self.name = name
        self.pid = process.pid
        self.log = log
        self._process = process

    async def read(self, patience_s: float) -> dict[str, Any]:
        """The next line it says.

        Raises:
            RivalTrouble: it ended, or said nothing for so long.
        """
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), patience_s)
        except TimeoutError as error:
            raise RivalTrouble(f"{self.name} said nothing for {patience_s:.0f} s.") from error
        if not line:
            said = self.log.read_text(encoding="utf-8", errors="replace")
            raise RivalTrouble(f"{self.name} ended by itself:\n{said[-1500:]}")
        spoken: dict[str, Any] = json.loads(line)
        return spoken

    async def ask(self) -> dict[str, Any]:
        """Asks for a report and reads it."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()
        return await self.read(PATIENCE_S)

    async def stop(self) -> None:
        """Ends it, by force if it must be."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_S)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def program(
    node: Path, folder: Path, name: str, settings: dict[str, Any], core: int | None
) -> AsyncIterator[Program]:
    """Starts `name`.mjs on a core (None: any); ends it when done."""
    own = os.sched_getaffinity(0)
    log = folder / f"{name}.log"
    words = [str(node), f"{name}.mjs", json.dumps(settings)]
    environment = {**os.environ, "NODE_ENV": "production"}
    with log.open("wb") as errors:
        try:
            if core is not None:
                os.sched_setaffinity(0, {core})  # inherited by every thread it will have
            process = await asyncio.create_subprocess_exec(
                *words, cwd=folder, env=environment, stdin=PIPE, stdout=PIPE, stderr=errors
            )
        finally:
            os.sched_setaffinity(0, own)
    running = Program(name, process, log)
    try:
        yield running
    finally:
        await running.stop()


def _load_settings(load: Load, port: int, motion: Path) -> dict[str, Any]:
    return {
        "port": port,
        "motion": str(motion),
        "clients": load.clients,
        "joins_per_s": load.joins_per_s,
        "settle_s": load.settle_s,
        "seconds": load.seconds,
        "seed": load.seed,
        "sample": min(load.clients, max(5, round(load.clients * SAMPLE))),
    }


async def _measure(server: Program, generator: Program, load: Load) -> dict[str, Any]:
    """Waits for the window to open and close, and reads both ends of it."""
    joining_s = load.clients / load.joins_per_s + load.settle_s
    await _await(generator, "begin", joining_s + PATIENCE_S)
    first = _read(server)
    await server.ask()
    await _await(generator, "end", load.seconds + PATIENCE_S)
    last = _read(server)
    ticks = await server.ask()
    found = await _await(generator, "done", PATIENCE_S)
    passed = last["at"] - first["at"]
    return {
        "load": found,
        "ticks": ticks,
        "seconds": passed,
        "cpu": (last["cpu_s"] - first["cpu_s"]) / passed,
        "steal": (last["stolen_s"] - first["stolen_s"])
        / max(1e-9, last["total_s"] - first["total_s"]),
        "rss_bytes": last["rss_bytes"],
    }


async def _await(generator: Program, moment: str, patience_s: float) -> dict[str, Any]:
    said = await generator.read(patience_s)
    if said["at"] != moment:
        raise RivalTrouble(f"The load {said['at']}: {json.dumps(said)}")
    return said


def _read(server: Program) -> dict[str, float]:
    stolen_s, total_s = machine_times()
    used = footprint(server.pid)
    return {
        "at": time.monotonic(),
        "cpu_s": used.cpu_s,
        "rss_bytes": used.rss_bytes,
        "stolen_s": stolen_s,
        "total_s": total_s,
    }


def _measurement(
    variant: str, load: Load, found: dict[str, Any], versions: dict[str, str]
) -> Measurement:
    seen, ticks = found["load"], found["ticks"]
    reading = better_reading(seen["raw_m"], seen["extrapolated_m"])
    error = seen[f"{reading}_m"]
    return Measurement(
        name=f"colyseus, {variant}",
        clients=load.clients,
        seconds=found["seconds"],
        server_cpu=found["cpu"],
        cpu_us_per_client_s=found["cpu"] * 1e6 / load.clients,
        payload_bytes_per_client_s=seen["bytes_per_client_s"],
        error_1_20_m=_points(error[0]),
        error_21_50_m=_points(error[1]),
        tick_hz=ticks["ticks"] / ticks["seconds"],
        tick_work_ms=_points(ticks["work_ms"][:3]),
        tick_lateness_p99_ms=ticks["lateness_ms"][1],
        missed_ticks=max(0, round(ticks["seconds"] * TICK_HZ) - ticks["ticks"]),
        late_inputs=ticks["late"] / max(1, ticks["inputs"]),
        missing=_share(seen["missing"], seen["pairs"]),
        generator_lag_ms=math.nan if seen["lag_ms"] is None else seen["lag_ms"],
        generator_busy=seen["busy"],
        steal=found["steal"],
        errors=seen["errors"],
        more={
            "reading": reading,
            "raw_1_20_m": _points(seen["raw_m"][0]),
            "raw_21_50_m": _points(seen["raw_m"][1]),
            "extrapolated_1_20_m": _points(seen["extrapolated_m"][0]),
            "extrapolated_21_50_m": _points(seen["extrapolated_m"][1]),
            "frames_per_client_s": seen["frames_per_client_s"],
            "inputs_per_client_s": seen["inputs_per_client_s"],
            "rss_bytes": found["rss_bytes"],
            "generator_waited": seen["waited"],
            **versions,
        },
    )


def better_reading(raw: list[list[float | None]], extrapolated: list[list[float | None]]) -> str:
    """Which reading of its patches counts for the rival: the one of less p95 at ranks 1-20."""
    plain, onward = raw[0][1], extrapolated[0][1]
    return "raw" if plain is None or onward is None or plain < onward else "extrapolated"


def _points(values: list[float | None]) -> Points:
    return dict(zip(("p50", "p95", "p99"), values, strict=True))


def _share(shares: list[float], pairs: list[int]) -> float | None:
    total = sum(pairs)
    return sum(a * b for a, b in zip(shares, pairs, strict=True)) / total if total else None

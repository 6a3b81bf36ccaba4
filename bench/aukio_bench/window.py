"""The window in which things count: readings at its ends and at every second of it."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aukio_bench._truth import KINDS
from aukio_bench.bots import Crowd
from aukio_bench.connection import Address
from aukio_bench.meters import percentiles_of
from aukio_bench.processes import cpu_seconds, machine_times
from aukio_bench.server import Figures, ServerProcess, ServerTrouble, read_figures

NEAR, AGE_ALL = ([name for name, _ in KINDS].index(kind) for kind in ("near", "age_all"))
POINTS = (50, 95, 99)
WORK = "aukio_tick_work_seconds"
TICKS = (f"{WORK}_bucket",)  # all that is read while it counts: reading costs the server time


@dataclass(frozen=True, slots=True)
class Reading:
    """One moment's figures, from which two make a window."""

    at: float
    cpu_s: float  # of the server, not a number for a foreign one
    generator_cpu_s: float
    received: NDArray[np.int64]  # websocket bytes of each bot
    sorts: NDArray[np.int64]  # the same of all together, by `SORTS`
    sent_bytes: int  # of all bots to the server, websocket bytes
    errors: NDArray[np.int64]  # the judge's histogram of the nearest 20
    ages: NDArray[np.int64]  # and that of the age of motions of anybody
    clients: int
    stolen_s: float
    total_s: float


@dataclass(slots=True)
class Window:
    """What was read: at both ends, and between them once a second."""

    first: Reading
    last: Reading
    series: list[dict[str, Any]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.last.at - self.first.at

    @property
    def generator_busy(self) -> float:
        """The generator's share of its core."""
        return (self.last.generator_cpu_s - self.first.generator_cpu_s) / self.seconds


class Watcher:
    """Reads what a window needs; the server's CPU time is that of all its processes."""

    def __init__(self, crowd: Crowd, server: ServerProcess | None, address: Address) -> None:
        self._crowd, self._server, self._address = crowd, server, address
        self._pids: tuple[int, ...] = ()
        self.renew()

    def renew(self) -> None:
        """Looks which processes the server has; they change when it is started again."""
        self._pids = self._server.pids if self._server is not None else ()

    def read(self) -> Reading:
        """What is now."""
        crowd, (stolen_s, total_s) = self._crowd, machine_times()
        return Reading(
            at=crowd.timer(),
            cpu_s=cpu_seconds(self._pids) if self._pids else float("nan"),
            generator_cpu_s=time.process_time(),
            received=crowd.swarm.received.copy(),
            sorts=crowd.swarm.sorts.copy(),
            sent_bytes=crowd.swarm.sent_bytes,
            errors=crowd.meter.judge.counts[NEAR].copy(),
            ages=crowd.meter.judge.counts[AGE_ALL].copy(),
            clients=int(crowd.active.sum()),
            stolen_s=stolen_s,
            total_s=total_s,
        )

    async def watch(self, seconds: float, *, reads_ticks: bool) -> Window:
        """Waits for a window's time and reads once a second."""
        first = self.read()
        window, before = Window(first, first), first
        figures = await self.figures(*TICKS) if reads_ticks else None
        while (left := first.at + seconds - self._crowd.timer()) > 0.05:
            await asyncio.sleep(min(1.0, left))
            now = self.read()
            later = await self.figures(*TICKS) if reads_ticks else None
            window.series.append(_second(first, before, now, figures, later))
            before, figures = now, later
        window.last = before
        return window

    async def figures(self, *names: str) -> Figures | None:
        """The server's own figures of these names, or all; a foreign server need not have any."""
        try:
            return await read_figures(self._address, names)
        except ServerTrouble:
            return None


def _second(
    first: Reading, before: Reading, now: Reading, figures: Figures | None, later: Figures | None
) -> dict[str, Any]:
    """One point of the series. Errors are those judged in this second: 1.8 s old."""
    seconds, clients = now.at - before.at, max(1, now.clients)
    received = int((now.received - before.received).sum())
    work = None
    if figures is not None and later is not None:
        ticks = later.histogram(WORK).since(figures.histogram(WORK))
        work = {f"p{point}": ticks.percentile(point) * 1000 for point in POINTS}
    return {
        "at_s": round(now.at - first.at, 3),
        "clients": now.clients,
        "payload_bytes_per_client_s": received / seconds / clients,
        "server_cpu": (now.cpu_s - before.cpu_s) / seconds,
        "generator_busy": (now.generator_cpu_s - before.generator_cpu_s) / seconds,
        "position_error_m": _points("near", now.errors - before.errors, 1),
        "motion_age_ms": _points("age_all", now.ages - before.ages, 1000),
        "tick_work_ms": work,
    }


def _points(kind: str, counts: NDArray[np.int64], scale: float) -> dict[str, float | None]:
    found = percentiles_of(kind, counts, *POINTS)
    return {
        f"p{point}": None if value != value else value * scale
        for point, value in zip(POINTS, found, strict=True)
    }

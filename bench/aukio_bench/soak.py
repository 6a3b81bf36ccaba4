"""Churn for minutes: does the server keep what people who left have used?"""

import asyncio
import time
from dataclasses import dataclass

import numpy as np

from aukio_bench.bots import Crowd
from aukio_bench.crowd import Plan, acting, enter, open_server
from aukio_bench.party import Party
from aukio_bench.processes import Footprint, machine_times
from aukio_bench.report import Report
from aukio_bench.scenarios import SOAK
from aukio_bench.troubles import churn

RUDE = 0.1  # of the leaves: without a word, so the avatar stands for 60 s
WARM_UP_S = 75.0  # parked avatars stand for 60 s; or a fifth of the run, if that is less
PARTS = 24  # readings after warming up


@dataclass(frozen=True, slots=True)
class SoakReport:
    """What a soak found: readings by how many had come, in order."""

    clients: int
    minutes: float
    found: list[tuple[str, int, Footprint]]  # when, joins until then, use
    errors: dict[str, int]
    steal: float = 0.0  # share of all time

    @property
    def rss_bytes_per_1000_joins(self) -> float:
        """The slope of the server's memory after warming up, by least squares."""
        warm = [(joins, use.rss_bytes) for when, joins, use in self.found if when == "warm"]
        if len(warm) < 2:
            return float("nan")
        came, rss = np.array(warm, np.float64).T
        came -= came.mean()
        return float((came * (rss - rss.mean())).sum() / (came * came).sum() * 1000)

    @property
    def is_steady(self) -> bool:
        """Whether descriptors (save those of a few on their way) and threads stopped growing."""
        return not any(self._growth())

    def to_report(self) -> Report:
        """The same as a run's report; what a soak does not measure is unknown."""
        nothing: dict[str, float | None] = {"p50": None, "p95": None, "p99": None}
        descriptors, threads = self._growth()
        warm = [use for when, _, use in self.found if when == "warm"]
        part_s = self.minutes * 60 / max(1, len(warm) - 1)
        return Report(
            scenario=SOAK.name,
            clients=self.clients,
            seconds=self.minutes * 60,
            tick_hz=20,
            tick_work_ms=nothing | {"max": None},
            tick_lateness_ms={"p99": None, "max": None},
            missed_ticks=None,
            server_cpu=None,
            cpu_us_per_client_s=None,
            payload_bytes_per_client_s=float("nan"),
            motion_age_ms=nothing,
            position_error_m=nothing,
            join_ms={"p50": None, "p95": None},
            errors=self.errors,
            generator_lag_ms=float("nan"),
            steal=self.steal,
            more={
                "rss_bytes": warm[-1].rss_bytes,
                "rss_bytes_per_1000_joins": self.rss_bytes_per_1000_joins,
                "descriptors_grown": descriptors,
                "threads_grown": threads,
                "joins": max(count for _, count, _ in self.found),
            },
            series=[
                {"at_s": n * part_s, "rss_bytes": use.rss_bytes, "descriptors": use.descriptors}
                for n, use in enumerate(warm)
            ],
        )

    def _growth(self) -> tuple[int, int]:
        """Descriptors (save those of a few on their way) and threads that the late half of the
        readings has more than the early one.
        """
        warm = [use for when, _, use in self.found if when == "warm"]
        late, early = warm[len(warm) // 2 :], warm[: len(warm) // 2]
        descriptors = max(use.descriptors for use in late) - max(u.descriptors for u in early) - 3
        threads = max(use.threads for use in late) - max(use.threads for use in early)
        return max(0, descriptors), max(0, threads)

    def table(self) -> str:
        """For people."""
        joins = max(count for _, count, _ in self.found)
        lines = [f"soak: {self.clients} bots, {self.minutes:.1f} min, {joins} came and went"]
        lines.append(f"  {'':<20}{'joins':>8}{'memory MB':>11}{'descriptors':>13}{'threads':>9}")
        warm = [one for one in self.found if one[0] == "warm"]
        shown = [one for one in self.found if one[0] != "warm" or one in (warm[0], warm[-1])]
        for when, count, use in shown:
            memory = f"{use.rss_bytes / 1e6:.1f}"
            lines.append(f"  {when:<20}{count:>8}{memory:>11}{use.descriptors:>13}{use.threads:>9}")
        lines.append(
            f"  memory grows by {self.rss_bytes_per_1000_joins / 1e6:.2f} MB a 1,000 joins"
        )
        lines.append(f"  descriptors and threads {'constant' if self.is_steady else 'grow'}")
        errors = ", ".join(f"{name} {count}" for name, count in sorted(self.errors.items()))
        lines.append(f"  errors: {errors or 'none'}")
        return "\n".join(lines)


async def run_soak(plan: Plan) -> SoakReport:
    """Runs a plan.

    Raises:
        ServerTrouble: the server does not start or answer.
    """
    mix, (stolen_s, total_s) = plan.scenario, machine_times()
    async with open_server(plan) as (server, address):
        assert server is not None, "a soak starts its own server"
        found = [("at the start", 0, server.footprint())]
        party = Party(plan.clients, mix.habits, sample=0)
        crowd = Crowd(address, party, plan.seed, time.monotonic)
        async with acting(crowd):
            await enter(crowd, mix.joins_per_s)
            warm_up_s = min(WARM_UP_S, plan.seconds / 5)
            joins = await churn(crowd, mix.churn_per_s, warm_up_s, RUDE)
            found.append(("warm", joins, server.footprint()))
            for _ in range(PARTS):
                part_s = (plan.seconds - warm_up_s) / PARTS
                joins += await churn(crowd, mix.churn_per_s, part_s, RUDE)
                found.append(("warm", joins, server.footprint()))
            for row in range(plan.clients):
                crowd.leave(row)
            await asyncio.sleep(2)
            found.append(("when all have left", joins, server.footprint()))
        now_stolen_s, now_total_s = machine_times()
        steal = (now_stolen_s - stolen_s) / max(1e-9, now_total_s - total_s)
        errors = dict(crowd.meter.errors)
        return SoakReport(plan.clients, plan.seconds / 60, found, errors, steal)

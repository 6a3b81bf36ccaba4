"""Single runs as processes of their own: nothing of one run is left when the next begins."""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aukio_bench.options import command_line
from aukio_bench.plan import VOID, Plan
from aukio_bench.result import Result, read_result
from aukio_bench.verdict import STEAL_LIMIT

START_S, STALL_S, END_S = 3.0, 3.0, 2.0  # what a run takes beside joining, settling, measuring
BACK_S = 15.0  # and a crash


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run and what came of it: a result, or why there is none.

    `void`: why its figures say nothing about the server, whether there are any or not; empty if
    they do. `trouble`: why there are none although the bots kept up: the server failed.
    """

    result: Result | None
    void: str = ""
    trouble: str = ""

    @property
    def counts(self) -> bool:
        """Whether it has figures that say something."""
        return self.result is not None and not self.void


def duration_s(plan: Plan) -> float:
    """About how long a plan takes, in seconds."""
    mix = plan.scenario
    joining = plan.clients / (plan.ramp_per_s or mix.joins_per_s)
    extra = STALL_S * bool(mix.stalled) + BACK_S * mix.crashes
    return START_S + joining + mix.settle_s + plan.seconds + extra + END_S


def attempt(plan: Plan) -> Attempt:
    """Runs a plan by its own command in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="aukio-bench-") as folder:
        file = Path(folder) / "result.json"
        words = command_line(plan).split()[1:]
        most_s = duration_s(plan) * 2 + 120
        try:
            done = subprocess.run(
                [sys.executable, "-m", "aukio", *words, "--json", str(file)],
                capture_output=True,
                text=True,
                timeout=most_s,
            )
        except subprocess.TimeoutExpired:
            return Attempt(None, trouble=f"not done after {most_s:.0f} s")
        told = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no word"]
        if done.returncode == VOID:
            return Attempt(None, void=told[-1].partition(" No figures")[0])
        if not file.exists():
            return Attempt(None, trouble=told[-1])
        return weighed(read_result(file))


def weighed(result: Result) -> Attempt:
    """A result, with a word against it if too much of the machine was stolen meanwhile."""
    steal = result.report.steal
    if steal > STEAL_LIMIT:
        return Attempt(result, void=f"{steal:.1%} of the machine's time was stolen")
    return Attempt(result)

"""What to run, and why a run may have no result."""

from dataclasses import dataclass

from aukio_bench.scenarios import Scenario

VOID = 3  # the exit code of a run without figures: the bots were the bottleneck


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
    is_recorded: bool = False  # motion from the clips in bench/motion, in place of habits
    ramp_per_s: float | None = None  # joins a second at the start; None: the mix's own
    watches_ticks: bool = False  # reads the server's figures every second: costs it part of a tick

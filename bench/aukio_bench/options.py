"""The options that every mix has, defined once; what they say makes a plan."""

import resource
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from aukio_bench.connection import Address
from aukio_bench.gates import OWN, Gates, GateTrouble, read_gates
from aukio_bench.plan import Plan
from aukio_bench.scenarios import SPARE, Scenario

MOST_CLIENTS = 4000  # a server has 4,096 slots
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for beside the plan: where to write, and the limits to hold."""

    plan: Plan
    json: Path | None
    html: Path | None
    gates: Gates | None

    @classmethod
    def of(cls, scenario: Scenario, told: dict[str, Any]) -> "Wanted":
        """From the options of a command line.

        Raises:
            click.UsageError: they make no sense together, or a file cannot be had.
        """
        seconds = told["minutes"] * 60 if "minutes" in told else told["seconds"]
        plan = Plan(
            scenario,
            told["clients"],
            seconds,
            told["seed"],
            told["url"],
            told["motion"] == "recorded",
            told["ramp"],
            told["watch_ticks"],
        )
        _check_plan(plan)
        for option in ("json", "html"):
            _check_folder(option, told[option])
        return cls(plan, told["json"], told["html"], _gates(told["gate"]))


def options(scenario: Scenario) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options of a mix, as a decorator."""
    duration = (
        click.option(
            "--minutes",
            default=5.0,
            show_default=True,
            type=click.FloatRange(0.1, 1440),
            help="How long people come and go.",
        )
        if scenario.name == "soak"
        else click.option(
            "--seconds",
            default=20.0,
            show_default=True,
            type=click.FloatRange(1, 3600),
            help="How long to measure, once everybody is in and in place.",
        )
    )
    chosen = (
        click.option(
            "--clients",
            default=scenario.clients,
            show_default=True,
            type=click.IntRange(1, MOST_CLIENTS),
            help="How many bots, each with its own socket.",
        ),
        duration,
        click.option(
            "--ramp",
            type=click.FloatRange(1, 1000),
            help=f"Joins a second until everybody is in.  [default: {scenario.joins_per_s:g}]",
        ),
        click.option(
            "--seed",
            default=1,
            show_default=True,
            type=click.IntRange(0),
            help="Of everything the bots do: the same seed, the same walks.",
        ),
        click.option(
            "--motion",
            type=click.Choice(["synthetic", "recorded"]),
            default="synthetic",
            show_default=True,
            help="How bots move: by rule, or as people were recorded (bench/motion).",
        ),
        click.option("--json", type=_FILE, help="Write every figure, for compare and gate."),
        click.option("--html", type=_FILE, help="Write a page to read and to pass on."),
        click.option(
            "--url",
            help="Measure a server that runs already, ws://host:port/ws (a plain plaza); "
            "its CPU and memory are then not known.",
        ),
        click.option(
            "--gate",
            type=_FILE,
            is_flag=False,
            flag_value=str(OWN),
            help="Exit 1 when a limit of this file is missed; without FILE, of Aukio's own.",
        ),
        click.option(
            "--watch-ticks",
            is_flag=True,
            help="Ask the server for its ticks every second, for the page; "
            "each answer costs it part of a tick.",
        ),
    )

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(chosen):
            command = option(command)
        return command

    return decorate


def command_line(plan: Plan) -> str:
    """The command that repeats a run: everything that changes its figures, nothing else."""
    mix = plan.scenario
    words = ["aukio", "bench", mix.name, "--clients", f"{plan.clients}"]
    if mix.name == "soak":
        words += ["--minutes", f"{plan.seconds / 60:g}"]
    else:
        words += ["--seconds", f"{plan.seconds:g}"]
    if plan.ramp_per_s is not None:
        words += ["--ramp", f"{plan.ramp_per_s:g}"]
    words += ["--seed", f"{plan.seed}"]
    if plan.is_recorded:
        words += ["--motion", "recorded"]
    if plan.url is not None:
        words += ["--url", plan.url]
    if plan.watches_ticks:
        words.append("--watch-ticks")
    return shlex.join(words)


def _check_plan(plan: Plan) -> None:
    mix = plan.scenario
    people = plan.clients + mix.newcomers(plan.seconds)
    if people > MOST_CLIENTS - SPARE * bool(mix.storm_per_s):
        raise click.UsageError(
            f"{mix.name}: {mix.storm_per_s:g} join a second, so {people:,} would be in at the end; "
            f"a server takes {MOST_CLIENTS:,}. Use fewer --clients or --seconds."
        )
    if plan.url is not None:
        _check_url(plan)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if people + 64 > hard:
        raise click.UsageError(
            f"{people:,} bots need as many sockets, and this process may have {hard:,}: "
            "raise the limit (ulimit -n) or use fewer --clients."
        )
    if people + 64 > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _check_url(plan: Plan) -> None:
    mix = plan.scenario
    assert plan.url is not None
    if mix.crashes or mix.name == "soak":
        what = "kills its server" if mix.crashes else "watches its server's memory"
        raise click.UsageError(f"{mix.name} {what}, so it starts one itself: leave out --url.")
    try:
        address = Address.parse(plan.url)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--url") from error
    if mix.line is not None and address.is_secure:
        raise click.UsageError(
            f"{mix.name} puts a bad line before the server, which TLS would refuse: use ws://."
        )


def _check_folder(option: str, file: Path | None) -> None:
    """Before the run, not after it."""
    if file is not None and not file.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {file.parent}", param_hint=f"--{option}")


def _gates(file: Path | None) -> Gates | None:
    try:
        return None if file is None else read_gates(file)
    except GateTrouble as error:
        raise click.BadParameter(str(error), param_hint="--gate") from error

"""The `bench` commands. Loaded only when asked for; nothing of the server is imported."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TypeVar

import click
import uvloop

from aukio_bench.crowd import GeneratorTooSlow, Plan, run_crowd
from aukio_bench.report import Report, table
from aukio_bench.rivals.versus import versus
from aukio_bench.scenarios import CROWD, MIXES, SOAK
from aukio_bench.server import ServerTrouble
from aukio_bench.soak import run_soak
from aukio_bench.verdict import verdict

T = TypeVar("T")


@click.group()
def bench() -> None:
    """Load a server with bots and measure it."""


bench.add_command(versus)


@bench.command()
@click.option("--clients", default=100, show_default=True, type=click.IntRange(1, 4000))
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 3600))
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write JSON.")
@click.option("--url", help="A server that runs already: ws://host:port/ws (a plain plaza).")
@click.option("--seed", default=1, show_default=True, help="Of everything the bots do.")
def crowd(clients: int, seconds: float, file: Path | None, url: str | None, seed: int) -> None:
    """Bots wander and chat on a plaza of 200 x 200 m; everybody sees everybody."""
    report = run(run_crowd(Plan(CROWD, clients, seconds, seed, url)))
    click.echo(table(report))
    write(report, file)


@bench.command()
@click.argument(
    "name", metavar="MIX", type=click.Choice([name for name in MIXES if name != "soak"])
)
@click.option("--clients", default=100, show_default=True, type=click.IntRange(1, 4000))
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 3600))
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write JSON.")
@click.option("--url", help="A server that runs already: ws://host:port/ws (a plain plaza).")
@click.option("--seed", default=1, show_default=True, help="Of everything the bots do.")
@click.option("--motion", type=click.Choice(["synthetic", "recorded"]), default="synthetic")
@click.option("--ramp", type=click.FloatRange(1, 1000), help="Joins a second at the start.")
def mix(
    name: str,
    clients: int,
    seconds: float,
    file: Path | None,
    url: str | None,
    seed: int,
    motion: str,
    ramp: float | None,
) -> None:
    """Play one of the mixes and judge it by its limits."""
    scenario = MIXES[name]
    plan = Plan(scenario, clients, seconds, seed, url, motion == "recorded", ramp)
    report = run(run_crowd(plan))
    click.echo(table(report))
    for finding in verdict(report, scenario.limits):
        click.echo(f"  {finding}")
    write(report, file)


@bench.command()
@click.option("--minutes", default=5.0, show_default=True, type=click.FloatRange(0.1, 1440))
@click.option("--clients", default=100, show_default=True, type=click.IntRange(10, 3000))
@click.option("--seed", default=1, show_default=True, help="Of everything the bots do.")
def soak(minutes: float, clients: int, seed: int) -> None:
    """Ten joins and ten leaves a second; memory, descriptors and threads of the server."""
    click.echo(run(run_soak(Plan(SOAK, clients, minutes * 60, seed))).table())


def run(work: Coroutine[None, None, T]) -> T:
    """Runs on uvloop; trouble ends the program with a sentence and exit code 1."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work)
    except (ServerTrouble, GeneratorTooSlow, ValueError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("Stopped; the server was ended.", err=True)
        sys.exit(130)


def write(report: Report, file: Path | None) -> None:
    """Writes the fixed keys as JSON."""
    if file is not None:
        text = json.dumps(report.to_json(), indent=2, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")

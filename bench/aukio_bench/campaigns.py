"""The commands that run many runs: sweep, and the sets behind `make bench`."""

import itertools
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from aukio_bench import gating
from aukio_bench.attempts import Attempt, attempt, duration_s
from aukio_bench.catalogue import entry, figure
from aukio_bench.gates import OWN, GateTrouble, read_gates
from aukio_bench.options import MOST_CLIENTS
from aukio_bench.page.document import write_page
from aukio_bench.page.index_page import index_page
from aukio_bench.page.run_page import run_page
from aukio_bench.plan import Plan
from aukio_bench.result import write_result
from aukio_bench.scenarios import MIXES
from aukio_bench.sets import (
    SETS,
    BenchSet,
    Found,
    compare_once,
    middle_rival,
    rounds,
    run_item,
    run_rival,
    write_rival,
)
from aukio_bench.sweep import HEAD, Try, judge, line, sweep
from aukio_bench.verdict import verdict

MISSED = 1
SWEPT = tuple(name for name in MIXES if name not in ("soak", "resume", "storm"))


@click.command("sweep")
@click.option("--mix", type=click.Choice(SWEPT), default="crowd", show_default=True)
@click.option("--from", "low", default=100, show_default=True, type=click.IntRange(2, MOST_CLIENTS))
@click.option("--to", "high", default=3000, show_default=True, type=click.IntRange(2, MOST_CLIENTS))
@click.option("--step", default=100, show_default=True, type=click.IntRange(1, 1000))
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(5, 600))
@click.option("--ramp", default=100.0, show_default=True, type=click.FloatRange(1, 1000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option("--limits", type=click.Path(path_type=Path, dir_okay=False), default=OWN)
def sweep_command(
    mix: str,
    low: int,
    high: int,
    step: int,
    seconds: float,
    ramp: float,
    seed: int,
    limits: Path,
) -> None:
    """How many fit: the largest number of people for which a mix holds, by bisection.

    A size holds when its ticks do (work p99 at most 40 ms, start lateness p99 at most 5 ms, missed
    at most 1 in 1,000) and with them the mix's limits of error, coverage and bytes at that size. A
    size that fails is tried twice. A run is void when the bots were the bottleneck or more than 2 %
    of the time was stolen: it is repeated and listed.
    """
    if low > high:
        raise click.UsageError(f"--from {low} is more than --to {high}")
    try:
        gates = read_gates(limits)
    except GateTrouble as error:
        raise click.BadParameter(str(error), param_hint="--limits") from error
    tries = 0

    def run(clients: int) -> Try:
        nonlocal tries
        tries += 1
        plan = Plan(MIXES[mix], clients, seconds, seed + tries - 1, ramp_per_s=ramp)
        return judge(attempt(plan), mix, clients, gates)

    largest_s = duration_s(Plan(MIXES[mix], high, seconds, seed, ramp_per_s=ramp))
    click.echo(f"{mix} from {low:,} to {high:,} by {step:,}; at most {largest_s:.0f} s a run")
    click.echo(HEAD)
    found = sweep(run, low, high, step, lambda one: click.echo(line(one)))
    click.echo(f"\n{found.sentence}")
    for one in found.set_aside:
        click.echo(f"Set aside: {one.clients:,}: {one.why}")
    sys.exit(0 if found.largest is not None else MISSED)


@click.command("set")
@click.argument("name", type=click.Choice(list(SETS)))
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="An empty folder for the results.  [default: bench/results/<date>-<name>]",
)
def set_command(name: str, folder: Path | None) -> None:
    """Many runs at once: short, each mix once; full, what is claimed as medians of five.

    Writes a JSON and a page for each mix and size, an index page, and ends with every limit and its
    figure; exit 1 when one is missed.
    """
    chosen = SETS[name]
    into = folder or _fresh(Path("bench/results"), f"{datetime.now(UTC):%Y-%m-%d}-{name}")
    if any(into.glob("*.json")):
        raise click.UsageError(f"{into} has results already, and old ones would be judged as new")
    into.mkdir(parents=True, exist_ok=True)
    click.echo(
        f"{chosen.name}: about {chosen.minutes:.0f} minutes, with runs repeated at most "
        f"{chosen.most_minutes:.0f}, into {into}. Run nothing else meanwhile."
    )
    clock = _Clock(chosen)
    _run_items(chosen, into, clock)
    _run_rivals(chosen, into, clock)
    judged = gating.judge_folder(into, read_gates(), claims=name == "full")
    write_page(index_page(into.name, judged), into / "index.html")
    click.echo("\n" + gating.table(judged))
    click.echo(f"\n{clock.passed_s / 60:.0f} minutes; every run on a page: {into / 'index.html'}")
    sys.exit(0 if judged.holds else MISSED)


def _fresh(parent: Path, name: str) -> Path:
    """A folder that is not there yet: the name, or the name with a number behind it."""
    names = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
    return next(parent / each for each in names if not (parent / each).exists())


class _Clock:
    """How much of a set's time is used, and whether a repeat still fits before what is left."""

    def __init__(self, chosen: BenchSet) -> None:
        self._began = time.monotonic()
        self._most_s = chosen.most_minutes * 60
        self.left_s = chosen.minutes * 60  # of the plan: what has to be run yet

    @property
    def passed_s(self) -> float:
        return time.monotonic() - self._began

    def has_time(self, seconds: float) -> bool:
        return self.passed_s + self.left_s + seconds <= self._most_s


def _run_items(chosen: BenchSet, into: Path, clock: _Clock) -> None:
    gates = read_gates()
    found = {item.name: Found(item) for item in chosen.items}
    runs = list(rounds(chosen.items))
    for n, (item, seed) in enumerate(runs, 1):
        clock.left_s -= item.seconds_each
        head = f"[{n}/{len(runs)}, {clock.passed_s / 60:.0f} min] {item.name}, seed {seed}: "
        click.echo(head, nl=False)
        one = found[item.name]
        before = len(one.set_aside)
        last = run_item(one, seed, attempt, clock.has_time)
        click.echo(_words(last))
        for why in one.set_aside[before:]:
            click.echo(f"    set aside: {why}")
        result = one.combined()
        if result is not None:
            write_result(result, into / f"{item.name}.json")
            text = run_page(result, verdict(result.report, gates.limits_of(result.report)))
            write_page(text, into / f"{item.name}.html")


def _run_rivals(chosen: BenchSet, into: Path, clock: _Clock) -> None:
    for rival in chosen.rivals:
        found, set_aside = [], []
        for seed in range(1, rival.times + 1):
            clock.left_s -= rival.seconds_each
            click.echo(f"[{clock.passed_s / 60:.0f} min] {rival.name}, seed {seed}")
            told, why = run_rival(rival, seed, compare_once, clock.has_time)
            click.echo("".join(f"    set aside: {one}\n" for one in why), nl=False)
            set_aside += why
            if told is not None:
                found.append(told)
        if found:
            told = middle_rival(found, set_aside)
            click.echo(f"    {told['ratios']}")
            write_rival(told, into / f"{rival.name}.json")


def _words(one: Attempt) -> str:
    if one.result is None:
        return f"no figures: {one.void or one.trouble}"
    report = one.result.report
    shown = ("tick_work_ms.p99", "server_cpu", "payload_bytes_per_client_s", "steal")
    cells = [
        f"{entry(path).words} {entry(path).show(value)}"
        for path in shown
        if (value := figure(report, path)) is not None
    ]
    return ", ".join(cells)

"""`aukio bench versus`: another system's server on the same plaza, measured beside ours.

Both get the same number of clients, the same people (`Wander`, the same habits and seed), inputs on
change and twice a second, the server pinned to the first core and the generator to the second, one
after the other in one run. The rival's side replays a file of inputs by tick; ours wanders by the
same rules from the places where it entered, so the paths are alike, not the same.

Each variant of the rival stands beside ours telling its clients the same: of everybody one by one,
or of the 50 nearest (and ours of the others by number). Nobody chats, as nobody can there.
"""

import asyncio
import json
import os
import platform
import sys
from dataclasses import replace
from pathlib import Path

import click
import uvloop

from aukio_bench.conditions import commit, processor
from aukio_bench.crowd import GeneratorTooSlow, Plan, run_crowd
from aukio_bench.rivals.comparison import Comparison, Pair, table
from aukio_bench.rivals.measurement import Measurement, of_ours
from aukio_bench.rivals.packages import SOURCES, Packages, PackageTrouble, default_cache, install
from aukio_bench.rivals.programs import Load, RivalTrouble, run_colyseus
from aukio_bench.scenarios import CROWD
from aukio_bench.server import ServerTrouble

#: The rival's variants, and whom ours tells of one by one beside them.
VARIANTS = {"broadcast": ("everybody", 4000), "views": ("50 nearest", 50)}
#: What differs for good reasons, so that nobody has to find out.
REMARKS = (
    "Nobody chats or makes emotes on either side; ours carries names and looks, and beside the 50 "
    "nearest how many stand where beyond; the Colyseus plaza has none of it. Its viewers are read "
    "as their last patch says or extrapolated from the last two, whichever is better for it. Its "
    "views hold the 50 nearest, renewed five times a second with 10 % of hysteresis.",
)


@click.group()
def versus() -> None:
    """Another system on the same plaza, beside ours in one run."""


@versus.command()
@click.option("--clients", default=500, show_default=True, type=click.IntRange(2, 4000))
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 600))
@click.option("--seed", default=1, show_default=True, help="Of everything the people do.")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write JSON.")
@click.option(
    "--cache", type=click.Path(path_type=Path, file_okay=False), help="For the npm packages."
)
def colyseus(
    clients: int, seconds: float, seed: int, file: Path | None, cache: Path | None
) -> None:
    """Colyseus: (a) its broadcast, (b) a view of the 50 nearest for each client."""
    try:
        packages = install(cache or default_cache(), lambda text: click.echo(text, err=True))
    except PackageTrouble as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        comparison = runner.run(compare(packages, Load(clients, seconds, seed)))
    click.echo(table(comparison))
    if file is not None:
        text = json.dumps(comparison.to_json(), indent=2, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")
    sys.exit(1 if comparison.is_void else 0)


async def compare(packages: Packages, load: Load) -> Comparison:
    """Measures each variant of Colyseus, ours before it."""
    pairs: list[Pair] = []
    troubles: dict[str, str] = {}
    for variant, (told, individuals) in VARIANTS.items():
        ours: Measurement | None = None
        theirs: Measurement | None = None
        try:
            ours = await measure_ours(load, f"aukio, {told}", individuals)
        except (GeneratorTooSlow, ServerTrouble) as error:
            troubles[f"aukio, {told}"] = str(error)
        try:
            theirs = await run_colyseus(packages, variant, load, CROWD.habits)
        except RivalTrouble as error:
            troubles[f"colyseus, {variant}"] = str(error)
        pairs.append(Pair(ours, theirs))
    measured = [pair.theirs for pair in pairs if pair.theirs is not None]
    return Comparison(pairs, troubles, conditions(load, measured))


async def measure_ours(load: Load, name: str, individuals: int) -> Measurement:
    """Our server under the load, telling each client of so many one by one.

    Raises:
        GeneratorTooSlow: the figures would say nothing about the server.
        ServerTrouble: it did not start or ended.
    """
    mix = replace(CROWD, individuals=individuals, is_silent=True)
    return of_ours(await run_crowd(Plan(mix, load.clients, load.seconds, load.seed)), name)


def conditions(load: Load, theirs: list[Measurement]) -> dict[str, str]:
    """Machine, versions and command, to be printed with the figures."""
    declared = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))["dependencies"]
    versions = [f"{name} {version}" for name, version in declared.items()]
    nodes = sorted({str(side.more["node"]) for side in theirs})
    cores = len(os.sched_getaffinity(0))
    return {
        "command": f"aukio bench versus colyseus --clients {load.clients} "
        f"--seconds {load.seconds:g} --seed {load.seed}",
        "commit": commit(),
        "machine": f"{processor()}, {cores} cores, {platform.system()} {platform.release()}",
        "versions": ", ".join(
            [*versions, *(f"Node {node}" for node in nodes), f"Python {platform.python_version()}"]
        ),
        "remarks": " ".join(REMARKS),
    }

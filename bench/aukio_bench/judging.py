"""The commands for results that are there already: compare, gate, page, sizing."""

import sys
from pathlib import Path

import click

from aukio_bench import comparing, gating
from aukio_bench.gates import OWN, GateTrouble, read_gates
from aukio_bench.page.document import write_page
from aukio_bench.page.index_page import index_page
from aukio_bench.page.run_page import run_page
from aukio_bench.result import ResultTrouble, read_result
from aukio_bench.scenarios import MIXES
from aukio_bench.sizing import footnote, sizing_table
from aukio_bench.verdict import gate_table, verdict

MISSED = 1
_PATH = click.Path(path_type=Path, exists=True)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("old", type=_PATH)
@click.argument("new", type=_PATH)
@click.option("--strict", is_flag=True, help="Exit 1 when something got worse.")
def compare(old: Path, new: Path, strict: bool) -> None:
    """Two results, or two folders of results: old, new, ratio, and what got worse.

    Worse is what is beyond noise: the wider of the two spreads over repeats (largest - smallest),
    or 10 % where neither was repeated.
    """
    try:
        found, left = comparing.comparisons(old, new)
    except ResultTrouble as error:
        raise click.UsageError(str(error)) from error
    for one in found:
        click.echo(comparing.table(one) + "\n")
    for text in left:
        click.echo(text)
    worse = [one for one in found if one.got_worse]
    for one in worse:
        words = "; ".join(pair.named.words for pair in one.got_worse)
        click.echo(f"Worse, {one.new.name}: {words}.")
    if not worse:
        click.echo("Nothing got worse by more than noise.")
    sys.exit(MISSED if strict and worse else 0)


@click.command()
@click.argument("results", type=_PATH)
@click.option(
    "--limits",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=OWN,
    help="A file of limits; Aukio's own if left out.",
)
@click.option("--claims", is_flag=True, help="A claimed size that was not measured is a miss too.")
def gate(results: Path, file: Path, claims: bool) -> None:
    """Each limit with its figure, of a result or a folder; exit 1 when one is missed."""
    try:
        gates = read_gates(file)
        if results.is_dir():
            judged = gating.judge_folder(results, gates, claims=claims)
            click.echo(gating.table(judged))
            sys.exit(0 if judged.holds else MISSED)
        report = read_result(results).report
    except (GateTrouble, ResultTrouble) as error:
        raise click.UsageError(str(error)) from error
    found = verdict(report, gates.limits_of(report))
    click.echo(gate_table(found.findings))
    click.echo(" ".join((found.headline, *found.sentences)))
    sys.exit(MISSED if found.holds is False else 0)


@click.command()
@click.argument("results", type=_PATH)
def page(results: Path) -> None:
    """The page of a result, or the pages of a folder, written beside the JSON."""
    gates = read_gates()
    files = sorted(results.glob("*.json")) if results.is_dir() else [results]
    for file in files:
        try:
            result = read_result(file)
        except ResultTrouble as error:
            if not results.is_dir():
                raise click.UsageError(str(error)) from error
            continue  # a comparison with a rival, or a client's frames
        text = run_page(result, verdict(result.report, gates.limits_of(result.report)))
        write_page(text, file.with_suffix(".html"))
        click.echo(str(file.with_suffix(".html")))
    if results.is_dir():
        judged = gating.judge_folder(results, gates, claims=False)
        write_page(index_page(results.name, judged), results / "index.html")
        click.echo(str(results / "index.html"))


@click.command()
@click.argument("folder", type=_FOLDER)
@click.option(
    "--mix",
    "mixes",
    multiple=True,
    type=click.Choice(list(MIXES)),
    help="Only this mix; may be given again.  [default: those where people come and stay]",
)
def sizing(folder: Path, mixes: tuple[str, ...]) -> None:
    """The sizing table of a folder of results, as Markdown."""
    chosen = mixes or [name for name, mix in MIXES.items() if not mix.during]
    found = [one for one in comparing.results_in(folder) if one.report.scenario in chosen]
    if not found:
        raise click.UsageError(f"{folder}: no result of such a mix")
    click.echo(sizing_table(found))
    click.echo(f"\n{footnote(found)}")

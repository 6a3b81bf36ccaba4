"""The short set of benches: `python -m aukio_bench.short [--repeat N]`."""

from pathlib import Path

import click

from aukio_bench.commands import run, write
from aukio_bench.crowd import Plan, run_crowd
from aukio_bench.report import median_of, table
from aukio_bench.scenarios import CROWD

SIZES = (100, 300)
SECONDS = 20.0


@click.command()
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(1, 25))
@click.option("--json", "folder", type=click.Path(path_type=Path, file_okay=False))
def main(repeat: int, folder: Path | None) -> None:
    """A crowd of 100 and one of 300; with --repeat, the medians of so many runs of each."""
    for clients in SIZES:
        runs = [
            run(run_crowd(Plan(CROWD, clients, SECONDS, seed))) for seed in range(1, repeat + 1)
        ]
        report = median_of(runs)
        click.echo(table(report) + "\n")
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            write(report, folder / f"crowd-{clients}.json")


if __name__ == "__main__":
    main()

"""The `bench` commands. Loaded only when asked for; nothing of the server is imported."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
import uvloop

from aukio_bench.campaigns import set_command, sweep_command
from aukio_bench.conditions import conditions
from aukio_bench.crowd import run_crowd
from aukio_bench.gates import read_gates
from aukio_bench.judging import compare, gate, page, sizing
from aukio_bench.options import Wanted, command_line, options
from aukio_bench.page.document import write_page
from aukio_bench.page.run_page import run_page
from aukio_bench.plan import VOID, GeneratorTooSlow, Plan
from aukio_bench.report import Report, table
from aukio_bench.result import Result, write_result
from aukio_bench.rivals.versus import versus
from aukio_bench.scenarios import MIXES, Scenario
from aukio_bench.server import ServerTrouble
from aukio_bench.soak import run_soak
from aukio_bench.verdict import Verdict, gate_table, verdict

T = TypeVar("T")
MISSED, STOPPED = 1, 130  # exit codes: a limit or a server, Ctrl-C (and VOID, no figures)


class Shelf(click.Group):
    """Commands in the order in which they were added, mixes first."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Mixes apart from the tools."""
        for title, is_mix in (("Mixes", True), ("Tools", False)):
            rows = [
                (name, command.get_short_help_str(100))
                for name, command in self.commands.items()
                if (name in MIXES) is is_mix
            ]
            with formatter.section(title):
                formatter.write_dl(rows)


@click.group(cls=Shelf)
def bench() -> None:
    """Load a server with bots and measure it.

    A mix starts its own server on the first core and its bots on the second, waits until everybody
    is in, measures, prints every figure, and says whether the limits hold.

    \b
      aukio bench crowd --clients 500 --html crowd.html
      aukio bench sweep                  how many fit on this machine
      aukio bench compare OLD NEW        better or worse than before

    Exit codes: 0 as it should be, 1 a limit of --gate was missed or the server failed, 2 the
    command makes no sense, 3 no figures: the bots were the bottleneck.
    """


def mix_command(scenario: Scenario) -> click.Command:
    """The command of one mix."""

    @click.command(scenario.name, help=scenario.story)
    @options(scenario)
    def command(**told: Any) -> None:
        sys.exit(play(Wanted.of(scenario, told)))

    return command


def play(wanted: Wanted) -> int:
    """Runs a plan, prints and writes what was found; returns the exit code."""
    plan, started = wanted.plan, datetime.now(UTC)
    report, words = run(lambda: measure(plan))
    result = Result(report, conditions(command_line(plan), plan.seed, started))
    gates = wanted.gates or read_gates()
    found = verdict(report, gates.limits_of(report))
    click.echo(words)
    click.echo(gate_table(found.findings))
    say(found)
    if wanted.json is not None:
        write_result(result, wanted.json)
    if wanted.html is not None:
        write_page(run_page(result, found), wanted.html)
    return MISSED if wanted.gates is not None and found.holds is False else 0


def say(found: Verdict) -> None:
    """The verdict in words."""
    click.echo("\n" + " ".join((found.headline, *found.sentences)))


async def measure(plan: Plan) -> tuple[Report, str]:
    """Runs a plan of any mix; returns what was found, also as a table for people.

    Raises:
        ServerTrouble, GeneratorTooSlow: there are no figures.
    """
    if plan.scenario.name == "soak":
        found = await run_soak(plan)
        return found.to_report(), found.table()
    report = await run_crowd(plan)
    return report, table(report)


def run(work: Callable[[], Coroutine[None, None, T]]) -> T:
    """Runs on uvloop; trouble ends the program with a sentence and an exit code."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work())
    except GeneratorTooSlow as error:
        click.echo(str(error), err=True)
        sys.exit(VOID)
    except (ServerTrouble, ValueError) as error:
        click.echo(str(error), err=True)
        sys.exit(MISSED)
    except KeyboardInterrupt:
        click.echo("Stopped; the server was ended.", err=True)
        sys.exit(STOPPED)


for _scenario in MIXES.values():
    bench.add_command(mix_command(_scenario))
for _tool in (sweep_command, compare, gate, page, sizing, set_command, versus):
    bench.add_command(_tool)

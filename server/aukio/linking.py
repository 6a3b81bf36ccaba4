"""The command `aukio link`: signed links that give a role."""

import re
import sys
import time
from pathlib import Path

import click

from aukio.announcement import ticket_hash
from aukio.errors import AukioError
from aukio.world.terms import DURATION, seconds

EXIT_PROBLEMS = 1
LONGEST_S = 400 * 86400.0


class _Lasting(click.ParamType[float]):
    """A time span such as 8h, in seconds."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Reads it."""
        if isinstance(value, float):
            return value
        text = str(value)
        if not re.fullmatch(DURATION, text):
            self.fail(f"{text}: expected a time such as 45min, 8h or 30d", param, ctx)
        if not 0 < seconds(text) <= LONGEST_S:
            self.fail(f"{text}: expected more than nothing and at most 400d", param, ctx)
        return seconds(text)


@click.command()
@click.argument("world", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--role", required=True, help="A role of the world, or admin, who may do everything.")
@click.option(
    "--for",
    "lasting",
    default="12h",
    show_default=True,
    type=_Lasting(),
    help="How long the link is good, such as 45min, 8h or 30d.",
)
@click.option(
    "--data",
    default=Path("aukio-data"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Data folder of the server.",
)
@click.option(
    "--url",
    default="http://localhost:8080",
    show_default=True,
    help="Where people reach the server.",
)
def link(world: Path, role: str, lasting: float, data: Path, url: str) -> None:
    """Print a link to WORLD that gives whoever opens it a role there.

    It is signed with the key in the server's data folder. What gives the role stands behind the #
    and is never sent to a server by opening the link; the page takes it out of the address at once.
    """
    from aukio.keys import link_key
    from aukio.session.tickets import Tickets
    from aukio.world.problems import did_you_mean
    from aukio.world.reader import load_world

    try:
        found = load_world(world)
        if role not in found.script.roles:
            known = ", ".join(sorted(found.script.roles))
            hint = did_you_mean(role, found.script.roles) or f"it has {known}"
            raise AukioError(f'{world}: no role "{role}" ({hint})')
        key, _ = link_key(data)
    except AukioError as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_PROBLEMS)
    ticket = Tickets(key).sign(found.id, role, time.time() + lasting)
    click.echo(f"{url.rstrip('/')}/w/{found.id}#{ticket_hash(ticket)}")

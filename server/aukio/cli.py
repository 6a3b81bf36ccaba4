"""The `aukio` command."""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

import click
import uvloop

from aukio import __version__
from aukio.announcement import announce
from aukio.building import COMMANDS
from aukio.bundle import client_folder, example_world
from aukio.errors import AukioError
from aukio.linking import link
from aukio.settings import Settings
from aukio.world.roles import ADMIN

EXIT_PROBLEMS = 1
EXIT_USAGE = 2
ADMIN_S = 24 * 3600.0


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(__version__, prog_name="aukio")
def main() -> None:
    """Aukio: a multi-user virtual world server for schools and cities.

    People open a link and stand in a 3D place together. A world is a folder of text files.

    \b
      aukio serve                 serve the example world at http://localhost:8080
      aukio serve worlds/yard     serve another, or your own
      aukio serve worlds          serve all the worlds in a folder
      aukio new worlds/mine       begin a world of your own
      aukio check worlds/mine     find every problem in a world's files
      aukio preview worlds/mine -o map.png   draw its map
      aukio explain worlds/mine sky/time     where a value comes from
      aukio link worlds/mine --role teacher  a link that makes somebody a teacher
      aukio bench crowd           prove how many fit
    """


@main.command()
@click.argument("worlds", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--host",
    default="0.0.0.0",
    show_default=True,
    envvar="HOST",
    help="Address to listen on; 127.0.0.1 keeps it to this machine.",
)
@click.option(
    "--port",
    default=8080,
    show_default=True,
    envvar="PORT",
    type=click.IntRange(0, 65535),
    help="TCP port; 0 takes any free one.",
)
@click.option(
    "--data",
    default=Path("aukio-data"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the database.",
)
@click.option(
    "--users",
    default=0,
    type=click.IntRange(0, 4032),
    help="People at once; 0 takes the world's own number.",
)
@click.option(
    "--individuals",
    default=0,
    type=click.IntRange(0, 4032),
    help="People told one by one, the nearest; 0 takes the world's own number.",
)
@click.option(
    "--budget",
    default=8000,
    show_default=True,
    type=click.IntRange(500, 1_000_000),
    help="Snapshot bytes a second for one client.",
)
@click.option(
    "--tls-cert",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="TLS certificate (PEM); with --tls-key serves https.",
)
@click.option(
    "--tls-key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Private key of the certificate (PEM).",
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    metavar="URL",
    help="Another page's origin that may connect; repeatable.",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy whose forwarded addresses are believed; repeatable.",
)
@click.option(
    "--watch/--no-watch",
    default=True,
    show_default=True,
    help="Bring each change of the world's files to the people inside; SIGHUP does it too.",
)
@click.option("--qr/--no-qr", default=None, help="Show a QR code (default: on a terminal).")
def serve(
    worlds: tuple[Path, ...],
    host: str,
    port: int,
    data: Path,
    users: int,
    individuals: int,
    budget: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    origins: tuple[str, ...],
    proxies: tuple[str, ...],
    watch: bool,
    qr: bool | None,
) -> None:
    """Serve WORLDS: folders of worlds, or a folder with several (default: the example square)."""
    example = example_world()
    paths = worlds or ((example,) if example is not None else ())
    if not paths:
        _fail("No world is named and the example world is missing: aukio serve FOLDER")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for library in ("alembic", "watchfiles"):
        logging.getLogger(library).setLevel(logging.WARNING)
    try:
        settings = Settings(
            host=host,
            port=port,
            data=data,
            users=users,
            individuals=individuals,
            budget=budget,
            certificate=tls_cert,
            key=tls_key,
            origins=origins,
            proxies=proxies,
        )
        show_qr = sys.stdout.isatty() if qr is None else qr
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, paths, show_qr=show_qr, is_watching=watch))
    except (AukioError, OSError) as error:
        _fail(str(error))


async def _serve(
    settings: Settings, paths: Sequence[Path], *, show_qr: bool, is_watching: bool
) -> None:
    from aukio.app import App, find_worlds
    from aukio.generation import Generation, compile_all, compile_apart
    from aukio.reloading import Reloading

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    folders = list(dict.fromkeys(one for path in paths for one in find_worlds(path)))
    generations = compile_all(folders)
    app = App(settings, generations)
    await app.start()
    compiling = asyncio.Lock()

    async def compile_in_turn(folder: Path) -> Generation:
        async with compiling:  # several at once would take several times the memory
            return await compile_apart(folder)

    reloads = [
        Reloading(
            folder, one, compile_in_turn, partial(app.change, one.world.id), is_watching=is_watching
        )
        for folder, one in zip(folders, generations, strict=True)
    ]

    def reload() -> None:
        for each in reloads:
            each.ask()

    loop.add_signal_handler(signal.SIGHUP, reload)
    changing = [asyncio.create_task(each.run(), name="reloading") for each in reloads]
    try:
        if client_folder() is None:
            click.echo("The web client is not built: run 'make setup'. Serving without pages.")
        secure = settings.certificate is not None
        names = {one.world.id: one.world.title("en") for one in generations}
        admin = app.tickets(ADMIN, ADMIN_S) if app.is_new else None
        click.echo(announce(names, settings.host, app.port, secure=secure, qr=show_qr, admin=admin))
        sys.stdout.flush()
        waits = [asyncio.create_task(wait) for wait in (stop.wait(), app.wait_failed())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if not stop.is_set():
            raise AukioError("Aukio has failed (see above); clients come back when it restarts.")
        click.echo("Closing: everybody is told, everything is saved.")
    finally:
        for each in changing:
            each.cancel()
        await app.stop()
        await asyncio.wait(changing)


for _command in (*COMMANDS, link):
    main.add_command(_command)


class _Lazy(click.Group):
    """Loads the bench only when it is asked for: a server need not carry it in memory."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        from aukio_bench.commands import bench as group

        return group.get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        from aukio_bench.commands import bench as group

        return group.list_commands(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from aukio_bench.commands import bench as group

        group.format_commands(ctx, formatter)

    def get_help(self, ctx: click.Context) -> str:
        from aukio_bench.commands import bench as group

        self.help = group.help
        return super().get_help(ctx)


@main.command(cls=_Lazy)
def bench() -> None:
    """Load a server with bots and measure it."""


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(EXIT_PROBLEMS)

"""Builds every part of a server, connects them, starts and stops them in order."""

import asyncio
import gc
import logging
import random
import secrets
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from aukio.bundle import client_folder
from aukio.errors import AukioError
from aukio.generation import Generation
from aukio.hosting import Entropy, Hosting
from aukio.keys import link_key
from aukio.lobby import Lobby
from aukio.metrics import Metrics
from aukio.overload import SharedLoad
from aukio.session.registry import Place
from aukio.session.tickets import Tickets
from aukio.settings import Settings
from aukio.storage.database import Database, open_database
from aukio.transport.assets import WorldAssets
from aukio.transport.descriptors import raise_descriptor_limit
from aukio.transport.http import build_http
from aukio.transport.receiving import Receiver
from aukio.transport.sending import Sender
from aukio.transport.server import WebServer
from aukio.transport.settings import EdgeSettings
from aukio.world.changes import changes_between
from aukio.world.reader import FILE
from aukio_protocol.errors import CLOSE_CODES, Reason
from aukio_protocol.version import SUBPROTOCOL

AT_START = ("users", "individuals", "view_m")  # of a world, settled when its server starts
RETRY_MS = 1000  # when the server says goodbye to restart, clients come back from this on
SWITCH_S = 0.0005  # the storage thread lets go of the interpreter this soon when a tick is due

#: Endings before the welcome that are no fault of the client: its address is not held to them.
_BLAMELESS = frozenset(
    CLOSE_CODES[reason]
    for reason in (
        Reason.LEFT,
        Reason.FULL,
        Reason.BUSY,
        Reason.VERSION,
        Reason.RESTART,
        Reason.PUT_OUT,  # others may be here from the same address
    )
)

logger = logging.getLogger("aukio.app")


class App:
    """One server with its worlds. Order of stopping: docs/shutdown.md.

    Raises:
        AukioError: two worlds have the same id, by which people get into them.
    """

    def __init__(self, settings: Settings, generations: Sequence[Generation]) -> None:
        self._settings = settings
        self._generations = {one.world.id: one for one in generations}
        if len(self._generations) < len(generations):
            raise AukioError(f"{_same_id(generations)}: two of the worlds have this id")
        self._assets = WorldAssets()
        self._database: Database | None = None
        self._hostings: list[Hosting] = []
        self._server: WebServer | None = None
        self._receiver: Receiver | None = None
        self._tickets: Tickets | None = None
        self.is_new = False  # whether nobody has had a link to this server yet
        self.metrics = Metrics()

    @property
    def port(self) -> int:
        """The port really listened on, once started."""
        assert self._server is not None, "the server is not started"
        return self._server.port

    async def start(self) -> None:
        """Starts everything; returns when clients can come.

        Raises:
            StorageError: the database cannot be used.
            PortTaken: the port cannot be listened on.
        """
        raise_descriptor_limit()
        database = self._database = await open_database(self._settings.data)
        key, self.is_new = link_key(self._settings.data)
        tickets = self._tickets = Tickets(key)
        receiver = self._receiver = Receiver(asyncio.get_running_loop(), time.monotonic)
        load = SharedLoad()
        for generation in self._generations.values():
            self._publish(generation)
            self._hostings.append(
                Hosting(
                    generation.world,
                    generation.walk_field(),
                    _place(generation),
                    self._settings,
                    self.metrics,
                    database.engine,
                    Entropy(secrets.token_bytes, random.Random(), time.time, time.monotonic),
                    Sender(),
                    receiver.collect,
                    tidies_up=not self._hostings,
                    load=load,
                    role_of=partial(_role_of, tickets, generation.world.id),
                )
            )
        try:
            await self._open()
        except BaseException:
            await self.stop()
            raise
        # What was built so far lives as long as the server: no collection need look at it again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 1_000_000)
        sys.setswitchinterval(SWITCH_S)

    def tickets(self, role: str, lasting_s: float) -> dict[str, str]:
        """A ticket to a role in each world, by its id."""
        assert self._tickets is not None, "the server is not started"
        until = time.time() + lasting_s
        return {one: self._tickets.sign(one, role, until) for one in self._generations}

    async def change(self, world: str, generation: Generation) -> None:
        """Makes another generation of a world the one that people are in; returns when it is.

        Raises:
            AukioError: it is another world, or one of another pace, and needs a server of its own.
        """
        hosting = next(one for one in self._hostings if one.world.id == world)
        former = self._generations[world]
        old, new = former.world, generation.world
        if (new.id, new.tick_hz) != (old.id, old.tick_hz):
            raise AukioError("a world that runs keeps its id and its tick: start the server anew")
        changes = changes_between(former.prints, generation.prints)
        self._generations[world] = generation
        if not changes:
            logger.info("world=%s is read anew; nothing changed for the people inside", new.id)
            return
        self._publish(generation)
        field = await asyncio.to_thread(generation.walk_field)
        moved = await hosting.change(new, field, _place(generation))
        later = [name for name in AT_START if getattr(new, name) != getattr(old, name)]
        logger.info(
            "world=%s changed: %s; %d people put elsewhere%s",
            new.id,
            changes,
            moved,
            f"; {', '.join(later)} from the next start on" if later else "",
        )

    async def wait_failed(self) -> None:
        """Returns when the server cannot go on because of a bug of ours."""
        waits = [asyncio.create_task(one.failed.wait()) for one in self._hostings]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def stop(self) -> None:
        """Says goodbye, stops everything and saves; idempotent."""
        for hosting in self._hostings:
            hosting.registry.end_all(Reason.RESTART, RETRY_MS)
        if self._server is not None:
            await self._server.stop()
            self._server = None
        if self._receiver is not None:
            self._receiver.close()
            self._receiver = None
        while self._hostings:
            await self._hostings.pop().stop()
        if self._database is not None:
            await self._database.close()
            self._database = None

    def _publish(self, generation: Generation) -> None:
        world = generation.world
        self._assets.publish(world.id, generation.files, tick_rate=world.tick_hz)

    def _directory(self) -> list[dict[str, Any]]:
        """What a page shows of each world before one has entered it."""
        return [one.entry | {"map": self._generations[one.world.id].map} for one in self._hostings]

    async def _open(self) -> None:
        registries = {one.world.id: one.registry for one in self._hostings}
        every = registries.values()
        self.metrics.watch_people(
            lambda: sum(one.people for one in every), lambda: sum(one.connected for one in every)
        )
        for n, hosting in enumerate(self._hostings):
            # Worlds tick one after the other, and not all at one moment.
            phase = n / len(self._hostings) / hosting.world.tick_hz
            restored = await hosting.start(phase)
            if restored:
                logger.info("world=%s restored sessions=%d", hosting.world.id, restored)
        lobby = Lobby(registries, self.metrics, time.monotonic)
        settings = self._settings
        self._server = WebServer(
            settings.host,
            settings.port,
            build_http(
                client_folder=client_folder(),
                assets=self._assets,
                health=partial(_health, self._hostings),
                directory=self._directory,
                metrics=self.metrics.text,
            ),
            lobby.accept,
            EdgeSettings(
                subprotocol=SUBPROTOCOL,
                websocket_path="/ws",
                origins=settings.origins,
                proxies=settings.proxies,
                hello_s=settings.hello_s,
                silent_s=settings.silent_s,
                ping_s=settings.silent_s * 0.4,
                open_per_address=settings.per_address,
                slow_code=CLOSE_CODES[Reason.SLOW],
                silent_code=CLOSE_CODES[Reason.SILENT],
                hello_code=CLOSE_CODES[Reason.HELLO_LATE],
                internal_code=CLOSE_CODES[Reason.INTERNAL],
                shutdown_code=CLOSE_CODES[Reason.RESTART],
                message_bytes=4096,
                blameless_codes=frozenset({*_BLAMELESS, 1001, 1012, 1013}),
            ),
            count=self.metrics.count,
            certificate=settings.certificate,
            key=settings.key,
            receiver=self._receiver,
        )
        await self._server.start()


def _role_of(tickets: Tickets, world: str, ticket: str) -> str | None:
    return tickets.role(ticket, world, time.time())


def _place(generation: Generation) -> Place:
    return Place(generation.world.id, generation.scene, generation.walk)


def _health(hostings: Sequence[Hosting]) -> dict[str, Any]:
    problems = [f"{one.world.id}: {one.problem}" for one in hostings if one.problem is not None]
    return {
        "ready": not problems,
        "problem": "; ".join(problems) or None,
        "worlds": [one.world.id for one in hostings],
    }


def _same_id(generations: Sequence[Generation]) -> str:
    ids = [one.world.id for one in generations]
    return next(each for each in ids if ids.count(each) > 1)


def find_worlds(path: Path) -> list[Path]:
    """The folders of the worlds that a path means: a world's folder or its file, or a folder with
    several of them, by name.

    Raises:
        AukioError: there is none.
    """
    folder = path.parent if path.is_file() else path
    if (folder / FILE).is_file() or not folder.is_dir():
        return [folder]
    found = sorted(one.parent for one in folder.glob(f"*/{FILE}"))
    if not found:
        raise AukioError(f"{path}: no {FILE} here, nor in a folder below; aukio new {path}/mine")
    return found

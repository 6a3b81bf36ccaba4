"""A real server on 127.0.0.1 and clients for it, for tests whose subject is the socket."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from aukio.transport.connection import Connection
from aukio.transport.server import WebServer
from aukio.transport.settings import EdgeSettings
from server.transport.fakes import upgrade_request

PROTOCOL = Subprotocol("aukio.1")


class Echo:
    """Admits on the first message and sends everything back; tells when it was closed."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def message(self, data: bytes) -> None:
        self.connection.admitted(lambda: None)
        self.connection.send(data)

    def closed(self, code: int) -> None:
        self.code.set_result(code)


class Live:
    """What a test sees of its server."""

    def __init__(self, server: WebServer) -> None:
        self.server = server
        self.handlers: list[Any] = []
        self.arrivals: asyncio.Queue[Any] = asyncio.Queue()  # the same handlers, to wait for
        self.counted: list[tuple[str, str]] = []

    @property
    def port(self) -> int:
        return self.server.port

    def client(self, port: int | None = None, **options: Any) -> connect:
        scheme = "wss" if options.get("ssl") else "ws"
        address = f"{scheme}://127.0.0.1:{port or self.port}/ws"
        return connect(address, subprotocols=[PROTOCOL], compression=None, **options)

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def raw_websocket(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A websocket that answers nothing by itself."""
        reader, writer = await self.raw()
        writer.write(upgrade_request())
        await reader.readuntil(b"\r\n\r\n")
        return reader, writer


@asynccontextmanager
async def live(
    settings: EdgeSettings | None = None,
    accept: Callable[[Connection], Any] = Echo,
    **options: Any,
) -> AsyncIterator[Live]:
    """Runs a server for the length of a test."""
    app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("a page"))])

    def accept_and_keep(connection: Connection) -> Any:
        handler = accept(connection)
        found.handlers.append(handler)
        found.arrivals.put_nowait(handler)
        return handler

    def count(name: str, reason: str) -> None:
        found.counted.append((name, reason))

    server = WebServer(
        "127.0.0.1", 0, app, accept_and_keep, settings or EdgeSettings(), count=count, **options
    )
    found = Live(server)
    await server.start()
    try:
        yield found
    finally:
        await server.stop()


async def echoes(client: ClientConnection, message: bytes = b"hello") -> bool:
    await client.send(message)
    return await client.recv() == message

"""An echo server for the conformance suite: our websocket class and lane, text allowed.

It prints its port and serves until its standard input ends, or at the latest for an hour.
"""

import asyncio
import sys

import uvloop
from starlette.applications import Starlette

from aukio.session.outbox import frame
from aukio.transport.connection import Connection
from aukio.transport.server import WebServer
from aukio.transport.settings import EdgeSettings

LONGEST_RUN_S = 3_600.0
LARGEST_CASE_BYTES = 1 << 26
TEXT = b"\x81"
"""First byte of a whole text frame; `frame` writes binary ones."""


class Echo:
    """Sends back what it gets, text as text."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.admitted()

    def message(self, data: bytes) -> None:
        self._connection.send(data)

    def text(self, data: bytes) -> None:
        self._connection.write_frames(TEXT + frame(data)[1:])

    def closed(self, code: int) -> None:
        pass


async def serve() -> None:
    settings = EdgeSettings(
        subprotocol="",
        websocket_path="",
        allow_text=True,
        message_bytes=LARGEST_CASE_BYTES,
        unsent_bytes=LARGEST_CASE_BYTES,
    )
    server = WebServer("127.0.0.1", 0, Starlette(), Echo, settings, count=lambda name, reason: None)
    await server.start()
    print(server.port, flush=True)
    loop = asyncio.get_running_loop()
    try:
        await asyncio.wait_for(loop.run_in_executor(None, sys.stdin.read), LONGEST_RUN_S)
    finally:
        await server.stop()


if __name__ == "__main__":
    uvloop.run(serve())

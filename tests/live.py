"""A real server in a process of its own, on loopback, for stories that need sockets and crashes."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from aukio_protocol import messages as m
from aukio_protocol.codec import decode, encode
from aukio_protocol.version import SUBPROTOCOL, VERSION, schema_hash

Message = TypeVar("Message", bound=m.Message)

ROOT = Path(__file__).parents[1]
START_S = 30


def free_port() -> int:
    """A port nobody listens on now, for servers that must come back on the same one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LiveServer:
    """`aukio serve` as a subprocess. `kill` is kill -9."""

    def __init__(self, data: Path, port: int = 0, world: Path | None = None, *words: str) -> None:
        self.data = data
        self.port = port
        self._world = world or ROOT / "worlds/yard"
        self._words = words
        self._process: asyncio.subprocess.Process | None = None
        self.output = ""

    async def start(self) -> None:
        """Starts it and waits until it says where it is."""
        self.output = ""
        words = ["serve", str(self._world), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "aukio",
            *words,
            "--data",
            str(self.data),
            "--no-qr",
            *self._words,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_S):
            while (found := re.search(r"localhost:(\d+)", self.output)) is None:
                line = await self._process.stdout.readline()
                assert line, f"the server ended: {self.output}"
                self.output += line.decode()
        self.port = int(found[1])

    async def kill(self) -> None:
        """Ends it at once, as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Asks it to close; idempotent."""
        if self._process is not None:
            await self._end(signal.SIGTERM)

    @property
    def url(self) -> str:
        """Where its websocket is."""
        return f"ws://127.0.0.1:{self.port}/ws/{self._world.name}"

    async def _end(self, number: int) -> None:
        process, self._process = self._process, None
        assert process is not None and process.stdout is not None
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        rest = await process.stdout.read()
        self.output += rest.decode()
        await process.wait()


@contextlib.asynccontextmanager
async def live_server(data: Path, *words: str) -> AsyncIterator[LiveServer]:
    """A running server that is stopped at the end."""
    server = LiveServer(data, 0, None, *words)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def hello(name: str = "Aino", secret: bytes = b"") -> bytes:
    """The bytes of a hello."""
    return encode(m.Hello(VERSION, schema_hash(), name, b"", "en", "", secret, ""))


def open_socket(url: str) -> connect:
    """A websocket that speaks our subprotocol.

    Its queue is unbounded: a bounded one stops reading when a test does not listen, and then a
    closing handshake waits for the library's ten seconds.
    """
    return connect(
        url,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        compression=None,
        proxy=None,
        max_queue=None,
    )


async def hear(line: ClientConnection, kind: type[Message]) -> Message:
    """The next message of a kind; others are passed over."""
    async with asyncio.timeout(10):
        while True:
            data = await line.recv()
            assert isinstance(data, bytes), "the wire is binary"
            if data[0] != m.SNAPSHOT_ID:
                message = decode(data, m.Sender.SERVER)
                if isinstance(message, kind):
                    return message

"""A bot's way to an open websocket: address, handshake, masking; what follows is the swarm's.

Over plain TCP the socket is handed to the swarm after the handshake. Over TLS it stays with
asyncio, and the swarm gets the bytes.
"""

import asyncio
import base64
import hashlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import urlsplit

from aukio_protocol.version import SUBPROTOCOL

BINARY = 0x82
LONGEST_HEAD = 16_384  # bytes of an answer to the handshake
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_BIND_ADDRESS_NO_PORT = 24  # IP_BIND_ADDRESS_NO_PORT: the port is chosen when connecting


class Refused(Exception):
    """The handshake did not end in a websocket of ours; the text is a name for the report."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a world is."""

    host: str
    port: int
    path: str
    is_secure: bool
    certificate: Path | None = None  # to trust, for a server of our own

    def tls(self) -> ssl.SSLContext | None:
        """How to open a secure connection; None for a plain one."""
        if not self.is_secure:
            return None
        return ssl.create_default_context(cafile=self.certificate)

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Reads ws://host:port/path.

        Raises:
            ValueError: not such a URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"ws", "wss"} or not parts.hostname:
            raise ValueError(f"expected ws://host:port/ws, got {url!r}")
        secure = parts.scheme == "wss"
        path = parts.path if parts.path.strip("/") else "/ws"
        return cls(parts.hostname, parts.port or (443 if secure else 80), path, secure)

    def source(self, row: int) -> str:
        """The address a bot comes from: of the loopback many, as one has too few ports and a
        server's limit on each; else any.
        """
        return f"127.0.0.{2 + row // 1000}" if self.host in {"127.0.0.1", "localhost"} else ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A websocket after its handshake: its descriptor, what came behind the answer, and when the
    request was written.
    """

    descriptor: int
    rest: bytes
    request_written: float


def handshake_request(address: Address, key: str) -> bytes:
    """The request for a websocket; `key` is in base64."""
    return (
        f"GET {address.path} HTTP/1.1\r\nHost: {address.host}:{address.port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    ).encode()


def check_answer(head: bytes, key: str) -> None:
    """Reads the head of an answer.

    Raises:
        Refused: another status than 101, another digest or another subprotocol.
    """
    lines = head.decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    status = f"{lines[0]}  ".split(" ")[1]
    digest = hashlib.sha1((key + _GUID).encode()).digest()
    if status != "101":
        raise Refused(f"http_{status}")
    if fields.get("sec-websocket-accept") != base64.b64encode(digest).decode().lower():
        raise Refused("handshake_not_accepted")
    if fields.get("sec-websocket-protocol") != SUBPROTOCOL:
        raise Refused("wrong_subprotocol")


def masked_frame(payload: bytes, mask: bytes) -> bytes:
    """A short message as one masked binary frame."""
    size = len(payload)
    assert size < 65536, "a client's messages are short"
    key = (mask * (size // 4 + 1))[:size]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")
    head = bytes((BINARY, 0x80 | size)) if size < 126 else b"\x82\xfe" + size.to_bytes(2, "big")
    return head + mask + masked.to_bytes(size, "big")


async def open_plain(
    address: Address, source: str, nonce: bytes, timer: Callable[[], float]
) -> Opened:
    """Connects over TCP and shakes hands; the caller owns the descriptor.

    Raises:
        OSError: no connection, or it ended.
        Refused: the answer is not a websocket of ours.
    """
    loop, key = asyncio.get_running_loop(), base64.b64encode(nonce).decode()
    found = await loop.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    family, kind, protocol, _, target = found[0]
    line = socket.socket(family, kind, protocol)
    try:
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source:
            line.setsockopt(socket.IPPROTO_IP, _BIND_ADDRESS_NO_PORT, 1)
            line.bind((source, 0))
        await loop.sock_connect(line, target)
        written = timer()
        await loop.sock_sendall(line, handshake_request(address, key))
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = await loop.sock_recv(line, LONGEST_HEAD)
            answer += piece
            if not piece or len(answer) > LONGEST_HEAD:
                raise Refused("no_answer")
        head, _, rest = answer.partition(b"\r\n\r\n")
        check_answer(head, key)
    except BaseException:
        line.close()
        raise
    return Opened(line.detach(), rest, written)


class Receiver(Protocol):
    """Who takes the bytes of a line over TLS: a swarm's seat."""

    def opened(self, line: "SecureLine") -> None: ...

    def received(self, data: bytes, now: float) -> None: ...

    def ended(self, how: str, now: float) -> None: ...


class SecureLine(asyncio.Protocol):
    """A websocket over TLS: shakes hands, then passes bytes on. `ended` is told once."""

    def __init__(
        self, address: Address, receiver: Receiver, timer: Callable[[], float], nonce: bytes
    ) -> None:
        self.request_written = 0.0
        self._address = address
        self._receiver = receiver
        self._timer = timer
        self._key = base64.b64encode(nonce).decode()
        self._answer = b""
        self._is_open = self._has_ended = False
        self._transport: asyncio.Transport | None = None

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the websocket."""
        # uvloop's transports have every method of asyncio.Transport without being one.
        self._transport = cast(asyncio.Transport, transport)
        self.request_written = self._timer()
        self._transport.write(handshake_request(self._address, self._key))

    def data_received(self, data: bytes) -> None:
        """Reads the answer, then passes on what comes."""
        now = self._timer()
        if not self._is_open:
            head, end, data = (self._answer + data).partition(b"\r\n\r\n")
            if not end:
                self._answer = head
                return
            try:
                check_answer(head, self._key)
            except Refused as refusal:
                self._end(str(refusal))
                return
            self._is_open = True
            self._receiver.opened(self)
        if data and not self._has_ended:
            self._receiver.received(data, now)

    def connection_lost(self, error: Exception | None) -> None:
        """Says how it ended."""
        self._end(type(error).__name__ if error else "end_of_stream")

    # What the swarm does (see `_swarm.Writer`).

    def write(self, data: bytes) -> None:
        """Sends a frame that is masked already."""
        if self._transport is not None:
            self._transport.write(data)

    def close(self) -> None:
        """Hangs up without a word; `ended` is not told."""
        self._has_ended = True
        if self._transport is not None:
            self._transport.abort()

    # Within.

    def _end(self, how: str) -> None:
        if not self._has_ended:
            self.close()
            self._receiver.ended(how, self._timer())

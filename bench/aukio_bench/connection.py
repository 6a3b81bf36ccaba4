"""A bot's end of a websocket: handshake, frames, masking; nothing it does not need.

A load generator spends most of its time here, so whole unfragmented binary frames, the only ones
the server sends (CN1), are cut out of what arrived without copying twice.
"""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import urlsplit

from aukio_protocol.version import SUBPROTOCOL

BINARY, CLOSE, PING, PONG = 0x82, 0x88, 0x89, 0x8A
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class Guest(Protocol):
    """Who uses a connection."""

    def opened(self) -> None: ...

    def message(self, payload: bytes, now: float) -> None: ...

    def ended(self, how: str) -> None: ...


class Nobody:
    """Stands for a guest that has left: what still comes is no news to anyone."""

    def opened(self) -> None: ...

    def message(self, payload: bytes, now: float) -> None: ...

    def ended(self, how: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where a world is."""

    host: str
    port: int
    path: str
    is_secure: bool

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


class Connection(asyncio.Protocol):
    """One websocket.

    `received_bytes` counts whole frames with their headers, control frames included, from the
    end of the handshake on. `ended` is told once: the close code, or what broke.
    """

    def __init__(
        self, address: Address, guest: Guest, timer: Callable[[], float], key: bytes
    ) -> None:
        self.received_bytes = 0
        self.frames = 0
        self.request_written = 0.0
        self._address = address
        self._guest = guest
        self._timer = timer
        self._key = base64.b64encode(key).decode()
        self._mask = key[:4]
        self._rest = b""
        self._is_open = False
        self._has_ended = False
        self._code = ""
        self._transport: asyncio.Transport | None = None

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asks for the websocket."""
        # uvloop's transports have every method of asyncio.Transport without being one.
        transport = self._transport = cast(asyncio.Transport, transport)
        host = f"{self._address.host}:{self._address.port}"
        self.request_written = self._timer()
        transport.write(
            f"GET {self._address.path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {self._key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Cuts frames out of what came."""
        now = self._timer()
        if self._rest:
            data, self._rest = self._rest + data, b""
        if not self._is_open:
            data = self._handshake(data)
        at, end = 0, len(data)
        while end - at >= 2 and not self._has_ended:
            size, head = data[at + 1], 2
            if size == 126 and end - at >= 4:
                size, head = data[at + 2] << 8 | data[at + 3], 4
            elif size >= 126:
                if size != 126:
                    self._break("frame_too_long")
                break
            stop = at + head + size
            if stop > end:
                break
            self.received_bytes += stop - at
            self.frames += 1
            if data[at] == BINARY:
                self._guest.message(data[at + head : stop], now)
            else:
                self._control(data[at], data[at + head : stop])
            at = stop
        if at < end and not self._has_ended:
            self._rest = data[at:]

    def connection_lost(self, error: Exception | None) -> None:
        """Says how it ended."""
        self._end(self._code or (type(error).__name__ if error else "end_of_stream"))

    # What a bot does.

    def send(self, payload: bytes) -> None:
        """Sends a control message as one masked frame."""
        assert len(payload) < 126, "bots say little"
        self._write(BINARY, payload)

    def write(self, frame: bytes) -> None:
        """Sends a frame that is masked already."""
        if self._transport is not None:
            self._transport.write(frame)

    def retire(self) -> None:
        """Tells its guest nothing any more, and lets the server close."""
        self._guest = Nobody()

    def close(self) -> None:
        """Hangs up without a word; `ended` is not told."""
        self._has_ended = True
        if self._transport is not None:
            self._transport.abort()

    # Within.

    def _handshake(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            self._rest = data
            return b""
        lines = head.decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        status = f"{lines[0]}  ".split(" ")[1]
        digest = hashlib.sha1((self._key + _GUID).encode()).digest()
        accept = base64.b64encode(digest).decode().lower()
        if status != "101":
            self._break(f"http_{status}")
        elif fields.get("sec-websocket-accept") != accept:
            self._break("handshake_not_accepted")
        elif fields.get("sec-websocket-protocol") != SUBPROTOCOL:
            self._break("wrong_subprotocol")
        else:
            self._is_open = True
            self._guest.opened()
            return rest
        return b""

    def _control(self, kind: int, payload: bytes) -> None:
        if kind == PING:
            self._write(PONG, payload)
        elif kind == CLOSE:
            self._code = f"close_{int.from_bytes(payload[:2], 'big')}"
            self._write(CLOSE, payload[:2])
        elif kind != PONG:
            self._break(f"frame_0x{kind:02x}")

    def _write(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        mask = (self._mask * (size // 4 + 1))[:size]
        masked = int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")
        self.write(bytes((kind, 0x80 | size)) + self._mask + masked.to_bytes(size, "big"))

    def _break(self, how: str) -> None:
        self._end(how)
        if self._transport is not None:
            self._transport.abort()

    def _end(self, how: str) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._guest.ended(how)

"""A loop, a transport and a handler to drive the edge by hand, without sockets or real time."""

import heapq
import itertools
import socket
import ssl
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from aukio.transport.connection import Connection
from aukio.transport.edge import Edge, build_edge
from aukio.transport.settings import EdgeSettings
from aukio.transport.websocket import WebSocket

BINARY, TEXT, CONT, CLOSE, PING, PONG = 0x2, 0x1, 0x0, 0x8, 0x9, 0xA
CLIENT_KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # the one RFC 6455 1.3 uses


class FakeTimer:
    def __init__(self) -> None:
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeLoop:
    """Runs what is due when told that time has passed."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._order = itertools.count()
        self._timers: list[tuple[float, int, FakeTimer, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, action: Callable[..., None], *args: Any) -> FakeTimer:
        timer = FakeTimer()
        entry = (when, next(self._order), timer, lambda: action(*args))
        heapq.heappush(self._timers, entry)
        return timer

    def call_later(self, delay: float, action: Callable[..., None], *args: Any) -> FakeTimer:
        return self.call_at(self.now + delay, action, *args)

    def call_soon(self, action: Callable[..., None], *args: Any) -> FakeTimer:
        return self.call_at(self.now, action, *args)

    def advance(self, seconds: float = 0.0) -> None:
        """Lets time pass; each action sees the moment for which it was asked."""
        until = self.now + seconds
        while self._timers and self._timers[0][0] <= until:
            when, _, timer, action = heapq.heappop(self._timers)
            self.now = max(self.now, when)
            if not timer.is_cancelled:
                action()
        self.now = until


class FakeSocket:
    family = socket.AF_INET

    def __init__(self, peer: str) -> None:
        self._peer = peer
        self.options: dict[tuple[int, int], int] = {}

    def fileno(self) -> int:
        return 77

    def getpeername(self) -> tuple[str, int]:
        return (self._peer, 50_000)

    def getsockname(self) -> tuple[str, int]:
        return ("127.0.0.1", 80)

    def setsockopt(self, level: int, name: int, value: int) -> None:
        self.options[level, name] = value


class FakeTransport:
    """Takes everything at once, unless `is_stuck`."""

    def __init__(self, loop: FakeLoop, *, peer: str = "192.0.2.1", tls: bool = False) -> None:
        self.loop = loop
        self.protocol: Any = None
        self.socket = FakeSocket(peer)
        self.tls = tls
        self.written = b""
        self.is_stuck = False
        self.unsent = 0
        self.has_eof = False
        self.is_reading = True
        self.is_aborted = False
        self._is_closing = False
        self._high = 65_536

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "socket":
            return self.socket
        if name == "sslcontext":
            return ssl if self.tls else None
        return default

    def write(self, data: bytes) -> None:
        assert not self.has_eof, "written after the end"
        self.written += data
        if self.is_stuck:
            was, self.unsent = self.unsent, self.unsent + len(data)
            if was <= self._high < self.unsent:
                self.protocol.pause_writing()

    def write_eof(self) -> None:
        self.has_eof = True

    def can_write_eof(self) -> bool:
        return not self.tls

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._high = high if high is not None else self._high

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def is_closing(self) -> bool:
        return self._is_closing

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True

    def close(self) -> None:
        if not self._is_closing:
            self._is_closing = True
            if not self.unsent:
                self.loop.call_soon(self._lose)

    def abort(self) -> None:
        self.is_aborted = True
        if not self._is_closing or self.unsent:
            self._is_closing = True
            self.loop.call_soon(self._lose)

    def _lose(self) -> None:
        self.protocol.connection_lost(None)


class Recorder:
    """A handler that keeps what it was told."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.messages: list[bytes] = []
        self.codes: list[int] = []
        self.on_message: Callable[[bytes], None] | None = None

    def message(self, data: bytes) -> None:
        assert not self.codes, "nothing is called after closed"
        self.messages.append(data)
        if self.on_message is not None:
            self.on_message(data)

    def closed(self, code: int) -> None:
        self.codes.append(code)


class Bench:
    """One websocket on a fake transport, the handshake done unless told otherwise."""

    def __init__(
        self,
        settings: EdgeSettings | None = None,
        *,
        peer: str = "192.0.2.1",
        tls: bool = False,
        lane: bool = True,
        request: bytes | None = None,
        accept: Callable[[Connection], Any] | None = None,
        loop: FakeLoop | None = None,
        edge: Edge | None = None,
        receiver: Any = None,
    ) -> None:
        self.loop = loop or FakeLoop()
        self.counted: list[tuple[str, str]] = []
        self.handlers: list[Any] = []
        self.edge = edge or build_edge(
            settings or EdgeSettings(),
            accept=accept or self._accept,
            count=lambda name, reason: self.counted.append((name, reason)),
            time=self.loop.time,
            receiver=receiver,
        )
        self.transport = FakeTransport(self.loop, peer=peer, tls=tls)
        self.connections: set[Any] = set()
        self.websocket = WebSocket(
            None,  # type: ignore[arg-type]
            SimpleNamespace(connections=self.connections),  # type: ignore[arg-type]
            {},
            edge=self.edge,
            loop=self.loop,  # type: ignore[arg-type]
            lane=lane,
        )
        self.transport.protocol = self.websocket
        self.websocket.connection_made(self.transport)  # type: ignore[arg-type]
        self.websocket.data_received(upgrade_request() if request is None else request)
        head, end, rest = self.transport.written.partition(b"\r\n\r\n")
        self.response = head + end
        self.transport.written = rest if self.handlers or b" 101 " in head else b""

    @property
    def handler(self) -> Recorder:
        return self.handlers[0]

    @property
    def status(self) -> int:
        return int(self.response.split(b" ", 2)[1])

    @property
    def frames(self) -> list[tuple[int, bytes]]:
        """What the server has written, as (opcode, payload)."""
        return server_frames(self.transport.written)

    @property
    def close_sent(self) -> int | None:
        """The code in the close frame the server has written; 0 when it carried none."""
        for opcode, payload in self.frames:
            if opcode == CLOSE:
                return int.from_bytes(payload[:2], "big")
        return None

    def receive(self, data: bytes) -> None:
        self.websocket.data_received(data)
        self.loop.advance()

    def _accept(self, connection: Connection) -> Recorder:
        handler = Recorder(connection)
        self.handlers.append(handler)
        return handler


def upgrade_request(path: str = "/ws", **changes: str | None) -> bytes:
    """A handshake request; a change of None leaves a header out, `_` in its name stands for -."""
    headers: dict[str, str | None] = {
        "Host": "world.example",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": CLIENT_KEY,
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": "aukio.1",
    }
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode()


def client_frame(
    payload: bytes = b"",
    opcode: int = BINARY,
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = b"\x0b\xad\xf0\x0d",
    length_bits: int | None = None,
) -> bytes:
    """A frame as a client sends it, or as it must not: unmasked, with reserved bits, and so on."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    length = len(payload)
    masked = 0 if mask is None else 0x80
    bits = length_bits or (7 if length < 126 else 16 if length < 65_536 else 64)
    if bits == 7:
        head = bytes([first, masked | length])
    elif bits == 16:
        head = bytes([first, masked | 126]) + length.to_bytes(2, "big")
    else:
        head = bytes([first, masked | 127]) + length.to_bytes(8, "big")
    if mask is None:
        return head + payload
    body = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
    return head + mask + body


def server_frames(data: bytes) -> list[tuple[int, bytes]]:
    """Reads unmasked frames, slowly and obviously."""
    frames = []
    while data:
        opcode, length, at = data[0] & 0x0F, data[1], 2
        assert data[0] & 0xF0 == 0x80, "a server of ours sends whole frames, no reserved bits"
        assert length < 0x80, "a server must not mask (RFC 6455 5.1)"
        if length >= 126:
            size = 2 if length == 126 else 8
            length, at = int.from_bytes(data[2 : 2 + size], "big"), 2 + size
        frames.append((opcode, data[at : at + length]))
        data = data[at + length :]
    return frames

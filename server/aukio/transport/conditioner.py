"""A bad network to order: a TCP proxy that delays, stalls, swallows and cuts.

    conditioner = Conditioner("127.0.0.1", server.port, random=Random(7))
    await conditioner.start()
    conditioner.downstream.delay_s = 0.080
    conditioner.play([(1.0, conditioner.downstream.stall), (3.0, conditioner.downstream.resume)])

For tests and benches, in front of a real server. TCP keeps order, so a conditioned stream does too:
a byte is late or never comes, it never overtakes.
"""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable, Iterable
from random import Random
from typing import cast

HELD_BYTES = 65_536
"""What one direction of one link holds before it stops reading, as a router's queue would."""

LARGEST_PIECE_BYTES = 1_448
"""A limited line passes on a segment at a time, not a whole read at once."""

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""struct linger: on, zero seconds."""


class Direction:
    """How bytes travel one way, on every link; each value may be changed at any time.

    A change holds for bytes that arrive from then on; those on their way keep their time.
    """

    def __init__(self, random: Random) -> None:
        self.delay_s = 0.0  # added to each byte
        self.jitter_s = 0.0  # up to so much more, drawn for each read
        self.bytes_per_s = 0.0  # 0: unlimited
        self.is_stalled = False
        self.is_black_hole = False
        self._random = random
        self._lines: set[_Line] = set()

    def stall(self) -> None:
        """Holds every byte, those on their way included, and stops reading when enough are held."""
        self.is_stalled = True

    def resume(self) -> None:
        """Lets held bytes go on; each is as late as the stall made it."""
        self.is_stalled = False
        for line in list(self._lines):
            line.deliver_due()

    def black_hole(self) -> None:
        """Accepts bytes and forwards nothing; what it swallowed never comes."""
        self.is_black_hole = True
        for line in self._lines:
            line.forget()

    def heal(self) -> None:
        """Ends delay, jitter, limit, stall and black hole."""
        self.delay_s = self.jitter_s = self.bytes_per_s = 0.0
        self.is_black_hole = False
        self.resume()

    def lateness_s(self) -> float:
        """Draws how long bytes read now are under way, the limit of the line not counted."""
        return self.delay_s + (self._random.random() * self.jitter_s if self.jitter_s else 0.0)

    def add(self, line: "_Line") -> None:
        self._lines.add(line)

    def discard(self, line: "_Line") -> None:
        self._lines.discard(line)


class Conditioner:
    """Listens on 127.0.0.1 and passes each connection on to one server, as both directions allow.

    Args:
        host, port: the server.
        random: for jitter; hand in a seeded one.
    """

    def __init__(self, host: str, port: int, *, random: Random) -> None:
        self.upstream = Direction(random)  # client to server
        self.downstream = Direction(random)  # server to client
        self._target = (host, port)
        self._links: set[_Link] = set()
        self._listener: asyncio.Server | None = None
        self._script: list[asyncio.TimerHandle] = []

    @property
    def port(self) -> int:
        assert self._listener is not None, "started"
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def links(self) -> int:
        """How many client connections pass through now."""
        return len(self._links)

    async def start(self) -> None:
        """Begins to listen, on a free port."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._build_client_end, "127.0.0.1", 0)

    async def stop(self) -> None:
        """Ends the script, the listener and every link."""
        for step in self._script:
            step.cancel()
        for link in list(self._links):
            link.abort()
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()

    def play(self, script: Iterable[tuple[float, Callable[[], None]]]) -> None:
        """Schedules changes, each so many seconds from now."""
        loop = asyncio.get_running_loop()
        self._script += [loop.call_later(after_s, change) for after_s, change in script]

    def reset(self) -> None:
        """Cuts every link with a TCP reset on both sides, as a dying router does."""
        for link in list(self._links):
            link.reset()

    def _build_client_end(self) -> asyncio.Protocol:
        link = _Link(self.upstream, self.downstream, self._target, self._links)
        return link.client_end


class _Link:
    """One client connection and its twin to the server."""

    def __init__(
        self,
        upstream: Direction,
        downstream: Direction,
        target: tuple[str, int],
        links: "set[_Link]",
    ) -> None:
        self._target = target
        self._links = links
        self._connecting: asyncio.Task[None] | None = None
        self.client_end = _End(self)
        self._server_end = _End(self)
        self.client_end.line = _Line(upstream, self.client_end, self._server_end)
        self._server_end.line = _Line(downstream, self._server_end, self.client_end)

    def made(self, end: "_End") -> None:
        if end is self.client_end:
            self._links.add(self)
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    def ended(self) -> None:
        """One direction has passed on its end; with both, the link has served."""
        if self.client_end.line.has_ended and self._server_end.line.has_ended:
            self._links.discard(self)
            for end in (self.client_end, self._server_end):
                end.line.close()
                if end.transport is not None:
                    end.transport.close()

    def lost(self, error: Exception | None) -> None:
        if error is not None:
            self.reset()

    def abort(self) -> None:
        self._links.discard(self)
        if self._connecting is not None:
            self._connecting.cancel()
        for end in (self.client_end, self._server_end):
            end.line.close()
            if end.transport is not None:
                end.transport.abort()

    def reset(self) -> None:
        for end in (self.client_end, self._server_end):
            if end.transport is not None and not end.is_lost:
                sock = end.transport.get_extra_info("socket")
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.abort()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self._server_end, *self._target)
        except OSError:
            self.abort()
        else:
            self.client_end.line.deliver_due()


class _End(asyncio.Protocol):
    """One socket of a link."""

    line: "_Line"  # of the bytes that come from this socket

    def __init__(self, link: _Link) -> None:
        self.transport: asyncio.Transport | None = None
        self.is_lost = False
        self.link = link

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.link.made(self)

    def data_received(self, data: bytes) -> None:
        self.line.receive(data)

    def eof_received(self) -> bool:
        self.line.receive_eof()
        return True  # half-closed: the other direction may still be speaking

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        self.link.lost(exc)


class _Line:
    """The bytes under way from one socket of a link to the other."""

    def __init__(self, direction: Direction, source: _End, target: _End) -> None:
        self.has_ended = False
        self._direction = direction
        self._source = source
        self._target = target
        self._queue: deque[tuple[float, bytes]] = deque()  # due, bytes; b"" is the end
        self._held_bytes = 0
        self._due = 0.0  # of the last byte queued: none may come before it
        self._is_paused = False
        self._timer: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        direction.add(self)

    def receive(self, data: bytes) -> None:
        if self._direction.is_black_hole:
            return
        due = max(self._due, self._loop.time() + self._direction.lateness_s())
        rate = self._direction.bytes_per_s
        size = LARGEST_PIECE_BYTES if rate else len(data)
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            due += len(piece) / rate if rate else 0.0
            self._queue.append((due, piece))
        self._due = due
        self._held_bytes += len(data)
        self.deliver_due()
        self._pace()

    def receive_eof(self) -> None:
        if not self._direction.is_black_hole:
            self._queue.append((max(self._due, self._loop.time()), b""))
            self.deliver_due()

    def deliver_due(self) -> None:
        """Passes on what is due, and comes back when the next is."""
        transport = self._target.transport
        if self._direction.is_stalled or transport is None or self._target.is_lost:
            return
        now = self._loop.time()
        while self._queue and self._queue[0][0] <= now:
            _, piece = self._queue.popleft()
            self._held_bytes -= len(piece)
            if piece:
                transport.write(piece)
            else:
                transport.write_eof()
                self.has_ended = True
                self._source.link.ended()
                return
        self._pace()
        self._cancel_timer()
        if self._queue:
            self._timer = self._loop.call_at(self._queue[0][0], self.deliver_due)

    def forget(self) -> None:
        self._queue.clear()
        self._held_bytes = 0
        self._pace()

    def close(self) -> None:
        self._cancel_timer()
        self._queue.clear()
        self._direction.discard(self)

    def _pace(self) -> None:
        """Reads only while there is room, so that a stall reaches the sender as a full window."""
        source = self._source.transport
        if source is None or self._source.is_lost or self._is_paused == self._is_full():
            return
        self._is_paused = not self._is_paused
        if self._is_paused:
            source.pause_reading()
        else:
            source.resume_reading()

    def _is_full(self) -> bool:
        return self._held_bytes > HELD_BYTES

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

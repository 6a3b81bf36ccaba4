"""A bad line of the bench's own: passes TCP on, late, unevenly, now and then not at all.

    python -m aukio_bench.forwarder HOST PORT --delay 0.01 0.1 --jitter 0.02 --stall 1 --every 10

Prints its port. Each connection draws its delay for a way once. Bytes keep their order, so nothing
overtakes: what stalls holds up all that comes behind it. It runs in a process of its own, so that
what it costs is charged to neither the server nor the bots, and steps back when the bots want the
core: what it is late itself is a line a little worse, what the bots are late would spoil the run.
"""

import argparse
import asyncio
import heapq
import itertools
import math
import os
import random
from collections import deque
from dataclasses import dataclass
from typing import cast

import uvloop

HELD_BYTES = 65_536  # a way holds so much before it stops reading, as a router's queue would
TICK_S = 0.002  # all that arrives within so much is written at one wake-up
NICE = 10


@dataclass(frozen=True, slots=True)
class Line:
    """What a line does to bytes, each way: delays in seconds, drawn evenly from a span."""

    delay_s: tuple[float, float]  # one way, drawn once for each connection
    jitter_s: float = 0.0  # up to so much more, drawn for each read
    stall_s: float = 0.0  # so long nothing passes,
    every_s: float = 10.0  # about so often


class Way:
    """One direction of one connection: what is under way, each piece with when it arrives."""

    def __init__(self, line: Line, rng: random.Random) -> None:
        self._line, self._rng = line, rng
        self._delay_s = rng.uniform(*line.delay_s)
        self._stalls = rng.expovariate(1 / line.every_s) if line.stall_s else float("inf")
        self._due = 0.0
        self.began = 0.0
        self.held: deque[tuple[float, bytes]] = deque()  # b"" is the end
        self.held_bytes = 0
        self.source: asyncio.Transport | None = None
        self.target: asyncio.Transport | None = None
        self.is_waiting = False  # its first piece is among the arrivals
        self.is_blocked = False  # the target takes no more for now

    def due(self, now: float, began: float) -> float:
        """When bytes that are read now arrive; never before those read earlier."""
        due = now + self._delay_s + self._rng.random() * self._line.jitter_s
        if now - began > self._stalls:
            self._stalls = now - began + self._rng.expovariate(1 / self._line.every_s)
            due += self._line.stall_s
        self._due = max(self._due, due)
        return self._due

    def take(self, data: bytes, now: float) -> None:
        """Puts what was read under way; b"" is the end. Stops reading when too much is."""
        self.held.append((self.due(now, self.began), data))
        self.held_bytes += len(data)
        if self.held_bytes > HELD_BYTES and self.source is not None:
            self.source.pause_reading()

    def deliver(self, now: float) -> None:
        """Writes all that has arrived by now, in one piece."""
        arrived, ends, was_full = [], False, self.held_bytes > HELD_BYTES
        while self.held and self.held[0][0] <= now:
            arrived.append(self.held.popleft()[1])
            ends = not arrived[-1]
        data = b"".join(arrived)
        self.held_bytes -= len(data)
        if self.target is None or self.target.is_closing():
            return
        if data:
            self.target.write(data)
        if ends:
            self.target.close()
        elif was_full and self.held_bytes <= HELD_BYTES and self.source is not None:
            self.source.resume_reading()


class Arrivals:
    """The ways that hold something, by when their first piece arrives, behind a single timer.

    The timer rings at most every `TICK_S`: a thousand connections share a wake-up.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._heap: list[tuple[float, int, Way]] = []
        self._count = itertools.count()
        self._rings_at = float("inf")

    def expect(self, way: Way) -> None:
        """Delivers what the way holds when it arrives."""
        if way.is_waiting or way.is_blocked or not way.held:
            return
        way.is_waiting = True
        due = way.held[0][0]
        heapq.heappush(self._heap, (due, next(self._count), way))
        self._ring(due)

    def _ring(self, due: float) -> None:
        at = math.ceil(due / TICK_S) * TICK_S
        if at < self._rings_at:
            self._rings_at = at
            self._loop.call_at(at, self._rung, at)

    def _rung(self, at: float) -> None:
        if at != self._rings_at:
            return  # an earlier ring took this one's place
        self._rings_at = float("inf")
        now = max(at, self._loop.time())
        while self._heap and self._heap[0][0] <= now:
            way = heapq.heappop(self._heap)[2]
            way.is_waiting = False
            if not way.is_blocked:
                way.deliver(now)
                self.expect(way)
        if self._heap:
            self._ring(self._heap[0][0])


class End(asyncio.Protocol):
    """One end of a connection: what it reads goes `out`, what `into` brings it writes."""

    def __init__(self, out: Way, into: Way, arrivals: Arrivals) -> None:
        self._out, self._into, self._arrivals = out, into, arrivals
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # A stream's transport, by contract; uvloop's do not inherit from asyncio's class.
        self._out.source = self._into.target = cast(asyncio.Transport, transport)
        self._out.began = self._loop.time()
        self._into.is_blocked = False
        self._arrivals.expect(self._into)

    def data_received(self, data: bytes) -> None:
        self._out.take(data, self._loop.time())
        self._arrivals.expect(self._out)

    def connection_lost(self, exc: Exception | None) -> None:
        """The other end hears of it too, after all that is under way to it."""
        self._into.held.clear()
        self._out.source = None
        self._out.take(b"", self._loop.time())
        self._arrivals.expect(self._out)

    def pause_writing(self) -> None:
        self._into.is_blocked = True

    def resume_writing(self) -> None:
        self._into.is_blocked = False
        self._arrivals.expect(self._into)


async def forward(host: str, port: int, line: Line, seed: int) -> asyncio.Server:
    """Listens on a free port of 127.0.0.1 and passes connections on, until it is closed."""
    rng, loop, arrivals = random.Random(seed), asyncio.get_running_loop(), Arrivals()
    dials: set[asyncio.Task[None]] = set()

    async def dial(near: End, there: Way, back: Way) -> None:
        try:
            await loop.create_connection(lambda: End(back, there, arrivals), host, port)
        except OSError:
            if back.target is not None:
                back.target.close()

    def accept() -> End:
        there, back = Way(line, rng), Way(line, rng)
        near = End(there, back, arrivals)
        there.is_blocked = True  # until somebody is there to write to
        task = loop.create_task(dial(near, there, back))
        dials.add(task)
        task.add_done_callback(dials.discard)
        return near

    return await loop.create_server(accept, "127.0.0.1", 0, backlog=1024)


async def serve(host: str, port: int, line: Line, seed: int) -> None:
    """Prints the port it listens on, and passes connections on until cancelled."""
    door = await forward(host, port, line, seed)
    print(door.sockets[0].getsockname()[1], flush=True)
    await door.serve_forever()


def main() -> None:
    """Runs until it is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--delay", type=float, nargs=2, default=(0.01, 0.1))
    parser.add_argument("--jitter", type=float, default=0.0)
    parser.add_argument("--stall", type=float, default=0.0)
    parser.add_argument("--every", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    line = Line(tuple(asked.delay), asked.jitter, asked.stall, asked.every)
    os.nice(NICE)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(asked.host, asked.port, line, asked.seed))


if __name__ == "__main__":
    main()

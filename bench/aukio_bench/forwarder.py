"""A bad line of the bench's own: passes TCP on, late, unevenly, now and then not at all.

    python -m aukio_bench.forwarder HOST PORT --delay 0.01 0.1 --jitter 0.02 --stall 1 --every 10

Prints its port. Each connection draws its delay for a way once. Bytes keep their order, so nothing
overtakes: what stalls holds up all that comes behind it. It runs in a process of its own, so that
what it costs is charged to neither the server nor the bots.
"""

import argparse
import asyncio
import random
from collections import deque
from dataclasses import dataclass

import uvloop

HELD_BYTES = 65_536  # a way holds so much before it stops reading, as a router's queue would


@dataclass(frozen=True, slots=True)
class Line:
    """What a line does to bytes, each way: delays in seconds, drawn evenly from a span."""

    delay_s: tuple[float, float]  # one way, drawn once for each connection
    jitter_s: float = 0.0  # up to so much more, drawn for each read
    stall_s: float = 0.0  # so long nothing passes,
    every_s: float = 10.0  # about so often


class Way:
    """One direction of one connection: a queue of what is under way, and a task that delivers."""

    def __init__(self, line: Line, rng: random.Random) -> None:
        self._line, self._rng = line, rng
        self._delay_s = rng.uniform(*line.delay_s)
        self._stalls = rng.expovariate(1 / line.every_s) if line.stall_s else float("inf")
        self._due = 0.0

    def due(self, now: float, began: float) -> float:
        """When bytes that are read now arrive; never before those read earlier."""
        due = now + self._delay_s + self._rng.random() * self._line.jitter_s
        if now - began > self._stalls:
            self._stalls = now - began + self._rng.expovariate(1 / self._line.every_s)
            due += self._line.stall_s
        self._due = max(self._due, due)
        return self._due

    async def carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        """Carries bytes until the source ends."""
        loop = asyncio.get_running_loop()
        began, held, room = loop.time(), deque[tuple[float, bytes]](), asyncio.Event()
        came = asyncio.Event()
        task = asyncio.create_task(self._deliver(held, came, room, target))
        try:
            while data := await source.read(HELD_BYTES):
                held.append((self.due(loop.time(), began), data))
                came.set()
                while sum(len(piece) for _, piece in held) > HELD_BYTES:
                    room.clear()
                    await room.wait()
        except ConnectionError:
            pass
        held.append((self.due(loop.time(), began), b""))
        came.set()
        await task

    async def _deliver(
        self,
        held: deque[tuple[float, bytes]],
        came: asyncio.Event,
        room: asyncio.Event,
        target: asyncio.StreamWriter,
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while not held:
                came.clear()
                await came.wait()
            due, data = held[0]
            await asyncio.sleep(max(0.0, due - loop.time()))
            held.popleft()
            room.set()
            if not data:
                target.close()
                return
            target.write(data)


async def forward(host: str, port: int, line: Line, seed: int) -> None:
    """Listens on a free port of 127.0.0.1 and passes connections on, until cancelled."""
    rng = random.Random(seed)

    async def link(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            Way(line, rng).carry(reader, back), Way(line, rng).carry(there, writer)
        )

    door = await asyncio.start_server(link, "127.0.0.1", 0, backlog=1024)
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
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(forward(asked.host, asked.port, line, asked.seed))


if __name__ == "__main__":
    main()

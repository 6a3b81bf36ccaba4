"""The bench's bad line: late, uneven, in order."""

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvloop

from aukio_bench.forwarder import HELD_BYTES, Line, Way, forward

UNEVEN = Line((0.0, 0.01), jitter_s=0.02)


def arrivals(line: Line, seed: int = 1) -> list[float]:
    way = Way(line, random.Random(seed))
    return [way.due(n / 20, 0.0) - n / 20 for n in range(2000)]


def test_a_way_has_one_delay_of_its_span() -> None:
    delays = {round(arrivals(Line((0.01, 0.1)), seed)[5], 9) for seed in range(30)}
    assert len(delays) == 30
    assert min(delays) >= 0.01 and max(delays) <= 0.1


def test_jitter_comes_on_top_and_nothing_overtakes() -> None:
    late = arrivals(Line((0.05, 0.05), jitter_s=0.2))
    due = [n / 20 + delay for n, delay in enumerate(late)]
    assert due == sorted(due)
    assert min(late) >= 0.05 and max(late) <= 0.25 + 1e-9
    assert max(late) - min(late) > 0.1


def test_stalls_of_a_second_come_about_so_often() -> None:
    late = arrivals(Line((0.0, 0.0), stall_s=1.0, every_s=10.0))
    begins = sum(after > before + 0.5 for before, after in itertools.pairwise(late))
    assert 5 <= begins <= 16, "about ten in 100 s"
    assert max(late) <= 1.0 + 1e-9


class Host:
    """What the line leads to: answers with what it hears, or hears nothing for a while."""

    def __init__(self) -> None:
        self.hears = asyncio.Event()
        self.hears.set()
        self.ended = asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.hears.wait()
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()
        self.ended.set()


@asynccontextmanager
async def line_to(host: Host, line: Line) -> AsyncIterator[int]:
    """A port that leads to the host through a line."""
    there = await asyncio.start_server(host, "127.0.0.1", 0)
    door = await forward("127.0.0.1", there.sockets[0].getsockname()[1], line, seed=1)
    try:
        yield door.sockets[0].getsockname()[1]
    finally:
        door.close()
        there.close()


async def hang_up(writer: asyncio.StreamWriter, host: Host) -> None:
    """Ends a connection and sees the host hear of it."""
    writer.close()
    await writer.wait_closed()
    await asyncio.wait_for(host.ended.wait(), 5)
    await turns()


async def turns() -> None:
    """Lets the loop finish with what was closed."""
    for _ in range(5):
        await asyncio.sleep(0)


def test_what_goes_in_comes_out_whole_in_order_and_then_the_end() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as it runs in the bench
        runner.run(pass_through())


async def pass_through() -> None:
    host = Host()
    pieces = [bytes([n % 256]) * (n * 7 % 900 + 1) for n in range(300)]
    async with line_to(host, UNEVEN) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(0)
        assert await reader.readexactly(sum(map(len, pieces))) == b"".join(pieces)
        await hang_up(writer, host)


async def test_who_speaks_to_a_host_that_does_not_listen_is_stopped_and_loses_nothing() -> None:
    host, piece, sent = Host(), bytes(range(256)) * 256, 0
    host.hears.clear()
    async with line_to(host, UNEVEN) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises(TimeoutError):
            while sent < 1000 * HELD_BYTES:
                writer.write(piece)
                sent += len(piece)
                await asyncio.wait_for(writer.drain(), 1)
        host.hears.set()
        for _ in range(sent // len(piece)):
            assert await reader.readexactly(len(piece)) == piece
        await hang_up(writer, host)


async def test_a_line_to_nobody_hangs_up() -> None:
    door = await forward("127.0.0.1", 1, UNEVEN, seed=1)
    reader, writer = await asyncio.open_connection("127.0.0.1", door.sockets[0].getsockname()[1])
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    await writer.wait_closed()
    door.close()
    await turns()

"""The bad network itself: it does what it is told, and keeps order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest
from websockets.exceptions import ConnectionClosed

from aukio.transport.conditioner import Conditioner
from aukio.transport.settings import EdgeSettings
from server.transport.live import Live, echoes, live

SEED = 20_260


@asynccontextmanager
async def behind_conditioner(
    settings: EdgeSettings | None = None,
) -> AsyncIterator[tuple[Live, Conditioner]]:
    async with live(settings) as found:
        conditioner = Conditioner("127.0.0.1", found.port, random=Random(SEED))
        await conditioner.start()
        try:
            yield found, conditioner
        finally:
            await conditioner.stop()


async def elapsed(client: object) -> float:
    loop = asyncio.get_running_loop()
    start = loop.time()
    assert await echoes(client)  # type: ignore[arg-type]
    return loop.time() - start


async def test_a_good_network_changes_nothing() -> None:
    async with behind_conditioner() as (found, network):
        async with found.client(network.port) as client:
            assert await echoes(client, bytes(60_000))
            assert network.links == 1
        assert await found.handlers[0].code == 1000


async def test_delay_holds_in_each_direction() -> None:
    async with behind_conditioner() as (found, network), found.client(network.port) as client:
        network.upstream.delay_s = 0.03
        assert await elapsed(client) >= 0.029  # the loop rounds to milliseconds
        network.downstream.delay_s = 0.04
        assert await elapsed(client) >= 0.068
        network.upstream.heal()
        network.downstream.heal()
        soonest = min([await elapsed(client) for _ in range(5)])
        assert soonest < 0.068, "less than while it was delayed, once the machine has a moment"


async def test_jitter_never_changes_the_order() -> None:
    async with behind_conditioner() as (found, network), found.client(network.port) as client:
        network.upstream.jitter_s = network.downstream.jitter_s = 0.01
        sent = [b"%d" % each for each in range(200)]
        for message in sent:
            await client.send(message)
        assert [await client.recv() for _ in sent] == sent


@pytest.mark.slow
async def test_a_limited_line_takes_its_time() -> None:
    async with behind_conditioner() as (found, network), found.client(network.port) as client:
        network.upstream.bytes_per_s = 200_000
        loop = asyncio.get_running_loop()
        start = loop.time()
        assert await echoes(client, bytes(60_000))
        assert 0.28 < loop.time() - start < 3


async def test_a_stall_holds_everything_and_loses_nothing() -> None:
    async with behind_conditioner() as (found, network), found.client(network.port) as client:
        await echoes(client)
        network.downstream.stall()
        for each in range(10):
            await client.send(b"%d" % each)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.recv()
        network.play([(0.02, network.downstream.resume)])
        assert [await client.recv() for _ in range(10)] == [b"%d" % each for each in range(10)]


@pytest.mark.slow
async def test_a_black_hole_is_found_out_by_silence() -> None:
    settings = EdgeSettings(ping_s=0.2, silent_s=0.5, closing_s=0.1)
    async with (
        behind_conditioner(settings) as (found, network),
        found.client(network.port) as client,
    ):
        await echoes(client)
        network.upstream.black_hole()
        await client.send(b"swallowed")
        assert await found.handlers[0].code == 1011
        with pytest.raises(ConnectionClosed):
            await client.recv()


async def test_a_reset_is_a_loss_on_both_sides() -> None:
    async with behind_conditioner() as (found, network), found.client(network.port) as client:
        await echoes(client)
        network.reset()
        assert await found.handlers[0].code == 1006
        with pytest.raises(ConnectionClosed) as ended:
            await client.recv()
        assert ended.value.rcvd is None
        assert network.links == 0


async def test_an_unreachable_server_ends_the_link() -> None:
    async with behind_conditioner() as (found, network):
        await found.server.stop()
        reader, writer = await asyncio.open_connection("127.0.0.1", network.port)
        assert await reader.read() == b""
        assert network.links == 0
        writer.close()


@pytest.mark.slow
async def test_a_stalled_path_closes_a_client_resumable() -> None:
    settings = EdgeSettings(slow_code=4_003, closing_s=0.2, unsent_bytes=65_536)
    async with (
        behind_conditioner(settings) as (found, network),
        found.client(network.port) as client,
    ):
        await echoes(client)
        network.downstream.stall()
        handler = found.handlers[0]
        async with asyncio.timeout(10):
            while not handler.code.done():
                handler.connection.send(bytes(4_000))
                await asyncio.sleep(0)
        assert await handler.code == 4_003
        network.reset()

"""A real server on 127.0.0.1: what a socket, a port and a slow peer really do."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed, InvalidStatus

from aukio.session.outbox import frame
from aukio.transport.connection import Connection
from aukio.transport.descriptors import raise_descriptor_limit, socket_allowance
from aukio.transport.server import PortTaken, WebServer
from aukio.transport.settings import EdgeSettings
from server.transport.fakes import client_frame, server_frames
from server.transport.live import Echo, echoes, live


def quiet(name: str, reason: str) -> None:
    pass


async def test_messages_of_every_size_and_shape_pass() -> None:
    async with live() as found, found.client() as client:
        for size in (0, 1, 125, 126, 65_535, 65_536):
            assert await echoes(client, bytes(size))
        await client.send([b"in ", b"three ", b"parts"])
        assert await client.recv() == b"in three parts"
        await (await client.ping(b"there?"))


async def test_pages_and_websockets_share_the_port() -> None:
    async with live() as found, found.client() as client:
        reader, writer = await found.raw()
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"\r\nserver:" not in answer
        assert await echoes(client)
        writer.close()


@pytest.mark.slow
async def test_a_class_of_sixty_joins_from_one_address() -> None:
    async def join() -> bool:
        async with found.client() as client:
            return await echoes(client)

    async with live() as found:
        async with asyncio.timeout(5):
            assert await asyncio.gather(*(join() for _ in range(60))) == [True] * 60
        refused = [name for name, _ in found.counted if name.endswith("refused")]
        assert refused == []


async def test_a_message_too_big_is_answered_before_the_connection_ends() -> None:
    async with live() as found, found.client() as client:
        with pytest.raises(ConnectionClosed) as ended:
            await client.send(bytes(200_000))
            await client.recv()
        assert ended.value.rcvd is not None, "a reset would have swallowed the close frame"
        assert ended.value.rcvd.code == 1009


# The port.


async def test_a_taken_port_is_named_with_what_to_do() -> None:
    async with live() as found:
        second = WebServer("127.0.0.1", found.port, Starlette(), Echo, EdgeSettings(), count=quiet)
        with pytest.raises(PortTaken) as error:
            await second.start()
        assert str(found.port) in str(error.value)
        assert "another port" in str(error.value)
        assert "\n" not in str(error.value)


async def test_a_host_that_is_not_ours_is_named() -> None:
    server = WebServer("192.0.2.1", 0, Starlette(), Echo, EdgeSettings(), count=quiet)
    with pytest.raises(PortTaken, match=r"192\.0\.2\.1 is not an address of this machine"):
        await server.start()


async def test_a_socket_that_is_already_open_is_served() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    async with live(listener=listener) as found, found.client(port) as client:
        assert found.port == port
        assert await echoes(client)


async def test_stopping_tells_every_client_and_may_be_asked_twice() -> None:
    async with live() as found, found.client() as client:
        await echoes(client)
        await asyncio.gather(found.server.stop(), found.server.stop())
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 1012
        assert await found.handlers[0].code == 1012


@pytest.mark.slow
async def test_a_client_that_ignores_the_end_does_not_keep_the_server_up() -> None:
    settings = EdgeSettings(closing_s=0.2)
    async with live(settings) as found:
        _, writer = await found.raw_websocket()
        async with asyncio.timeout(2):
            await found.server.stop()
        writer.close()


# Slow, silent and unfinished clients; a healthy one beside them notices nothing.


@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"", b"GET /ws HT", b"GET /ws HTTP/1.1\r\nHost: x\r\n"])
async def test_a_slow_header_ends_on_time(sent: bytes) -> None:
    async with live(EdgeSettings(hello_s=0.3)) as found, found.client() as healthy:
        assert await echoes(healthy)
        reader, writer = await found.raw()
        writer.write(sent)
        assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        assert await echoes(healthy)
        writer.close()


@pytest.mark.slow
async def test_an_unfinished_hello_ends_on_time() -> None:
    async with live(EdgeSettings(hello_s=0.3)) as found, found.client() as healthy:
        assert await echoes(healthy)
        reader, writer = await found.raw_websocket()
        writer.write(client_frame(b"never finished")[:-3])
        [(_, close)] = server_frames(await reader.read())
        assert int.from_bytes(close[:2], "big") == 1008
        assert await echoes(healthy)
        writer.close()


@pytest.mark.slow
async def test_a_silent_socket_is_asked_and_then_closed() -> None:
    settings = EdgeSettings(ping_s=0.2, silent_s=0.5)
    async with live(settings) as found, found.client() as healthy:
        assert await echoes(healthy)
        reader, writer = await found.raw_websocket()
        writer.write(client_frame(b"hello"))
        frames = server_frames(await reader.read())
        assert [opcode for opcode, _ in frames] == [2, 9, 9, 8]
        assert await found.handlers[1].code == 1011
        assert await echoes(healthy), "it answered its pings"
        writer.close()


@pytest.mark.slow
async def test_a_stalled_reader_is_closed_and_cut_off() -> None:
    settings = EdgeSettings(slow_code=4_003, closing_s=0.3)
    async with live(settings) as found, found.client() as healthy:
        assert await echoes(healthy)
        await found.arrivals.get()
        _, writer = await found.raw_websocket()
        stalled: Echo = await found.arrivals.get()
        stalled.connection.admitted(lambda: None)
        largest = 0
        while not stalled.code.done():
            stalled.connection.send(bytes(4_000))
            largest = max(largest, stalled.connection.unsent_bytes)
            await asyncio.sleep(0)
        assert await stalled.code == 4_003
        assert largest < 65_536 + 3 * 4_004
        assert await echoes(healthy)
        writer.close()


async def test_a_reset_is_told_as_lost() -> None:
    async with live() as found, found.client() as client:
        await echoes(client)
        client.transport.abort()
        assert await found.handlers[0].code == 1006


# The descriptor.


async def test_bytes_written_to_the_descriptor_arrive_in_order() -> None:
    async with live() as found, found.client() as client:
        await echoes(client)
        connection: Connection = found.handlers[0].connection
        for each in range(0, 100, 2):
            connection.send(b"%d" % each)
            descriptor = connection.descriptor()
            assert descriptor >= 0
            os.write(descriptor, frame(b"%d" % (each + 1)))
        assert [await client.recv() for _ in range(100)] == [b"%d" % each for each in range(100)]
        connection.close(4000)
        assert connection.descriptor() == -1


async def test_the_sockets_options_reach_the_kernel() -> None:
    async with live() as found, found.client() as client:
        await echoes(client)
        with socket.socket(fileno=os.dup(found.handlers[0].connection.descriptor())) as twin:
            assert twin.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            assert twin.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 16_384
            # Linux doubles what is asked for, for its own bookkeeping.
            assert twin.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) in (65_536, 131_072)


# Limits.


async def test_failed_hellos_bar_an_address() -> None:
    async with live(EdgeSettings(failures_per_minute=3)) as found:
        for _ in range(3):
            with pytest.raises(InvalidStatus, match="403"):
                await found.client(origin="https://evil.example").__aenter__()
        with pytest.raises(InvalidStatus, match="429"):
            await found.client().__aenter__()


def test_the_descriptor_limit_is_raised_and_never_lowered() -> None:
    first = raise_descriptor_limit()
    assert raise_descriptor_limit(16) == first
    assert socket_allowance(1 << 30) == first - 128
    assert socket_allowance(10) == 10


async def test_a_full_server_refuses_and_the_others_stay() -> None:
    async with live(EdgeSettings(open_connections=1)) as found, found.client() as client:
        assert await echoes(client)
        reader, writer = await found.raw()
        assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
        assert await echoes(client)
        writer.close()


# TLS.


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl program to make a certificate")
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    words = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-days", "2", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1"]
    words += ["-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(words, check=True, capture_output=True)
    return paths


async def test_tls_is_served_without_a_descriptor(certificate: tuple[Path, Path]) -> None:
    trust = ssl.create_default_context(cafile=certificate[0])
    options: dict[str, Any] = {"certificate": certificate[0], "key": certificate[1]}
    async with live(**options) as found, found.client(ssl=trust) as client:
        assert await echoes(client, bytes(60_000))
        connection: Connection = found.handlers[0].connection
        assert connection.secure
        assert connection.descriptor() == -1
        connection.close(4_000, "bye")
        with pytest.raises(ConnectionClosed):
            await client.recv()
        assert client.close_code == 4_000


@pytest.mark.slow
async def test_a_tls_handshake_that_never_comes_is_cut_off(
    certificate: tuple[Path, Path],
) -> None:
    options: dict[str, Any] = {"certificate": certificate[0], "key": certificate[1]}
    async with live(EdgeSettings(hello_s=0.3), **options) as found:
        reader, writer = await found.raw()
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()

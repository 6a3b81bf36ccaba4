"""One world as it runs: its loop, and what happens when it cannot go on."""

import asyncio
import itertools
import math
import random
import select
import socket
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncEngine

from aukio.hosting import Entropy, Hosting
from aukio.metrics import Metrics
from aukio.session.registry import Place
from aukio.session.session import Session
from aukio.settings import Settings
from aukio.storage.database import open_database
from aukio.tick import Outgoing
from aukio.transport.sending import Sender
from aukio.world import load_world
from aukio_protocol import messages as m
from aukio_protocol.codec import decode, encode
from harness import Client, FakeLine, flat_field
from live import hello

WORLD = """\
world: 1
id: flat
name: Flat
ground: {size: [40, 40]}
spawn: {middle: {at: [0, 0], spread: 5}}
"""


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    database = await open_database(tmp_path / "data")
    yield database.engine
    await database.close()


class Watched(Sender):
    """Sends, and tells before it does."""

    def __init__(self, watch: Callable[[], None]) -> None:
        self._watch = watch

    def send(
        self,
        descriptors: NDArray[np.int32],
        data: NDArray[np.uint8],
        starts: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        if descriptors.size:
            self._watch()
        return super().send(descriptors, data, starts)


def host(tmp_path: Path, engine: AsyncEngine, watch: Callable[[], None] | None = None) -> Hosting:
    (tmp_path / "flat").mkdir(exist_ok=True)
    (tmp_path / "flat/world.yaml").write_text(WORLD)
    chance = random.Random(1)
    return Hosting(
        load_world(tmp_path / "flat"),
        flat_field(20),
        Place("flat", "aa", "bb"),
        Settings(),
        Metrics(),
        engine,
        Entropy(chance.randbytes, chance, lambda: 1000.0, time.monotonic),
        Watched(watch or (lambda: None)),
    )


async def test_a_hosted_world_ticks_and_sends(tmp_path: Path, engine: AsyncEngine) -> None:
    arrived = asyncio.Event()
    line, now = FakeLine(), time.monotonic()
    hosting = host(tmp_path, engine, lambda: asyncio.get_running_loop().call_soon(arrived.set))
    await hosting.start()
    session = hosting.registry.open(line, now)
    session.receive(hello("Aino"), now)
    async with asyncio.timeout(5):
        await arrived.wait()
    assert any(payload[0] == 0x81 for payload in line.take())
    assert hosting.problem is None
    await hosting.stop()


async def test_a_tick_that_raises_ends_the_world_loudly(
    tmp_path: Path, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    hosting = host(tmp_path, engine)

    def broken(now: float, begun: float | None = None) -> Outgoing:
        raise RuntimeError("a bug of ours")

    hosting._tick.run = broken  # type: ignore[method-assign]  # a bug cannot be ordered otherwise
    await hosting.start()
    async with asyncio.timeout(5):
        await hosting.failed.wait()
    assert hosting.problem == "the world does not tick"
    assert "a bug of ours" in caplog.text
    await hosting.stop()


async def test_spawns_lie_on_the_disc(tmp_path: Path, engine: AsyncEngine) -> None:
    hosting = host(tmp_path, engine)
    places = [hosting._spawn("") for _ in range(200)]
    away = [((x / 65536) ** 2 + (z / 65536) ** 2) ** 0.5 for x, _, z, _ in places]
    assert max(away) <= 5.001
    assert len(set(places)) == 200
    await hosting.stop()


async def test_who_comes_in_gets_room_beside_the_others(
    tmp_path: Path, engine: AsyncEngine
) -> None:
    hosting = host(tmp_path, engine)
    now, places = time.monotonic(), []
    for n in range(20):
        line = FakeLine()
        hosting.registry.open(line, now).receive(hello(f"Guest {n}"), now)
        welcome = next(
            told
            for told in (decode(payload, m.Sender.SERVER) for payload in line.take())
            if isinstance(told, m.Welcome)
        )
        places.append((welcome.x / 65536, welcome.z / 65536))
    gaps = [math.dist(a, b) for a, b in itertools.combinations(places, 2)]
    # By lot alone the closest two of twenty on such a disc stand in each other.
    assert min(gaps) > 0.8, f"the closest two stand {min(gaps):.2f} m apart"
    assert all(math.hypot(x, z) <= 5 for x, z in places), "nobody is put beside the spot"


class SocketLine(FakeLine):
    """A line over a real socket, which lends its descriptor while it is open."""

    def __init__(self) -> None:
        super().__init__()
        self.end, self.peer = socket.socketpair()

    def descriptor(self) -> int:
        return self.end.fileno()

    def admitted(self, withdraw: Callable[[], None]) -> None:
        super().admitted(withdraw)
        self.withdraw = withdraw

    def write_frames(self, frames: bytes) -> None:
        if self.end.fileno() >= 0:
            self.end.sendall(frames)

    def close(self, code: int, reason: str = "") -> None:
        super().close(code, reason)
        self.withdraw()
        self.end.close()

    def arrive(self) -> None:
        """Takes in what the peer has received."""
        if select.select([self.peer], [], [], 0)[0]:
            self.frames += self.peer.recv(1 << 20)


MOST = 26  # connections of the next test


async def test_a_number_reused_between_two_chunks_gets_no_byte_of_its_former_owner(
    tmp_path: Path, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines come and go while a tick is being sent; what was encoded for one reaches no other."""
    monkeypatch.setattr("aukio.hosting.SEND_CHUNK", 2)
    calls, reused = 0, 0
    clients, lost, enough = list[Client](), list[Session](), asyncio.Event()

    def enter(secret: bytes = b"") -> Client:
        line, now = SocketLine(), time.monotonic()
        session = registry.open(line, now)
        clients.append(Client(line, session))
        session.receive(hello("Aino", secret), now)
        line.arrive()
        clients[-1].read()
        session.receive(encode(m.ClockPing(1)), now)  # it holds its secret
        return clients[-1]

    def churn() -> None:
        """One whose turn is still to come loses its line; it is back at once, on the same number
        and in the same slot, or somebody else is there before the loss is known."""
        nonlocal reused
        while lost:
            registry.closed(lost.pop(), time.monotonic())
        client = next(c for c in reversed(clients) if c.session.line is not None)
        assert client.welcome is not None
        number = client.line.descriptor()
        client.line.close(1006)
        if calls % 4 == 1:
            registry.closed(client.session, time.monotonic())
            again = enter(client.welcome.secret)
        else:
            again = enter()
            lost.append(client.session)
        reused += again.line.descriptor() == number
        if len(clients) == MOST:
            enough.set()

    def watch() -> None:
        nonlocal calls
        calls += 1
        if calls % 2 == 1 and len(clients) < MOST:
            asyncio.get_running_loop().call_soon(churn)

    hosting = host(tmp_path, engine, watch)
    registry = hosting.registry
    for _ in range(9):
        enter()
    await hosting.start()
    async with asyncio.timeout(20):
        await enough.wait()
    while lost:
        registry.closed(lost.pop(), time.monotonic())
    await hosting.stop()
    assert reused > 8, "the kernel gives a free number to the next"
    for client in clients:
        assert isinstance(client.line, SocketLine)
        client.line.arrive()
        client.read()  # raises if a byte is not its own
        client.line.end.close()
        client.line.peer.close()

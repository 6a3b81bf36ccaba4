"""A world that changes under people: told ahead, changed at its tick, nobody left in a wall."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from aukio.hosting import Entropy, Hosting
from aukio.metrics import Metrics
from aukio.session.registry import Place
from aukio.settings import Settings
from aukio.storage.database import open_database
from aukio.world import World, compile_walk_field, load_world
from aukio_protocol import messages as m
from harness import Client, FakeLine
from live import hello

WORLD = """\
world: 1
id: flat
name: Flat
ground: {{size: [40, 40]}}
spawn: {{{spawn}: {{at: [0, {north}], spread: 1}}}}
prefabs: {{block: {{parts: {{body: {{shape: box, size: [8, 8, 3]}}}}}}}}
entities: {{{entities}}}
"""
OLD, NEW = Place("flat", "aa", "bb"), Place("flat", "cc", "dd")
BLOCK = "rock: {use: block, at: [0, 0]}"
PATIENCE_S = 20


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    database = await open_database(tmp_path / "data")
    yield database.engine
    await database.close()


def world(tmp_path: Path, entities: str = "", spawn: str = "middle", north: float = 0) -> World:
    (tmp_path / "flat").mkdir(exist_ok=True)
    text = WORLD.format(entities=entities, spawn=spawn, north=north)
    (tmp_path / "flat/world.yaml").write_text(text)
    return load_world(tmp_path / "flat")


@pytest.fixture
async def hosting(
    tmp_path: Path, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Hosting]:
    monkeypatch.setattr("aukio.hosting.NOTICE_S", 0.25)
    found = world(tmp_path)
    chance = random.Random(1)
    one = Hosting(
        found,
        compile_walk_field(found),
        OLD,
        Settings(),
        Metrics(),
        engine,
        Entropy(chance.randbytes, chance, lambda: 1000.0, time.monotonic),
    )
    await one.start()
    yield one
    await one.stop()


def enter(hosting: Hosting, name: str) -> Client:
    line, now = FakeLine(), time.monotonic()
    session = hosting.registry.open(line, now)
    session.receive(hello(name), now)
    client = Client(line, session)
    client.read()
    return client


async def changed(hosting: Hosting, found: World) -> int:
    async with asyncio.timeout(PATIENCE_S):
        return await hosting.change(found, compile_walk_field(found), NEW)


def told(client: Client, kind: type[Any]) -> list[Any]:
    client.read()
    return [message for message in client.heard if isinstance(message, kind)]


def place(hosting: Hosting, client: Client) -> tuple[float, float, float]:
    x, y, z, _ = hosting._simulation.placement(client.session.slot)
    return x / 65536, y / 65536, z / 65536


async def test_everybody_is_told_before_it_happens(hosting: Hosting, tmp_path: Path) -> None:
    aino = enter(hosting, "Aino")
    before = hosting._simulation.tick
    waiting = asyncio.create_task(changed(hosting, world(tmp_path, "", "gate")))
    await asyncio.sleep(0)
    late = enter(hosting, "Väinö")
    (welcome,) = told(late, m.Welcome)
    assert welcome.scene == "aa", "whoever comes in meanwhile is in the old one still"
    (coming,) = told(late, m.Rebuilt)
    await waiting
    for _ in range(3):  # what is not urgent goes out with the next turns
        hosting.registry.lines.go_on()
    assert told(aino, m.Rebuilt) == [coming] == [m.Rebuilt("cc", "dd", coming.tick)]
    assert coming.tick == before + 5
    (welcome,) = told(enter(hosting, "Ilmari"), m.Welcome)
    assert welcome.scene == "cc"
    assert not told(enter(hosting, "Lempi"), m.Rebuilt), "there is nothing to come any more"


async def test_who_would_be_in_a_wall_is_put_beside_it(hosting: Hosting, tmp_path: Path) -> None:
    clients = [enter(hosting, f"Guest {n}") for n in range(7)]
    gone = enter(hosting, "Gone")
    waiting = asyncio.create_task(changed(hosting, world(tmp_path, BLOCK, "gate", 15)))
    await asyncio.sleep(0)
    hosting.registry.leave(gone.session)
    assert await waiting == 7
    for client in clients:
        x, y, z = place(hosting, client)
        assert y == 0, "beside it, not on it"
        assert 4.3 <= max(abs(x), abs(z)) <= 5
        client.read()
        assert client.correction is not None
        assert client.correction.moved


async def test_who_stands_well_stays(hosting: Hosting, tmp_path: Path) -> None:
    aino = enter(hosting, "Aino")
    before = place(hosting, aino)
    assert await changed(hosting, world(tmp_path, BLOCK.replace("[0, 0]", "[10, 10]"))) == 0
    assert place(hosting, aino) == before


async def test_who_goes_to_a_spot_goes_to_a_new_one(hosting: Hosting, tmp_path: Path) -> None:
    aino = enter(hosting, "Aino")
    await changed(hosting, world(tmp_path, "", "gate", 15))
    hosting.registry.acts.go(aino.session, "middle")
    assert [notice.code for notice in told(aino, m.Notice)] == [m.NoticeCode.NO_SPOT]
    hosting.registry.acts.go(aino.session, "gate")
    assert place(hosting, aino)[2] == pytest.approx(-15, abs=1)


async def test_whoever_falls_out_is_put_on_a_spot_of_the_new_world(
    hosting: Hosting, tmp_path: Path
) -> None:
    aino = enter(hosting, "Aino")
    await changed(hosting, world(tmp_path, "", "gate", 15))
    hosting._simulation.entities.states[aino.session.slot, :, 1] = -100 * 65536
    hosting._simulation.entities.turns[aino.session.slot, :, 3] = 1
    events = hosting._simulation.step()
    assert events
    assert place(hosting, aino)[2] == pytest.approx(-15, abs=1)


async def test_one_change_follows_another(hosting: Hosting, tmp_path: Path) -> None:
    aino = enter(hosting, "Aino")
    assert await changed(hosting, world(tmp_path, BLOCK, "gate", 15)) == 1
    assert await changed(hosting, world(tmp_path)) == 0
    x, y, z = place(hosting, aino)
    assert np.hypot(x, z) > 4
    assert y == 0


async def test_who_has_gone_elsewhere_meanwhile_is_left_there(
    hosting: Hosting, tmp_path: Path
) -> None:
    """Two are put beside the rock a tick; whoever has got out before needs no help."""
    clients = [enter(hosting, f"Guest {n}") for n in range(9)]
    waiting = asyncio.create_task(changed(hosting, world(tmp_path, BLOCK, "gate", 15)))
    await asyncio.sleep(0)
    change = hosting._change
    assert change is not None
    async with asyncio.timeout(PATIENCE_S):
        while change.misplaced is None:  # noqa: ASYNC110  # nothing tells when it has happened
            await asyncio.sleep(0)
    last = change.misplaced[-1]
    session = next(one.session for one in clients if one.session.slot == last)
    hosting.registry.acts.go(session, "gate")
    assert await waiting == 8
    x, _, z = place(hosting, next(one for one in clients if one.session is session))
    assert np.hypot(x, z + 15) <= 1.01, "he is still at the gate he went to"

"""What a world keeps: after kill -9 nothing is lost that a client was told is saved."""

import asyncio
import os
import random
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from aukio_protocol import messages as m
from aukio_protocol.codec import encode
from aukio_protocol.version import VERSION, schema_hash
from live import LiveServer, free_port, hear, hello, open_socket

pytestmark = pytest.mark.slow
ROUNDS = int(os.environ.get("AUKIO_KILLS", "6"))  # `make kills` does a hundred

WORLD = """\
world: 1
id: yard
name: Yard
ground: {size: [40, 40]}
spawn: {gate: {at: [0, 0], spread: 1}}
roles: {teacher: {can: [speak, use, open]}}
counters: {presses: {}}
prefabs:
  button:
    states: [off, on]
    on_use: next
    parts: {body: {shape: box, size: [0.4, 0.4, 1], states: {on: {colour: "#40c040"}}}}
entities:
  button: {use: button, at: [0, 2]}
  lamp: {use: button, at: [0, -2], for: teacher}
rules:
  press: {when: {use: button}, do: [{count: presses}]}
  later: {when: {use: lamp}, if: "user.can('open')", do: [{after: 3s, set: button, to: on}]}
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = tmp_path / "yard"
    folder.mkdir()
    (folder / "world.yaml").write_text(WORLD)
    return folder


def with_ticket(ticket: str) -> bytes:
    return encode(m.Hello(VERSION, schema_hash(), "Opettaja", b"", "fi", ticket, b"", ""))


async def test_nothing_is_lost_that_was_told_to_be_saved(tmp_path: Path, world: Path) -> None:
    server, chance = LiveServer(tmp_path / "data", free_port(), world), random.Random(7)
    saved = told = 0
    for _ in range(ROUNDS):
        await server.start()
        values: dict[int, int] = {}  # by version in this run
        try:
            async with open_socket(server.url) as line:
                await line.send(hello())
                await hear(line, m.Welcome)
                for _ in range(chance.randint(1, 6)):
                    await line.send(encode(m.Use("button")))
                # Somewhere between the first press and well after the last is on disk.
                async with asyncio.timeout(chance.uniform(0.02, 0.5)):
                    while True:
                        match await hear(line, m.Message):
                            case m.ObjectState("presses", version, state):
                                assert int(state) >= saved, "what was saved is still there"
                                values[version], told = int(state), max(told, int(state))
                            case m.Saved(m.SavedWhat.OBJECT, version, "presses"):
                                saved = max(saved, values[version])
        except TimeoutError:
            pass
        await server.kill()
    await server.start()
    try:
        async with open_socket(server.url) as line:
            await line.send(hello())
            while (state := await hear(line, m.ObjectState)).object != "presses":
                pass
            assert saved <= int(state.state) <= told
            assert saved > 0, "something was saved at all"
    finally:
        await server.stop()


async def test_what_is_postponed_happens_after_a_crash(tmp_path: Path, world: Path) -> None:
    server = LiveServer(tmp_path / "data", free_port(), world)
    await server.start()
    found = re.search(r"/w/yard#t=([A-Za-z0-9_.=-]+)", server.output)
    if found is None:  # the line comes after the one that says where the server is
        link = link_to(world, tmp_path / "data", "admin")
        found = re.search(r"#t=(.+)$", link)
    assert found is not None
    async with open_socket(server.url) as line:
        await line.send(with_ticket(found[1].strip()))
        assert (await hear(line, m.Rights)).role == "admin"
        await line.send(encode(m.Use("lamp")))
        while (await hear(line, m.Saved)).what != m.SavedWhat.OBJECT:
            pass
        await server.kill()
    await server.start()
    try:
        async with open_socket(server.url) as line:
            await line.send(hello())
            while (state := await hear(line, m.ObjectState)).object != "button":
                pass
            assert state.state == "on"
    finally:
        await server.stop()


def link_to(world: Path, data: Path, role: str, *words: str) -> str:
    command = [sys.executable, "-m", "aukio", "link", str(world), "--role", role]
    done = subprocess.run(
        [*command, "--data", str(data), *words], capture_output=True, text=True, check=False
    )
    return (done.stdout + done.stderr).strip()


def test_a_link_names_its_world_and_hides_its_ticket_behind_the_hash(
    tmp_path: Path, world: Path
) -> None:
    link = link_to(world, tmp_path / "data", "teacher", "--url", "https://school.example/")
    assert re.fullmatch(r"https://school\.example/w/yard#t=[A-Za-z0-9_.=-]{20,256}", link)
    key = tmp_path / "data/links.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("role", "words", "told"),
    [
        ("techer", (), 'no role "techer" (did you mean "teacher"?)'),
        ("teacher", ("--for", "soon"), "soon: expected a time such as 45min, 8h or 30d"),
        ("teacher", ("--for", "9000d"), "at most 400d"),
    ],
)
def test_a_link_that_cannot_be_is_not_made(
    tmp_path: Path, world: Path, role: str, words: tuple[str, ...], told: str
) -> None:
    assert told in link_to(world, tmp_path / "data", role, *words)

"""Stories with a real server process and real sockets."""

import asyncio
import json
from pathlib import Path
from urllib.request import urlopen

import pytest
from websockets.exceptions import ConnectionClosed

from aukio.app import App, find_worlds
from aukio.errors import AukioError
from aukio.generation import compile_all
from aukio.settings import Settings
from aukio_protocol import messages as m
from aukio_protocol.codec import encode
from aukio_protocol.errors import Reason
from aukio_protocol.motion import Gait, Input, encode_input
from live import ROOT, LiveServer, free_port, hear, hello, live_server, open_socket

pytestmark = pytest.mark.slow
WORLDS = ROOT / "worlds"


async def test_a_server_killed_with_9_brings_everybody_back(tmp_path: Path) -> None:
    server = LiveServer(tmp_path, free_port())
    await server.start()
    async with open_socket(server.url) as line:
        await line.send(hello("Aino"))
        welcome = await hear(line, m.Welcome)
        saved = await hear(line, m.Saved)
        assert saved.what == m.SavedWhat.SESSION
        await server.kill()
        with pytest.raises(ConnectionClosed):
            await hear(line, m.Goodbye)
    await server.start()
    try:
        async with open_socket(server.url) as line:
            await line.send(hello("someone else", welcome.secret))
            back = await hear(line, m.Welcome)
            assert back.resumed, "RS1: what was told to be saved survives a crash"
            assert back.name == "Aino"
            assert (back.x, back.z) == (welcome.x, welcome.z)
    finally:
        await server.stop()


async def test_a_server_that_stops_says_goodbye_and_keeps_sessions(tmp_path: Path) -> None:
    server = LiveServer(tmp_path, free_port())
    await server.start()
    async with open_socket(server.url) as line:
        await line.send(hello("Aino"))
        welcome = await hear(line, m.Welcome)
        await line.send(encode(m.ClockPing(1)))
        await hear(line, m.ClockPong)
        stopping = asyncio.create_task(server.stop())
        bye = await hear(line, m.Goodbye)
        assert (bye.reason, bye.resumable) == (Reason.RESTART, True)
        with pytest.raises(ConnectionClosed) as closed:
            await line.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4014
        await stopping
    assert "Traceback" not in server.output
    await server.start()
    async with open_socket(server.url) as line:
        await line.send(hello("", welcome.secret))
        assert (await hear(line, m.Welcome)).resumed
    await server.stop()


async def test_sixty_clients_from_one_address_join_within_five_seconds(tmp_path: Path) -> None:
    async with live_server(tmp_path) as server:

        async def join(number: int) -> m.Welcome:
            async with open_socket(server.url) as line:
                await line.send(hello(f"Pupil {number}"))
                welcome = await hear(line, m.Welcome)
                await line.send(encode(m.ClockPing(1)))  # who never says a word is not kept
                while (await hear(line, m.People)).count < 60:
                    pass  # stay until everybody is here
                return welcome

        async with asyncio.timeout(5):
            welcomes = await asyncio.gather(*(join(number) for number in range(60)))
        assert len({welcome.entity for welcome in welcomes}) == 60


async def test_a_hundred_parallel_joins_at_capacity_minus_one_admit_one(tmp_path: Path) -> None:
    async with live_server(tmp_path, "--users", "3") as server:

        async def join() -> bool:
            async with open_socket(server.url) as line:
                await line.send(hello())
                try:
                    await hear(line, m.Welcome)
                except ConnectionClosed as closed:
                    assert closed.rcvd is not None
                    assert closed.rcvd.code == 4008, "FULL"
                    return False
                await done.wait()
                return True

        done = asyncio.Event()
        settled = [asyncio.create_task(join()) for _ in range(2)]
        async with open_socket(server.url) as watcher:
            # Two people are in; one place is left for a hundred.
            while True:
                status = await asyncio.to_thread(_metrics, server.port)
                if "aukio_people 2.0" in status:
                    break
            crowd = [asyncio.create_task(join()) for _ in range(100)]
            refused = 0
            for task in asyncio.as_completed(crowd):
                refused += not await task
                if refused == 99:
                    break
            status = await asyncio.to_thread(_metrics, server.port)
            assert "aukio_people 3.0" in status
            done.set()
            await asyncio.gather(*settled, *crowd)
            await watcher.close()
        assert refused == 99


async def test_a_client_that_does_not_read_costs_others_nothing(tmp_path: Path) -> None:
    async with live_server(tmp_path) as server:
        async with open_socket(server.url) as deaf, open_socket(server.url) as well:
            await deaf.send(hello("Deaf"))
            await well.send(hello("Well"))
            await hear(deaf, m.Welcome)
            welcome = await hear(well, m.Welcome)
            deaf.transport.pause_reading()
            for number in range(1, 60):
                tick = (welcome.tick + number) % 65536
                wish = Input(
                    number, tick, tick, number * 900 % 65536, number * 14 % 1024, Gait.WALK
                )
                await well.send(encode_input(wish))
            await well.send(encode(m.ClockPing(7)))
            assert (await hear(well, m.ClockPong)).time == 7


async def test_an_unknown_world_is_refused_with_a_reason(tmp_path: Path) -> None:
    async with live_server(tmp_path) as server:
        async with open_socket(server.url.replace("yard", "nowhere")) as line:
            await line.send(hello())
            refused = await hear(line, m.Refuse)
            assert refused.reason == Reason.WORLD


async def test_health_and_metrics_tell_how_it_is(tmp_path: Path) -> None:
    async with live_server(tmp_path) as server:
        health = await asyncio.to_thread(
            lambda: urlopen(f"http://127.0.0.1:{server.port}/healthz").read()
        )
        assert b'"ready":true' in health
        async with open_socket(server.url) as line:
            await line.send(hello("Väinö Secret"))
            await hear(line, m.Welcome)
            text = await asyncio.to_thread(_metrics, server.port)
        for name in ("aukio_tick_step_seconds", "aukio_ticks_total", "aukio_clients 1.0"):
            assert name in text
        assert "Secret" not in text + server.output, "no names in metrics or logs"


async def test_a_taken_port_is_said_in_one_line(tmp_path: Path) -> None:
    async with live_server(tmp_path / "a") as server:
        second = LiveServer(tmp_path / "b", server.port)
        with pytest.raises(AssertionError) as failed:
            await second.start()
        assert str(server.port) in str(failed.value)
        assert "Traceback" not in str(failed.value)
        await second.stop()


def _metrics(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        return str(answer.read().decode())


async def test_several_worlds_run_side_by_side(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "data", world=WORLDS)
    await server.start()
    at = f"ws://127.0.0.1:{server.port}/ws"
    try:
        async with (
            open_socket(f"{at}/square") as aino,
            open_socket(f"{at}/yard") as vaino,
            open_socket(at) as nobody,
        ):
            await aino.send(hello("Aino"))
            await vaino.send(hello("Väinö"))
            assert (await hear(aino, m.Welcome)).world == "square"
            assert (await hear(vaino, m.Welcome)).world == "yard"
            assert (await hear(aino, m.People)).count == 1, "he is in another world"
            await nobody.send(hello("Lempi"))
            refusal = await hear(nobody, m.Refuse)
            assert refusal.reason == Reason.WORLD, "which one is not said"
            await aino.send(encode(m.Say("Is anybody here?")))
            await vaino.send(encode(m.Say("Only me.")))
            assert (await hear(vaino, m.Said)).text == "Only me.", "and not what she said"
        told = await asyncio.to_thread(
            lambda: urlopen(f"http://127.0.0.1:{server.port}/worlds.json").read()
        )
        assert [one["id"] for one in json.loads(told)] == ["lab", "square", "yard"]
    finally:
        await server.stop()
    assert "3 worlds are open." in server.output
    assert "Traceback" not in server.output


async def test_a_secret_of_one_world_is_no_way_into_another(tmp_path: Path) -> None:
    server = LiveServer(tmp_path / "data", world=WORLDS)
    await server.start()
    at = f"ws://127.0.0.1:{server.port}/ws"
    try:
        async with open_socket(f"{at}/square") as line:
            await line.send(hello("Aino"))
            welcome = await hear(line, m.Welcome)
            await line.send(encode(m.ClockPing(1)))  # she has it, and may come back
            await hear(line, m.ClockPong)
        async with open_socket(f"{at}/yard") as line:
            await line.send(hello("Aino", welcome.secret))
            other = await hear(line, m.Welcome)
            assert not other.resumed
        async with open_socket(f"{at}/square") as line:
            await line.send(hello("", welcome.secret))
            assert (await hear(line, m.Welcome)).resumed
    finally:
        await server.stop()


async def test_every_problem_of_every_world_is_told_at_the_start(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "world.yaml").write_text(f"world: 1\nid: {name}\nnmae: x\n")
    server = LiveServer(tmp_path / "data", world=tmp_path)
    with pytest.raises(AssertionError, match="the server ended"):
        await server.start()
    await server.stop()
    assert "one/world.yaml:3:1" in server.output
    assert "two/world.yaml:3:1" in server.output


def test_a_path_means_a_world_or_all_in_a_folder(tmp_path: Path) -> None:
    assert find_worlds(WORLDS / "yard") == [WORLDS / "yard"]
    assert find_worlds(WORLDS / "yard/world.yaml") == [WORLDS / "yard"]
    assert find_worlds(WORLDS) == [WORLDS / name for name in ("lab", "square", "yard")]
    with pytest.raises(AukioError, match=r"no world\.yaml here.*aukio new"):
        find_worlds(tmp_path)


def test_two_worlds_of_one_id_are_refused(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "world.yaml").write_text(
            "world: 1\nid: same\nname: x\nground: {size: [9, 9]}\nspawn: {a: {at: [0, 0]}}\n"
        )
    with pytest.raises(AukioError, match="same: two of the worlds have this id"):
        App(Settings(), compile_all(find_worlds(tmp_path)))

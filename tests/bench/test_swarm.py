"""The swarm's lines: real socket pairs, whose other end is the server's."""

import contextlib
import random
import socket
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from aukio_bench._decode import View
from aukio_bench._inputs import STRIDE, pack_inputs
from aukio_bench._swarm import SORTS, TOLD, Swarm
from aukio_protocol.codec import encode
from aukio_protocol.messages import Gestured, Introduce, People, Said
from aukio_protocol.motion import Motion
from aukio_protocol.pose import Pose
from aukio_protocol.snapshot import Record, Snapshot, encode_snapshot

HZ = 20
SLOTS = 512


def frame(payload: bytes, kind: int = 0x82) -> bytes:
    size = len(payload)
    head = bytes((kind, size)) if size < 126 else bytes((kind, 126)) + size.to_bytes(2, "big")
    return head + payload


def unmasked(data: bytes) -> list[tuple[int, bytes]]:
    """The short frames a server received: kind and payload."""
    found = []
    while data:
        size, mask = data[1] & 127, data[2:6]
        body = data[6 : 6 + size]
        found.append((data[0], bytes(b ^ mask[n % 4] for n, b in enumerate(body))))
        data = data[6 + size :]
    return found


class Scene:
    """Some bots with a line each; `servers` are the other ends."""

    def __init__(self, bots: int = 1) -> None:
        self.told: list[tuple[int, str, Any]] = []
        self.swarm = Swarm(bots, SLOTS, self.hear)
        self.servers: list[socket.socket] = []
        self.views: list[View] = []
        for row in range(bots):
            self.connect(row)

    def connect(self, row: int, rest: bytes = b"") -> socket.socket:
        server, client = socket.socketpair()
        server.setblocking(False)
        client.setblocking(False)
        self.servers.append(server)
        self.swarm.open(row, client.detach(), rest, 0.0)
        return server

    def hear(self, row: int, told: int, what: Any, now: float) -> None:
        self.told.append((row, TOLD[told], what))

    def join(self, row: int, watch: Any = None) -> View:
        view = View(SLOTS, 300 + row, 0, HZ)
        self.swarm.attend(row, view, watch)
        self.views.append(view)
        return view

    def say(self, row: int, *payloads: bytes) -> None:
        self.servers[row].sendall(b"".join(frame(payload) for payload in payloads))
        while self.swarm.turn(time.monotonic() + 1):
            pass

    def sort(self, name: str) -> int:
        return int(self.swarm.sorts[SORTS.index(name)])


@pytest.fixture
def scene() -> Iterator[Scene]:
    made = Scene()
    yield made
    made.swarm.close()
    for server in made.servers:
        server.close()


@pytest.fixture
def two() -> Iterator[Scene]:
    made = Scene(bots=2)
    yield made
    made.swarm.close()
    for server in made.servers:
        server.close()


def snapshot(tick: int, *records: Record, **parts: Any) -> bytes:
    return encode_snapshot(Snapshot(tick, records, **parts), HZ, 0)


def introduction(slot: int) -> bytes:
    return encode(Introduce(slot, 1, 0, "Aino", b"", 0))


STANDING = Motion(0, 0, 0, 0, 0)


def test_frames_are_cut_out_of_the_stream_wherever_it_is_split(scene: Scene) -> None:
    data = frame(b"abc") + frame(bytes(128)) + frame(b"") + frame(b"z")
    for split in range(len(data)):
        scene.told.clear()
        for part in (data[:split], data[split:]):
            scene.servers[0].sendall(part)
            scene.swarm.turn(time.monotonic() + 1)
        heard = [what for _, _, what in scene.told]
        assert heard == [b"abc", bytes(128), b"", b"z"], f"split at {split}"
    assert scene.swarm.received[0] == len(data) * len(data), "headers included"


def test_a_line_through_a_writer_gives_the_same_under_any_split(scene: Scene) -> None:
    data = frame(b"abc") + frame(bytes(300)) + frame(b"z")
    scene.swarm.hang_up(0)
    seat = scene.swarm.open_through(0, Written())
    for split in range(len(data)):
        scene.told.clear()
        scene.swarm.feed(seat, data[:split], 1.0)
        scene.swarm.feed(seat, data[split:], 2.0)
        assert [what for _, _, what in scene.told] == [b"abc", bytes(300), b"z"]


def test_what_came_behind_the_handshake_is_not_lost(scene: Scene) -> None:
    scene.swarm.hang_up(0)
    server = scene.connect(0, rest=frame(b"first")[:3])
    server.sendall(frame(b"first")[3:])
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == [(0, "message", b"first")]


def test_introductions_and_snapshots_are_applied_and_not_told(scene: Scene) -> None:
    view = scene.join(0)
    scene.say(0, introduction(3), snapshot(1, Record(3, STANDING, (1, 0))))
    assert scene.told == []
    assert view.rows["known"][3] == 1
    assert scene.swarm.seen[0] == 1


def test_every_byte_is_counted_in_one_sort(scene: Scene) -> None:
    scene.join(0)
    poses = ((3, Pose.from_bytes(bytes(17))),)
    messages = [
        introduction(3),
        introduction(4),
        snapshot(1, Record(3, STANDING, (1, 0)), Record(4, STANDING, (1, 0))),
        snapshot(2, leaves=(4,), poses=poses),
        encode(People(7)),
    ]
    scene.say(0, *messages)
    assert scene.swarm.sorts.sum() == scene.swarm.received[0]
    assert scene.sort("headers") == 2 * len(messages)
    assert scene.sort("introductions") == len(messages[0]) + len(messages[1])
    assert scene.sort("poses") == 1 + 2 + 17
    assert scene.sort("changes") == 1 + 2
    assert scene.sort("control") == len(messages[4])
    assert scene.sort("records") > 20


def test_the_first_who_enter_are_told_to_a_bot_that_waits_for_its_join(scene: Scene) -> None:
    scene.join(0)
    scene.swarm.joining[0] = True
    scene.say(0, introduction(3), snapshot(1), snapshot(2, Record(3, STANDING, (1, 0))))
    assert scene.told == [(0, "entered", None)]


def test_a_wrong_snapshot_ends_the_line_and_nothing_after_it_is_heard(scene: Scene) -> None:
    scene.join(0)
    scene.say(0, snapshot(1, Record(3, STANDING, (1, 0))), b"\x92")
    assert scene.told == [(0, "wrong", "never_introduced")]
    assert not scene.swarm.is_open(0)
    assert scene.servers[0].recv(10) == b"", "the swarm hung up"


def test_a_text_frame_is_wrong(scene: Scene) -> None:
    scene.servers[0].sendall(frame(b"a", kind=0x81))
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == [(0, "wrong", "frame_0x81")]


def test_a_close_is_told_by_its_code_once_the_line_ends(scene: Scene) -> None:
    scene.servers[0].sendall(frame((4013).to_bytes(2, "big"), kind=0x88))
    scene.swarm.turn(time.monotonic() + 1)
    assert unmasked(scene.servers[0].recv(100)) == [(0x88, (4013).to_bytes(2, "big"))]
    assert scene.told == []
    scene.servers[0].close()
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == [(0, "ended", "close_4013")]


def test_the_end_of_the_stream_is_told(scene: Scene) -> None:
    scene.servers[0].close()
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == [(0, "ended", "end_of_stream")]


def test_a_ping_is_answered_with_its_payload(scene: Scene) -> None:
    scene.servers[0].sendall(frame(b"hi", kind=0x89))
    scene.swarm.turn(time.monotonic() + 1)
    assert unmasked(scene.servers[0].recv(100)) == [(0x8A, b"hi")]


def test_a_bot_that_has_left_hears_nothing_and_may_come_again(scene: Scene) -> None:
    scene.swarm.retire(0)
    again = scene.connect(0)
    scene.servers[0].sendall(frame(b"late") + frame((1000).to_bytes(2, "big"), kind=0x88))
    again.sendall(frame(b"new"))
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == [(0, "message", b"new")]
    assert unmasked(scene.servers[0].recv(100))[0][0] == 0x88, "the close is answered"


def test_a_seat_that_is_used_again_hears_nothing_of_the_one_before(scene: Scene) -> None:
    scene.servers[0].sendall(frame(b"old"))
    scene.swarm.hang_up(0)
    again = scene.connect(0)
    again.sendall(frame(b"new"))
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == [(0, "message", b"new")]


def test_a_paused_line_is_not_read_until_it_goes_on(scene: Scene) -> None:
    scene.swarm.pause(0, True)
    scene.servers[0].sendall(frame(b"abc"))
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == []
    scene.swarm.pause(0, False)
    scene.swarm.turn(time.monotonic() + 1)
    assert scene.told == [(0, "message", b"abc")]


def test_who_heard_a_saying_is_timed_without_its_speaker(two: Scene) -> None:
    two.join(0)
    two.join(1)
    two.swarm.listen(0, 301, 1.0)
    two.swarm.listen(1, 300, 1.0)
    said, made = encode(Said(301, "Bot 1", "Hello!")), encode(Gestured(300, 2))
    two.say(0, said, made)
    two.say(1, said, made)
    assert two.swarm.heard[0, 301] == 1
    assert two.swarm.heard[1, 300] == 1
    assert 1.0 < two.swarm.first[0, 301] == two.swarm.last[0, 301]
    assert two.told == [], "only the sample is told of them"


class Watching:
    def __init__(self) -> None:
        self.seen: list[Any] = []

    def look(self, tick: int) -> None:
        self.seen.append(("look", tick))

    def reflect(self, now: float) -> None:
        self.seen.append("reflect")


def test_what_is_read_late_is_stamped_when_it_came() -> None:
    stamps: list[float] = []
    swarm = Swarm(1, SLOTS, lambda row, told, what, now: stamps.append(now))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
    client.setblocking(False)
    swarm.open(0, client.detach(), b"", 0.0)
    late = 0.01
    # The kernel begins to stamp some time after the first socket asks for it; what came before is
    # stamped when it is read. So we ask again, for 5 s at most.
    with server, contextlib.closing(swarm):
        for n in range(1, 501):
            server.sendall(frame(encode(People(3))))
            sent = time.monotonic()
            while time.monotonic() < sent + late:  # we are busy with something else
                pass
            swarm.turn(time.monotonic() + 1)
            assert len(stamps) == n
            if stamps[-1] < sent + late / 2:
                return
    raise AssertionError("what waited was stamped when it was read")


def test_a_watch_looks_before_a_snapshot_and_reflects_after_it(scene: Scene) -> None:
    watch = Watching()
    scene.join(0, watch)
    scene.say(0, snapshot(5), introduction(3))
    assert watch.seen == [("look", 5), "reflect"]
    assert scene.told == [(0, "message", introduction(3))], "the sample decodes everything"


class Written:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    def close(self) -> None: ...


def test_what_a_socket_does_not_take_comes_later_and_in_order(scene: Scene) -> None:
    server = scene.servers[0]
    sent = b""
    for n in range(3000):
        piece = bytes((n % 256,)) * 100
        scene.swarm.send(0, piece)
        sent += piece
    got = b""
    while len(got) < len(sent):
        try:
            piece = server.recv(1 << 16)
        except BlockingIOError:
            if scene.swarm.dropped_inputs:
                break
            scene.swarm.send(0, b"!")
            continue
        got += piece
    assert sent.startswith(got[: len(sent)])


@pytest.mark.parametrize("seed", range(4))
def test_packed_inputs_are_what_the_drawing_says(seed: int) -> None:
    rng, count = np.random.default_rng(seed), 50
    wishes = np.stack(
        [
            rng.integers(0, 65536, count),
            rng.integers(0, 1024, count),
            rng.integers(0, 3, count),
            rng.integers(0, 2, count),
        ],
        axis=1,
    )
    poses = rng.integers(0, 256, (count, 17)).astype(np.uint8)
    posed = rng.integers(0, 2, count).astype(np.uint8)
    sequences, seen = rng.integers(0, 65536, count), rng.integers(0, 1 << 20, count)
    claims = rng.integers(0, 65536, (count, 2))
    frames, sizes = np.zeros((count, STRIDE), np.uint8), np.zeros(count, np.int32)
    masks = rng.integers(0, 1 << 32, count, np.uint32)
    pack_inputs(70_000, sequences, seen, wishes, claims, poses, posed, masks, frames, sizes)
    for n in range(count):
        ((kind, payload),) = unmasked(frames[n, : sizes[n]].tobytes())
        yaw, heading, gait, jump = wishes[n].tolist()
        flags = heading | gait << 10 | jump << 12 | 1 << 13 | int(posed[n]) << 14
        numbers = (sequences[n], 70_000, seen[n], yaw, flags, *claims[n])
        expected = b"\x01" + b"".join(int(v % 65536).to_bytes(2, "little") for v in numbers)
        assert kind == 0x82
        assert payload == expected + (poses[n].tobytes() if posed[n] else b"")


def test_random_bytes_never_crash_the_swarm() -> None:
    rng = random.Random(3)
    for _ in range(300):
        scene = Scene()
        scene.join(0)
        server = scene.servers[0]
        server.sendall(rng.randbytes(rng.randrange(300)))
        scene.swarm.turn(time.monotonic() + 1)
        scene.swarm.close()
        server.close()


def test_who_waits_for_a_moment_takes_what_comes_meanwhile(scene: Scene) -> None:
    scene.servers[0].sendall(frame(encode(People(3))))
    until = time.monotonic() + 0.004
    assert scene.swarm.attend_until(until) == 1
    assert time.monotonic() >= until, "it comes back at that moment and not before"
    assert scene.swarm.attend_until(until) == 0, "a moment that is over is not waited for"

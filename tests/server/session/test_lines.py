"""Lines: past them while they lend their descriptors, through them in order otherwise."""

import socket
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import aukio.session.lines as lines_module
from aukio.session.outbox import frame_message
from aukio.transport.sending import Sender
from aukio_protocol import messages as m
from harness import Client, FakeLine, TestWorld, flat_field

FRAME = frame_message(m.Said(1, "Aino", "hi"))
Patch = pytest.MonkeyPatch


class LendingLine(FakeLine):
    """A line over a real socket; what goes through it waits until it is `released`."""

    def __init__(self) -> None:
        super().__init__()
        self.end, self.peer = socket.socketpair()
        self.peer.setblocking(False)
        self.waiting = b""

    def admitted(self, withdraw: Callable[[], None]) -> None:
        super().admitted(withdraw)
        self.withdraw = withdraw

    def descriptor(self) -> int:
        return -1 if self.waiting else self.end.fileno()

    def write_frames(self, frames: bytes) -> None:
        self.waiting += frames
        self.unsent_bytes = len(self.waiting)
        self.withdraw()

    def released(self) -> None:
        self.end.sendall(self.waiting)
        self.waiting, self.unsent_bytes = b"", 0

    @property
    def received(self) -> bytes:
        try:
            return self.peer.recv(1 << 20)
        except BlockingIOError:
            return b""


@pytest.fixture
def world() -> Iterator[TestWorld]:
    made = TestWorld(flat_field(20), 64, 6)
    made.registry.lines._sending = Sender()
    yield made
    for client in made.clients:
        if isinstance(client.line, LendingLine):
            client.line.end.close()
            client.line.peer.close()


def lend(client: Client) -> LendingLine:
    """Gives a client that has joined a line that lends."""
    line = LendingLine()
    client.session.line = client.line = line
    client.session._house.lines.connect(client.session)  # type: ignore[attr-defined]
    return line


def test_a_frame_goes_past_a_line_while_it_lends_and_behind_what_waits(world: TestWorld) -> None:
    line, lines = lend(world.join("Aino")), world.registry.lines
    slots = np.array([world.clients[0].session.slot], np.int32)
    lines.send(slots, FRAME)
    assert line.received == FRAME
    line.write_frames(b"first")
    assert lines.descriptors[slots[0]] == -1
    lines.send(slots, FRAME)
    assert line.received == b"", "nothing overtakes"
    line.released()
    assert list(lines.holding()) == [(slots[0], len(FRAME))], "it is given what it can take"
    line.released()
    assert list(lines.holding()) == [(slots[0], 0)]
    assert line.received == b"first" + FRAME
    assert lines.descriptors[slots[0]] == line.end.fileno(), "it lends again"
    assert list(lines.holding()) == []


def test_the_rest_of_a_frame_goes_through_the_line_and_the_next_one_after_it(
    world: TestWorld,
) -> None:
    line, lines = lend(world.join("Aino")), world.registry.lines
    slots = np.array([world.clients[0].session.slot], np.int32)
    line.end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    data = np.arange(1 << 18, dtype=np.uint32).view(np.uint8)
    starts = np.array([0, data.size], np.int64)
    lines.send_each(slots, lines.epochs[slots], data, starts)
    assert line.waiting, "the kernel did not take all of it"
    lines.send_each(slots, lines.epochs[slots], data[:100], np.array([0, 100], np.int64))
    received = line.received + line.waiting
    assert received == data.tobytes() + data[:100].tobytes()


def test_what_was_encoded_for_another_line_is_not_sent(world: TestWorld) -> None:
    client = world.join("Aino")
    lines, slots = world.registry.lines, np.array([client.session.slot], np.int32)
    epochs = lines.epochs[slots]
    line = lend(client)
    lines.send_each(slots, epochs, np.zeros(5, np.uint8), np.array([0, 5], np.int64))
    assert line.received == line.waiting == b""


def test_a_slot_without_a_line_is_passed_over(world: TestWorld) -> None:
    aino, eero = world.join("Aino"), world.join("Eero")
    line = lend(eero)
    slots = np.array([aino.session.slot, eero.session.slot, 63], np.int32)
    world.registry.closed(aino.session, world.now)
    aino.line.take()
    world.registry.lines.send(slots, FRAME)
    assert line.received == FRAME
    assert aino.line.take() == []


def crowd(world: TestWorld, count: int) -> list[LendingLine]:
    return [lend(world.join(f"Guest {n}")) for n in range(count)]


def test_a_message_for_many_goes_in_parts_and_before_a_snapshot(
    world: TestWorld, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(lines_module, "FIRST", 2)
    monkeypatch.setattr(lines_module, "PART", 2)
    turns: list[Callable[[], None]] = []
    lines = world.registry.lines
    ends = crowd(world, 6)
    lines._later = lambda turn: turns.append(turn) is None
    slots = world.registry.slots
    lines.send(slots, FRAME)
    assert [end.received for end in ends] == [FRAME] * 2 + [b""] * 4
    lines.send(slots[2:], b"\x82\x01!")
    said = FRAME + b"\x82\x01!"
    assert [end.received for end in ends] == [b"", b"", said, said, b"", b""]
    data, starts = np.zeros(5, np.uint8), np.array([0, 5], np.int64)
    lines.send_each(slots[5:], lines.epochs[slots[5:]], data, starts)
    assert ends[5].received == said + bytes(5), "the snapshot carries what was due before it"
    assert len(turns) == 1, "one turn is asked for at a time"
    turns.pop()()
    assert [end.received for end in ends] == [b"", b"", b"", b"", said, b""]
    assert not turns, "nothing is due any more"


def test_a_turn_that_was_refused_is_made_up_for(world: TestWorld, monkeypatch: Patch) -> None:
    monkeypatch.setattr(lines_module, "FIRST", 2)
    monkeypatch.setattr(lines_module, "PART", 2)
    lines = world.registry.lines
    ends = crowd(world, 5)
    lines._later = lambda _: False
    lines.send(world.registry.slots, FRAME)
    lines.send(world.registry.slots, FRAME, urgent=False)
    for _ in range(3):
        lines.go_on()
    assert [end.received for end in ends] == [FRAME * 2] * 5
    lines.go_on()
    assert [end.received for end in ends] == [b""] * 5


def test_who_comes_to_a_slot_does_not_get_what_was_due_to_who_left(
    world: TestWorld, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(lines_module, "FIRST", 1)
    monkeypatch.setattr(lines_module, "PART", 1)
    lines = world.registry.lines
    crowd(world, 3)
    lines._later = lambda _: False
    lines.send(world.registry.slots, FRAME)
    welcome = world.clients[2].welcome
    assert welcome is not None
    back = world.join(secret=welcome.secret)
    assert back.session.slot == world.registry.slots[2]
    line = lend(back)
    lines.go_on()
    lines.go_on()
    assert line.received == b""
    assert not any(isinstance(message, m.Said) for message in back.heard)


def test_what_is_due_to_a_line_that_lends_nothing_goes_through_its_session(
    world: TestWorld, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(lines_module, "FIRST", 1)
    monkeypatch.setattr(lines_module, "PART", 1)
    lines = world.registry.lines
    ends = crowd(world, 3)
    lines._later = lambda _: False
    lines.send(world.registry.slots, FRAME)
    ends[2].write_frames(b"first")
    slot = world.registry.slots[2:]
    data, starts = np.zeros(5, np.uint8), np.array([0, 5], np.int64)
    lines.send_each(slot, lines.epochs[slot], data, starts)
    assert ends[2].received == b""
    assert ends[2].waiting == b"first" + bytes(5)
    ends[2].released()
    list(lines.holding())
    ends[2].released()
    assert ends[2].received == b"first" + bytes(5) + FRAME, "late, but not lost"

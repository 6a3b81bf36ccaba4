"""Lines: past them while they lend their descriptors, through them in order otherwise."""

import socket
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from aukio.transport.sending import Sender
from harness import Client, FakeLine, TestWorld, flat_field

FRAME = b"\x82\x02hi"


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
    made = TestWorld(flat_field(20), 64, 4)
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

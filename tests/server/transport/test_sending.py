"""Sending over descriptors: whole frames, in order, to their own sockets."""

import socket
from collections.abc import Iterator

import numpy as np
import pytest

from aukio.transport._send import send_frames
from aukio.transport.sending import Sender
from oracles import sending as oracle


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    made = [socket.socketpair() for _ in range(8)]
    yield made
    for pair in made:
        for end in pair:
            end.close()


class FakeConnection:
    """A connection that lends its descriptor while `usable`."""

    def __init__(self, end: socket.socket, usable: bool = True) -> None:
        self.end, self.usable, self.written = end, usable, b""

    def descriptor(self) -> int:
        return self.end.fileno() if self.usable else -1

    def write_frames(self, frames: bytes) -> None:
        self.written += frames


def test_every_frame_reaches_its_own_socket(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    connections = [FakeConnection(server) for server, _ in pairs]
    frames = [bytes((number,)) * (100 + number) for number in range(len(pairs))]
    Sender().send(list(zip(connections, frames, strict=True)))
    for (_, client), frame in zip(pairs, frames, strict=True):
        assert client.recv(1000) == frame
    assert not any(connection.written for connection in connections)


def test_what_a_full_socket_does_not_take_goes_through_its_transport(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    server, client = pairs[0]
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    connection, frame = FakeConnection(server), bytes(range(256)) * 4000
    Sender().send([(connection, frame)])
    received = b""
    client.setblocking(False)
    while True:
        try:
            received += client.recv(65536)
        except BlockingIOError:
            break
    assert 0 < len(received) < len(frame)
    assert received + connection.written == frame, "not a byte lost or doubled"


def test_a_connection_that_lends_no_descriptor_is_written_to(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    secure, plain = FakeConnection(pairs[0][0], usable=False), FakeConnection(pairs[1][0])
    Sender().send([(secure, b"one"), (plain, b"two")])
    assert secure.written == b"one"
    assert pairs[1][1].recv(10) == b"two"


def test_a_broken_socket_is_left_to_its_transport(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    server, client = pairs[0]
    client.close()
    connection, other = FakeConnection(server), FakeConnection(pairs[1][0])
    Sender().send([(connection, b"lost"), (other, b"fine")])
    assert connection.written == b"lost"
    assert pairs[1][1].recv(10) == b"fine", "the others are none the worse"


def test_kernel_and_oracle_take_the_same(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    pairs[2][1].close()
    for server, _ in pairs:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    frames = [bytes(size) for size in (0, 1, 300, 2000, 1, 10**6, 50, 7)]
    fast, slow = np.zeros(8, np.int32), []
    descriptors = np.array([server.fileno() for server, _ in pairs], np.int32)
    send_frames(descriptors, frames, fast)
    for _, client in pairs:
        if client.fileno() >= 0:
            client.setblocking(False)
            while True:
                try:
                    client.recv(1 << 20)
                except BlockingIOError:
                    break
    slow = oracle.send_frames([server for server, _ in pairs], frames)
    assert fast.tolist() == slow


def test_more_frames_than_entries_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 256"):
        send_frames(np.zeros(1, np.int32), [b"", b""], np.zeros(2, np.int32))
    with pytest.raises(TypeError, match="bytes"):
        send_frames(np.zeros(1, np.int32), ["text"], np.zeros(1, np.int32))  # type: ignore[list-item]

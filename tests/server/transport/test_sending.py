"""Sending over descriptors: whole frames, in order, to their own sockets."""

import socket
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

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


def packed(frames: list[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    starts = np.array([sum(map(len, frames[:n])) for n in range(len(frames) + 1)], np.int64)
    return np.frombuffer(b"".join(frames), np.uint8), starts


def send(connections: list[FakeConnection | None], frames: list[bytes]) -> list[int]:
    return Sender().send(connections, *packed(frames))


def test_every_frame_reaches_its_own_socket(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    connections: list[FakeConnection | None] = [FakeConnection(server) for server, _ in pairs]
    frames = [bytes((number,)) * (100 + number) for number in range(len(pairs))]
    assert send(connections, frames) == [], "all went out at once"
    for (_, client), frame in zip(pairs, frames, strict=True):
        assert client.recv(1000) == frame
    assert not any(connection.written for connection in connections if connection)


def test_what_a_full_socket_does_not_take_goes_through_its_transport(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    server, client = pairs[0]
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    connection, frame = FakeConnection(server), bytes(range(256)) * 4000
    assert send([connection], [frame]) == [0]
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
    assert send([secure, plain], [b"one", b"two"]) == [0]
    assert secure.written == b"one"
    assert pairs[1][1].recv(10) == b"two"


def test_a_broken_socket_is_left_to_its_transport(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    server, client = pairs[0]
    client.close()
    connection, other = FakeConnection(server), FakeConnection(pairs[1][0])
    assert send([connection, other], [b"lost", b"fine"]) == [0]
    assert connection.written == b"lost"
    assert pairs[1][1].recv(10) == b"fine", "the others are none the worse"


def test_nobody_is_sent_what_was_meant_for_one_who_left(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    other = FakeConnection(pairs[1][0])
    assert send([None, other], [b"private", b"fine"]) == [0]
    assert pairs[1][1].recv(10) == b"fine"


def test_one_frame_for_many_reaches_each(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    connections = [FakeConnection(server, usable=n != 3) for n, (server, _) in enumerate(pairs)]
    pairs[5][1].close()
    assert Sender().fan_out(connections, b"hello") == [3, 5]
    assert connections[3].written == connections[5].written == b"hello"
    for n, (_, client) in enumerate(pairs):
        if n not in (3, 5):
            assert client.recv(10) == b"hello"


def test_kernel_and_oracle_take_the_same(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    pairs[2][1].close()
    for server, _ in pairs:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    frames = [bytes(size) for size in (0, 1, 300, 2000, 1, 10**6, 50, 7)]
    fast, slow = np.zeros(8, np.int32), []
    descriptors = np.array([server.fileno() for server, _ in pairs], np.int32)
    send_frames(descriptors, *packed(frames), fast)
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


def test_frames_beyond_the_data_are_refused() -> None:
    none, data = np.zeros(2, np.int32), np.zeros(9, np.uint8)
    with pytest.raises(ValueError, match="an entry for each"):
        send_frames(none, data, np.zeros(2, np.int64), none)
    with pytest.raises(ValueError, match="within the data"):
        send_frames(none, data, np.array([0, 5, 10], np.int64), none)

"""Sending over descriptors: whole frames, in order, to their own sockets."""

import socket
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from aukio.transport._send import send_pieces
from aukio.transport.sending import Pieces, Sender
from oracles import sending as oracle


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    made = [socket.socketpair() for _ in range(8)]
    yield made
    for pair in made:
        for end in pair:
            end.close()


def packed(frames: list[bytes]) -> Pieces:
    starts = np.array([sum(map(len, frames[:n])) for n in range(len(frames) + 1)], np.int64)
    return np.frombuffer(b"".join(frames), np.uint8), starts[:-1], starts[1:]


def same(frame: bytes, count: int) -> Pieces:
    return (
        np.frombuffer(frame, np.uint8),
        np.zeros(count, np.int64),
        np.full(count, len(frame), np.int64),
    )


def descriptors(ends: list[socket.socket | None]) -> NDArray[np.int32]:
    return np.array([-1 if end is None else end.fileno() for end in ends], np.int32)


def test_every_frame_reaches_its_own_socket(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    frames = [bytes((number,)) * (100 + number) for number in range(len(pairs))]
    sent = Sender().send(descriptors([server for server, _ in pairs]), packed(frames))
    assert sent.tolist() == [len(frame) for frame in frames], "all went out at once"
    for (_, client), frame in zip(pairs, frames, strict=True):
        assert client.recv(1000) == frame


def test_what_a_full_socket_takes_is_the_beginning(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    server, client = pairs[0]
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    frame = bytes(range(256)) * 4000
    (sent,) = Sender().send(descriptors([server]), packed([frame])).tolist()
    assert 0 < sent < len(frame)
    received = b""
    client.setblocking(False)
    while len(received) < sent:
        received += client.recv(65536)
    assert received == frame[:sent]


def test_what_is_not_lent_is_left_out_and_what_is_broken_told(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    pairs[1][1].close()
    ends = [None, pairs[1][0], pairs[2][0]]
    assert Sender().send(descriptors(ends), packed([b"one", b"two", b"three"])).tolist() == [
        0,
        -1,
        5,
    ]
    assert pairs[2][1].recv(10) == b"three", "the others are none the worse"


def test_one_frame_for_many_reaches_each(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    ends = [None if n == 3 else server for n, (server, _) in enumerate(pairs)]
    pairs[5][1].close()
    sent = Sender().send(descriptors(ends), same(b"hello", 8))
    assert sent.tolist() == [5, 5, 5, 0, 5, -1, 5, 5]
    for n, (_, client) in enumerate(pairs):
        if n not in (3, 5):
            assert client.recv(10) == b"hello"


def test_what_goes_before_a_frame_goes_with_it(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    before = packed([b"", b"news ", b"news ", b"", b"", b"", b"", b"news "])
    frames = packed([b"one", b"two", b"", b"", b"five", b"six", b"seven", b"eight"])
    ends = [None if n == 4 else server for n, (server, _) in enumerate(pairs)]
    pairs[5][1].close()
    assert Sender().send(descriptors(ends), frames, before).tolist() == [3, 8, 5, 0, 0, -1, 5, 10]
    received = [pairs[n][1].recv(20) for n in (0, 1, 2, 6, 7)]
    assert received == [b"one", b"news two", b"news ", b"seven", b"news eight"]


def test_a_full_socket_takes_the_beginning_of_both(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    server, client = pairs[0]
    server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    news, frame = bytes(range(200)), bytes(range(256)) * 4000
    (sent,) = Sender().send(descriptors([server]), packed([frame]), packed([news])).tolist()
    assert len(news) < sent < len(frame)
    received = b""
    while len(received) < sent:
        received += client.recv(65536)
    assert received == (news + frame)[:sent]


def test_kernel_and_oracle_take_the_same(
    pairs: list[tuple[socket.socket, socket.socket]],
) -> None:
    pairs[2][1].close()
    for server, _ in pairs:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    before = [bytes(size) for size in (0, 9, 0, 700, 2, 10**5, 50, 0)]
    frames = [bytes(size) for size in (0, 1, 300, 2000, 1, 10**6, 0, 7)]
    fast = np.zeros(8, np.int32)
    send_pieces(
        descriptors([server for server, _ in pairs]), *packed(before), *packed(frames), fast
    )
    for _, client in pairs:
        if client.fileno() >= 0:
            client.setblocking(False)
            while True:
                try:
                    client.recv(1 << 20)
                except BlockingIOError:
                    break
    slow = oracle.send_pieces([server for server, _ in pairs], before, frames)
    assert fast.tolist() == slow


def test_pieces_beyond_the_data_are_refused() -> None:
    none, data, zeros = np.zeros(2, np.int32), np.zeros(9, np.uint8), np.zeros(2, np.int64)
    empty = (data, zeros, zeros)
    with pytest.raises(ValueError, match="an entry for each"):
        send_pieces(none, data, zeros[:1], zeros, *empty, none)
    for begins, ends in (([0, 5], [5, 10]), ([0, -1], [5, 5]), ([3, 0], [2, 5])):
        wrong = (data, np.array(begins, np.int64), np.array(ends, np.int64))
        with pytest.raises(ValueError, match="within the data"):
            send_pieces(none, *wrong, *empty, none)
        with pytest.raises(ValueError, match="within the data"):
            send_pieces(none, *empty, *wrong, none)

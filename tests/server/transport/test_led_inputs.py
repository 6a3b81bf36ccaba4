"""Inputs that go straight to an inbox: each once, in order; whatever else is to its taker."""

import asyncio
import random
import socket

import pytest

from aukio.session._inbox import Inbox
from aukio.sim.commands import MOVE
from aukio.transport._lane import extent, take
from aukio.transport.receiving import Receiver
from aukio_protocol.motion import Gait, Input, encode_input
from server.transport.fakes import PING, client_frame

SLOT = 3


class Reader:
    """A taker that reads whole frames: inputs for the inbox, other messages, other frames."""

    def __init__(self, receiver: Receiver, descriptor: int, inbox: Inbox) -> None:
        self.receiver, self.descriptor, self.inbox = receiver, descriptor, inbox
        self.held, self.has_ended = b"", False
        self.inputs = 0
        self.heard: list[bytes] = []  # messages that are no good inputs, and other frames

    def received(self, data: bytes) -> None:
        self.has_ended = not data
        self.held += data
        while self.held:
            messages: list[bytes] = []
            at = take(self.held, 0, 1 << 16, messages)
            for message in messages:
                if message[:1] == b"\x01" and self.inbox.put(SLOT, message, 5.0) == 0:
                    self.inputs += 1
                else:
                    self.heard.append(message)
            self.held = self.held[at:]
            size = extent(self.held, 0)
            if not size or size > len(self.held):
                break
            self.heard.append(self.held[:size])
            self.held = self.held[size:]
        if not self.held:
            self.receiver.go_on(self.descriptor)

    def abort(self) -> None:
        raise AssertionError("nothing here raises")


def wish(number: int) -> bytes:
    return encode_input(Input(number, 100, 99, number * 64, 7, Gait.WALK))


def frames(rng: random.Random, count: int) -> tuple[list[bytes], list[bytes], list[int]]:
    """Frames, what of them is not a good input, and the numbers of the good inputs."""
    made, others, good = [], [], []
    for number in range(count):
        kind, mask = rng.random(), rng.randbytes(4)
        if kind < 0.7:
            made.append(client_frame(wish(number), mask=mask))
            good.append(number)
            continue
        if kind < 0.8:
            other = rng.randbytes(rng.choice([1, 20, 300]))
            other = b"\x05" + other
            made.append(client_frame(other, mask=mask))
        elif kind < 0.9:
            other = rng.choice([wish(number)[:-1], wish(number) + bytes(50), b"\x01"])
            made.append(client_frame(other, mask=mask))
        else:
            other = client_frame(b"are you there", PING, mask=mask)
            made.append(other)
        others.append(other)
    return made, others, good


async def serve(rng: random.Random, chunks: list[bytes], inbox: Inbox) -> Reader:
    """What a reader whose inputs are led has of a stream that comes in these chunks."""
    receiver = Receiver(asyncio.get_running_loop(), lambda: 5.0)
    server, client = socket.socketpair()
    reader = Reader(receiver, server.fileno(), inbox)
    receiver.take_over(server.fileno(), reader)
    receiver.lead(server.fileno(), inbox, SLOT)
    receiver.go_on(server.fileno())
    for chunk in chunks:
        client.send(chunk)
        if rng.random() < 0.6:
            receiver.collect()
    receiver.collect()
    client.close()
    receiver.collect()
    assert reader.has_ended
    receiver.close()
    server.close()
    return reader


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_the_splits_inputs_come_once_and_in_order(seed: int) -> None:
    rng = random.Random(seed)
    made, others, good = frames(rng, 30)
    stream, chunks = b"".join(made), []
    while stream:
        size = rng.choice([1, 5, 17, 18, 40, 200])
        chunks.append(stream[:size])
        stream = stream[size:]
    inbox = Inbox(8, 1e6, 1e6, MOVE)
    inbox.start(SLOT, 0.0)
    reader = await serve(rng, chunks, inbox)
    assert reader.heard == others, f"seed {seed}"
    sequences: list[int] = []
    for _ in range(4):
        rows, _, _ = inbox.drain(100, 5.0, 20)
        sequences += rows["sequence"].tolist()
    assert sequences == good, f"seed {seed}"


async def test_whole_inputs_make_no_objects() -> None:
    inbox = Inbox(8, 1e6, 1e6, MOVE)
    inbox.start(SLOT, 0.0)
    chunks = [client_frame(wish(n), mask=bytes([n, 1, 2, 3])) for n in range(9)]
    reader = await serve(random.Random(1), chunks, inbox)
    assert (reader.inputs, reader.heard) == (0, []), "the taker heard of none"
    rows, _, waits = inbox.drain(100, 6.0, 20)
    assert rows["sequence"].tolist() == list(range(8)), "eight in a tick"
    assert waits.tolist() == [1.0] * 8, "the receiver's clock says when"


async def test_an_input_over_its_rate_is_its_takers() -> None:
    inbox = Inbox(8, 1.0, 3.0, MOVE)
    inbox.start(SLOT, 5.0)
    chunks = [client_frame(wish(n), mask=b"abcd") for n in range(5)]
    reader = await serve(random.Random(1), chunks, inbox)
    assert reader.heard == [wish(3), wish(4)]

"""Receiving together: everybody's bytes to their own taker, ends of streams given back."""

import asyncio
import random
import socket
from collections.abc import Iterator

import pytest

from aukio.transport._receive import Poll
from aukio.transport.receiving import Receiver
from oracles import receiving as oracle

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    made = [socket.socketpair() for _ in range(12)]
    yield made
    for pair in made:
        for end in pair:
            end.close()


class Listener:
    """A taker that keeps what it is given."""

    def __init__(self) -> None:
        self.heard = b""
        self.has_ended = False
        self.is_aborted = False
        self.any = asyncio.Event()

    def abort(self) -> None:
        self.is_aborted = True

    def received(self, data: bytes) -> None:
        assert not self.has_ended, "nothing comes after the end"
        self.heard += data
        self.has_ended = not data
        self.any.set()


@pytest.mark.parametrize("seed", range(4))
def test_kernel_and_oracle_receive_the_same(pairs: list[Pair], seed: int) -> None:
    rng, poll = random.Random(seed), Poll()
    for server, _ in pairs:
        poll.add(server.fileno())
    for _ in range(40):
        sent = {}
        for server, client in rng.sample(pairs, rng.randrange(6)):
            if client.fileno() >= 0:
                sent[server.fileno()] = rng.randbytes(rng.choice([1, 15, 400, 70_000]))
                client.setblocking(False)
                sent[server.fileno()] = sent[server.fileno()][: client.send(sent[server.fileno()])]
        if rng.random() < 0.1:
            rng.choice(pairs)[1].close()
        copies = [server for server, _ in pairs]
        peeked = {n: bool(data) for n, data in _peek(copies).items()}
        got = dict(poll.receive(0.0))
        assert {n: bool(data) for n, data in got.items()} == peeked, f"seed {seed}"
        for number, data in got.items():
            whole = sent.get(number, b"")
            assert whole.startswith(data), "the bytes of that socket and no other"
            if len(data) < len(whole):
                rest = next(s for s, _ in pairs if s.fileno() == number).recv(1 << 20)
                assert data + rest == whole
    poll.close()


def _peek(sockets: list[socket.socket]) -> dict[int, bytes]:
    """What the oracle would receive, left where it is."""
    found = {}
    for one in sockets:
        ready = oracle.receive([_Peeking(one)])  # type: ignore[list-item]  # as a socket
        found.update(ready)
    return found


class _Peeking:
    """A socket whose `recv` leaves the bytes."""

    def __init__(self, inner: socket.socket) -> None:
        self._inner = inner

    def fileno(self) -> int:
        return self._inner.fileno()

    def recv(self, size: int, flags: int) -> bytes:
        return self._inner.recv(size, flags | socket.MSG_PEEK)


async def test_each_taker_hears_its_own_socket(pairs: list[Pair]) -> None:
    receiver = Receiver(asyncio.get_running_loop(), lambda: 0.0)
    takers = [Listener() for _ in pairs]
    for (server, _), taker in zip(pairs, takers, strict=True):
        receiver.take_over(server.fileno(), taker)
    for n, (_, client) in enumerate(pairs):
        client.send(b"I am %d" % n)
    async with asyncio.timeout(5):
        await asyncio.gather(*(taker.any.wait() for taker in takers))
    assert [taker.heard for taker in takers] == [b"I am %d" % n for n in range(len(pairs))]
    pairs[3][1].send(b", still")
    pairs[4][1].close()
    takers[3].any.clear()
    takers[4].any.clear()
    async with asyncio.timeout(5):
        await asyncio.gather(takers[3].any.wait(), takers[4].any.wait())
    assert takers[3].heard == b"I am 3, still"
    assert takers[4].has_ended
    receiver.close()


async def test_what_arrived_by_a_tick_is_collected_at_once(pairs: list[Pair]) -> None:
    receiver, taker = Receiver(asyncio.get_running_loop(), lambda: 0.0), Listener()
    receiver.take_over(pairs[0][0].fileno(), taker)
    pairs[0][1].send(b"now")
    assert receiver.collect() == 1
    assert taker.heard == b"now", "without a turn of the loop"
    assert receiver.collect() == 0
    receiver.close()


async def test_a_number_that_is_anothers_by_now_is_not_given_back(pairs: list[Pair]) -> None:
    receiver = Receiver(asyncio.get_running_loop(), lambda: 0.0)
    server, client = socket.socketpair()
    gone, heir = Listener(), Listener()
    number = server.fileno()
    receiver.take_over(number, gone)
    receiver.give_back(number, gone)
    server.close()
    client.close()
    server, client = socket.socketpair()
    assert number in (server.fileno(), client.fileno()), "the kernel gives the lowest free number"
    mine, other = (server, client) if server.fileno() == number else (client, server)
    receiver.take_over(number, heir)
    receiver.give_back(number, gone)  # the former owner's end is told late
    other.send(b"for the heir")
    assert receiver.collect() == 1
    assert (heir.heard, gone.heard) == (b"for the heir", b"")
    receiver.close()
    mine.close()
    other.close()


async def test_a_bug_met_on_one_line_costs_that_line_alone(
    pairs: list[Pair], caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Listener):
        def received(self, data: bytes) -> None:
            raise RuntimeError("a bug of ours")

    receiver = Receiver(asyncio.get_running_loop(), lambda: 0.0)
    broken, whole = Broken(), Listener()
    receiver.take_over(pairs[0][0].fileno(), broken)
    receiver.take_over(pairs[1][0].fileno(), whole)
    pairs[0][1].send(b"a trap")
    pairs[1][1].send(b"before")
    async with asyncio.timeout(5):
        await whole.any.wait()
    assert broken.is_aborted and "a bug of ours" in caplog.text
    whole.any.clear()
    pairs[1][1].send(b", after")
    async with asyncio.timeout(5):
        await whole.any.wait()
    assert whole.heard == b"before, after", "the others are heard on"
    receiver.close()


async def test_closing_twice_is_closing(pairs: list[Pair]) -> None:
    receiver = Receiver(asyncio.get_running_loop(), lambda: 0.0)
    receiver.close()
    receiver.close()

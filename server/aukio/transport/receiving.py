"""Receiving from many clients at once: one turn of the loop for what arrived within a moment."""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from aukio.session._inbox import Inbox
from aukio.transport._receive import Poll

logger = logging.getLogger("aukio.transport.receiving")

MOMENT_S = 0.002  # after something arrived, what follows is waited for so long


class Taker(Protocol):
    """Whose socket is received from here instead of by its transport."""

    def received(self, data: bytes) -> None:
        """Takes what arrived; no bytes: the stream has ended or broken."""

    def abort(self) -> None:
        """Cuts the connection."""


class Receiver:
    """Reads the sockets of admitted clients in place of their transports.

    A client sends a few small messages a second. Waking up the loop for each, and a transport for
    each, costs several times what the message does; the tick wants them together anyway. Nobody
    waits longer than MOMENT_S, and an idle server sleeps.

    A descriptor is taken over when its transport has paused reading, and given back before
    anything else is done with it: a number that another connection has got since is not its own.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, timer: Callable[[], float]) -> None:
        self._loop = loop
        self._time = timer
        self._poll = Poll()
        self._takers: dict[int, Taker] = {}
        self._timer: asyncio.TimerHandle | None = None
        loop.add_reader(self._poll.fileno(), self._arrived)
        self._poll.set_bell()

    def take_over(self, descriptor: int, taker: Taker) -> None:
        """Receives for `taker` from now on."""
        self._poll.add(descriptor)
        self._takers[descriptor] = taker

    def give_back(self, descriptor: int, taker: Taker) -> None:
        """Receives for it no more; does nothing if the number is another's by now."""
        if self._takers.get(descriptor) is taker:
            self._poll.remove(descriptor)
            del self._takers[descriptor]

    def lead(self, descriptor: int, inbox: Inbox, slot: int) -> None:
        """Lets a client's inputs go to a slot of an inbox, and only what else comes to its taker.

        From the next `go_on` on, and after whatever came to the taker, again from the next.
        """
        self._poll.lead(descriptor, inbox, slot)

    def go_on(self, descriptor: int) -> None:
        """A taker has read whole frames so far."""
        self._poll.go_on(descriptor)

    def heard_at(self, descriptor: int) -> float:
        """When an input of a client that is led came last, in the timer's seconds; 0: never."""
        return self._poll.heard(descriptor)

    def collect(self) -> int:
        """Hands out everything that has arrived; returns from how many sockets."""
        pieces = self._poll.receive(self._time())
        arrived = [(self._takers.get(number), data) for number, data in pieces]
        for taker, data in arrived:
            if taker is None:
                continue
            try:
                taker.received(data)
            except Exception:
                # As a transport would: a bug met on one line costs that line, not everybody's.
                logger.exception("receiving failed")
                taker.abort()
        return self._poll.active

    def close(self) -> None:
        """Ends; idempotent."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._poll.fileno() >= 0:
            self._loop.remove_reader(self._poll.fileno())
            self._poll.close()

    def _arrived(self) -> None:
        self._poll.silence()
        self._again()

    def _again(self) -> None:
        self._timer = None
        if self._poll.fileno() < 0:
            return
        if self.collect():
            self._timer = self._loop.call_later(MOMENT_S, self._again)
        else:
            self._poll.set_bell()

"""One bot's conversation: hello, welcome, what is rare; the frequent is the swarm's."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aukio_bench._decode import View
from aukio_bench._swarm import TOLD
from aukio_bench._truth import Lookout
from aukio_bench.connection import masked_frame
from aukio_protocol import messages as m
from aukio_protocol.codec import decode, encode
from aukio_protocol.errors import ProtocolError, Reason
from aukio_protocol.version import VERSION, schema_hash

if TYPE_CHECKING:
    from aukio_bench.bots import Crowd

CAPACITY = 4096  # slots a server can have
JOIN_NEAREST = 50  # a join is done when so many of the nearest are decoded
MESSAGE, WRONG, ENDED, CORRECTED, ENTERED = range(len(TOLD))


class Bot:
    """One client: it takes what it is sent at its word and complains of what is wrong."""

    __slots__ = (
        "_crowd",
        "_is_sampled",
        "_pings",
        "_row",
        "_targets",
        "_view",
        "attempt",
        "is_connected",
        "request_written",
    )

    def __init__(self, crowd: Crowd, row: int, *, is_sampled: bool) -> None:
        self._crowd = crowd
        self._row = row
        self._is_sampled = is_sampled
        self._view: View | None = None
        self._targets: NDArray[np.int32] | None = None
        self._pings: dict[int, float] = {}
        self.attempt = 0
        self.request_written = 0.0
        self.is_connected = False  # or on its way to be

    def begin(self) -> int:
        """Starts anew: a connection is about to open; returns the number of the attempt."""
        self._view = self._targets = None
        self._pings.clear()
        self.is_connected = True
        self.attempt += 1
        return self.attempt

    def finish(self, *, hangs_up: bool) -> None:
        """Forgets the connection; the server closes it after a `Leave`, else we hang up."""
        self.is_connected = False
        if hangs_up:
            self._crowd.swarm.hang_up(self._row)
        else:
            self._crowd.swarm.retire(self._row)

    def send(self, message: m.Message) -> float:
        """Sends a control message; returns the moment before the write."""
        crowd = self._crowd
        return crowd.swarm.send(self._row, masked_frame(encode(message), crowd.random.randbytes(4)))

    def ping(self, now: float) -> None:
        """Asks for the server's time."""
        stamp = int(now * 1000) & 0xFFFFFFFF
        self._pings[stamp] = now
        self.send(m.ClockPing(stamp))

    @property
    def slot(self) -> int:
        """The slot of its avatar, or -1."""
        return self._view.own if self._view is not None else -1

    @property
    def view(self) -> View | None:
        """What it knows of the others, if it is in."""
        return self._view

    # What the line and the swarm tell.

    def opened(self, request_written: float) -> None:
        """Says hello."""
        self.request_written = request_written
        name, look = self._crowd.party.guise(self._row)
        self.send(m.Hello(VERSION, _schema(), name, look, "en", "", b"", ""))

    def hear(self, told: int, what: Any, now: float) -> None:
        """Takes what the swarm tells (see `_swarm.TOLD`)."""
        crowd = self._crowd
        if told == MESSAGE:
            try:
                self._message(decode(what, m.Sender.SERVER), now)
            except ProtocolError as error:
                self._wrong(f"decode_{type(error).__name__}")
        elif told == CORRECTED:
            crowd.meter.counts["corrections"] += crowd.meter.is_on
            crowd.walkers.correct(self._row, what)
        elif told == ENTERED:
            self._check_join(now)
        else:
            self.failed(what if told == WRONG else f"ended_{what}")

    def failed(self, how: str) -> None:
        """The connection could not be had, or is gone; what it said wrong is counted."""
        self._crowd.meter.errors[how] += 1
        self.is_connected = False
        self._crowd.lost(self._row)

    # Within.

    def _message(self, message: m.Message, now: float) -> None:
        crowd = self._crowd
        match message:
            case m.Welcome() if self._view is None:
                self._welcome(message, now)
            case m.ClockPong(time, tick, phase):
                sent = self._pings.pop(time, None)
                if sent is not None and self._view is not None:
                    late = (tick - self._view.tick + 32768) % 65536 - 32768
                    crowd.clock.note(sent, now, self._view.tick + late, phase)
            case m.Refuse(reason):
                self.finish(hangs_up=True)
                self.failed(f"refused_{Reason(reason).name.lower()}")
            case m.Goodbye(reason):
                self.finish(hangs_up=True)
                self.failed(f"goodbye_{Reason(reason).name.lower()}")
            case m.Notice(code):
                crowd.meter.counts[f"notice_{m.NoticeCode(code).name.lower()}"] += 1
            case _ if self._view is None:
                self._wrong(f"{type(message).__name__.lower()}_before_welcome")
            case _:
                pass  # the sample decodes everything; the swarm has counted it

    def _welcome(self, welcome: m.Welcome, now: float) -> None:
        crowd, row = self._crowd, self._row
        known = round(crowd.clock.ticks(now)) if crowd.active.any() else welcome.tick
        tick = known + (welcome.tick - known + 32768) % 65536 - 32768
        crowd.clock.start(now, tick)
        beliefs = crowd.beliefs[row]
        view = View(CAPACITY, welcome.entity, tick, welcome.tick_hz, beliefs)
        self._view = view
        crowd.settled(row, welcome, tick)
        sees = Lookout(crowd.meter.judge, row, view, crowd.generator) if self._is_sampled else None
        crowd.swarm.attend(row, view, sees)
        others = np.flatnonzero(crowd.active)
        nearest = crowd.truth.nearest(row, tick, others, JOIN_NEAREST)
        self._targets = crowd.truth.slots[nearest]
        crowd.swarm.joining[row] = True
        self._check_join(now)
        self.ping(now)

    def _check_join(self, now: float) -> None:
        view, crowd = self._view, self._crowd
        if view is None or self._targets is None:
            return
        if view.rows["known"][self._targets].all():
            crowd.meter.joins_s.append(now - self.request_written)
            crowd.swarm.joining[self._row] = False
            self._targets = None

    def _wrong(self, what: str) -> None:
        """The server broke the protocol: this is counted, and nothing it says is good any more."""
        self.finish(hangs_up=True)
        self.failed(what)


@cache
def _schema() -> bytes:
    return schema_hash()  # it reads every message's fields: 2 ms, too much for each hello

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
from aukio_protocol.errors import RESUMABLE, ProtocolError, Reason
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
        "_saved_secret",
        "_secret",
        "_targets",
        "_tries",
        "_view",
        "attempt",
        "came_at",
        "far_heads",
        "is_connected",
    )

    def __init__(self, crowd: Crowd, row: int, *, is_sampled: bool) -> None:
        self._crowd = crowd
        self._row = row
        self._is_sampled = is_sampled
        self._view: View | None = None
        self._targets: NDArray[np.int32] | None = None
        self._pings: dict[int, float] = {}
        self._secret = self._saved_secret = b""
        self._tries = 0
        self.came_at = 0.0  # when it first asked to be let in, since it was in last; 0: not yet
        self.attempt = 0
        self.far_heads = 0  # whom it knows only as heads in cells
        self.is_connected = False  # or on its way to be

    def begin(self) -> int:
        """Starts anew: a connection is about to open; returns the number of the attempt."""
        self._view = self._targets = None
        self.far_heads = 0
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
        self.came_at = self.came_at or request_written
        name, look = self._crowd.party.guise(self._row)
        self.send(m.Hello(VERSION, _schema(), name, look, "en", "", self._saved_secret, ""))

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

    def failed(
        self, how: str, retry_ms: int = 0, *, may_return: bool = True, is_early: bool = False
    ) -> None:
        """The connection could not be had, or is gone: counted, and tried again if we do that.

        Who `is_early`, because the server is busy, comes again as every client does.
        """
        crowd = self._crowd
        self.is_connected = False
        crowd.lost(self._row)
        if not (is_early or (crowd.party.comes_back and may_return)):
            crowd.meter.errors[how] += 1
            return
        crowd.meter.counts[f"back_after_{how}"] += 1
        least = min(30.0, max(1.0, retry_ms / 1000) * 2**self._tries)  # ST7
        self._tries += 1
        crowd.come_back(self._row, crowd.random.uniform(least, 2 * least))

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
            case m.Refuse(reason=reason, retry=retry):
                self.finish(hangs_up=True)
                how, may_return = f"refused_{Reason(reason).name.lower()}", reason in RESUMABLE
                is_early = reason == Reason.BUSY
                self.failed(how, retry, may_return=may_return, is_early=is_early)
            case m.Goodbye(reason=reason, retry=retry, resumable=resumable):
                self.finish(hangs_up=True)
                self.failed(f"goodbye_{Reason(reason).name.lower()}", retry, may_return=resumable)
            case m.Saved(what=m.SavedWhat.SESSION):
                self._saved_secret = self._secret
            case m.FarCrowd(counts=counts):
                self.far_heads = sum(counts)
            case m.Notice(code):
                crowd.meter.counts[f"notice_{m.NoticeCode(code).name.lower()}"] += 1
            case _ if self._view is None:
                self._wrong(f"{type(message).__name__.lower()}_before_welcome")
            case _:
                pass  # the sample decodes everything; the swarm has counted it

    def _welcome(self, welcome: m.Welcome, now: float) -> None:
        crowd, row = self._crowd, self._row
        tick = self._unwrapped(welcome.tick, now)
        crowd.clock.start(now, tick)
        if welcome.resumed:
            crowd.meter.counts["resumed"] += 1
        self._secret, self._tries = welcome.secret, 0
        # The one before survives a crash until the server says that this one does (RS6).
        self._saved_secret = self._saved_secret or welcome.secret
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
        posture = crowd.posture(row)
        if posture:
            self.send(m.Hold(posture))

    def _unwrapped(self, tick: int, now: float) -> int:
        """A welcome's tick on the bots' own count, which never goes back."""
        clock = self._crowd.clock
        if not clock.has_started:
            return tick
        known = round(clock.ticks(now))
        if self._crowd.active.any():
            return known + (tick - known + 32768) % 65536 - 32768
        clock.forget()  # nobody is in: it may be a server that was started again
        return known + (tick - known) % 65536

    def _check_join(self, now: float) -> None:
        view, crowd = self._view, self._crowd
        if view is None or self._targets is None:
            return
        if view.rows["known"][self._targets].all():
            crowd.meter.joins_s.append(now - self.came_at)
            self.came_at = 0.0
            crowd.meter.join_bytes.append(int(crowd.swarm.received[self._row]))
            crowd.swarm.joining[self._row] = False
            self._targets = None

    def _wrong(self, what: str) -> None:
        """The server broke the protocol: this is counted, and nothing it says is good any more."""
        self.finish(hangs_up=True)
        self.failed(what)


@cache
def _schema() -> bytes:
    return schema_hash()  # it reads every message's fields: 2 ms, too much for each hello

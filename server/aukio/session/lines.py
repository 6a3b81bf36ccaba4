"""The lines of those who are joined: who has which, and who holds back what it was given."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aukio.session.session import Line, Session, Tally
from aukio.session.states import SessionState


class Sending(Protocol):
    """Sends to many descriptors at once; handed in by the app.

    Both return (N,) int32, how many bytes of each frame went out: 0 where the descriptor is
    negative, -1 where it is broken.
    """

    def send(
        self,
        descriptors: NDArray[np.int32],
        data: NDArray[np.uint8],
        starts: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Frame n is `data[starts[n]:starts[n + 1]]`."""

    def fan_out(self, descriptors: NDArray[np.int32], frame: bytes) -> NDArray[np.int32]:
        """One frame for all."""


class Lines:
    """By slot: the line of who is joined, what it lends, and an epoch.

    A descriptor stands in `descriptors` while everything for its line may go there past the line:
    it is plain TCP, open, and nothing waits before. The line says when that ends
    (`Line.admitted`), at that moment, so a number that another connection has by now is not here;
    `holding` asks again at every tick. Elsewhere stands -1. The epoch changes whenever a slot gets
    another line, or none.
    """

    def __init__(
        self,
        capacity: int,
        sessions: Mapping[int, Session],
        tally: Tally,
        sending: Sending | None = None,
    ) -> None:
        self.epochs = np.zeros(capacity, np.int64)
        self.descriptors = np.full(capacity, -1, np.int32)
        self._by_slot: list[Line | None] = [None] * capacity
        self._sessions = sessions
        self._tally = tally
        self._sending = sending or _Nothing()
        self._holding: set[Session] = set()

    def connect(self, session: Session) -> None:
        """The line of a session is the one of its slot from now on."""
        line, slot = session.line, session.slot
        assert line is not None, "who joins has a line"
        self._change(slot, line)
        line.admitted(partial(self._withdraw, session, slot, line))
        self.descriptors[slot] = line.descriptor()

    def disconnect(self, slot: int) -> None:
        """A slot has no line any more."""
        self._change(slot, None)

    def holds_back(self, session: Session) -> None:
        """A line did not take all it was given: the session waits (see `holding`)."""
        self._holding.add(session)
        if session.line is not None and session.entity is not None:
            self._withdraw(session, session.slot, session.line)

    def holding(self) -> Iterator[tuple[int, int]]:
        """Slots whose lines or outboxes held something when last asked, and how many bytes they
        hold now; what a line can take, it is given first."""
        for session in list(self._holding):
            session.flush()
            line, unsent = session.line, 0
            if line is not None and session.state is SessionState.JOINED:
                unsent = line.unsent_bytes + session.outbox.size_bytes
                yield session.slot, unsent
            if not unsent:
                self._holding.discard(session)
                if line is not None and session.state is SessionState.JOINED:
                    self.descriptors[session.slot] = line.descriptor()

    def send(self, slots: NDArray[np.int32], frame: bytes) -> None:
        """Sends a frame to all of these who are joined: at once where nothing waits before it."""
        descriptors = self.descriptors[slots]
        sent = self._sending.fan_out(descriptors, frame)
        self._tally.sent_control(len(frame) * int(np.count_nonzero(descriptors >= 0)))
        for n in np.flatnonzero(sent != len(frame)).tolist():
            session = self._sessions.get(int(slots[n]))
            if session is None or session.line is None or session.state is not SessionState.JOINED:
                continue
            if descriptors[n] < 0:
                session.send_frame(frame)
            else:
                self._write(session, session.line, frame[max(0, sent[n]) :])

    def send_each(
        self,
        slots: NDArray[np.int32],
        epochs: NDArray[np.int64],
        data: NDArray[np.uint8],
        starts: NDArray[np.int64],
    ) -> None:
        """Sends each its own frame, `data[starts[n]:starts[n + 1]]`; nothing where the epoch is
        another by now."""
        descriptors = self.descriptors[slots]
        changed = self.epochs[slots] != epochs
        descriptors[changed] = -1
        sent = self._sending.send(descriptors, data, starts)
        for n in np.flatnonzero((sent != np.diff(starts)) & ~changed).tolist():
            line = self._by_slot[slots[n]]
            if line is not None:
                # A broken socket gets the whole frame: the line finds out and closes.
                rest = data[starts[n] + max(0, sent[n]) : starts[n + 1]].tobytes()
                self._write(self._sessions[int(slots[n])], line, rest)

    def _write(self, session: Session, line: Line, frames: bytes) -> None:
        line.write_frames(frames)
        self.holds_back(session)

    def _change(self, slot: int, line: Line | None) -> None:
        self._by_slot[slot] = line
        self.epochs[slot] += 1
        self.descriptors[slot] = -1

    def _withdraw(self, session: Session, slot: int, line: Line) -> None:
        """A line lends nothing until it is asked again."""
        if self._by_slot[slot] is line:
            self.descriptors[slot] = -1
            self._holding.add(session)


class _Nothing:
    """Sends nothing: everything goes through the lines."""

    def send(
        self,
        descriptors: NDArray[np.int32],
        data: NDArray[np.uint8],
        starts: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        return np.zeros(descriptors.size, np.int32)

    def fan_out(self, descriptors: NDArray[np.int32], frame: bytes) -> NDArray[np.int32]:
        return np.zeros(descriptors.size, np.int32)

"""The lines of those who are joined: who has which, and who holds back what it was given."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from aukio.session.session import Line, Session, Tally
from aukio.session.states import SessionState

FanOut = Callable[[Sequence[Line], bytes], list[int]]
"""Sends one frame to many lines; returns those n whose frame did not go out at once."""


class Lines:
    """By slot: the line of who is joined, and an epoch, which changes whenever the line does."""

    def __init__(self, capacity: int, tally: Tally, fan_out: FanOut | None = None) -> None:
        self.by_slot: list[Line | None] = [None] * capacity
        self.epochs = np.zeros(capacity, np.int64)
        self._tally = tally
        self._fan_out = fan_out or _write_each
        self._holding: set[Session] = set()

    def connect(self, slot: int, line: Line | None) -> None:
        """A slot has another line, or none any more."""
        self.by_slot[slot] = line
        self.epochs[slot] += 1

    def holds_back(self, session: Session) -> None:
        """A line did not take all it was given: the session waits (see `holding`)."""
        self._holding.add(session)

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

    def send(self, sessions: Iterable[Session], frame: bytes) -> None:
        """Sends a frame to all of these who are joined: at once where nothing waits before it."""
        free, lines = [], []
        for session in sessions:
            line = session.line
            if line is None or session.state is not SessionState.JOINED:
                continue
            if session.outbox.size_bytes or session in self._holding:
                session.send_frame(frame)
            else:
                free.append(session)
                lines.append(line)
        if lines:
            self._tally.sent_control(len(frame) * len(lines))
            for n in self._fan_out(lines, frame):
                self._holding.add(free[n])


def _write_each(lines: Sequence[Line], frame: bytes) -> list[int]:
    for line in lines:
        line.write_frames(frame)
    return [n for n, line in enumerate(lines) if line.unsent_bytes]

"""The lines of those who are joined: who has which, and who holds back what it was given."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aukio.session.fan_out import FanOut, Pieces
from aukio.session.session import Line, Session, Tally
from aukio.session.states import SessionState

FIRST = 16  # of those a message is for, who are sent it in the turn it came in
PART = 128  # in each later turn

#: Calls what it is given in a later turn of the loop and returns True, or does not; then somebody
#: calls `Lines.go_on` when it is time.
Later = Callable[[Callable[[], None]], bool]


class Sending(Protocol):
    """Sends to many descriptors at once; handed in by the app."""

    def send(
        self, descriptors: NDArray[np.int32], frames: Pieces, before: Pieces | None = None
    ) -> NDArray[np.int32]:
        """Sends each its piece of `before`, if any, and right behind it that of `frames`.

        Returns (N,) int32, how many bytes went out: 0 where the descriptor is negative, -1 where
        it is broken.
        """


class Lines:
    """By slot: the line of who is joined, what it lends, and an epoch.

    A descriptor stands in `descriptors` while everything for its line may go there past the line:
    it is plain TCP, open, and nothing waits before. The line says when that ends
    (`Line.admitted`), at that moment, so a number that another connection has by now is not here;
    `holding` asks again at every tick. Elsewhere stands -1. The epoch changes whenever a slot gets
    another line, or none.

    A message for many goes to a few of them at once. The others get it in later turns of the
    loop, or right before their snapshot, whichever comes first: a system call costs more than the
    bytes, and when several speak at once none of them waits for all who hear the others. `later`
    says when there is such a turn; without it everybody is sent to at once.
    """

    def __init__(
        self,
        capacity: int,
        sessions: Mapping[int, Session],
        tally: Tally,
        sending: Sending | None = None,
        later: Later | None = None,
    ) -> None:
        self.epochs = np.zeros(capacity, np.int64)
        self.descriptors = np.full(capacity, -1, np.int32)
        self._by_slot: list[Line | None] = [None] * capacity
        self._is_there = np.zeros(capacity, bool)
        self._sessions = sessions
        self._tally = tally
        self._sending = sending or _Nothing()
        self._holding: set[Session] = set()
        self._fan_out = FanOut(capacity)
        self._later = later
        self._has_turn = False  # whether `_turn` will be called

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

    def send(self, slots: NDArray[np.int32], frame: bytes, *, urgent: bool = True) -> None:
        """Sends a frame to all of these who are joined, to the first of them at once.

        What is not `urgent` waits for their next snapshots, or the turn after those.
        """
        while self._fan_out.is_full:
            self._give(self._fan_out.next(PART))
        slots = slots[self._is_there[slots]]
        self._fan_out.put(slots, frame)
        if self._later is None:
            self._give(slots)
        elif urgent:
            self._give(slots[:FIRST])
            self._ask_for_turn()

    def go_on(self) -> None:
        """Goes on with messages for many, after a time in which `later` said no."""
        if self._fan_out and not self._has_turn:
            self._turn()

    def send_each(
        self,
        slots: NDArray[np.int32],
        epochs: NDArray[np.int64],
        data: NDArray[np.uint8],
        starts: NDArray[np.int64],
    ) -> None:
        """Sends each its own frame, `data[starts[n]:starts[n + 1]]`, behind what messages for
        many are due to it; nothing where the epoch is another by now."""
        frames = data, starts[:-1], starts[1:]
        same = self.epochs[slots] == epochs
        if not same.all():
            slots, frames = slots[same], (data, frames[1][same], frames[2][same])
        before = self._fan_out.take(slots) if self._fan_out else None
        descriptors = self.descriptors[slots]
        sent = self._sending.send(descriptors, frames, before)
        said_bytes = 0 if before is None else int(_sizes(before).sum())
        if int(sent.sum()) == said_bytes + int(_sizes(frames).sum()):  # each has all of it
            if said_bytes:
                self._tally.sent_control(said_bytes)
            return
        whole = _sizes(frames) if before is None else _sizes(frames) + _sizes(before)
        if before is not None:
            self._tally.sent_control(int(_sizes(before)[descriptors >= 0].sum()))
        for n in np.flatnonzero(sent != whole).tolist():
            session = self._sessions[int(slots[n])]
            said = b"" if before is None else _piece(before, n)
            if descriptors[n] < 0:
                if said:
                    session.send_frame(said)
                self._write(session, _piece(frames, n))
            else:
                # A broken socket gets all of it: the line finds out and closes.
                self._write(session, (said + _piece(frames, n))[max(0, sent[n]) :])

    def _turn(self) -> None:
        self._has_turn = False
        self._give(self._fan_out.next(PART))
        self._ask_for_turn()

    def _ask_for_turn(self) -> None:
        if self._fan_out and self._later is not None and not self._has_turn:
            self._has_turn = self._later(self._turn)

    def _give(self, slots: NDArray[np.int32]) -> None:
        """Sends these what messages for many are due to them."""
        due = self._fan_out.take(slots)
        descriptors = self.descriptors[slots]
        sent = self._sending.send(descriptors, due)
        whole = _sizes(due)
        if int(sent.sum()) == (total := int(whole.sum())):  # each has all of it
            self._tally.sent_control(total)
            return
        self._tally.sent_control(int(whole[descriptors >= 0].sum()))
        for n in np.flatnonzero(sent != whole).tolist():
            session = self._sessions[int(slots[n])]
            if descriptors[n] < 0:
                session.send_frame(_piece(due, n))
            else:
                self._write(session, _piece(due, n)[max(0, sent[n]) :])

    def _write(self, session: Session, frames: bytes) -> None:
        line = self._by_slot[session.slot]
        if line is not None and session.line is line:
            line.write_frames(frames)
            self.holds_back(session)

    def _change(self, slot: int, line: Line | None) -> None:
        self._by_slot[slot] = line
        self._is_there[slot] = line is not None
        self._fan_out.forget(slot)
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
        self, descriptors: NDArray[np.int32], frames: Pieces, before: Pieces | None = None
    ) -> NDArray[np.int32]:
        return np.zeros(descriptors.size, np.int32)


def _sizes(pieces: Pieces) -> NDArray[np.int64]:
    _, begins, ends = pieces
    return ends - begins


def _piece(pieces: Pieces, n: int) -> bytes:
    data, begins, ends = pieces
    return data[begins[n] : ends[n]].tobytes()

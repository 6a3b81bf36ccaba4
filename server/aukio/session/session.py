"""One client's conversation: bytes in, frames out; knows no socket and no clock."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from aukio.session._inbox import FINE, OVER_RATE, OVERSIZED, Inbox
from aukio.session.limits import OFFENCES, Bucket
from aukio.session.names import clean_text
from aukio.session.outbox import MOST_BYTES, Outbox, frame_message
from aukio.session.routes import ROUTES
from aukio.session.states import SessionState
from aukio.sim.entities import EntityRef
from aukio.world.roles import GUEST
from aukio_protocol import messages as m
from aukio_protocol.codec import decode
from aukio_protocol.errors import (
    CLOSE_CODES,
    RESUMABLE,
    MalformedMessage,
    OversizedMessage,
    ProtocolError,
    Reason,
    UnknownMessage,
    WrongState,
)
from aukio_protocol.version import VERSION, schema_hash

if TYPE_CHECKING:
    from aukio.session.acts import Acts

INPUT = bytes((m.INPUT_ID,))
EMOTES = frozenset(m.EmoteKind)


class Line(Protocol):
    """The connection as a session sees it."""

    @property
    def address(self) -> str: ...

    @property
    def unsent_bytes(self) -> int: ...

    def write_frames(self, frames: bytes) -> None: ...

    def descriptor(self) -> int: ...

    def close(self, code: int, reason: str = "") -> None: ...

    def admitted(self, withdraw: Callable[[], None]) -> None: ...

    def lead_inputs(self, inbox: Inbox, slot: int) -> None: ...


class Tally(Protocol):
    """Who counts what happens: the metrics."""

    def count(self, kind: str, reason: str) -> None: ...

    def sent_control(self, size_bytes: int) -> None: ...


class House(Protocol):
    """Whom a session turns to: the registry of its world."""

    def greet(self, session: "Session", hello: m.Hello, now: float) -> None: ...

    def confirm(self, session: "Session") -> None: ...

    def leave(self, session: "Session") -> None: ...

    @property
    def acts(self) -> "Acts": ...

    def holds_back(self, session: "Session") -> None: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is for the others."""

    name: str
    look: bytes


class Session:
    """A conversation, and what outlives its connection.

    `receive` never raises because of what a peer sent: a rule that is broken ends the session's
    connection with a reason.
    """

    def __init__(
        self,
        house: House,
        line: Line | None,
        now: float,
        tally: Tally,
    ) -> None:
        self.state = SessionState.GREETING
        self.line = line
        self.entity: EntityRef | None = None
        self.identity = Identity("", b"")
        self.address = "" if line is None else line.address  # of its last line
        self.role = GUEST
        self.is_silenced = False
        self.rights: m.Rights | None = None  # as its client was told
        self.language = ""  # as its client told it, a BCP 47 tag
        self.is_confirmed = False  # whether the client has shown that its welcome arrived
        self.key = ""  # names the session in storage
        self.secret_hash = b""
        self.former_hash = b""  # still good until the client shows that it has the new secret
        self.parked_at = 0.0
        self.version = 0  # of what is saved about this session
        self.told_version = 0  # the version its client knows to be saved
        self.outbox = Outbox()
        self.inbox: Inbox | None = None  # where inputs wait for the tick, once there is an avatar
        self._house = house
        self._tally = tally
        # An input's own bucket stands in the inbox.
        self._buckets = {
            message: Bucket(route.rate, now)
            for message, route in ROUTES.items()
            if route.rate is not None
        }
        self._offences = Bucket(OFFENCES, now)
        self._warned = -1e9

    @property
    def slot(self) -> int:
        """The slot of the avatar; only while there is one."""
        assert self.entity is not None, "the session has no avatar"
        return self.entity.slot

    # What the connection tells.

    def receive(self, data: bytes, now: float) -> None:
        """Takes one message; everything wrong with it is the peer's trouble alone."""
        if self.line is None:
            return
        try:
            if data[:1] == INPUT and self.state is SessionState.JOINED:
                self._input(data, now)
                return
            self._receive(data, now)
        except ProtocolError as error:
            self.end(error.reason, str(error))
        self.flush()

    def _receive(self, data: bytes, now: float) -> None:
        route = ROUTES.get(data[0]) if data else None
        if route is None:
            raise UnknownMessage(f"no message 0x{data[:1].hex()} from a client")
        if self.state not in route.states:
            raise WrongState(f"message 0x{data[0]:02x} is not legal now ({self.state.name})")
        if route.rate is not None and not self._buckets[data[0]].take(now):
            self._over_rate(data[0], now)
            return
        if self.state is SessionState.JOINED and (self.former_hash or not self.is_confirmed):
            self._house.confirm(self)
        match decode(data, m.Sender.CLIENT):
            case m.Hello() as hello:
                self._house.greet(self, hello, now)
            case m.ClockPing() as ping:
                self._house.acts.answer_clock(self, ping, now)
            case m.Say(text):
                said = clean_text(text)
                if said is not None:
                    self._house.acts.say(self, said)
            case m.Gesture(kind):
                if kind in EMOTES:
                    self._house.acts.gesture(self, kind)
            case m.Hold(posture):
                self._house.acts.hold(self, posture)
            case m.Dress(look):
                self._house.acts.dress(self, look)
            case m.Go(spot):
                self._house.acts.go(self, spot)
            case m.Use(thing):
                self._house.acts.use(self, thing)
            case m.Kick(entity, generation):
                self._house.acts.kick(self, entity, generation, now)
            case m.Silence(entity, generation, silenced):
                self._house.acts.silence(self, entity, generation, silenced, now)
            case m.Leave():
                self._house.leave(self)
                self.end(Reason.LEFT, "")

    def _input(self, data: bytes, now: float) -> None:
        """The short way of most messages: checked, limited and kept by a kernel."""
        assert self.inbox is not None, "joined sessions have an inbox"
        assert self.entity is not None
        verdict = self.inbox.put(self.entity.slot, data, now)
        if verdict == OVER_RATE:
            self._over_rate(m.INPUT_ID, now)
            return
        if self.former_hash or not self.is_confirmed:
            self._house.confirm(self)
        if verdict == OVERSIZED:
            raise OversizedMessage("an input is longer than any legal one")
        if verdict != FINE:
            raise MalformedMessage("an input has a wrong length or an illegal flag")

    def _over_rate(self, message: int, now: float) -> None:
        self._tally.count("dropped", "rate")
        if not self._offences.take(now):
            self.end(Reason.TOO_MANY, "Too many messages for too long.")
        elif message != m.INPUT_ID and now - self._warned > 1:
            self._warned = now
            self.send(m.Notice(m.NoticeCode.SLOW_DOWN, "That was too fast: a message was dropped."))

    # What the server tells.

    def send(self, message: m.Message) -> None:
        """Queues a control message and hands it on if the line is free."""
        self.send_frame(frame_message(message))

    def send_frame(self, frame: bytes) -> None:
        """The same for a frame that others are sent too."""
        if self.line is None:
            return
        self.outbox.put(frame)
        self.flush()

    def flush(self) -> None:
        """Hands waiting frames to the line when it has taken everything before them."""
        if self.line is None or not self.outbox.size_bytes:
            return
        if not self.line.unsent_bytes:
            self._write(self.line)
            return
        self._house.holds_back(self)
        if self.line.unsent_bytes + self.outbox.size_bytes > MOST_BYTES:
            self.end(Reason.SLOW, "The connection does not take what it is sent.")

    def refuse(self, reason: Reason, detail: str, retry_ms: int = 0) -> None:
        """Answers a hello with no and ends the connection."""
        self._tally.count("refused", reason.name.lower())
        if self.line is not None:
            refusal = m.Refuse(reason, detail[:300], retry_ms, VERSION, schema_hash())
            self._last_words(refusal, reason)

    def end(self, reason: Reason, detail: str, retry_ms: int = 0) -> None:
        """Ends the connection with a reason; the session itself may be resumed."""
        if self.line is None:
            return
        if self.state is SessionState.GREETING:
            self.refuse(reason, detail, retry_ms)
            return
        self._tally.count("ended", reason.name.lower())
        goodbye = m.Goodbye(reason, reason in RESUMABLE, retry_ms, detail[:300])
        self._last_words(goodbye, reason)

    def _last_words(self, message: m.Message, reason: Reason) -> None:
        line = self.line
        assert line is not None
        self.outbox.put(frame_message(message))
        self.line = None  # nothing is sent after the last words
        self._write(line)
        line.close(CLOSE_CODES[reason], reason.name.lower())

    def _write(self, line: Line) -> None:
        frames = self.outbox.drain()
        self._tally.sent_control(len(frames))
        line.write_frames(frames)
        if line.unsent_bytes:
            self._house.holds_back(self)

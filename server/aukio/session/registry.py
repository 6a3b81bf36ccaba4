"""All sessions of one world: joining, leaving, parking, resuming."""

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aukio.clock import WRAP
from aukio.session._inbox import Inbox
from aukio.session.acts import Acts
from aukio.session.languages import in_language
from aukio.session.limits import INPUTS
from aukio.session.lines import Later, Lines, Sending
from aukio.session.names import clean_name
from aukio.session.outbox import frame_message
from aukio.session.saved import SavedSession
from aukio.session.secrets import SECRET_BYTES, RandomBytes, hash_secret
from aukio.session.session import Identity, Line, Session, Tally
from aukio.session.states import SessionState
from aukio.sim.commands import MOVE, Moves
from aukio.sim.entities import EntityRef
from aukio.sim.events import (
    Event,
    Gestured,
    Held,
    KeptOut,
    ObjectChanged,
    PortalEntered,
    Rescued,
    Sent,
    Spoke,
    Told,
)
from aukio.sim.simulation import Placement, Simulation
from aukio.world.roles import GUEST
from aukio_protocol import messages as m
from aukio_protocol.errors import Reason
from aukio_protocol.version import VERSION, schema_hash

PARKED_S = 60.0  # how long a session outlives its connection
ROOM_S = 5.0  # how long it does so in a full world, if somebody wants in
LAG_RETRY_MS = 3000
MOST_LETTERS = 300  # of a sentence
FULL_RETRY_MS = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """What a welcome says of the world: its id and the hashes of its scene and walk field."""

    world: str
    scene: str
    walk: str


class Audience(Protocol):
    """Those who must know of comings and goings: replication."""

    def attach(self, slot: int) -> int: ...

    def detach(self, slot: int) -> None: ...

    def introduce(self, ref: EntityRef, frame: bytes) -> None: ...

    def end(self, slot: int) -> None: ...


class Registry:
    """The sessions of one world.

    Capacity is decided in one synchronous step, in `greet`: parked sessions keep their place.
    """

    def __init__(
        self,
        place: Place,
        simulation: Simulation,
        audience: Audience,
        *,
        capacity: int,
        spawn: Callable[[str], Placement],
        spots: Collection[str],
        random_bytes: RandomBytes,
        save: Callable[[Session, SavedSession], None],
        erase: Callable[[str], None],
        tally: Tally,
        phase: Callable[[float], int],
        tell: Callable[[Event], None] | None = None,
        sending: Sending | None = None,
        later: Later | None = None,
        role_of: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        self._role_of = role_of  # what a ticket says; None of one that is not good
        self._place = place
        self._coming: m.Rebuilt | None = None  # what the world will change to
        self._simulation = simulation
        self._audience = audience
        self.capacity = capacity
        self._spawn = spawn
        self._random_bytes = random_bytes
        self._save = save
        self._erase = erase
        self._tally = tally
        self._tell = tell or self.tell
        self.acts = Acts(self, simulation, spots=spots, spawn=spawn, tell=self._tell, phase=phase)
        self._by_slot: dict[int, Session] = {}
        self.lines = Lines(simulation.entities.capacity, self._by_slot, tally, sending, later)
        self._by_hash: dict[bytes, Session] = {}
        self._greeting: set[Session] = set()
        self._guests = itertools.count(1)
        self._told_people = -1
        self._inbox = Inbox(simulation.entities.capacity, INPUTS.per_second, INPUTS.burst, MOVE)
        self.is_busy = False  # set by the overload ladder: no one new may come

    # Connections come and go.

    def open(self, line: Line, now: float) -> Session:
        """Begins the conversation of a new connection."""
        session = Session(self, line, now, self._tally)
        self._greeting.add(session)
        return session

    def closed(self, session: Session, now: float) -> None:
        """The connection of a session is gone; the session itself is parked.

        One whose client never said a word after its welcome has nothing to come back to: it ends.
        """
        session.line = None
        session.outbox.drain()  # the next client starts anew; up to 64 kB would wait for nobody
        self._greeting.discard(session)
        if session.state is SessionState.JOINED and not session.is_confirmed:
            self.leave(session)
        elif session.state is SessionState.JOINED:
            session.state = SessionState.PARKED
            session.parked_at = now
            self.lines.disconnect(session.slot)
            self._inbox.start(session.slot, now)
            self._audience.detach(session.slot)
            for event in self._simulation.halt(session.slot):
                self._tell(event)

    @property
    def people(self) -> int:
        """How many have a place in the world, the parked included."""
        return len(self._by_slot)

    @property
    def connected(self) -> int:
        """How many can be sent something."""
        return sum(s.state is SessionState.JOINED and s.line is not None for s in self)

    @property
    def world(self) -> str:
        """The id of the world."""
        return self._place.world

    def find(self, slot: int) -> Session | None:
        """Who has a slot, if anybody."""
        return self._by_slot.get(slot)

    def keep(self, session: Session) -> None:
        """Stores a session as it is now."""
        self._save(session, self._saved(session))

    def __iter__(self) -> Iterator[Session]:
        return iter(self._by_slot.values())

    def __getitem__(self, slot: int) -> Session:
        return self._by_slot[slot]

    # What sessions ask for (see `session.House`).

    def greet(self, session: Session, hello: m.Hello, now: float) -> None:
        """Lets a client in, back in, or not."""
        self._greeting.discard(session)
        if hello.version != VERSION or hello.schema != schema_hash():
            session.refuse(Reason.VERSION, "This page is older than the server: reload it.")
            return
        session.language = hello.language
        role = self._role_of(hello.ticket) if hello.ticket else None
        if hello.ticket and role is None:
            session.refuse(Reason.TICKET, "This link is not good here, or no longer.")
            return
        known = self._known(hello.secret)
        session.role = role or (known.role if known is not None else GUEST)
        if known is None and role is None and self.acts.is_marked(session, hello.name, now):
            session.refuse(Reason.PUT_OUT, "You were put out of here; come back later.")
            return
        if known is not None:
            self._resume(session, known, hash_secret(hello.secret), now)
        elif self.is_busy:
            session.refuse(Reason.BUSY, "The server is busy; trying again soon.", LAG_RETRY_MS)
        elif self.people >= self.capacity and not self._make_room(now):
            session.refuse(Reason.FULL, "The world is full.", FULL_RETRY_MS)
        else:
            self._join(session, hello, now)

    def confirm(self, session: Session) -> None:
        """The client has shown that it holds its new secret: the one before ends.

        From here on its inputs have nothing to say to the session.
        """
        session.is_confirmed = True
        if session.line is not None:
            session.line.lead_inputs(self._inbox, session.slot)
        self._by_hash.pop(session.former_hash, None)
        session.former_hash = b""

    def leave(self, session: Session) -> None:
        """Ends a session for good: its avatar leaves the world."""
        if session.entity is None:
            return
        slot = session.slot
        if session.state is SessionState.JOINED:
            self._audience.detach(slot)
            self.lines.disconnect(slot)
        session.state = SessionState.ENDED
        del self._by_slot[slot]
        for known in (session.secret_hash, session.former_hash):
            self._by_hash.pop(known, None)
        self._inbox.start(slot, 0.0)
        self._simulation.leave(slot)
        self._audience.end(slot)
        self._erase(session.key)

    # What the tick asks for.

    def drain(self, now: float) -> Moves:
        """Takes the inputs of all clients, capped for each, as commands for the next tick."""
        simulation = self._simulation
        return Moves(*self._inbox.drain(simulation.tick + 1, now, simulation.tick_hz))

    def holds_back(self, session: Session) -> None:
        """A line did not take all it was given (see `Lines`)."""
        self.lines.holds_back(session)

    def tell(self, event: Event) -> None:
        """Tells clients of an event that concerns them."""
        match event:
            case Spoke(slot, text, hearers):
                name = self._by_slot[slot].identity.name
                self.send_to(hearers, m.Said(slot, name, text))
            case Gestured(slot, kind, hearers):
                self.send_to(hearers, m.Gestured(slot, kind))
            case Held(slot):
                session = self._by_slot[slot]
                self.introduce(session)
                self.keep(session)
            case Rescued(slot):
                text = "You fell out of the world and were put back."
                self.send_to(np.array([slot], np.int32), m.Notice(m.NoticeCode.RESCUED, text))
            case PortalEntered(slot, to):
                session = self._by_slot[slot]
                if to.startswith("#"):
                    self.acts.go(session, to[1:])
                elif session.state is SessionState.JOINED:
                    session.send(m.Portal(to))
            case ObjectChanged(name, version, state, tick):
                self.send_to(self.slots, m.ObjectState(name, version, state, tick % WRAP))
            case KeptOut(slot, is_news):
                if not is_news:
                    return
                text = "You may not go in there."
                self._by_slot[slot].send(m.Notice(m.NoticeCode.NOT_ALLOWED, text))
            case Sent(slot, spot):
                self.acts.go(self._by_slot[slot], spot)
            case Told(slot, text):
                self._tell_text([self._by_slot[slot]] if slot is not None else list(self), text)

    def tell_kept(self, thing: str, version: int) -> None:
        """Tells everybody that the state of a thing survives a crash."""
        kept = m.Saved(m.SavedWhat.OBJECT, version, thing)
        self.send_to(self.slots, kept, urgent=False)

    def tell_people(self) -> None:
        """Tells everybody how many are here, if that has changed."""
        if self.people != self._told_people:
            self._told_people = self.people
            self.send_to(self.slots, m.People(self.people), urgent=False)

    def notify(self, code: m.NoticeCode, text: str) -> None:
        """Tells everybody something about the server."""
        self.send_to(self.slots, m.Notice(code, text), urgent=False)

    def announce(self, place: Place, tick: int) -> None:
        """Tells everybody, and whoever comes in before, what the world is from a tick on."""
        self._coming = m.Rebuilt(place.scene, place.walk, tick % WRAP)
        self.send_to(self.slots, self._coming, urgent=False)

    def change(self, place: Place, spots: Collection[str]) -> None:
        """The world is another one now."""
        self._place, self._coming = place, None
        self.acts.spots = spots
        for session in self:
            self.acts.tell_rights(session)

    def expire(self, now: float) -> None:
        """Ends the sessions that were parked for too long."""
        for session in [s for s in self._by_slot.values() if s.state is SessionState.PARKED]:
            if now - session.parked_at > PARKED_S:
                self._tally.count("ended", "expired")
                self.leave(session)

    def restore(self, saved: Iterable[SavedSession], now: float) -> int:
        """Brings back the sessions of a former run, parked; returns how many."""
        restored = 0
        for one in saved:
            if self.people >= self.capacity:
                break
            ref = self._simulation.enter(one.placement, self._spawn(""))
            if ref is None:
                break
            session = Session(self, None, now, self._tally)
            session.state, session.parked_at, session.is_confirmed = SessionState.PARKED, now, True
            session.key, session.version, session.role = one.key, one.version, one.role
            session.is_silenced = one.silenced
            self._simulation.hold(ref.slot, one.posture)
            self._settle(session, ref, Identity(one.name, one.look))
            session.secret_hash, session.former_hash = one.secret_hash, one.former_hash
            for known in filter(None, (one.secret_hash, one.former_hash)):
                self._by_hash[known] = session
            restored += 1
        return restored

    def saveable(self) -> Iterator[tuple[Session, SavedSession]]:
        """All sessions as they should be stored, by the slots of their avatars."""
        return ((session, self._saved(session)) for session in self._by_slot.values())

    @property
    def slots(self) -> NDArray[np.int32]:
        """The slots of everybody with a place in the world, the parked included."""
        return np.fromiter(self._by_slot, np.int32, len(self._by_slot))

    def end_all(self, reason: Reason, retry_ms: int) -> None:
        """Says goodbye to every connection; sessions stay stored."""
        for session in [*self._greeting, *self._by_slot.values()]:
            session.end(reason, "The server restarts and will be back.", retry_ms)

    # Within.

    def _make_room(self, now: float) -> bool:
        """In a full world a newcomer takes the place of who is away for longest, if anybody is.

        Otherwise one client that joins and drops its line again and again could fill the world.
        """
        parked = [s for s in self._by_slot.values() if s.state is SessionState.PARKED]
        away = min(parked, key=lambda session: session.parked_at, default=None)
        if away is None or now - away.parked_at < ROOM_S:
            return False
        self._tally.count("ended", "made_room")
        self.leave(away)
        return True

    def _known(self, secret: bytes) -> Session | None:
        return self._by_hash.get(hash_secret(secret)) if len(secret) == SECRET_BYTES else None

    def _join(self, session: Session, hello: m.Hello, now: float) -> None:
        place = self._spawn(hello.spot if hello.spot in self.acts.spots else "")
        if self._simulation.acting.keeps_out(session.role, place):
            place = self._spawn("")
        ref = self._simulation.enter(place, place)
        if ref is None:
            session.refuse(Reason.FULL, "The world is full.", FULL_RETRY_MS)
            return
        name = clean_name(hello.name) or f"Guest {next(self._guests)}"
        session.key = self._random_bytes(16).hex()
        self._settle(session, ref, Identity(name, hello.look))
        self._welcome(session, now, resumed=False)

    def _settle(self, session: Session, ref: EntityRef, identity: Identity) -> None:
        session.entity, session.identity = ref, identity
        self._by_slot[ref.slot] = session
        self._simulation.acting.roles[ref.slot] = session.role
        self.introduce(session)

    def introduce(self, session: Session) -> None:
        """Tells everybody who somebody is and how they hold themselves; themselves too."""
        frame = self._introduction(session)
        assert session.entity is not None
        self._audience.introduce(session.entity, frame)
        if session.state is SessionState.JOINED:
            session.send_frame(frame)

    def _introduction(self, session: Session) -> bytes:
        ref, who = session.entity, session.identity
        assert ref is not None
        posture = int(self._simulation.entities.postures[ref.slot])
        told = m.Introduce(ref.slot, ref.generation, m.Kind.AVATAR, who.name, who.look, posture)
        return frame_message(told)

    def _resume(self, session: Session, known: Session, shown: bytes, now: float) -> None:
        """Gives the avatar of a known session to the connection of a new one.

        Of its two secrets the one that was `shown` stays good until the next one is confirmed: the
        client may never have got the other.
        """
        if known.line is not None:
            known.end(Reason.TAKEN_OVER, "This place was opened again elsewhere.")
        if known.state is SessionState.JOINED:
            known.is_confirmed = True  # by the secret itself; otherwise its avatar would end here
            self.closed(known, now)
        assert known.entity is not None
        session.entity, session.identity = known.entity, known.identity
        session.version = known.version
        session.key = known.key
        session.is_silenced = known.is_silenced
        other = known.former_hash if shown == known.secret_hash else known.secret_hash
        self._by_hash.pop(other, None)
        session.secret_hash, session.is_confirmed = shown, True
        known.entity, known.state = None, SessionState.ENDED
        self._simulation.sequences[session.slot] = 0
        self._simulation.look_again(session.slot)
        self._by_slot[session.slot] = session
        self._simulation.acting.roles[session.slot] = session.role
        self._welcome(session, now, resumed=True)

    def _welcome(self, session: Session, now: float, *, resumed: bool) -> None:
        """Gives a new secret, tells where everything is, and starts the snapshots."""
        secret = self._random_bytes(SECRET_BYTES)
        self._rotate(session, hash_secret(secret))
        simulation, slot = self._simulation, session.slot
        x, y, z, yaw = simulation.placement(slot)
        assert session.entity is not None
        tick = self._audience.attach(slot)
        self._inbox.start(slot, now)
        session.inbox, session.state = self._inbox, SessionState.JOINED
        self.lines.connect(session)
        session.send(
            m.Welcome(
                entity=slot,
                generation=session.entity.generation,
                name=session.identity.name,
                secret=secret,
                resumed=resumed,
                world=self._place.world,
                scene=self._place.scene,
                walk=self._place.walk,
                tick=tick % WRAP,
                tick_hz=simulation.tick_hz,
                x=x,
                y=y,
                z=z,
                yaw=yaw,
            )
        )
        session.send_frame(self._introduction(session))
        self.acts.tell_rights(session)
        self.acts.tell_silenced(session)
        session.send(m.People(self.people))
        if self._coming is not None:
            session.send(self._coming)
        for one in simulation.acting.objects:
            tick = max(one.tick, simulation.tick)  # what lies further back would wrap
            session.send(m.ObjectState(one.name, one.version, one.state, tick % WRAP))
        self._tally.count("joined", "resumed" if resumed else "new")
        self.keep(session)

    def _rotate(self, session: Session, new_hash: bytes) -> None:
        """Makes a new secret valid; the one before stays so until the client has the new one."""
        session.former_hash, session.secret_hash = session.secret_hash, new_hash
        session.version += 1
        for known in filter(None, (session.former_hash, new_hash)):
            self._by_hash[known] = session

    def _saved(self, session: Session) -> SavedSession:
        return SavedSession(
            session.key,
            session.secret_hash,
            session.former_hash,
            session.identity.name,
            session.identity.look,
            self._simulation.placement(session.slot),
            session.version,
            int(self._simulation.entities.postures[session.slot]),
            session.role,
            session.is_silenced,
        )

    def _tell_text(self, sessions: Iterable[Session], text: Mapping[str, str]) -> None:
        """Tells people something, each in their language."""
        by_line: dict[str, list[int]] = {}
        for session in sessions:
            by_line.setdefault(in_language(text, session.language), []).append(session.slot)
        for line, slots in by_line.items():
            notice = m.Notice(m.NoticeCode.INFORMATION, line[:MOST_LETTERS])
            self.send_to(np.array(slots, np.int32), notice)

    def send_to(self, slots: NDArray[np.int32], message: m.Message, *, urgent: bool = True) -> None:
        """Sends a message to all of these who are joined."""
        self.lines.send(slots, frame_message(message), urgent=urgent)

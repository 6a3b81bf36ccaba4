"""What people ask for once they are in a world: each asks for itself, and some for others."""

from __future__ import annotations

import functools
import logging
import operator
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import numpy as np

from aukio.clock import WRAP
from aukio.session.moderation import Moderation
from aukio.session.names import clean_name
from aukio.session.session import Identity, Session
from aukio.sim.events import Event
from aukio.sim.simulation import Placement, Simulation
from aukio.world import Role
from aukio_protocol import messages as m
from aukio_protocol.errors import Reason

if TYPE_CHECKING:
    from aukio.session.registry import Registry

logger = logging.getLogger("aukio.session")


class Acts:
    """Does what joined sessions ask for, where their role may.

    Args:
        spawn: draws a place on a spot; "" is the world's default one.
        tell: takes what happened.
        phase: how much of the running tick has passed, in 1/65536.
    """

    def __init__(
        self,
        registry: Registry,
        simulation: Simulation,
        *,
        spots: Collection[str],
        spawn: Callable[[str], Placement],
        tell: Callable[[Event], None],
        phase: Callable[[float], int],
    ) -> None:
        self.spots = spots
        self._registry = registry
        self._simulation = simulation
        self._spawn = spawn
        self._tell = tell
        self._phase = phase
        self._moderation = Moderation()

    def say(self, session: Session, text: str) -> None:
        """Lets somebody speak; goes out at once, not at the tick."""
        if session.is_silenced or not self.role(session).can("speak"):
            session.send(m.Notice(m.NoticeCode.NOT_ALLOWED, "You may not speak here."))
            return
        self._tell(self._simulation.say(session.slot, text))

    def gesture(self, session: Session, kind: int) -> None:
        """Lets somebody make an emote."""
        self._tell(self._simulation.gesture(session.slot, kind))

    def hold(self, session: Session, posture: int) -> None:
        """Lets somebody sit, stand, put a hand up or down."""
        for event in self._simulation.hold(session.slot, posture):
            self._tell(event)

    def dress(self, session: Session, look: bytes) -> None:
        """Gives somebody another look."""
        if look != session.identity.look:
            session.identity = Identity(session.identity.name, look)
            self._registry.introduce(session)
            self._registry.keep(session)

    def go(self, session: Session, spot: str) -> None:
        """Puts somebody on a named spot."""
        if spot not in self.spots:
            session.send(m.Notice(m.NoticeCode.NO_SPOT, "There is no such spot in this world."))
            return
        place = self._spawn(spot)
        if self._simulation.acting.keeps_out(session.role, place):
            session.send(m.Notice(m.NoticeCode.NOT_ALLOWED, "You may not go in there."))
            return
        for event in self._simulation.put(session.slot, place):
            self._tell(event)

    def use(self, session: Session, thing: str) -> None:
        """Lets somebody use a thing that is near; what follows comes with the next tick."""
        acting, slot = self._simulation.acting, session.slot
        allowed = acting.may_use(slot, thing)
        if allowed is None:
            return  # gone by now, or never there
        if not allowed:
            session.send(m.Notice(m.NoticeCode.NOT_ALLOWED, "You may not use this."))
        elif not acting.is_near(slot, thing, self._simulation.tick):
            session.send(m.Notice(m.NoticeCode.TOO_FAR, "You are too far away."))
        else:
            acting.use(slot, thing)

    def kick(self, session: Session, entity: int, generation: int, now: float) -> None:
        """Puts somebody out, and keeps them out for a while."""
        target = self._moderated(session, "kick", entity, generation)
        if target is not None:
            self._moderation.bar(target.address, target.identity.name, now)
            logger.info(
                "world=%s slot=%d put out by %d", self._registry.world, entity, session.slot
            )
            self._registry.leave(target)
            target.end(Reason.PUT_OUT, "You were put out of here.")

    def silence(
        self, session: Session, entity: int, generation: int, silenced: bool, now: float
    ) -> None:
        """Takes somebody's word, or gives it back."""
        target = self._moderated(session, "silence", entity, generation)
        if target is None or target.is_silenced == silenced:
            return
        target.is_silenced = silenced
        if silenced:
            self._moderation.silence(target.address, target.identity.name, now)
        else:
            is_shared = self._is_shared(target)
            self._moderation.pardon(target.address, target.identity.name, is_shared=is_shared)
        word = "silenced" if silenced else "may speak again,"
        logger.info("world=%s slot=%d %s by %d", self._registry.world, entity, word, session.slot)
        self.tell_rights(target)
        self._registry.keep(target)
        told = m.Silenced(entity, generation, silenced)
        holders = [one.slot for one in self._registry if self.role(one).can("silence")]
        self._registry.send_to(np.array(holders, np.int32), told)

    def answer_clock(self, session: Session, ping: m.ClockPing, now: float) -> None:
        """Tells the running tick and its phase."""
        tick = (self._simulation.tick + 1) % WRAP
        session.send(m.ClockPong(ping.time, tick, self._phase(now)))

    def role(self, session: Session) -> Role:
        """In which role somebody is."""
        return self._simulation.acting.role(session.slot)

    def tell_rights(self, session: Session) -> None:
        """Tells somebody what they may do, unless they know."""
        role = self.role(session)
        found = (right for right in m.Right if right and role.can(str(right.name).lower()))
        found = (each for each in found if each != m.Right.SPEAK or not session.is_silenced)
        rights = m.Rights(role.name, functools.reduce(operator.or_, found, m.Right.NONE))
        if rights != session.rights:
            session.rights = rights
            session.send(rights)

    def tell_silenced(self, session: Session) -> None:
        """Tells somebody who may take the word who has lost it."""
        if self.role(session).can("silence"):
            for one in self._registry:
                if one.is_silenced and one.entity is not None:
                    session.send(m.Silenced(one.slot, one.entity.generation, True))

    def _moderated(
        self, session: Session, right: str, entity: int, generation: int
    ) -> Session | None:
        """Whom somebody may do that to; None of who is gone by now, or stands above it."""
        target = self._registry.find(entity)
        if target is None or target.entity is None or target.entity.generation != generation:
            return None
        if not self.role(session).can(right) or self.role(target).can("kick"):
            session.send(m.Notice(m.NoticeCode.NOT_ALLOWED, "You may not do that."))
            return None
        return target

    def is_marked(self, session: Session, wished: str, now: float) -> bool:
        """Whether a newcomer was put out; one who has lost their word has lost it still."""
        address, name = session.address, clean_name(wished) or ""
        is_shared = self._is_shared(session)
        marks = self._moderation
        session.is_silenced = marks.is_silenced(address, name, now, is_shared=is_shared)
        return marks.is_barred(address, name, now, is_shared=is_shared)

    def _is_shared(self, session: Session) -> bool:
        """Whether others are here from somebody's address."""
        return any(one is not session and one.address == session.address for one in self._registry)

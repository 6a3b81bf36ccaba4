"""The authoritative state of one world: applies commands, runs the rules, returns events."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from aukio.clock import WRAP
from aukio.sim.acting import Acting
from aukio.sim.commands import Move, Moves
from aukio.sim.entities import AVATAR, HAND_UP, IN_HEADSET, RING, SITTING, Entities, EntityRef
from aukio.sim.events import (
    Diverged,
    Enclosed,
    Event,
    Gestured,
    Held,
    KeptOut,
    ObjectChanged,
    PortalEntered,
    Rescued,
    Spoke,
)
from aukio.sim.gates import Gates
from aukio.sim.movement import Movement
from aukio.sim.objects import NOTHING
from aukio.sim.portals import Portals
from aukio.sim.units import UNIT
from aukio.world import Portal, Script, WalkField

POSTURES = SITTING | HAND_UP | IN_HEADSET
STEPS = 0x1C00  # bits of a wish: a gait or a jump, which nobody sits through
HEARING_M = 30.0
HEARERS = 100  # nearest people a chat line or gesture reaches

Placement = tuple[int, int, int, int]
"""x, y, z (1/65536 m) and yaw (1/65536 turn)."""


class Simulation:
    """One world's entities, objects and tick.

    Nothing here reads a clock or knows a client: time is the tick number, which only grows
    (`tick % 65536` is the number on the wire).
    """

    def __init__(
        self,
        field: WalkField,
        capacity: int,
        tick_hz: int,
        portals: Sequence[Portal] = (),
        script: Script = NOTHING,
    ) -> None:
        self.tick = 0
        self.tick_hz = tick_hz
        self.entities = Entities(capacity)
        self.acting = Acting(script, self.entities, tick_hz)
        self.sequences = np.zeros(capacity, np.uint16)  # of the last input of each slot
        self.unpredicted: set[int] = set()  # slots whose clients do not predict themselves
        self._predicted = np.ones(capacity, np.uint8)  # the same as a column
        self._gates = Gates(field, self.acting.objects.states())
        self._turning: list[ObjectChanged] = []  # whose walls are to change
        self._movement = Movement(self.entities, self._gates.field, tick_hz)
        self._rescue = field.rescue * 1024  # 1/64 m to position units
        self._homes: dict[int, Placement] = {}
        self._portals = Portals(portals, capacity)

    def enter(self, place: Placement, home: Placement) -> EntityRef | None:
        """Adds an avatar at `place`; `home` is where it is put if it falls out of the world.

        Returns None when no slot is free.
        """
        ref = self.entities.claim(AVATAR)
        if ref is not None:
            self._homes[ref.slot] = home
            self.sequences[ref.slot] = 0
            self._put(ref.slot, place)
        return ref

    def leave(self, slot: int) -> None:
        """Ends an avatar; its slot is reused only after `entities.release`."""
        self.entities.retire(slot)
        self._movement.forget(slot)
        self._trust(slot, is_predicted=True)
        del self._homes[slot]
        self.acting.roles.pop(slot, None)
        self.acting.zones.forget(slot)

    def halt(self, slot: int) -> list[Event]:
        """Makes an avatar stand still, for a client that is gone; its headset is gone too."""
        yaw = int(self.entities.turns[slot, self.tick % RING, 0])
        stand = Move(slot, int(self.sequences[slot]), (self.tick + 1) % WRAP, 0, yaw, 0, 0, False)
        self._movement.place(Moves.of([stand]).rows, self.tick + 1)
        return self.hold(slot, int(self.entities.postures[slot]) & ~IN_HEADSET)

    def placement(self, slot: int) -> Placement:
        """Where an avatar is now."""
        at = self.tick % RING
        x, y, z, _ = self.entities.states[slot, at]
        return int(x), int(y), int(z), int(self.entities.turns[slot, at, 0])

    def placements(self, slots: NDArray[np.int32]) -> NDArray[np.int32]:
        """The same of many: (N, 4) int32."""
        at = self.tick % RING
        places = (self.entities.states[slots, at, :3], self.entities.turns[slots, at, :1])
        return np.concatenate(places, axis=1, dtype=np.int32)

    def places(self) -> NDArray[np.int32]:
        """Where everybody is now: (L, 3) int32, x, y, z in units, in the order of slots."""
        found: NDArray[np.int32] = self.entities.states[self.entities.live, self.tick % RING, :3]
        return found

    def apply(self, moves: Moves) -> list[Event]:
        """Takes the wishes that arrived since the last tick, each client's in their order."""
        rows, slots = moves.rows, moves.rows["slot"]
        self.sequences[slots] = rows["sequence"]
        for n in np.flatnonzero(rows["predicted"] != self._predicted[slots]).tolist():
            self._trust(int(slots[n]), is_predicted=bool(rows["predicted"][n]))
        posed = np.flatnonzero(rows["posed"])
        if posed.size:
            self.entities.poses[slots[posed]] = moves.poses[posed]
            self.entities.pose_ticks[slots[posed]] = self.tick + 1
        events: list[Event] = []
        steps = (rows["flags"] & STEPS != 0) & (self.entities.postures[slots] & SITTING != 0)
        for slot in slots[steps].tolist():
            events += self._stand_up(slot)
        misfits = self._movement.place(rows, self.tick + 1)
        return [*events, *(Diverged(slot) for slot in misfits)]

    def say(self, slot: int, text: str) -> Spoke:
        """Says something now (chat does not wait for the tick)."""
        return Spoke(slot, text, self._hearers(slot))

    def gesture(self, slot: int, kind: int) -> Gestured:
        """Makes an emote now."""
        return Gestured(slot, kind, self._hearers(slot))

    def hold(self, slot: int, posture: int) -> list[Event]:
        """Sits down, stands up, puts a hand up or down; bits that mean nothing are left out."""
        wanted = posture & POSTURES
        if wanted == self.entities.postures[slot]:
            return []
        self.entities.postures[slot] = wanted
        return [Held(slot)]

    def put(self, slot: int, place: Placement) -> list[Event]:
        """Puts an avatar elsewhere; who sat stands up."""
        self._put(slot, place)
        return [Diverged(slot, moved=True), *self._stand_up(slot)]

    @property
    def field(self) -> WalkField:
        """What is walked on now, with the walls of the present states."""
        return self._gates.field

    def restore(self, states: Mapping[str, str], due: Mapping[str, int]) -> None:
        """Takes over what things were in when a former run ended, before anybody is in, and what
        is due at which tick."""
        self.acting.restore(states, due)
        for name, state in self.acting.objects.states().items():
            self._gates.turn(name, state)

    def walk_on(
        self, field: WalkField, portals: Sequence[Portal] = (), script: Script = NOTHING
    ) -> list[int]:
        """The world is another one from the next step on. Returns the slots of those who have no
        place in it where they are; homes are still those of the world before (see `settle`)."""
        self.acting.follow(script)
        self._turning.clear()
        self._gates = Gates(field, self.acting.objects.states())
        self._movement.walk_on(self._gates.field)
        self._portals = self._portals.followed_by(portals)
        self._rescue = field.rescue * 1024
        return self._movement.misplaced(self.entities.live, self.tick)

    def is_misplaced(self, slot: int) -> bool:
        """Whether somebody is there and has no place where they are."""
        slots = np.array([slot], np.int32)
        return bool(self.entities.alive[slot] and self._movement.misplaced(slots, self.tick))

    def settle(self, slot: int, home: Placement) -> None:
        """Where an avatar is put if it falls out of the world; nobody's is nothing."""
        if slot in self._homes:
            self._homes[slot] = home

    def look_again(self, slot: int) -> None:
        """Somebody has come back: if they stand in a portal, they have stepped in."""
        self._portals.put(slot)

    def step(self) -> list[Event]:
        """Advances the world by one tick."""
        self.tick += 1
        live = self.entities.live
        events: list[Event] = [*self._turn_gates(live)]
        events += [Diverged(slot) for slot in self._movement.step(self.tick)]
        fallen = live[self.entities.states[live, self.tick % RING, 1] < self._rescue]
        for slot in fallen.tolist():
            events += [Rescued(slot), *self.put(slot, self._homes[slot])]
        for slot, portal in self._portals.entered(
            live, self.entities.states[live, self.tick % RING]
        ):
            events.append(PortalEntered(slot, portal.to))
        acted = self.acting.step(self.tick, live, self.entities.states[live, self.tick % RING])
        self._turning += [one for one in acted if isinstance(one, ObjectChanged)]
        events += acted
        for slot in [event.slot for event in acted if isinstance(event, KeptOut)]:
            events += self._put_back(slot)
        for slot in live[self.entities.postures[live] & SITTING != 0].tolist():
            if self._movement.is_walking(slot):  # by an input from before it sat down
                events += self._stand_up(slot)
        return events

    def _turn_gates(self, live: NDArray[np.int32]) -> Iterator[Enclosed]:
        """Changes the walls whose tick has come."""
        if not self._turning:
            return
        due = [one for one in self._turning if one.tick <= self.tick]
        self._turning = [one for one in self._turning if one.tick > self.tick]
        # Each is asked: `any` would stop at the first.
        if sum(self._gates.turn(one.name, one.state) for one in due):
            yield from map(Enclosed, self._movement.misplaced(live, self.tick - 1))

    def _put_back(self, slot: int) -> list[Event]:
        """Where somebody was a tick ago, turned as they are; a newcomer is put home."""
        before = (self.tick - 1) % RING
        x, y, z, _ = self.entities.states[slot, before].tolist()
        yaw = int(self.entities.turns[slot, self.tick % RING, 0])
        now = self.placement(slot)
        return self.put(slot, self._homes[slot] if (x, y, z) == now[:3] else (x, y, z, yaw))

    def _trust(self, slot: int, *, is_predicted: bool) -> None:
        """Notes whether a client predicts its own avatar."""
        self._predicted[slot] = is_predicted
        if is_predicted:
            self.unpredicted.discard(slot)
        else:
            self.unpredicted.add(slot)

    def _stand_up(self, slot: int) -> list[Event]:
        return self.hold(slot, int(self.entities.postures[slot]) & ~SITTING)

    def _put(self, slot: int, place: Placement) -> None:
        self.entities.place(slot, *place)
        self._portals.put(slot)
        self._movement.reset(slot, self.tick)

    def _hearers(self, slot: int) -> NDArray[np.int32]:
        """Who is near enough, the nearest first where there are many."""
        live, states, at = self.entities.live, self.entities.states, self.tick % RING
        x, _, z, _ = states[slot, at].tolist()
        east = np.subtract(states[live, at, 0], x, dtype=np.float64)
        south = np.subtract(states[live, at, 2], z, dtype=np.float64)
        squares = east * east + south * south
        # One always hears oneself, however many stand on one spot.
        squares[np.searchsorted(live, slot)] = -1
        near = np.flatnonzero(squares <= (HEARING_M * UNIT) ** 2)
        if near.size > HEARERS:
            near = near[np.argpartition(squares[near], HEARERS)[:HEARERS]]
            near = near[np.argsort(squares[near], kind="stable")]
        hearers: NDArray[np.int32] = live[near]
        return hearers

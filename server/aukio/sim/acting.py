"""What people do to things, and what the rules of a world do then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from aukio.sim.entities import RING, Entities, EntityRef
from aukio.sim.events import Event, KeptOut, ObjectChanged, Postponed, Sent, Told
from aukio.sim.objects import Objects
from aukio.sim.units import UNIT
from aukio.sim.zones import Zones
from aukio.world import Action, Role, Rule, Script, Thing, frame
from aukio.world.expression import Expression, Path, Value, read_expression
from aukio.world.model import ARM_M, TALL_M, may_act
from aukio.world.roles import ADMIN, BUILT_IN, GUEST
from aukio.world.rules import BY_SOMEBODY, PLACEHOLDER, names_of

MOST_A_TICK: Final = 100
"""Happenings of a tick that rules answer; what is more waits for the next."""
MOST_WAITING: Final = 2000
REMIND_S: Final = 3.0
SHUT_S: Final = 0.25
"""A wall comes or goes so long after it was told, or clients would walk into what is not there."""


@dataclass(frozen=True, slots=True)
class _Happening:
    event: str
    subject: str
    by: EntityRef | None = None


class Acting:
    """Runs the script of a world. Nothing in it takes longer than its budget: a rule that sets off
    another does so at the next tick."""

    def __init__(self, script: Script, entities: Entities, tick_hz: int) -> None:
        self.objects = Objects(script)
        self.zones = Zones(script.zones, entities.capacity)
        self.roles: dict[int, str] = {}  # by slot
        self._entities = entities
        self._tick_hz = tick_hz
        self._waiting: list[_Happening] = []
        self._due: dict[str, tuple[int, EntityRef | None]] = {}
        self._tick = 0
        self._remind: dict[int, int] = {}  # by slot, when to say again that one is kept out
        self._read(script)
        self._waiting.append(_Happening("start", ""))

    def follow(self, script: Script) -> None:
        """The world is another one; what is postponed by rules that are gone never happens."""
        self.objects.follow(script)
        self.zones = self.zones.followed_by(script.zones)
        self._read(script)
        self._due = {key: each for key, each in self._due.items() if key in self._actions}

    def restore(self, states: Mapping[str, str], due: Mapping[str, int]) -> None:
        """Takes over the state of a former run: what things were in, and what is due at which
        tick."""
        self.objects.restore(states)
        self._due = {key: (at, None) for key, at in due.items() if key in self._actions}

    def role(self, slot: int) -> Role:
        """The role of who is in a slot."""
        return self._roles.get(self.roles.get(slot, GUEST), self._roles[GUEST])

    def may_use(self, slot: int, name: str) -> bool | None:
        """Whether somebody may use a thing: None where there is nothing to use."""
        thing = self._script.things.get(name)
        if thing is None or name not in self._usable:
            return None
        return self._is_allowed(slot, thing)

    def is_near(self, slot: int, name: str, tick: int) -> bool:
        """Whether a thing is at an arm's length."""
        thing = self._script.things[name]
        x, y, z = frame.engine_point(thing.at)
        at = self._entities.states[slot, tick % RING] / UNIT
        reach = ARM_M + thing.radius
        return bool(np.hypot(at[0] - x, at[2] - z) <= reach and abs(at[1] - y) <= TALL_M)

    def keeps_out(self, role: str, place: tuple[int, int, int, int]) -> bool:
        """Whether a place (units) is in a zone that is not for a role."""
        known = self._roles.get(role, self._roles[GUEST]).name
        return any(
            zone.roles and known not in {*zone.roles, ADMIN} for zone in self.zones.at(place)
        )

    def use(self, slot: int, name: str) -> None:
        """Somebody uses a thing; what follows comes with the next step."""
        self._note(_Happening("use", name, self._ref(slot)))

    def step(self, tick: int, live: NDArray[np.int32], places: NDArray[np.int32]) -> list[Event]:
        """What things and rules do at a tick. Shapes: live (N,) slots; places (N, 4) in units."""
        self._tick = tick
        if self._spots.size and live.size:
            self._collect(live, places)
        events: list[Event] = [*self._cross(live, places)]
        for key in [key for key, (at, _) in self._due.items() if at <= tick]:
            _, by = self._due.pop(key)
            events.append(Postponed(key, None))
            events += self._do(self._actions[key], by, live.size)
        happened, self._waiting = self._waiting[:MOST_A_TICK], self._waiting[MOST_A_TICK:]
        for each in happened:
            events += self._answer(each, live.size)
        return events

    # Within.

    def _read(self, script: Script) -> None:
        self._script = script
        self._roles = {**BUILT_IN, **script.roles}
        self._usable = script.usable()
        self._watching: dict[tuple[str, str], list[Rule]] = {}
        self._conditions: dict[str, Expression] = {}
        self._actions: dict[str, Action] = {}
        self._rested: dict[str, int] = {}
        names = {each: names_of(script, by_somebody=each) for each in (True, False)}
        for rule in script.rules:
            for subject in rule.subjects:
                self._watching.setdefault((rule.event, subject), []).append(rule)
            if rule.condition:
                known = names[rule.event in BY_SOMEBODY]
                self._conditions[rule.id] = read_expression(rule.condition, known, "boolean")
            for n, action in enumerate(rule.actions):
                if action.after_s:
                    self._actions[f"{rule.id}/{n}"] = action
        self._collectable = [one for one in script.things.values() if one.collect]
        spots = [frame.engine_point(one.at) for one in self._collectable]
        self._spots = np.array(spots, np.float64).reshape(-1, 3) * UNIT
        self._reaches = np.array([one.collect for one in self._collectable]) * UNIT

    def _collect(self, live: NDArray[np.int32], places: NDArray[np.int32]) -> None:
        there = np.array(
            [self.objects.state(one.entity) == one.states[0] for one in self._collectable]
        )
        spots = self._spots[there]
        if not spots.size:
            return
        away = places[None, :, (0, 2)] - spots[:, None, (0, 2)]
        near = (away * away).sum(axis=2) <= self._reaches[there][:, None] ** 2
        near &= np.abs(places[None, :, 1] - spots[:, None, 1]) <= TALL_M * UNIT
        things = [one for one, is_there in zip(self._collectable, there, strict=True) if is_there]
        taken: set[int] = set()
        for thing, person in np.argwhere(near).tolist():
            slot = int(live[person])
            if thing not in taken and self._is_allowed(slot, things[thing]):
                taken.add(thing)
                self._note(_Happening("collect", things[thing].entity, self._ref(slot)))

    def _cross(self, live: NDArray[np.int32], places: NDArray[np.int32]) -> Iterator[Event]:
        """Who comes into a zone, and who leaves one."""
        for slot, zone, is_inside in self.zones.look(live, places):
            if is_inside and zone.roles and self.role(slot).name not in {*zone.roles, ADMIN}:
                self.zones.keep_out(zone.id, slot)
                is_news = self._tick >= self._remind.get(slot, 0)
                if is_news:
                    self._remind[slot] = self._tick + round(REMIND_S * self._tick_hz)
                yield KeptOut(slot, is_news)
                continue
            self._note(_Happening("enter" if is_inside else "leave", zone.id, self._ref(slot)))
            if is_inside and zone.says:
                yield Told(slot, zone.says)

    def _answer(self, happening: _Happening, people: int) -> Iterator[Event]:
        thing = self._script.things.get(happening.subject)
        if thing is not None and (
            happening.event == "collect" or (happening.event == "use" and thing.on_use)
        ):
            if happening.event == "collect" and self.objects.state(thing.entity) != thing.states[0]:
                return  # two came at once
            yield from self._set(thing.entity, self._after(thing))
        for rule in self._watching.get((happening.event, happening.subject), ()):
            if rule.becomes and self.objects.state(happening.subject) != rule.becomes:
                continue
            if self._tick < self._rested.get(rule.id, 0):
                continue
            condition = self._conditions.get(rule.id)
            if condition and not condition.value(_World(self, happening.by, people)):
                continue
            if rule.cooldown_s:
                self._rested[rule.id] = self._tick + round(rule.cooldown_s * self._tick_hz)
            for n, action in enumerate(rule.actions):
                if action.after_s:
                    due = self._tick + max(1, round(action.after_s * self._tick_hz))
                    self._due[f"{rule.id}/{n}"] = due, happening.by
                    yield Postponed(f"{rule.id}/{n}", due)
                else:
                    yield from self._do(action, happening.by, people)

    def _do(self, action: Action, by: EntityRef | None, people: int) -> Iterator[Event]:
        match action.kind:
            case "set" if isinstance(action.value, str):
                yield from self._set(action.target, action.value)
            case "set":
                yield from self._count(action.target, int(action.value))
            case "count":
                value = self.objects.count(action.target) + int(action.value)
                yield from self._count(action.target, value)
            case "say":
                text = {language: self._filled(line) for language, line in action.text.items()}
                if action.everyone:
                    yield Told(None, text)
                elif by is not None and self._is_here(by):
                    yield Told(by.slot, text)
            case "move" if by is not None and self._is_here(by):
                yield Sent(by.slot, str(action.value))

    def _set(self, name: str, state: str) -> Iterator[ObjectChanged]:
        tick = self._tick + round(SHUT_S * self._tick_hz)
        changed = self.objects.set(name, state, tick)
        if changed is not None:
            self._note(_Happening("state", name))
            yield changed

    def _count(self, name: str, value: int) -> Iterator[ObjectChanged]:
        counter = self._script.counters.get(name)
        if counter is None:
            return
        value = min(counter.most, max(counter.least, value))
        changed = self.objects.set(name, str(value), self._tick)
        if changed is not None:
            self._note(_Happening("count", name))
            yield changed

    def _after(self, thing: Thing) -> str:
        now = self.objects.state(thing.entity)
        at = thing.states.index(now) if now in thing.states else -1
        return thing.states[(at + 1) % len(thing.states)]

    def _filled(self, line: str) -> str:
        return PLACEHOLDER.sub(lambda found: self.objects.state(found.group(1)), line)

    def _note(self, happening: _Happening) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(happening)

    def _is_allowed(self, slot: int, thing: Thing) -> bool:
        return may_act(self.role(slot), thing)

    def _ref(self, slot: int) -> EntityRef:
        return EntityRef(slot, int(self._entities.generations[slot]))

    def _is_here(self, ref: EntityRef) -> bool:
        return bool(
            self._entities.alive[ref.slot]
            and self._entities.generations[ref.slot] == ref.generation
        )


@dataclass(frozen=True, slots=True)
class _World:
    """What conditions ask (see `expression.State`)."""

    acting: Acting
    by: EntityRef | None
    people: int

    def read(self, path: Path) -> Value:
        """The value of a path."""
        if path == ("people",):
            return float(self.people)
        if path == ("user", "role"):
            return self._role.name
        name, what = path
        if what == "count":
            return float(self.acting.objects.count(name))
        if what == "people":
            return float(self.acting.zones.count(name))
        return self.acting.objects.state(name)

    def call(self, path: Path, arguments: tuple[Value, ...]) -> Value:
        """Whether the user has a right."""
        return self._role.can(str(arguments[0]))

    @property
    def _role(self) -> Role:
        assert self.by is not None, "read with a user only where there is one"
        return self.acting.role(self.by.slot)

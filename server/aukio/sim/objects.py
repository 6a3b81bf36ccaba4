"""What changes in a world: the states of its things and its counters, each with a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from aukio.sim.events import ObjectChanged
from aukio.world import Script

NOTHING = Script()


@dataclass(frozen=True, slots=True)
class StatefulObject:
    """The state of a named object, how often it has changed, and at which tick it did last."""

    name: str
    version: int
    state: str
    tick: int


class Objects:
    """States of things and values of counters, by name.

    What never changed is as the world's files say, and everybody knows them. Joining clients are
    told the others; versions rule out reversal.
    """

    def __init__(self, script: Script = NOTHING) -> None:
        self._script = script
        self._objects: dict[str, StatefulObject] = {}

    def state(self, name: str) -> str:
        """The state of a thing, or a counter's value as a text."""
        known = self._objects.get(name)
        if known is not None:
            return known.state
        thing, counter = self._script.things.get(name), self._script.counters.get(name)
        if thing is not None:
            return thing.start
        return str(counter.start) if counter is not None else ""

    def count(self, name: str) -> int:
        """The value of a counter."""
        return int(self.state(name) or 0)

    def set(self, name: str, state: str, tick: int = 0) -> ObjectChanged | None:
        """Sets a state that holds from a tick on; returns what changed, or None if it was so
        already."""
        if self.state(name) == state:
            return None
        known = self._objects.get(name)
        version = known.version + 1 if known is not None else 1
        self._objects[name] = StatefulObject(name, version, state, tick)
        return ObjectChanged(name, version, state, tick)

    def states(self) -> dict[str, str]:
        """The state of each thing that has any."""
        return {name: self.state(name) for name, one in self._script.things.items() if one.states}

    def restore(self, states: Mapping[str, str]) -> None:
        """Takes over what was stored, as far as this world still knows it."""
        for name, state in states.items():
            if self._is_legal(name, state):
                self.set(name, state)

    def follow(self, script: Script) -> None:
        """The world is another one: what it does not know any more is forgotten."""
        self._script = script
        self._objects = {
            name: one for name, one in self._objects.items() if self._is_legal(name, one.state)
        }

    def _is_legal(self, name: str, state: str) -> bool:
        thing, counter = self._script.things.get(name), self._script.counters.get(name)
        if thing is not None:
            return state in thing.states
        if counter is None or not state.lstrip("-").isdecimal():
            return False
        return counter.least <= int(state) <= counter.most

    def __iter__(self) -> Iterator[StatefulObject]:
        return iter(self._objects.values())

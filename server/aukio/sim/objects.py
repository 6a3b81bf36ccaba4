"""Named objects of the world and their states, each with a version of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from aukio.sim.events import ObjectChanged


@dataclass(frozen=True, slots=True)
class StatefulObject:
    """The state of a named object and how often it has changed."""

    name: str
    version: int
    state: str


class Objects:
    """States of named objects. Joining clients are told all of them, versions rule out reversal."""

    def __init__(self) -> None:
        self._objects: dict[str, StatefulObject] = {}

    def set(self, name: str, state: str) -> ObjectChanged | None:
        """Sets a state; returns what changed, or None if it was so already."""
        known = self._objects.get(name)
        if known is not None and known.state == state:
            return None
        version = known.version + 1 if known is not None else 1
        self._objects[name] = StatefulObject(name, version, state)
        return ObjectChanged(name, version, state)

    def __iter__(self) -> Iterator[StatefulObject]:
        return iter(self._objects.values())

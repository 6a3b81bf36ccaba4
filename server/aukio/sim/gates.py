"""The walls that come and go while a world runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from aukio.world import WalkField
from aukio.world.walkfield import Gate


class Gates:
    """A walk field whose walls follow the states of things.

    `field` is walked on; its distances change in place when a state does. Each node has the least
    of the distances of the field as compiled and of the gates of present states.
    """

    def __init__(self, field: WalkField, states: Mapping[str, str]) -> None:
        self._states: dict[str, str] = {}
        self._by_entity: dict[tuple[str, str], list[Gate]] = {}
        self._by_block: dict[int, list[Gate]] = {}
        for gate in field.gates:
            self._by_entity.setdefault((gate.entity, gate.state), []).append(gate)
            self._by_block.setdefault(gate.block, []).append(gate)
        self._compiled = field.distances
        self.field = field
        if field.gates:
            self._distances = field.distances.copy()
            self.field = replace(field, distances=self._distances.view())
        for entity in {gate.entity for gate in field.gates}:
            self.turn(entity, states.get(entity, ""))

    def differ(self, entity: str, one: str, other: str) -> bool:
        """Says whether two states of an entity have different walls."""
        return (entity, one) in self._by_entity or (entity, other) in self._by_entity

    def turn(self, entity: str, state: str) -> bool:
        """The walls of an entity are those of a state from now on. Says whether any changed."""
        former = self._states.get(entity, "")
        if former == state:
            return False
        self._states[entity] = state
        changed = [
            *self._by_entity.get((entity, former), ()),
            *self._by_entity.get((entity, state), ()),
        ]
        for block in {gate.block for gate in changed}:
            self._distances[block] = self._compiled[block]
            for gate in self._by_block[block]:
                if self._states.get(gate.entity) == gate.state:
                    gate.lower(self._distances[block])
        return bool(changed)

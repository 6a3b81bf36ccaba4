"""Reading what people act on: entities with states, and those that are used or collected."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from aukio.world import terms
from aukio.world.document import Document
from aukio.world.model import Entity, Script, Shape, Thing
from aukio.world.prefabs import Template
from aukio.world.problems import Path, Problem, did_you_mean, problem_at, quoted

MOST_THINGS: Final = 2000
MOST_COLLECTED: Final = 200
"""Things to collect; each is looked at for everybody at every tick."""
LARGEST_M: Final = 20.0
"""A thing is not used from further away than this beyond an arm's length."""


def read_thing(entity: Entity, raw: Mapping[str, Any], template: Template) -> Thing:
    """Return the thing that an entity is."""
    states = tuple(template.states)
    return Thing(
        entity=entity.id,
        prefab=entity.use,
        at=entity.at,
        states=states,
        start=raw.get("state", states[0] if states else ""),
        on_use=template.on_use,
        collect=template.collect,
        roles=frozenset(terms.listed(raw.get("for", []))),
        radius=min(
            LARGEST_M, max((_radius(entity, shape) for shape in entity.shapes), default=0.0)
        ),
        place=entity.place,
    )


def thing_problems(
    script: Script, entities: Mapping[str, Mapping[str, Any]], document: Document
) -> Iterator[Problem]:
    """Yield what is said of things that means nothing: roles that are none, or of what nobody
    uses."""
    usable = script.usable()
    for name, raw in entities.items():
        if "for" not in raw:
            continue
        path: Path = ("entities", name, "for")
        thing = script.things.get(name)
        if thing is None or not (name in usable or thing.collect):
            expected = '"for" only with what is used or collected'
            hint = "add on_use: or collect: to its prefab, or a rule that is about using it"
            yield problem_at(document.key_place(path), path, expected, "it with another", hint)
            continue
        for role in sorted(thing.roles - script.roles.keys()):
            known = did_you_mean(role, script.roles) or f"known: {', '.join(sorted(script.roles))}"
            place = document.place(path)
            yield problem_at(place, path, "a role of this world", quoted(role), known)


def _radius(entity: Entity, shape: Shape) -> float:
    away = math.hypot(shape.at[0] - entity.at[0], shape.at[1] - entity.at[1])
    if shape.kind in ("box", "wedge", "plane"):
        return away + math.hypot(shape.size[0], shape.size[1]) / 2
    if shape.kind in ("cylinder", "cone", "capsule", "sphere"):
        return away + shape.size[0]
    return away

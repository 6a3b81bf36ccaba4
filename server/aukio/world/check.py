"""Checking a world for the command line: every problem, and whether all is well."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aukio.world import frame
from aukio.world.compile import compile_walk_field
from aukio.world.model import ARM_M, TALL_M, Point, Script, Text, World, may_act
from aukio.world.portals import inside
from aukio.world.problems import Place, Problem, WorldProblems, problem_at, quoted
from aukio.world.reach import Floats, Reach
from aukio.world.reader import load_world
from aukio.world.roles import Role
from aukio.world.walkfield import WalkField

NEAR_M = 16.0  # so far round a thing the nearest place to stand is looked for
NO_LANGUAGE = "und"  # of a text that is written without languages


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a world; `summary` says in a line what a sound one holds."""

    folder: Path
    problems: tuple[Problem, ...]
    summary: str = ""


def check_world(folder: Path, *, strict: bool = False) -> Checked:
    """Reads and compiles a world.

    Args:
        strict: what leaves somebody out is a problem too: a thing without a description, a text
            that is missing in one of the languages of the world's name.
    """
    try:
        world = load_world(folder)
        field = compile_walk_field(world)
        problems = [*_out_of_reach(world, field), *(_left_out(world, folder) if strict else ())]
        if problems:
            raise WorldProblems(problems)
    except WorldProblems as refused:
        return Checked(folder, refused.problems)
    summary = (
        f"{folder.name}: sound; {len(world.entities)} entities, {len(world.shapes)} shapes,"
        f" {len(field.heights)} tiles in {field.layers} layers"
    )
    return Checked(folder, (), summary)


@dataclass(frozen=True, slots=True)
class _Target:
    """What somebody has to get to: somewhere that `accepts` takes, within `away` metres."""

    entity: str
    what: str
    at: Point
    away: float
    accepts: Callable[..., NDArray[np.bool_]]
    place: Place
    key: str = ""
    spot: str = ""  # where one is who got there
    roles: frozenset[str] = frozenset()  # who has to; none: everybody


def _out_of_reach(world: World, field: WalkField) -> Iterator[Problem]:
    """What a role does not get to on foot from where people come in by default, through whatever
    its people or the rules can open, and through portals that lead to another spot."""
    told: set[str] = set()
    walks: dict[tuple[tuple[str, str], ...], _Walk] = {}
    for role in world.script.roles.values():
        walls = tuple(sorted(_lasting_walls(world.script, role).items()))
        if walls not in walks:
            walks[walls] = _Walk(world, field.walled(dict(walls)))
        for target in walks[walls].missing:
            if target.entity in told or (target.roles and role.name not in target.roles):
                continue
            told.add(target.entity)
            path = ("entities", target.entity, target.key)[: 2 + bool(target.key)]
            whom = "one" if len(world.script.roles) <= 2 else f"a {role.name}"
            expected = (
                f'{target.what} that {whom} gets to on foot from the spawn "{world.default_spawn}"'
            )
            hint = walks[walls].nearest(target)
            yield problem_at(target.place, path, expected, "one out of reach", hint)


def _lasting_walls(script: Script, role: Role) -> dict[str, str]:
    """In which state those things stay that neither the people of a role nor a rule change."""
    changed = {
        action.target for rule in script.rules for action in rule.actions if action.kind == "set"
    }
    return {
        name: thing.start
        for name, thing in script.things.items()
        if thing.states and name not in changed and not (thing.on_use and may_act(role, thing))
    }


class _Walk:
    """Where one gets to in a field, and which targets that leaves out."""

    def __init__(self, world: World, field: WalkField) -> None:
        self._world, self._field = world, field
        self._reaches: dict[str, Reach] = {}
        self.missing = list(_targets(world))
        # Most worlds need no second, finer look.
        for parts in (1, 2):
            if self.missing:
                self._reaches = {}
                self._walk_from(world.default_spawn, parts)

    def nearest(self, target: _Target) -> str:
        """How near one gets to a target, in words."""
        x, y, z = frame.engine_point(target.at)
        places = [reach.nearest((x, y, z), NEAR_M) for reach in self._reaches.values()]
        found = [place for place in places if place is not None]
        if not found:
            return f"nobody gets within {NEAR_M:g} m of it"
        best = min(found, key=lambda place: math.dist(place, (x, y, z)))
        east, north, up = best[0] - x, z - best[2], best[1] - y
        away, where = math.hypot(east, north), compass(east, north)
        words = f"one gets as near as {away:.1f} m {where} of it"
        higher = "higher" if up > 0 else "lower"
        return f"{words}, {abs(up):.1f} m {higher}" if abs(up) > 0.5 else words

    def _walk_from(self, spot: str, parts: int) -> None:
        """Walks from a spot, and from those that one comes to by what one gets to."""
        spots = [spot, *(action.value for rule in self._world.script.rules
                         for action in rule.actions if action.kind == "move")]  # fmt: skip
        while spots:
            spawn = self._world.spawns.get(str(spots.pop()))
            if spawn is None or spawn.id in self._reaches:
                continue
            start = spawn.x, spawn.y, spawn.z
            reach = self._reaches[spawn.id] = Reach(self._field, start, spawn.spread, parts)
            for target in list(self.missing):
                if reach.has(frame.engine_point(target.at), target.away, target.accepts):
                    self.missing.remove(target)
                    spots += [target.spot] if target.spot else []


def _targets(world: World) -> Iterator[_Target]:
    for portal in world.portals.values():
        away = portal.radius or math.hypot(*portal.half)
        yield _Target(
            portal.entity, "a portal", portal.at, away, partial(inside, portal), portal.place,
            "to", portal.spot,
        )  # fmt: skip
    usable = world.script.usable()
    for name, thing in world.script.things.items():
        what, away = (
            ("something to collect", thing.collect)
            if thing.collect
            else ("something to use", ARM_M + thing.radius)
        )
        if not thing.collect and name not in usable:
            continue
        accepts = partial(_around, frame.engine_point(thing.at), away)
        yield _Target(name, what, thing.at, away, accepts, thing.place, roles=thing.roles)


def _around(middle: Point, away: float, x: Floats, y: Floats, z: Floats) -> NDArray[np.bool_]:
    level: NDArray[np.bool_] = np.abs(y - middle[1]) <= TALL_M
    return level & (np.hypot(x - middle[0], z - middle[2]) <= away)


def compass(east: float, north: float) -> str:
    """The direction of a way in words."""
    names = ("north", "north-east", "east", "south-east", "south", "south-west", "west")
    eighth = round(math.degrees(math.atan2(east, north)) / 45) % 8
    return (*names, "north-west")[eighth]


def _left_out(world: World, folder: Path) -> Iterator[Problem]:
    """Whom a sound world leaves out: who does not see, who reads another of its languages."""
    languages = set(world.name) - {NO_LANGUAGE}
    used = {entity.use for entity in world.entities.values()}
    for name in sorted(used):
        prefab = world.prefabs[name]
        path = ("prefabs", name)
        if not prefab.alt:
            expected = 'a description for who does not see it, the key "alt"'
            yield problem_at(prefab.place, path, expected, "no such key", "add alt: {en: …}")
        yield from _missing(prefab.alt, languages, prefab.place, (*path, "alt"))
    for spawn in world.spawns.values():
        yield from _missing(spawn.name, languages, spawn.place, ("spawn", spawn.id, "name"))
    yield from _unnamed(world, languages)


def _unnamed(world: World, languages: set[str]) -> Iterator[Problem]:
    """What people act on is called by its name in lists and messages, and rules speak to all."""
    script = world.script
    usable = script.usable()
    for entity in world.entities.values():
        path = ("entities", entity.id)
        if entity.id in usable and not entity.name:
            expected = 'a name for what people use, the key "name"'
            yield problem_at(entity.place, path, expected, "no such key", "add name: {en: …}")
        yield from _missing(entity.name, languages, entity.place, (*path, "name"))
    for zone in script.zones.values():
        for key, text in (("name", zone.name), ("says", zone.says)):
            yield from _missing(text, languages, zone.place, ("zones", zone.id, key))
    for rule in script.rules:
        for action in rule.actions:
            yield from _missing(action.text, languages, rule.place, ("rules", rule.id, "do"))


def _missing(
    text: Text, languages: set[str], place: Place, path: tuple[str, ...]
) -> Iterator[Problem]:
    missing = sorted(languages - set(text)) if text and NO_LANGUAGE not in text else []
    if missing:
        got = f"none in {', '.join(missing)}"
        hint = f"the world's name has {quoted(sorted(languages))}"
        yield problem_at(place, path, "a text in each language of the world", got, hint)

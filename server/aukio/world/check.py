"""Checking a world for the command line: every problem, and whether all is well."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aukio.world import frame
from aukio.world.compile import compile_walk_field
from aukio.world.model import Portal, Text, World
from aukio.world.portals import inside
from aukio.world.problems import Place, Problem, WorldProblems, problem_at, quoted
from aukio.world.reach import Reach
from aukio.world.reader import load_world
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


def _out_of_reach(world: World, field: WalkField) -> Iterator[Problem]:
    """What nobody gets to on foot from where people come in by default."""
    spawn = world.spawns[world.default_spawn]
    start = spawn.x, spawn.y, spawn.z
    missing = list(world.portals.values())
    # Most worlds need no second, finer look.
    for parts in (1, 2):
        if not missing:
            return
        reach = Reach(field, start, spawn.spread, parts)
        missing = [portal for portal in missing if not _is_reached(portal, reach)]
    for portal in missing:
        path = ("entities", portal.entity, "to")
        expected = f'a portal that one gets to on foot from the spawn "{spawn.id}"'
        yield problem_at(portal.place, path, expected, "one out of reach", _nearest(portal, reach))


def _is_reached(portal: Portal, reach: Reach) -> bool:
    away = portal.radius or math.hypot(*portal.half)
    return reach.has(frame.engine_point(portal.at), away, partial(inside, portal))


def _nearest(portal: Portal, reach: Reach) -> str:
    x, y, z = frame.engine_point(portal.at)
    found = reach.nearest((x, y, z), NEAR_M)
    if found is None:
        return f"nobody gets within {NEAR_M:g} m of it"
    east, north, up = found[0] - x, z - found[2], found[1] - y
    words = f"one gets as near as {math.hypot(east, north):.1f} m {compass(east, north)} of it"
    return f"{words}, {abs(up):.1f} m {'higher' if up > 0 else 'lower'}" if abs(up) > 0.5 else words


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


def _missing(
    text: Text, languages: set[str], place: Place, path: tuple[str, ...]
) -> Iterator[Problem]:
    missing = sorted(languages - set(text)) if text and NO_LANGUAGE not in text else []
    if missing:
        got = f"none in {', '.join(missing)}"
        hint = f"the world's name has {quoted(sorted(languages))}"
        yield problem_at(place, path, "a text in each language of the world", got, hint)

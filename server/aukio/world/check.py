"""Checking a world for the command line: every problem, and whether all is well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aukio.world.compile import compile_walk_field
from aukio.world.model import Text, World
from aukio.world.problems import Place, Problem, WorldProblems, problem_at, quoted
from aukio.world.reader import load_world

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
        problems = list(_left_out(world, folder)) if strict else []
        if problems:
            raise WorldProblems(problems)
    except WorldProblems as refused:
        return Checked(folder, refused.problems)
    summary = (
        f"{folder.name}: sound; {len(world.entities)} entities, {len(world.shapes)} shapes,"
        f" {len(field.heights)} tiles in {field.layers} layers"
    )
    return Checked(folder, (), summary)


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

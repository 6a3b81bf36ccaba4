"""Checking worlds for the command line: every problem a line, and whether all is well."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aukio.world.compile import compile_walk_field
from aukio.world.problems import WorldProblems
from aukio.world.reader import load_world


def check_worlds(folders: Iterable[Path]) -> tuple[list[str], bool]:
    """Read and compile each world.

    Returns:
        a line for every problem, or one that says a world is sound; and whether all are.
    """
    lines: list[str] = []
    sound = True
    for folder in folders:
        try:
            world = load_world(folder)
            field = compile_walk_field(world)
        except WorldProblems as refused:
            lines.extend(str(problem) for problem in refused.problems)
            sound = False
        else:
            lines.append(
                f"{folder.name}: sound; {len(world.entities)} entities, {len(world.shapes)} shapes,"
                f" {len(field.heights)} tiles in {field.layers} layers"
            )
    return lines, sound

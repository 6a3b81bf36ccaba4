"""A generation of a world: what is walked on and served of it, made in one go.

A world that runs is compiled by a process of its own: it takes a second, in which no tick would
run, and a builder's mistake costs that process its memory and not the people inside theirs.
"""

import asyncio
import os
import pickle
import resource
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from aukio.errors import AukioError
from aukio.transport.assets import Asset, build_asset
from aukio.world import (
    Problem,
    WalkField,
    World,
    WorldProblems,
    compile_walk_field,
    load_world,
    scene_bytes,
    served_stem,
)
from aukio.world.changes import Prints, prints_of
from aukio.world.drawing import to_png
from aukio.world.preview import draw_bare

MOST_S = 120.0  # that compiling may take
MOST_BYTES = 4 << 30  # of memory
NICENESS = 10  # ticks come first, also where there is one core

SCENE, WALK, MAP = "scene.json", "walk.bin", "map.png"
MAP_WIDTH = 560  # pixels: a card of the directory page, sharp on a phone


@dataclass(frozen=True, slots=True)
class Generation:
    """A world without its entities, the files that clients get of it, and what they show."""

    world: World
    files: Mapping[str, Asset]
    prints: Prints

    @property
    def scene(self) -> str:
        """The digest by which clients ask for the scene."""
        return self.files[SCENE].digest

    @property
    def walk(self) -> str:
        """The digest by which they ask for the walk field."""
        return self.files[WALK].digest

    @property
    def map(self) -> str:
        """The digest by which they ask for the picture of it, seen from above."""
        return self.files[MAP].digest

    def walk_field(self) -> WalkField:
        """The field to walk on; some milliseconds for each megabyte."""
        return WalkField.from_bytes(self.files[WALK].body)


def compile_generation(folder: Path) -> Generation:
    """Reads, checks and compiles the world in a folder.

    Raises:
        WorldProblems: with every problem found.
    """
    world = load_world(folder)
    files = {
        SCENE: build_asset(scene_bytes(world), ".json"),
        WALK: build_asset(compile_walk_field(world).to_bytes(), ".bin"),
        MAP: build_asset(to_png(draw_bare(world, MAP_WIDTH)), ".png"),
    } | {
        f"{served_stem(path)}.glb": build_asset(data, ".glb") for path, data in world.models.items()
    }
    return Generation(replace(world, prefabs={}, entities={}, models={}), files, prints_of(world))


def compile_all(folders: Sequence[Path]) -> list[Generation]:
    """Compiles several worlds.

    Raises:
        WorldProblems: with every problem of all of them.
    """
    found, problems = [], list[Problem]()
    for folder in folders:
        try:
            found.append(compile_generation(folder))
        except WorldProblems as refused:
            problems += refused.problems
    if problems:
        raise WorldProblems(problems)
    return found


async def compile_apart(folder: Path, most_s: float = MOST_S) -> Generation:
    """The same in a process of its own.

    Raises:
        WorldProblems: with every problem found.
        AukioError: the process took too long, or too much.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # what lies in the current folder is a world, not our code
        "-m",
        "aukio.generation",
        str(folder),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(most_s):
            data, complaint = await process.communicate()
    except TimeoutError as error:
        raise AukioError(f"{folder}: not compiled within {most_s:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
        raise AukioError(f"{folder}: compiling failed: {last or 'it was ended'}")
    found = await asyncio.to_thread(pickle.loads, data)  # our own process wrote it
    if isinstance(found, WorldProblems):
        raise found
    assert isinstance(found, Generation)
    return found


def _main(folder: str) -> None:
    """The process: writes a pickled generation, or its problems, to the standard output."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    found: Generation | WorldProblems
    try:
        found = compile_generation(Path(folder))
    except WorldProblems as problems:
        found = problems
    with os.fdopen(1, "wb") as out:
        pickle.dump(found, out, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    # Under its own name: a pickle of `__main__` could be read by nobody else.
    from aukio.generation import _main as main

    main(sys.argv[1])

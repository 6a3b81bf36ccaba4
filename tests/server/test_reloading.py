"""Saved files become the world, or a list of problems; compiled by a process of its own."""

import asyncio
import logging
import pickle
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from aukio.errors import AukioError
from aukio.generation import Generation, compile_apart, compile_generation
from aukio.reloading import Reloading
from aukio.world import WorldProblems
from aukio.world.compile import compile_walk_field
from aukio.world.reader import load_world

WORLDS = Path(__file__).parents[2] / "worlds"
WORLD = """\
world: 1
id: flat
name: Flat
include: [../library/things.yaml]
ground: {size: [30, 30]}
spawn: {middle: {at: [0, 0]}}
entities: {stone: {use: stone, at: [5, 5]}}
"""
LIBRARY = 'prefabs: {stone: {parts: {body: {shape: sphere, size: [1], colour: "#888888"}}}}\n'
TREES = 'prefabs: {tree: {parts: {body: {shape: sphere, size: [1], colour: "#888888"}}}}\n'
PATIENCE_S = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flat").mkdir()
    (tmp_path / "library").mkdir()
    (tmp_path / "flat/world.yaml").write_text(WORLD)
    (tmp_path / "library/things.yaml").write_text(LIBRARY)
    return tmp_path / "flat"


class Builds:
    """Compiles in this process and notes what became the world, and how often that was tried."""

    def __init__(self) -> None:
        self.tries = asyncio.Semaphore(0)
        self.worlds: list[Generation] = []

    async def compile(self, folder: Path) -> Generation:
        try:
            return compile_generation(folder)
        finally:
            self.tries.release()

    async def change(self, generation: Generation) -> None:
        self.worlds.append(generation)

    async def became(self) -> None:
        """Waits until something has become the world, however often that is tried."""
        while not self.worlds:
            await self.tried()

    async def tried(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await self.tries.acquire()
        await asyncio.sleep(0)


@asynccontextmanager
async def reloading(
    folder: Path, builds: Builds, *, is_watching: bool = True
) -> AsyncIterator[Reloading]:
    one = Reloading(
        folder,
        compile_generation(folder),
        builds.compile,
        builds.change,
        is_watching=is_watching,
        look_s=0.2,
    )
    task = asyncio.create_task(one.run())
    # One reload that was asked for: by then the files are watched.
    one.ask()
    await builds.tried()
    builds.worlds.clear()
    yield one
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_saved_file_becomes_the_world(folder: Path) -> None:
    builds = Builds()
    async with reloading(folder, builds):
        (folder / "world.yaml").write_text(WORLD.replace("[5, 5]", "[6, 5]"))
        await builds.tried()
        assert len(builds.worlds) == 1


async def test_so_does_a_library_that_the_world_includes(folder: Path) -> None:
    builds = Builds()
    async with reloading(folder, builds):
        other = folder.parent / "library/things.yaml.new"
        other.write_text(LIBRARY.replace("[1]", "[2]"))
        other.replace(folder.parent / "library/things.yaml")  # as editors save
        await builds.tried()
        assert len(builds.worlds) == 1


async def test_a_mistake_is_told_and_mending_it_is_enough(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    builds = Builds()
    async with reloading(folder, builds):
        (folder / "world.yaml").write_text(WORLD.replace("use: stone", "use: stoen"))
        await builds.tried()
        assert "flat/world.yaml:7:25" in caplog.text
        assert 'did you mean "stone"?' in caplog.text
        assert not builds.worlds
        (folder / "world.yaml").write_text(WORLD)
        await builds.tried()
        assert len(builds.worlds) == 1


async def test_a_mistake_in_a_file_included_just_now_can_be_mended_there(folder: Path) -> None:
    builds = Builds()
    more = folder.parent / "more"
    more.mkdir()
    (more / "trees.yaml").write_text("prefabs: {tree: {parts: {body: {shape: shpere}}}}\n")
    async with reloading(folder, builds):
        text = WORLD.replace("things.yaml]", "things.yaml, ../more/trees.yaml]")
        (folder / "world.yaml").write_text(text)
        await builds.tried()
        assert not builds.worlds
        (more / "trees.yaml").write_text(TREES)
        await builds.became()
        assert builds.worlds[-1].world.sources[-1] == more / "trees.yaml"


async def test_a_file_that_is_included_before_it_is_there_is_noticed(folder: Path) -> None:
    builds = Builds()
    (folder.parent / "more").mkdir()
    async with reloading(folder, builds):
        text = WORLD.replace("things.yaml]", "things.yaml, ../more/trees.yaml]")
        (folder / "world.yaml").write_text(text)
        await builds.tried()
        (folder.parent / "more/trees.yaml").write_text(TREES)
        await builds.became()


def replace(folder: Path) -> None:
    folder.rename(folder.parent / "old")
    shutil.copytree(folder.parent / "old", folder)


async def test_a_folder_that_is_replaced_is_watched_again(folder: Path) -> None:
    builds = Builds()
    async with reloading(folder, builds):
        replace(folder)
        await builds.became()
        builds.worlds.clear()
        (folder / "world.yaml").write_text(WORLD.replace("[5, 5]", "[6, 5]"))
        await builds.became()


async def test_a_link_is_followed_to_where_it_leads_now(folder: Path) -> None:
    """As deployments do: `current` leads to one release, then to another."""
    builds, root = Builds(), folder.parent
    shutil.copytree(folder, root / "next")
    (root / "next/world.yaml").write_text(WORLD.replace("[5, 5]", "[6, 5]"))
    link = root / "current"
    link.symlink_to(folder)
    async with reloading(link, builds):
        other = root / "other"
        other.symlink_to(root / "next")
        other.replace(link)
        await builds.became()
        assert builds.worlds[-1].prints != compile_generation(folder).prints


async def test_without_watching_one_has_to_ask(folder: Path) -> None:
    builds = Builds()
    async with reloading(folder, builds, is_watching=False) as one:
        (folder / "world.yaml").write_text(WORLD.replace("[5, 5]", "[6, 5]"))
        one.ask()
        await builds.tried()
        assert len(builds.worlds) == 1
        assert builds.tries.locked(), "once"


@pytest.mark.parametrize("name", [".world.yaml.swp", "world.yaml~", "notes.md"])
def test_what_is_no_part_of_a_world_means_nothing(folder: Path, name: str) -> None:
    from watchfiles import Change

    builds = Builds()
    one = Reloading(folder, compile_generation(folder), builds.compile, builds.change)
    assert not one._matters(Change.modified, str(folder / name))
    assert one._matters(Change.modified, str(folder / "models/boat.glb"))
    assert not one._matters(Change.modified, str(folder.parent / "library/other.yaml"))


async def test_a_process_of_its_own_finds_the_same(folder: Path) -> None:
    apart, here = await compile_apart(folder), compile_generation(folder)
    assert apart == here
    assert apart.walk_field().hash == compile_walk_field(load_world(folder)).hash
    assert not apart.world.entities, "what runs needs none, and it would have to be carried over"


async def test_problems_come_back_from_it_whole(folder: Path) -> None:
    (folder / "world.yaml").write_text(WORLD.replace("use: stone", "use: stoen"))
    with pytest.raises(WorldProblems) as refused:
        await compile_apart(folder)
    assert refused.value.problems[0].line == 7


async def test_one_that_takes_too_long_is_ended(folder: Path) -> None:
    with pytest.raises(AukioError, match="not compiled within"):
        await compile_apart(folder, most_s=0.01)


async def test_what_lies_in_the_current_folder_is_no_code_of_ours(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "PIL.py").write_text("raise SystemExit('code of a world ran')\n")
    monkeypatch.chdir(folder)
    assert (await compile_apart(folder)).world.id == "flat"


async def test_one_that_dies_is_told_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(AukioError, match="compiling failed"):
        await compile_apart(folder)


def test_a_generation_of_the_square_is_carried_over_in_one_piece() -> None:
    found = compile_generation(WORLDS / "square")
    assert pickle.loads(pickle.dumps(found)) == found
    assert {"scene.json", "walk.bin"} <= found.files.keys()


async def test_a_failing_change_leaves_the_watch_running(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    builds = Builds()
    fails = True

    async def change(generation: Generation) -> None:
        if fails:
            raise AukioError("a world that runs keeps its id")
        await builds.change(generation)

    one = Reloading(folder, compile_generation(folder), builds.compile, change, is_watching=False)
    task = asyncio.create_task(one.run())
    with caplog.at_level(logging.ERROR):
        one.ask()
        await builds.tried()
    assert "keeps its id" in caplog.text
    fails = False
    one.ask()
    await builds.tried()
    assert len(builds.worlds) == 1
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

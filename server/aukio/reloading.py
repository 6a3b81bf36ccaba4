"""Worlds change while people are in them: a saved file is a new generation, or problems."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

from watchfiles import Change, awatch

from aukio.errors import AukioError
from aukio.generation import Generation
from aukio.world import WorldProblems

SUFFIXES = frozenset({".yaml", ".glb", ".gltf", ".bin", ".png", ".jpg"})
"""Of the files a world is made of; an editor's own files beside them mean nothing."""
QUIET_MS = 200  # an editor writes in several steps, git many files
SHOWN = 20  # problems in the log; `aukio check` tells all

logger = logging.getLogger("aukio.reloading")

Compile = Callable[[Path], Awaitable[Generation]]
Renew = Callable[[Generation], Awaitable[None]]


class Reloading:
    """Watches the files of a world, and lets every change that is sound become the world.

    Args:
        folder: the world's.
        generation: what runs.
        renew: makes another generation the world; returns when it is.
        is_watching: whether the files are watched; without it only `ask` reloads.
    """

    def __init__(
        self,
        folder: Path,
        generation: Generation,
        compile_world: Compile,
        renew: Renew,
        *,
        is_watching: bool = True,
    ) -> None:
        self._folder = folder.resolve()
        self._sources = set(generation.world.sources)
        self._compile, self._renew = compile_world, renew
        self._is_watching = is_watching
        self._asked = asyncio.Event()
        self._watched: frozenset[Path] = frozenset()
        self._watching: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Reloads soon, whether or not a change was seen."""
        self._asked.set()

    async def run(self) -> None:
        """Goes on until cancelled."""
        try:
            while True:
                self._watch()
                await self._asked.wait()
                self._asked.clear()
                await self._reload()
        finally:
            await self._end_watching()

    async def _reload(self) -> None:
        try:
            generation = await self._compile(self._folder)
            self._sources = set(generation.world.sources)
            await self._renew(generation)
        except WorldProblems as refused:
            # The mistake may be in a file that the world has only included since.
            root = self._folder.parent
            self._sources |= {root / problem.file for problem in refused.problems}
            shown = "\n".join(f"  {problem}" for problem in refused.problems[:SHOWN])
            more = len(refused.problems) - SHOWN
            logger.error(
                "world=%s is not changed, problems: %d\n%s%s",
                self._folder.name,
                len(refused.problems),
                shown,
                f"\n  and {more} more: aukio check {self._folder.name}" if more > 0 else "",
            )
        except (AukioError, OSError) as error:
            logger.error("world=%s is not changed: %s", self._folder.name, error)

    def _watch(self) -> None:
        """Watches where the sources are, which changes when others are included."""
        folders = frozenset({self._folder, *(source.parent for source in self._sources)})
        folders = frozenset(one for one in folders if one.is_dir())
        if not self._is_watching or folders == self._watched:
            return
        if self._watching is not None:
            self._watching.cancel()
        self._watched = folders
        self._watching = asyncio.create_task(self._look(folders), name="watching files")

    async def _look(self, folders: Iterable[Path]) -> None:
        try:
            async for _ in awatch(*folders, watch_filter=self._matters, step=QUIET_MS):
                self._asked.set()
        except (OSError, RuntimeError) as error:  # no inotify here, or no more watches
            logger.warning("files are not watched, send SIGHUP after a change: %s", error)

    def _matters(self, change: Change, name: str) -> bool:
        path = Path(name)
        if path in self._sources:
            return True
        return path.suffix in SUFFIXES and path.is_relative_to(self._folder)

    async def _end_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching

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
from aukio.world.reader import included_files

SUFFIXES = frozenset({".yaml", ".glb", ".gltf", ".bin", ".png", ".jpg"})
"""Of the files a world is made of; an editor's own files beside them mean nothing."""
QUIET_MS = 200  # an editor writes in several steps, git many files
LOOK_S = 5.0  # folders are looked at so often: one that was replaced tells nothing any more
SHOWN = 20  # problems in the log; `aukio check` tells all

logger = logging.getLogger("aukio.reloading")

Compile = Callable[[Path], Awaitable[Generation]]
Renew = Callable[[Generation], Awaitable[None]]
Watched = frozenset[tuple[Path, int, int]]
"""Folders with their device and number: another one of the same name is another."""


class Reloading:
    """Watches the files of a world, and lets every change that is sound become the world.

    Args:
        folder: the world's; where it is a link, it is followed anew each time.
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
        look_s: float = LOOK_S,
    ) -> None:
        self._folder = folder.absolute()
        self._sources = set(generation.world.sources)
        self._compile, self._renew = compile_world, renew
        self._is_watching = is_watching
        self._look_s = look_s
        self._asked = asyncio.Event()
        self._watched: Watched = frozenset()
        self._watching: asyncio.Task[None] | None = None

    def ask(self) -> None:
        """Reloads soon, whether or not a change was seen."""
        self._asked.set()

    async def run(self) -> None:
        """Goes on until cancelled."""
        try:
            self._watch()
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._look_s):
                        await self._asked.wait()
                if self._asked.is_set():
                    self._asked.clear()
                    await self._reload()
                if self._watch():
                    self._asked.set()  # what was saved while nobody watched counts, too
        finally:
            await self._end_watching()

    async def _reload(self) -> None:
        name = self._folder.name
        try:
            generation = await self._compile(self._folder)
            self._sources = set(generation.world.sources)
            await self._renew(generation)
        except WorldProblems as refused:
            # The mistake may be in a file that the world has only included since.
            self._sources |= set(included_files(self._folder))
            shown = "\n".join(f"  {problem}" for problem in refused.problems[:SHOWN])
            more = len(refused.problems) - SHOWN
            logger.error(
                "world=%s is not changed, problems: %d\n%s%s",
                name,
                len(refused.problems),
                shown,
                f"\n  and {more} more: aukio check {name}" if more > 0 else "",
            )
        except (AukioError, OSError) as error:
            logger.error("world=%s is not changed: %s", name, error)
        except Exception:  # a bug of ours must not end the watch for good
            logger.exception("world=%s is not changed", name)

    def _watch(self) -> bool:
        """Watches where the sources are, if these are other folders now; returns whether others
        had been watched before."""
        folders = {self._folder.resolve(), *(source.parent for source in self._sources)}
        found: Watched = frozenset(_identities(folders))
        if not self._is_watching or found == self._watched:
            return False
        was_watching = self._watching is not None
        if self._watching is not None:
            self._watching.cancel()
        self._watched = found
        paths = [path for path, *_ in found]
        self._watching = asyncio.create_task(self._look(paths), name="watching files")
        return was_watching

    async def _look(self, folders: list[Path]) -> None:
        if not folders:
            return
        try:
            async for _ in awatch(*folders, watch_filter=self._matters, step=QUIET_MS):
                self._asked.set()
        except (OSError, RuntimeError) as error:  # no inotify here, or no more watches
            logger.warning("files are not watched, send SIGHUP after a change: %s", error)

    def _matters(self, change: Change, name: str) -> bool:
        path = Path(name)
        if path in self._sources:
            return True
        return path.suffix in SUFFIXES and path.is_relative_to(self._folder.resolve())

    async def _end_watching(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching


def _identities(folders: Iterable[Path]) -> Iterable[tuple[Path, int, int]]:
    for folder in folders:
        with suppress(OSError):
            found = folder.stat()
            yield folder, found.st_dev, found.st_ino

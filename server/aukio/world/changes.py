"""What is different between two states of a world, told by the ids of its document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from aukio.world.model import World
from aukio.world.scene import scene

DIGEST_BYTES: Final = 8
MOST_NAMES: Final = 4
"""Ids that a sentence names before it counts the rest."""
SETTINGS: Final = ("name", "view", "sky", "horizon", "life", "ground", "defaultSpawn")

Prints = Mapping[str, bytes]
"""By path, such as `entities/bench`, a digest of what people find there."""


def prints_of(world: World) -> Prints:
    """Returns the digests of a world's things, spawns and settings; equal where nothing changed."""
    told = scene(world)
    parts: dict[str, list[Any]] = {
        f"entities/{name}": [entity] for name, entity in told["entities"].items()
    }
    for shape in told["shapes"]:
        parts[f"entities/{shape['entity']}"].append(shape)
    parts |= {f"spawn/{name}": [spawn] for name, spawn in told["spawns"].items()}
    parts |= {key: [told[key]] for key in SETTINGS}
    parts["walk"] = [world.walk.step, world.walk.slope]
    parts["limits"] = [world.users, world.individuals]
    return {
        path: hashlib.blake2b(msgspec.json.encode(each), digest_size=DIGEST_BYTES).digest()
        for path, each in parts.items()
    }


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths that came, went, or lead to something else, each sorted."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def __str__(self) -> str:
        """In one sentence: "1 added (entities/oak), 2 changed (sky, spawn/gate)"."""
        return ", ".join(self._words()) or "nothing changed"

    def _words(self) -> Iterator[str]:
        for word, paths in (
            ("added", self.added),
            ("removed", self.removed),
            ("changed", self.changed),
        ):
            if paths:
                more = ["…"] if len(paths) > MOST_NAMES else []
                yield f"{len(paths)} {word} ({', '.join([*paths[:MOST_NAMES], *more])})"


def changes_between(old: Prints, new: Prints) -> Changes:
    """Returns what is different."""
    return Changes(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        tuple(sorted(path for path in old.keys() & new.keys() if old[path] != new[path])),
    )

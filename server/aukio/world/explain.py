"""Where every value of a world comes from, and what it overrode.

Weak to strong: what a key means when nobody says it, a prefab's parent, the prefab, the entity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from aukio.errors import AukioError
from aukio.world.defaults import DEFAULTS
from aukio.world.document import Document
from aukio.world.prefabs import Template, Written
from aukio.world.problems import Path, Place, did_you_mean, quoted
from aukio.world.reader import Read, read_world

TEXTS = frozenset({"name", "alt", "text"})  # maps of languages are one value


class UnknownPath(AukioError):
    """A path that leads to nothing in a world; the text says how far it leads, and what is near."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A value, and where it stands; no place where it is what a key means when nobody says it."""

    value: Any
    place: Place | None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """What is at a path: the value that counts comes first, then what it overrode."""

    path: str
    origins: tuple[Origin, ...]


def explain(folder: FilePath, path: str) -> list[Explained]:
    """Tells where the value at a path comes from; of a thing or a prefab, that of each key.

    Args:
        folder: of a world, which may have problems elsewhere.
        path: such as `entities/bench_1/length`, `sky/time` or `prefabs/bench`; dots do, too.

    Raises:
        UnknownPath: it leads to nothing.
    """
    read = read_world(folder)
    steps = [step for step in path.replace(".", "/").split("/") if step]
    if not steps:
        raise UnknownPath("expected a path such as entities/bench_1 or sky/time")
    if steps[0] == "entities" and len(steps) > 1:
        return _of_entity(read, steps[1], steps[2:])
    if steps[0] == "prefabs" and len(steps) > 1:
        return _of_prefab(read, steps[1], steps[2:])
    return list(_of_settings(read.document, steps))


def _of_entity(read: Read, name: str, rest: Sequence[str]) -> list[Explained]:
    raw = _member(_keys(read.document.values.get("entities")), name, "entities")
    use = _keys(raw).get("use")
    template = read.templates.get(use) if isinstance(use, str) else None
    if not isinstance(raw, dict) or template is None:
        raise UnknownPath(f'entities/{name}: its prefab has problems; see "aukio check"')
    found = {
        key: Explained(f"entities/{name}/{key}", tuple(_entity_origins(read, template, name, key)))
        for key in dict.fromkeys(["use", "at", "facing", *raw, *template.params])
    }
    if not rest:
        return [each for each in found.values() if each.origins]
    return [_member(found, rest[0], f"entities/{name}")]


def _entity_origins(read: Read, template: Template, name: str, key: str) -> Iterator[Origin]:
    raw, path = read.document.values["entities"][name], ("entities", name, key)
    if key in raw:
        yield Origin(raw[key], read.document.place(path))
    if key == "facing":
        yield Origin(0, None, "if not said")
    yield from _origins(template.chain, ("params", key, "default"), "default of")


def _of_prefab(read: Read, name: str, rest: Sequence[str]) -> list[Explained]:
    template = _member(read.templates, name, "prefabs")
    keys = dict.fromkeys(path for *_, raw in template.chain for path in _leaves(raw, ()))
    wanted = [key for key in keys if list(key[: len(rest)]) == list(rest)]
    if not wanted:
        near = did_you_mean("/".join(rest), ["/".join(map(str, key)) for key in keys])
        raise UnknownPath(f"prefabs/{name}: no {'/'.join(rest)} in it{f'; {near}' if near else ''}")
    return [
        Explained(f"prefabs/{name}/{'/'.join(key)}", tuple(_origins(template.chain, key, "of")))
        for key in wanted
    ]


def _leaves(raw: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths that an heir may override: keys of the prefab, of its parameters and its parts."""
    for key, value in raw.items():
        deeper = (key in ("params", "parts") and not path) or len(path) == 1
        if deeper and isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key)


def _origins(chain: Sequence[Written], path: Path, word: str) -> Iterator[Origin]:
    """The values at a path of a prefab and its parents, the heir's first."""
    for document, at, raw in reversed(chain):
        value: Any = raw
        for step in path:
            value = value.get(step) if isinstance(value, dict) else None
        if value is not None:
            yield Origin(value, document.place((*at, *path)), f"{word} {at[-1]}")


def _of_settings(document: Document, steps: Sequence[str]) -> Iterator[Explained]:
    value: Any = document.values
    default: Any = DEFAULTS
    path: Path = ()
    for step in steps:
        here = "/".join(map(str, path)) or "the world"
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value, default = value[int(step)], None
            path = (*path, int(step))
            continue
        known = {**(default if isinstance(default, dict) else {}), **_keys(value)}
        _member(known, step, here)
        value = value.get(step) if isinstance(value, dict) else None
        default = default.get(step) if isinstance(default, dict) else None
        path = (*path, step)
    keys = {**_keys(default), **_keys(value)}
    if keys and not isinstance(default, str) and path[-1] not in TEXTS:
        for key in keys:
            yield from _of_settings(document, [*map(str, path), key])
        return
    origins = [] if value is None else [Origin(value, document.place(path))]
    if default is not None:
        origins.append(Origin(default, None, "if not said"))
    yield Explained("/".join(map(str, path)), tuple(origins))


def _keys(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _member(known: Mapping[str, Any], name: str, where: str) -> Any:
    if name not in known:
        near = did_you_mean(name, known)
        hint = near or (f"there are {', '.join(sorted(known)[:12])}" if known else "there is none")
        raise UnknownPath(f"{where}: no {quoted(name)} ({hint})")
    return known[name]

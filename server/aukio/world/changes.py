"""What is different between two states of a world, told by the ids of its document."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from aukio.world.model import Rule, World, Zone
from aukio.world.problems import quoted
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
    for name, portal in world.portals.items():
        parts[f"entities/{name}"].append([portal.radius, *portal.half])
    script = world.script
    for name, thing in script.things.items():
        parts[f"entities/{name}"].append([thing.on_use, sorted(thing.roles), thing.radius])
    parts |= {f"counters/{name}": [counter] for name, counter in told["counters"].items()}
    parts |= {f"zones/{name}": _plain_zone(zone) for name, zone in script.zones.items()}
    parts |= {f"rules/{rule.id}": [_plain_rule(rule)] for rule in script.rules}
    parts |= {f"roles/{name}": [sorted(role.rights)] for name, role in script.roles.items()}
    parts |= {f"spawn/{name}": [spawn] for name, spawn in told["spawns"].items()}
    parts |= {key: [told[key]] for key in SETTINGS}
    parts["walk"] = [world.walk.step, world.walk.slope]
    parts["limits"] = [world.users, world.individuals]
    return {
        path: hashlib.blake2b(msgspec.json.encode(each), digest_size=DIGEST_BYTES).digest()
        for path, each in parts.items()
    }


def _plain_zone(zone: Zone) -> list[Any]:
    area = [zone.centre, zone.radius, zone.corners, zone.heights, zone.walk]
    return [*area, dict(zone.name), dict(zone.says), sorted(zone.roles)]


def _plain_rule(rule: Rule) -> list[Any]:
    actions = [
        [one.kind, one.target, one.value, dict(one.text), one.everyone, one.after_s]
        for one in rule.actions
    ]
    when = [rule.event, list(rule.subjects), rule.becomes, rule.condition, rule.cooldown_s]
    return [when, actions]


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


def details(path: str, old: World, new: World) -> str:
    """Says what changed at a path that both have: `at [4, 2, 0] → [5, 2, 0]; length 2 → 3`."""
    kind, _, name = path.partition("/")
    if kind == "entities":
        one, other = old.entities[name], new.entities[name]
        pairs: dict[str, tuple[Any, Any]] = {
            key: (getattr(one, key), getattr(other, key)) for key in ("use", "at", "facing")
        }
        then, now = old.script.things.get(name), new.script.things.get(name)
        pairs["name"] = dict(one.name) or None, dict(other.name) or None
        for key in ("states", "start", "on_use", "collect"):
            pairs[key] = getattr(then, key, None) or None, getattr(now, key, None) or None
        for key in dict.fromkeys([*one.params, *other.params]):
            pairs[key] = one.params.get(key), other.params.get(key)
        before, after = old.portals.get(name), new.portals.get(name)
        for key, of in (("to", "to"), ("portal radius", "radius"), ("portal half", "half")):
            pairs[key] = (getattr(before, of, None), getattr(after, of, None))
        return _pairs(pairs) or f"the prefab {other.use}"
    if kind == "spawn":
        a, b = old.spawns[name], new.spawns[name]
        keys = ("at", "facing", "spread", "name")
        return _pairs({key: (getattr(a, key), getattr(b, key)) for key in keys})
    return ""


def setting_details(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The same of a setting, from both documents as written."""
    before, after = dict(_leaves(old.get(path), "")), dict(_leaves(new.get(path), ""))
    keys = dict.fromkeys([*before, *after])
    return _pairs({key: (before.get(key), after.get(key)) for key in keys})


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict):
        yield path, value
        return
    for key, inner in value.items():
        yield from _leaves(inner, f"{path}/{key}" if path else key)


def _pairs(pairs: Mapping[str, tuple[Any, Any]]) -> str:
    return "; ".join(
        f"{key} {_plain(old)} → {_plain(new)}".lstrip()
        for key, (old, new) in pairs.items()
        if old != new
    )


def _plain(value: Any) -> str:
    if value is None:
        return "nothing"
    return quoted(list(value) if isinstance(value, tuple) else value)

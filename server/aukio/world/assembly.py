"""Putting a world together from the parts of its documents that have no problems."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from aukio.world import defaults
from aukio.world.document import Document
from aukio.world.expansion import Stand, expand
from aukio.world.model import (
    Entity,
    Ground,
    Point,
    Portal,
    Scenery,
    Script,
    Side,
    Sky,
    Spawn,
    Text,
    Thing,
    Walk,
    World,
    text_by_language,
)
from aukio.world.prefabs import Template
from aukio.world.problems import Problem
from aukio.world.roles import read_roles, role_problems
from aukio.world.rules import (
    Around,
    RuleReader,
    asked_rights,
    circle_problems,
    counter_problems,
    read_counter,
)
from aukio.world.schema import MOST_PORTALS, SIDES
from aukio.world.terms import ID
from aukio.world.things import MOST_COLLECTED, MOST_THINGS, read_thing, thing_problems
from aukio.world.zones import read_zone, zone_problems

MOST_SHAPES: Final = 20_000
MOST_WRITING: Final = 1_000_000
"""Letters and corners of all shapes and descriptions, copies included: each is sent to everybody
who enters, and a copy costs its builder nothing."""
MOST_PROBLEMS: Final = 1000
"""Where a world is wrong in more places than this, looking for more is not worth the time."""


class Assembly:
    """Puts the parts without problems together, so that the checks of meaning see as much as they
    can."""

    def __init__(
        self,
        document: Document,
        documents: list[Document],
        templates: Mapping[str, Template],
        problems: list[Problem],
        models: Mapping[str, bytes],
    ) -> None:
        self._models = models
        self._document = document
        self._values: dict[str, Any] = document.values
        self._documents = documents
        self._templates = templates
        self._problems = problems
        self._faulty = {tuple(problem.path.split("/")[:2]) for problem in problems}
        self._faulty_keys = {path[0] for path in self._faulty}

    def world(self) -> World | None:
        """Return the world, or None when a required key is missing or wrong."""
        required = ("world", "id", "name", "ground", "spawn")
        if any(key not in self._values for key in required) or self._is_faulty("ground"):
            return None
        spawns = self._spawns()
        if not spawns:
            return None
        ground, walk = self._ground(), self._section("walk")
        limits = self._section("limits")
        entities = self._entities()
        marked = [
            name for name, each in spawns.items() if self._values["spawn"][name].get("default")
        ]
        default = (marked or list(spawns))[0]
        return World(
            id=self._scalar("id", ""),
            name=text_by_language("?" if self._is_faulty("name") else self._values["name"]),
            tick_hz=int(self._scalar("tick", defaults.TICK_HZ)),
            users=int(limits.get("users", defaults.USERS)),
            individuals=int(limits.get("individuals", defaults.INDIVIDUALS)),
            view_m=float(self._scalar("view", defaults.VIEW_M)),
            sky=self._sky(),
            ground=ground,
            walk=Walk(walk.get("step", defaults.STEP_M), walk.get("slope", defaults.SLOPE)),
            spawns=spawns,
            default_spawn=default,
            prefabs={name: each.prefab() for name, each in self._templates.items()},
            entities=entities,
            portals=self._portals(),
            script=self._script(entities, spawns, default),
            hash=self._hash(),
            scenery=self._scenery(),
            models=self._models,
        )

    def _is_faulty(self, key: str) -> bool:
        return key in self._faulty_keys

    def _scalar(self, key: str, default: Any) -> Any:
        return default if self._is_faulty(key) else self._values.get(key, default)

    def _section(self, key: str) -> dict[str, Any]:
        section: dict[str, Any] = self._scalar(key, {})
        return section

    def _ground(self) -> Ground:
        raw = self._values["ground"]
        east, north = raw.get("at", [0, 0])
        return Ground(
            size=(float(raw["size"][0]), float(raw["size"][1])),
            at=(float(east), float(north)),
            edge=_by_side(raw.get("edge"), defaults.EDGE),
            colour=raw.get("colour", defaults.GROUND_COLOUR).lower(),
            material=raw.get("material", defaults.GROUND_MATERIAL),
        )

    def _sky(self) -> Sky:
        raw = self._section("sky")
        hour, minute = raw.get("time", defaults.TIME).split(":")
        hours = int(hour) + int(minute) / 60
        sun = raw.get("sun", {})
        wind = {**defaults.WIND, **raw.get("wind", {})}
        # The sun crosses south at noon and walks 15 degrees an hour, low as in a Nordic summer
        # morning.
        return Sky(
            hours=hours,
            weather=raw.get("weather", defaults.WEATHER),
            sun=(
                float(sun.get("from", (hours * 15) % 360)),
                float(sun.get("height", defaults.SUN_HEIGHT)),
            ),
            wind=(float(wind["from"]), float(wind["speed"])),
        )

    def _scenery(self) -> Scenery:
        life = self._section("life")
        return Scenery(
            horizon=_by_side(self._scalar("horizon", None), defaults.HORIZON),
            birds=int(life.get("birds", 0)),
            leaves=int(life.get("leaves", 0)),
        )

    def _good(self, key: str) -> dict[str, dict[str, Any]]:
        """Return the members of a map that have no problems."""
        members = self._values.get(key)
        if not isinstance(members, dict):
            return {}
        return {
            name: raw
            for name, raw in members.items()
            if re.fullmatch(ID, name) and (key, name) not in self._faulty and isinstance(raw, dict)
        }

    def _spawns(self) -> dict[str, Spawn]:
        return {
            name: Spawn(
                id=name,
                at=_point(raw["at"]),
                facing=float(raw.get("facing", 0)),
                spread=float(raw.get("spread", defaults.SPREAD_M)),
                place=self._document.key_place(("spawn", name)),
                name=text_by_language(raw["name"]) if "name" in raw else {},
            )
            for name, raw in self._good("spawn").items()
        }

    def _entities(self) -> dict[str, Entity]:
        entities: dict[str, Entity] = {}
        count = writing = 0
        for name, raw in self._good("entities").items():
            template = self._templates.get(raw["use"])
            if template is None:
                continue  # its own problems are reported where it stands
            if len(self._problems) > MOST_PROBLEMS:
                break
            stand = Stand(
                name, _point(raw["at"]), float(raw.get("facing", 0)), template.values(raw)
            )
            shapes = expand(template, stand, self._problems)
            # Parts that were left out count too: a thousand of them take as long to refuse.
            count += max(len(shapes), len(template.parts))
            writing += _letters(template.alt)
            writing += sum(len(shape.points) + _letters(shape.text) for shape in shapes)
            if count > MOST_SHAPES or writing > MOST_WRITING:
                what = (
                    f"{MOST_SHAPES} shapes"
                    if count > MOST_SHAPES
                    else f"{MOST_WRITING} letters and corners of outlines"
                )
                self._document.refuse(("entities", name), f"at most {what} in a world", "more")
                self._problems.append(self._document.problems[-1])
                break
            entities[name] = Entity(
                id=name,
                use=raw["use"],
                at=stand.at,
                facing=stand.facing,
                params=stand.values,
                shapes=shapes,
                place=self._document.key_place(("entities", name)),
                name=text_by_language(raw["name"]) if "name" in raw else {},
            )
        return entities

    def _script(
        self, entities: Mapping[str, Entity], spawns: Mapping[str, Spawn], default: str
    ) -> Script:
        document, problems = self._document, self._problems
        written = self._good("rules")
        roles = read_roles(self._good("roles"))
        counters = {name: read_counter(name, each) for name, each in self._good("counters").items()}
        things = self._things(entities, written)
        zones = {
            name: read_zone(name, each, document) for name, each in self._good("zones").items()
        }
        around = Around(entities, things, counters, zones, spawns, roles)
        reader = RuleReader(document, around, problems)
        read = (reader.read(name, raw) for name, raw in written.items())
        rules = tuple(rule for rule in read if rule is not None)
        script = Script(things, counters, zones, rules, roles)
        if "roles" not in self._faulty_keys:
            problems += role_problems(roles, asked_rights(self._values.get("rules")), document)
        problems += thing_problems(script, self._good("entities"), document)
        problems += counter_problems(counters, {**entities, **zones}, document)
        problems += zone_problems(zones, entities, roles, spawns, default, document)
        problems += circle_problems(rules)
        return script

    def _things(
        self, entities: Mapping[str, Entity], rules: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Thing]:
        """What changes, is used or collected, or is what a rule is about."""
        watched = {raw["when"].get("use") for raw in rules.values()}
        things: dict[str, Thing] = {}
        collected = 0
        for name, entity in entities.items():
            template = self._templates[entity.use]
            collected += template.collect > 0
            acts = template.states or template.on_use or template.collect
            if not acts and not {name, entity.use} & watched:
                continue
            if len(things) >= MOST_THINGS or collected > MOST_COLLECTED:
                expected = f"at most {MOST_THINGS} things that change or are used"
                if collected > MOST_COLLECTED:
                    expected = f"at most {MOST_COLLECTED} things to collect"
                self._document.refuse(("entities", name), expected, "more")
                self._problems.append(self._document.problems[-1])
                break
            things[name] = read_thing(entity, self._values["entities"][name], template)
        return things

    def _portals(self) -> dict[str, Portal]:
        portals: dict[str, Portal] = {}
        for name, raw in self._good("entities").items():
            template = self._templates.get(raw["use"])
            if template is None or template.portal is None:
                continue
            if len(portals) >= MOST_PORTALS:
                self._document.refuse(("entities", name), f"at most {MOST_PORTALS} portals", "more")
                self._problems.append(self._document.problems[-1])
                break
            across, along = template.portal.get("box", (0.0, 0.0))
            portals[name] = Portal(
                entity=name,
                at=_point(raw["at"]),
                facing=float(raw.get("facing", 0)),
                radius=float(template.portal.get("circle", 0)),
                half=(across / 2, along / 2),
                to=raw["to"],
                place=self._document.place(("entities", name, "to")),
            )
        return portals

    def _hash(self) -> str:
        digest = hashlib.sha256()
        for document in self._documents:
            digest.update(document.file.encode() + b"\0" + document.digest)
        for name, data in sorted(self._models.items()):
            digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
        return digest.hexdigest()


def _letters(text: Text) -> int:
    return sum(len(language) + len(line) for language, line in text.items())


def _by_side(raw: Any, default: Any) -> dict[Side, Any]:
    """Spread one value over all sides, or fill up a map of some."""
    if isinstance(raw, dict):
        return {side: raw.get(side, default) for side in SIDES}
    return dict.fromkeys(SIDES, default if raw is None else raw)


def _point(raw: list[float]) -> Point:
    east, north, up = (*raw, 0.0)[:3]
    return float(east), float(north), float(up)

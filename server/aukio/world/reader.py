"""Reading a world folder: `world.yaml`, what it includes, every check, one immutable `World`."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from aukio.world import defaults
from aukio.world.document import Document, read_document
from aukio.world.expansion import Stand, expand
from aukio.world.faults import schema_problems
from aukio.world.gltf import MOST_MODELS, ModelError, read_model
from aukio.world.model import (
    Entity,
    Ground,
    Point,
    Portal,
    Scenery,
    Side,
    Sky,
    Spawn,
    Text,
    Walk,
    World,
)
from aukio.world.prefabs import Template, read_templates, text_by_language
from aukio.world.problems import Problem, WorldProblems, problem_at, quoted
from aukio.world.schema import (
    ID,
    MOST_PORTALS,
    SIDES,
    Schema,
    described,
    library_schema,
    prefab_schema,
    world_schema,
)
from aukio.world.validate import world_problems

FILE: Final = "world.yaml"
MOST_SHAPES: Final = 20_000
MOST_WRITING: Final = 1_000_000
"""Letters and corners of all shapes and descriptions, copies included: each is sent to everybody
who enters, and a copy costs its builder nothing."""
MOST_PROBLEMS: Final = 1000
"""Where a world is wrong in more places than this, looking for more is not worth the time."""


def load_world(folder: Path) -> World:
    """Read and check the world in a folder.

    Includes may name files anywhere below the folder's parent, the worlds root, and nowhere else.

    Raises:
        WorldProblems: with every problem found, in this world's files or in those it includes.
    """
    folder = Path(folder)
    document = read_document(folder / FILE, f"{folder.resolve().name}/{FILE}")
    documents = [document, *_included(document, folder)]
    problems = [problem for each in documents for problem in each.problems]
    if not isinstance(document.values, dict):
        if not problems:
            document.refuse((), "a mapping of keys", quoted(document.values))
        raise WorldProblems([*problems, *document.problems])
    templates, broken = read_templates(documents, problems)
    for template in templates.values():
        if len(problems) > MOST_PROBLEMS:
            break
        # Unused prefabs and parameters left at their defaults are checked too.
        expand(template, Stand("", (0.0, 0.0, 0.0), 0.0, template.sample()), problems)
    problems += schema_problems(document, document.values, schema_of(templates, broken))
    for library in documents[1:]:
        problems += schema_problems(library, library.values, library_schema())
    models = _models(folder, templates, problems)
    world = _Assembly(document, documents, templates, problems, models).world()
    if world is not None:
        problems += world_problems(world, document)
    if world is None or problems:
        raise WorldProblems(problems)
    root = folder.resolve().parent
    return dataclasses.replace(world, sources=tuple(root / each.file for each in documents))


@dataclasses.dataclass(frozen=True, slots=True)
class Read:
    """A world as written: its document, and its prefabs without problems."""

    document: Document
    templates: Mapping[str, Template]


def read_world(folder: Path) -> Read:
    """Read the documents of a world without checking more than is needed to look things up.

    Raises:
        WorldProblems: `world.yaml` is no mapping.
    """
    folder = Path(folder)
    document = read_document(folder / FILE, f"{folder.resolve().name}/{FILE}")
    if not isinstance(document.values, dict):
        document.refuse((), "a mapping of keys", quoted(document.values))
        raise WorldProblems(document.problems)
    return Read(document, read_templates([document, *_included(document, folder)], [])[0])


def included_files(folder: Path) -> list[Path]:
    """The files that a world's document wants to include, whether they are there or not."""
    folder = Path(folder)
    values = read_document(folder / FILE, FILE).values
    names = values.get("include") if isinstance(values, dict) else None
    root = folder.resolve().parent
    found = [
        (folder / name).resolve()
        for name in (names if isinstance(names, list) else [])
        if isinstance(name, str)
    ]
    return [path for path in found if path.is_relative_to(root)]


def schema_of(templates: Mapping[str, Template], broken: set[str]) -> Schema:
    """Return the schema of a world with these prefabs; the broken ones take any parameters."""
    known = {name: template.params for name, template in templates.items()}
    portals = {name for name, template in templates.items() if template.portal is not None}
    return world_schema(known, sorted(broken), portals)


def editor_schema(folder: Path) -> Schema:
    """Return the schema of a folder's `world.yaml` as an editor takes it (JSON Schema 2020-12).

    It knows the world's own prefabs, also while other things in its files are wrong.
    """
    folder = Path(folder)
    document = read_document(folder / FILE, f"{folder.resolve().name}/{FILE}")
    templates, broken = read_templates([document, *_included(document, folder)], [])
    schema = schema_of(templates, broken)
    # The reader checks each prefab by itself, where it says more; an editor wants it in one.
    schema["properties"]["prefabs"]["additionalProperties"] = prefab_schema()
    return described(schema)


def _included(document: Document, folder: Path) -> list[Document]:
    names = document.values.get("include") if isinstance(document.values, dict) else None
    if not isinstance(names, list):
        return []
    root = folder.resolve().parent
    included: dict[Path, Document] = {}
    for index, name in enumerate(names):
        if not isinstance(name, str) or not name.endswith(".yaml") or index >= 16:
            continue  # the schema reports it
        target = (folder / name).resolve()
        if not target.is_relative_to(root) or Path(name).is_absolute():
            hint = "name a file beside or below the worlds"
            document.refuse(
                ("include", index), "a file inside the worlds folder", quoted(name), hint
            )
        elif not target.is_file():
            document.refuse(("include", index), "a file that exists", quoted(name))
        elif target not in included and target != (folder / FILE).resolve():
            included[target] = read_document(target, target.relative_to(root).as_posix())
    return list(included.values())


def _models(
    folder: Path, templates: Mapping[str, Template], problems: list[Problem]
) -> dict[str, bytes]:
    """Read every model that a part names; only files of the world's own folder may be named."""
    models: dict[str, bytes] = {}
    tried: dict[str, ModelError] = {}
    root = folder.resolve()
    for template in templates.values():
        for part in template.parts.values():
            name = part.raw.get("file")
            if not isinstance(name, str) or name in models:
                continue
            try:
                if name in tried:
                    raise tried[name]
                if len(models) >= MOST_MODELS:
                    raise ModelError(f"at most {MOST_MODELS} models in a world", "more")
                path = (root / name).resolve()
                if not path.is_relative_to(root):
                    raise ModelError("a file inside the world's folder", quoted(name))
                models[name] = read_model(path)
            except ModelError as error:
                tried[name] = error
                at = (*part.path, "file")
                place = part.document.place(at)
                problems.append(problem_at(place, at, error.expected, error.got))
    return models


class _Assembly:
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
        marked = [
            name for name, each in spawns.items() if self._values["spawn"][name].get("default")
        ]
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
            default_spawn=(marked or list(spawns))[0],
            prefabs={name: each.prefab() for name, each in self._templates.items()},
            entities=self._entities(),
            portals=self._portals(),
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
            )
        return entities

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

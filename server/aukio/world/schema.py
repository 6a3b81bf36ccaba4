"""The JSON Schemas of world documents, generated from the world's own prefabs.

One closed schema per prefab: a generic one would have to stay open for the prefabs' parameters, and
a misspelt parameter would pass in silence. Each value's schema says in `x-expected` what problems
print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aukio.world import terms
from aukio.world.material import MATERIALS
from aukio.world.model import Side
from aukio.world.roles import MOST_ROLES, roles_schema
from aukio.world.rules import counters_schema, rules_schema
from aukio.world.terms import Schema
from aukio.world.zones import zones_schema

FORMAT: Final = 1
RESERVED_KEYS: Final = frozenset(
    {
        "assets",
        "badges",
        "calendar",
        "city",
        "events",
        "feeds",
        "groups",
        "layers",
        "lessons",
        "markers",
        "npcs",
        "overlays",
        "place",
        "portals",
        "secrets",
        "sounds",
        "tests",
        "texts",
        "theme",
        "voice",
    }
)
"""Top-level keys that later versions of the format define; refused as "not yet", not as
misspelt."""

MOST_USERS: Final = 4000
LARGEST_GROUND_M: Final = 512.0

SHAPE_SIZES: Final[Mapping[str, str]] = {
    "box": "[east, north, up]",
    "wedge": "[east, north, up]",
    "plane": "[east, north]",
    "cylinder": "[radius, height]",
    "cone": "[radius, height]",
    "capsule": "[radius, height]",
    "sphere": "[radius]",
    "extrusion": "[length]",
    "text": "[width, height]",
    "light": "[range]",
    "model": "[scale]",
}
SIDES: Final[tuple[Side, ...]] = ("north", "east", "south", "west")
HORIZONS: Final = ("none", "forest", "hills", "town", "sea")
EDGES: Final = ("wall", "open")
WEATHERS: Final = ("clear", "cloudy", "fog", "rain", "snow")
ENTITY_KEYS: Final = frozenset({"use", "at", "facing", "to", "name", "state", "for"})

MOST_PREFABS: Final = 500
MOST_SPAWNS: Final = 100
MOST_PORTALS: Final = 100
MOST_ENTITIES: Final = 20_000
MOST_STATES: Final = 8
MOST_POINTS: Final = 64
"""Corners of an extrusion's outline."""
MOST_COPIES: Final = 200
"""Copies along one `repeat`."""
MOST_REPEATS: Final = 3
MOST_BIRDS: Final = 60
MOST_LEAVES: Final = 400

MODEL_PATH: Final = r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*\.(glb|gltf)$"
_TO: Final = rf"^(#{terms.NAME}|{terms.NAME}(#{terms.NAME})?|https://[!-~]{{1,250}})$"
_PARAMETER: Final = r"^\{[a-z][a-z0-9_]*\}$"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a prefab's entities can do beyond standing there, and so may be told."""

    leads: bool = False  # somewhere: it is a portal
    states: tuple[str, ...] = ()


def world_schema(
    prefabs: Mapping[str, Mapping[str, Schema]],
    open_prefabs: Sequence[str] = (),
    abilities: Mapping[str, Abilities] | None = None,
) -> Schema:
    """Return the schema of `world.yaml`.

    Args:
        prefabs: for each prefab the definition of each parameter, as it stands in its document.
        open_prefabs: names of prefabs whose parameters are unknown, as they have problems
            themselves.
        abilities: of those prefabs that have any.
    """
    return terms.closed(
        "a world: keys world, id, name, ground, spawn and more",
        {
            "world": {"const": FORMAT, "x-expected": f"{FORMAT}, the version of this format"},
            "id": terms.identifier(),
            "name": terms.text(),
            "include": terms.listing(
                terms.matching(r"\.yaml$", "a path ending in .yaml"), 0, 16, "a list of files"
            ),
            "tick": terms.number(10, 60, "a whole number of ticks per second, 10 to 60", "integer"),
            "view": terms.number(20, 400, "how far people see each other, 20 to 400 metres"),
            "horizon": _by_side(HORIZONS),
            "life": terms.closed(
                "birds and leaves",
                {
                    "birds": terms.number(
                        0, MOST_BIRDS, f"a whole number up to {MOST_BIRDS}", "integer"
                    ),
                    "leaves": terms.number(
                        0, MOST_LEAVES, f"a whole number up to {MOST_LEAVES}", "integer"
                    ),
                },
            ),
            "limits": terms.closed(
                "limits",
                {
                    "users": terms.number(
                        1, MOST_USERS, f"a whole number, 1 to {MOST_USERS}", "integer"
                    ),
                    "individuals": terms.number(
                        50, MOST_USERS, "a whole number from 50", "integer"
                    ),
                },
            ),
            "sky": _sky(),
            "ground": _ground(),
            "walk": terms.closed(
                "step and slope",
                {
                    "step": terms.number(0.1, 0.5, "the highest step, 0.1 to 0.5 metres"),
                    "slope": terms.number(5, 60, "the steepest slope, 5 to 60 degrees"),
                },
            ),
            "roles": roles_schema(),
            "zones": zones_schema(),
            "counters": counters_schema(),
            "rules": rules_schema(),
            "prefabs": terms.mapping({}, "prefabs by name", MOST_PREFABS),
            "spawn": {**terms.mapping(_spawn(), "spawns by id", MOST_SPAWNS), "minProperties": 1},
            "entities": terms.mapping(
                _entity(prefabs, open_prefabs, abilities or {}), "entities by id", MOST_ENTITIES
            ),
        },
        required=("world", "id", "name", "ground", "spawn"),
    )


def described(schema: Schema) -> Schema:
    """Return a schema that editors show: what is expected is its description."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_described(schema)}


def _described(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_described(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    names = {"x-expected": "description"}
    return {names.get(key, key): _described(value) for key, value in schema.items()}


def library_schema() -> Schema:
    """Return the schema of an included file."""
    return terms.closed(
        "a file of prefabs",
        {"prefabs": terms.mapping({}, "prefabs by name", MOST_PREFABS)},
        required=("prefabs",),
    )


def prefab_schema() -> Schema:
    """Return the schema of one prefab as written, its formulas unread."""
    return terms.closed(
        "a prefab: alt, extends, params, parts, states and more",
        {
            "portal": _portal(),
            "states": {
                **terms.listing(terms.identifier("a word"), 2, MOST_STATES, "a list of words"),
                "uniqueItems": True,
                "x-expected": f"2 to {MOST_STATES} different words; it begins in the first",
            },
            "on_use": terms.choice(("next",)),
            "collect": terms.number(0.3, 5, "how near one collects it, 0.3 to 5 metres"),
            "alt": terms.text(),
            "extends": {"type": "string", "x-expected": "the name of a prefab"},
            "params": terms.mapping(_parameter(), "parameters by name", 100),
            "parts": terms.mapping(_part(), "parts by name", 500),
        },
    )


def parameter_schema(definition: Schema) -> Schema:
    """Return the schema of a parameter's value, given the parameter's definition."""
    kind = definition.get("type")
    if kind == "colour":
        return terms.colour()
    if kind == "boolean":
        return {"type": "boolean", "x-expected": "true or false"}
    if kind == "text":
        return terms.text()
    low, high = definition.get("min"), definition.get("max")
    bounds = {"minimum": low, "maximum": high}
    schema: Schema = {key: value for key, value in bounds.items() if value is not None}
    return {"type": "number", "x-expected": f"a number{_range_text(low, high)}", **schema}


def _range_text(low: object, high: object) -> str:
    if low is not None and high is not None:
        return f", {low} to {high}"
    if low is not None:
        return f" of at least {low}"
    return f" of at most {high}" if high is not None else ""


def _sky() -> Schema:
    height = terms.number(1, 90, "degrees above the horizon, 1 to 90")
    return terms.closed(
        "time, weather, sun, wind",
        {
            "time": terms.matching(
                "^([01][0-9]|2[0-3]):[0-5][0-9]$", "a time of day such as 09:30"
            ),
            "weather": terms.choice(WEATHERS),
            "sun": terms.closed("from and height", {"from": terms.compass(), "height": height}),
            "wind": terms.closed(
                "from and speed",
                {
                    "from": terms.compass(),
                    "speed": terms.number(0, 20, "metres per second, 0 to 20"),
                },
            ),
        },
    )


def _ground() -> Schema:
    side = terms.number(1, LARGEST_GROUND_M, f"1 to {LARGEST_GROUND_M:.0f} metres")
    centre = terms.number(
        -terms.FURTHEST_M, terms.FURTHEST_M, f"a number of metres up to {terms.FURTHEST_M:.0f}"
    )
    return terms.closed(
        "size, at, edge, colour, material",
        {
            "size": terms.listing(side, 2, 2, "[east, north] in metres"),
            "at": terms.listing(centre, 2, 2, "[east, north] in metres"),
            "edge": _by_side(EDGES),
            "colour": terms.colour(),
            "material": terms.choice(tuple(MATERIALS)),
        },
        required=("size",),
    )


def _spawn() -> Schema:
    return terms.closed(
        "a spawn: at, facing, spread, default, name",
        {
            "name": terms.text(),
            "at": terms.place(),
            "facing": terms.compass(),
            "spread": terms.number(0, 50, "a radius of 0 to 50 metres"),
            "default": {"type": "boolean", "x-expected": "true or false"},
        },
        required=("at",),
    )


def _entity(
    prefabs: Mapping[str, Mapping[str, Schema]],
    open_prefabs: Sequence[str],
    abilities: Mapping[str, Abilities],
) -> Schema:
    names = sorted(prefabs)
    every = sorted({*names, *open_prefabs})
    listed = f"one of the prefabs {', '.join(every)}" if len(every) <= 8 else "a prefab's name"
    expected = listed if every else "a prefab's name, but this world has none"
    schema: Schema = {
        "type": "object",
        "x-expected": "an entity: use, at, facing and the prefab's parameters",
        "required": ["use"],
        "properties": {"use": {"enum": every, "x-expected": expected}},
    }
    if names:
        schema["allOf"] = [
            {
                "if": {"properties": {"use": {"const": name}}, "required": ["use"]},
                "then": _instance(prefabs[name], abilities.get(name, Abilities())),
            }
            for name in names
        ]
    return schema


def _instance(definitions: Mapping[str, Schema], able: Abilities) -> Schema:
    parameters = {name: parameter_schema(each) for name, each in definitions.items()}
    required = [name for name, each in definitions.items() if "default" not in each]
    fixed = {
        "use": True,
        "at": terms.place(),
        "facing": terms.compass(),
        "name": terms.text(),
        "for": terms.one_or_more(
            terms.identifier("a role"), MOST_ROLES, "a role that may use it, or a list of roles"
        ),
    }
    if able.states:
        fixed["state"] = terms.choice(able.states)
    if able.leads:
        fixed["to"] = terms.matching(
            _TO,
            'where it leads: a spot "#gate", a world "yard", a spot of it "yard#gate",'
            ' or another server "https://…"',
        )
        required = ["to", *required]
    expected = "the entity's keys and the prefab's parameters"
    return terms.closed(expected, {**fixed, **parameters}, ("at", *required))


def _portal() -> Schema:
    metres = terms.number(0.3, 20, "0.3 to 20 metres")
    circle = terms.closed("a circle", {"circle": metres}, required=("circle",))
    box = terms.closed(
        "a box", {"box": terms.listing(metres, 2, 2, "[across, along]")}, required=("box",)
    )
    expected = "where one is sent on: {circle: radius} or {box: [across, along]} round its middle"
    return {"anyOf": [circle, box], "x-expected": expected}


def _parameter() -> Schema:
    return terms.closed(
        "a parameter: type, default, min, max",
        {
            "type": terms.choice(("number", "colour", "boolean", "text")),
            "default": {"type": ["number", "string", "boolean", "object"], "x-expected": "a value"},
            "min": {"type": "number", "x-expected": "a number"},
            "max": {"type": "number", "x-expected": "a number"},
        },
    )


def _part() -> Schema:
    number = {"anyOf": [{"type": "number"}, {"type": "string"}]}
    colour = {"anyOf": [{"type": "string", "pattern": p} for p in (terms.COLOUR, _PARAMETER)]}
    formula = 'a number or a formula such as "{length} / 2"'
    metres = {**number, "x-expected": formula}
    pair = terms.listing(metres, 2, 2, "[across, along] in metres")
    repeat = _repeat(metres)
    several = terms.listing(repeat, 1, MOST_REPEATS, f"up to {MOST_REPEATS} of count, step, turn")
    return terms.closed(
        "a part: shape, size, at, turn, colour, material, solid and more",
        {
            "shape": terms.choice(tuple(SHAPE_SIZES)),
            "size": terms.listing(metres, 1, 3, "a list of metres"),
            "at": terms.listing(metres, 2, 3, "[east, north, up] in metres"),
            "turn": {**number, "x-expected": f"compass degrees, {formula}"},
            "tilt": {**number, "x-expected": f"degrees leaning back, {formula}"},
            "colour": {**colour, "x-expected": 'a colour "#rrggbb" or "{parameter}" in quotes'},
            "material": terms.choice(tuple(MATERIALS)),
            "solid": _solid(),
            "in": terms.one_or_more(
                terms.identifier("a state"), MOST_STATES, "a state of the prefab, or several"
            ),
            "states": _by_state(metres),
            "top": terms.listing(metres, 1, 2, "the size at the top"),
            "sides": terms.number(3, 48, "a whole number, 3 to 48", "integer"),
            "points": terms.listing(
                pair, 3, MOST_POINTS, f"3 to {MOST_POINTS} corners [across, along]"
            ),
            "axis": terms.choice(("up", "north", "east")),
            "text": terms.text(),
            "file": terms.matching(
                MODEL_PATH, "a path such as models/boat.glb in the world's folder"
            ),
            "bevel": terms.number(0, 0.3, "a rounding of edges, 0 to 0.3 metres"),
            "glow": {**number, "x-expected": "how much it glows in the dark, 0 to 1"},
            "sway": terms.number(0, 1, "how far the wind moves it, 0 to 1 metre"),
            "repeat": {
                "anyOf": [repeat, several],
                "x-expected": f"count, step and turn, or a list of up to {MOST_REPEATS} of them",
            },
        },
    )


def _by_state(metres: Schema) -> Schema:
    """What is different about a part in some of the states."""
    different = terms.closed(
        "what is different: at, turn, tilt, size, colour, glow, text, solid",
        {
            "at": terms.listing(metres, 2, 3, "[east, north, up] in metres"),
            "turn": {**metres, "x-expected": "compass degrees, a number or a formula"},
            "tilt": {**metres, "x-expected": "degrees leaning back, a number or a formula"},
            "size": terms.listing(metres, 1, 3, "a list of metres"),
            "colour": {
                "anyOf": [{"type": "string", "pattern": p} for p in (terms.COLOUR, _PARAMETER)],
                "x-expected": 'a colour "#rrggbb" or "{parameter}" in quotes',
            },
            "glow": {**metres, "x-expected": "how much it glows in the dark, 0 to 1"},
            "text": terms.text(),
            "solid": {"type": "boolean", "x-expected": "true or false"},
        },
    )
    return terms.mapping(different, "by state what is different", MOST_STATES)


def _repeat(metres: Schema) -> Schema:
    return terms.closed(
        "count, step and turn",
        {
            "count": {**metres, "x-expected": f"a whole number, 1 to {MOST_COPIES}, or a formula"},
            "step": terms.listing(metres, 2, 3, "[east, north, up] in metres"),
            "turn": {**metres, "x-expected": "compass degrees about the prefab's middle"},
        },
        required=("count",),
    )


def _solid() -> Schema:
    metres = terms.number(0.01, 100, "0.01 to 100 metres")
    bodies: list[Schema] = [
        {"type": "boolean"},
        {"type": "string", "pattern": _PARAMETER},
        terms.closed(
            "a box", {"box": terms.listing(metres, 3, 3, "[east, north, up]")}, required=("box",)
        ),
        terms.closed(
            "a circle",
            {"circle": terms.listing(metres, 2, 2, "[radius, height]")},
            required=("circle",),
        ),
    ]
    expected = 'true, false or "{parameter}"; of a model {box: [east, north, up]} or {circle: …}'
    return {"anyOf": bodies, "x-expected": expected}


def _by_side(choices: tuple[str, ...]) -> Schema:
    """One of the choices for all sides, or one for each of some."""
    word = "one of " + ", ".join(choices)
    one: Schema = {"enum": list(choices)}
    return {
        "anyOf": [one, terms.closed("sides", {side: terms.choice(choices) for side in SIDES})],
        "x-expected": f"{word}, or a map of sides {{south: {choices[-1]}}}",
    }

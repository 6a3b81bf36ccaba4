"""The JSON Schemas of world documents, generated from the world's own prefabs.

One closed schema per prefab: a generic one would have to stay open for the prefabs' parameters, and
a misspelt parameter would pass in silence. Each value's schema says in `x-expected` what problems
print.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from aukio.world.material import MATERIALS
from aukio.world.model import Side

Schema = dict[str, Any]

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
        "roles",
        "rules",
        "secrets",
        "sounds",
        "tests",
        "texts",
        "theme",
        "voice",
        "zones",
    }
)
"""Top-level keys that later versions of the format define; refused as "not yet", not as
misspelt."""

MOST_USERS: Final = 4000
FURTHEST_M: Final = 4096.0
"""Largest coordinate of anything in a world, metres."""
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
ENTITY_KEYS: Final = frozenset({"use", "at", "facing", "to"})

MOST_PREFABS: Final = 500
MOST_SPAWNS: Final = 100
MOST_PORTALS: Final = 100
MOST_ENTITIES: Final = 20_000
MOST_POINTS: Final = 64
"""Corners of an extrusion's outline."""
MOST_COPIES: Final = 200
"""Copies along one `repeat`."""
MOST_REPEATS: Final = 3
MOST_BIRDS: Final = 60
MOST_LEAVES: Final = 400

_NAME: Final = "[a-z][a-z0-9_]{0,63}"
ID: Final = f"^{_NAME}$"
_COLOUR: Final = "^#[0-9a-fA-F]{6}$"
MODEL_PATH: Final = r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*\.(glb|gltf)$"
_TO: Final = rf"^(#{_NAME}|{_NAME}(#{_NAME})?|https://[!-~]{{1,250}})$"
_PARAMETER: Final = r"^\{[a-z][a-z0-9_]*\}$"


def world_schema(
    prefabs: Mapping[str, Mapping[str, Schema]],
    open_prefabs: Sequence[str] = (),
    portals: Collection[str] = (),
) -> Schema:
    """Return the schema of `world.yaml`.

    Args:
        prefabs: for each prefab the definition of each parameter, as it stands in its document.
        open_prefabs: names of prefabs whose parameters are unknown, as they have problems
            themselves.
        portals: which of the prefabs lead somewhere.
    """
    return _closed(
        "a world: keys world, id, name, ground, spawn and more",
        {
            "world": {"const": FORMAT, "x-expected": f"{FORMAT}, the version of this format"},
            "id": _pattern(ID, "an id of small letters, digits and _, beginning with a letter"),
            "name": _text(),
            "include": _list(
                _pattern(r"\.yaml$", "a path ending in .yaml"), 0, 16, "a list of files"
            ),
            "tick": _number(10, 60, "a whole number of ticks per second, 10 to 60", "integer"),
            "view": _number(20, 400, "how far people see each other, 20 to 400 metres"),
            "horizon": _by_side(HORIZONS),
            "life": _closed(
                "birds and leaves",
                {
                    "birds": _number(
                        0, MOST_BIRDS, f"a whole number up to {MOST_BIRDS}", "integer"
                    ),
                    "leaves": _number(
                        0, MOST_LEAVES, f"a whole number up to {MOST_LEAVES}", "integer"
                    ),
                },
            ),
            "limits": _closed(
                "limits",
                {
                    "users": _number(
                        1, MOST_USERS, f"a whole number, 1 to {MOST_USERS}", "integer"
                    ),
                    "individuals": _number(50, MOST_USERS, "a whole number from 50", "integer"),
                },
            ),
            "sky": _sky(),
            "ground": _ground(),
            "walk": _closed(
                "step and slope",
                {
                    "step": _number(0.1, 0.5, "the highest step, 0.1 to 0.5 metres"),
                    "slope": _number(5, 60, "the steepest slope, 5 to 60 degrees"),
                },
            ),
            "prefabs": _map({}, "prefabs by name", MOST_PREFABS),
            "spawn": {**_map(_spawn(), "spawns by id", MOST_SPAWNS), "minProperties": 1},
            "entities": _map(
                _entity(prefabs, open_prefabs, portals), "entities by id", MOST_ENTITIES
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
    return _closed(
        "a file of prefabs",
        {"prefabs": _map({}, "prefabs by name", MOST_PREFABS)},
        required=("prefabs",),
    )


def prefab_schema() -> Schema:
    """Return the schema of one prefab as written, its formulas unread."""
    return _closed(
        "a prefab: alt, extends, params, parts, portal",
        {
            "portal": _portal(),
            "alt": _text(),
            "extends": {"type": "string", "x-expected": "the name of a prefab"},
            "params": _map(_parameter(), "parameters by name", 100),
            "parts": _map(_part(), "parts by name", 500),
        },
    )


def parameter_schema(definition: Schema) -> Schema:
    """Return the schema of a parameter's value, given the parameter's definition."""
    kind = definition.get("type")
    if kind == "colour":
        return _colour()
    if kind == "boolean":
        return {"type": "boolean", "x-expected": "true or false"}
    if kind == "text":
        return _text()
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


def _closed(expected: str, properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "x-expected": expected,
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
    }


def _map(value: Schema, expected: str, most: int) -> Schema:
    return {
        "type": "object",
        "x-expected": f"{expected}, at most {most}",
        "maxProperties": most,
        "propertyNames": {"pattern": ID},
        "additionalProperties": value,
    }


def _list(item: Schema, least: int, most: int, expected: str) -> Schema:
    return {
        "type": "array",
        "x-expected": expected,
        "items": item,
        "minItems": least,
        "maxItems": most,
    }


def _number(low: float, high: float, expected: str, kind: str = "number") -> Schema:
    return {"type": kind, "minimum": low, "maximum": high, "x-expected": expected}


def _pattern(pattern: str, expected: str) -> Schema:
    return {"type": "string", "pattern": pattern, "maxLength": 200, "x-expected": expected}


def _choice(choices: tuple[str, ...]) -> Schema:
    return {"enum": list(choices), "x-expected": "one of " + ", ".join(choices)}


def _text() -> Schema:
    line = {"type": "string", "minLength": 1, "maxLength": 1000}
    languages = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"},
        "additionalProperties": line,
    }
    return {"anyOf": [line, languages], "x-expected": "a text, or texts by language {fi: …, en: …}"}


def _colour() -> Schema:
    return _pattern(_COLOUR, 'a colour "#rrggbb" in quotes')


def _place(expected: str = "[east, north] or [east, north, up] in metres") -> Schema:
    axis = _number(-FURTHEST_M, FURTHEST_M, f"a number of metres up to {FURTHEST_M:.0f}")
    return _list(axis, 2, 3, expected)


def _compass() -> Schema:
    return _number(-360, 360, "compass degrees, 0 = north, 90 = east")


def _sky() -> Schema:
    height = _number(1, 90, "degrees above the horizon, 1 to 90")
    return _closed(
        "time, weather, sun, wind",
        {
            "time": _pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$", "a time of day such as 09:30"),
            "weather": _choice(WEATHERS),
            "sun": _closed("from and height", {"from": _compass(), "height": height}),
            "wind": _closed(
                "from and speed",
                {
                    "from": _compass(),
                    "speed": _number(0, 20, "metres per second, 0 to 20"),
                },
            ),
        },
    )


def _ground() -> Schema:
    side = _number(1, LARGEST_GROUND_M, f"1 to {LARGEST_GROUND_M:.0f} metres")
    centre = _number(-FURTHEST_M, FURTHEST_M, f"a number of metres up to {FURTHEST_M:.0f}")
    return _closed(
        "size, at, edge, colour, material",
        {
            "size": _list(side, 2, 2, "[east, north] in metres"),
            "at": _list(centre, 2, 2, "[east, north] in metres"),
            "edge": _by_side(EDGES),
            "colour": _colour(),
            "material": _choice(tuple(MATERIALS)),
        },
        required=("size",),
    )


def _spawn() -> Schema:
    return _closed(
        "a spawn: at, facing, spread, default, name",
        {
            "name": _text(),
            "at": _place(),
            "facing": _compass(),
            "spread": _number(0, 50, "a radius of 0 to 50 metres"),
            "default": {"type": "boolean", "x-expected": "true or false"},
        },
        required=("at",),
    )


def _entity(
    prefabs: Mapping[str, Mapping[str, Schema]],
    open_prefabs: Sequence[str],
    portals: Collection[str],
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
                "then": _instance(prefabs[name], leads=name in portals),
            }
            for name in names
        ]
    return schema


def _instance(definitions: Mapping[str, Schema], *, leads: bool) -> Schema:
    parameters = {name: parameter_schema(each) for name, each in definitions.items()}
    required = [name for name, each in definitions.items() if "default" not in each]
    fixed = {"use": True, "at": _place(), "facing": _compass()}
    if leads:
        fixed["to"] = _pattern(
            _TO,
            'where it leads: a spot "#gate", a world "yard", a spot of it "yard#gate",'
            ' or another server "https://…"',
        )
        required = ["to", *required]
    expected = "the entity's keys and the prefab's parameters"
    return _closed(expected, {**fixed, **parameters}, ("at", *required))


def _portal() -> Schema:
    metres = _number(0.3, 20, "0.3 to 20 metres")
    circle = _closed("a circle", {"circle": metres}, required=("circle",))
    box = _closed("a box", {"box": _list(metres, 2, 2, "[across, along]")}, required=("box",))
    expected = "where one is sent on: {circle: radius} or {box: [across, along]} round its middle"
    return {"anyOf": [circle, box], "x-expected": expected}


def _parameter() -> Schema:
    return _closed(
        "a parameter: type, default, min, max",
        {
            "type": _choice(("number", "colour", "boolean", "text")),
            "default": {"type": ["number", "string", "boolean", "object"], "x-expected": "a value"},
            "min": {"type": "number", "x-expected": "a number"},
            "max": {"type": "number", "x-expected": "a number"},
        },
    )


def _part() -> Schema:
    number = {"anyOf": [{"type": "number"}, {"type": "string"}]}
    colour = {"anyOf": [{"type": "string", "pattern": p} for p in (_COLOUR, _PARAMETER)]}
    formula = 'a number or a formula such as "{length} / 2"'
    metres = {**number, "x-expected": formula}
    pair = _list(metres, 2, 2, "[across, along] in metres")
    repeat = _repeat(metres)
    several = _list(repeat, 1, MOST_REPEATS, f"up to {MOST_REPEATS} of count, step, turn")
    return _closed(
        "a part: shape, size, at, turn, colour, material, solid and more",
        {
            "shape": _choice(tuple(SHAPE_SIZES)),
            "size": _list(metres, 1, 3, "a list of metres"),
            "at": _list(metres, 2, 3, "[east, north, up] in metres"),
            "turn": {**number, "x-expected": f"compass degrees, {formula}"},
            "tilt": {**number, "x-expected": f"degrees leaning back, {formula}"},
            "colour": {**colour, "x-expected": 'a colour "#rrggbb" or "{parameter}" in quotes'},
            "material": _choice(tuple(MATERIALS)),
            "solid": _solid(),
            "top": _list(metres, 1, 2, "the size at the top"),
            "sides": _number(3, 48, "a whole number, 3 to 48", "integer"),
            "points": _list(pair, 3, MOST_POINTS, f"3 to {MOST_POINTS} corners [across, along]"),
            "axis": _choice(("up", "north", "east")),
            "text": _text(),
            "file": _pattern(MODEL_PATH, "a path such as models/boat.glb in the world's folder"),
            "bevel": _number(0, 0.3, "a rounding of edges, 0 to 0.3 metres"),
            "glow": {**number, "x-expected": "how much it glows in the dark, 0 to 1"},
            "sway": _number(0, 1, "how far the wind moves it, 0 to 1 metre"),
            "repeat": {
                "anyOf": [repeat, several],
                "x-expected": f"count, step and turn, or a list of up to {MOST_REPEATS} of them",
            },
        },
    )


def _repeat(metres: Schema) -> Schema:
    return _closed(
        "count, step and turn",
        {
            "count": {**metres, "x-expected": f"a whole number, 1 to {MOST_COPIES}, or a formula"},
            "step": _list(metres, 2, 3, "[east, north, up] in metres"),
            "turn": {**metres, "x-expected": "compass degrees about the prefab's middle"},
        },
        required=("count",),
    )


def _solid() -> Schema:
    metres = _number(0.01, 100, "0.01 to 100 metres")
    bodies: list[Schema] = [
        {"type": "boolean"},
        {"type": "string", "pattern": _PARAMETER},
        _closed("a box", {"box": _list(metres, 3, 3, "[east, north, up]")}, required=("box",)),
        _closed(
            "a circle", {"circle": _list(metres, 2, 2, "[radius, height]")}, required=("circle",)
        ),
    ]
    expected = 'true, false or "{parameter}"; of a model {box: [east, north, up]} or {circle: …}'
    return {"anyOf": bodies, "x-expected": expected}


def _by_side(choices: tuple[str, ...]) -> Schema:
    """One of the choices for all sides, or one for each of some."""
    word = "one of " + ", ".join(choices)
    one: Schema = {"enum": list(choices)}
    return {
        "anyOf": [one, _closed("sides", {side: _choice(choices) for side in SIDES})],
        "x-expected": f"{word}, or a map of sides {{south: {choices[-1]}}}",
    }

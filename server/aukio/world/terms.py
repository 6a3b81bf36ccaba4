"""The terms of the schemas: what a single value may be, and how values make lists and maps.

Each says in `x-expected` what problems print.
"""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

FURTHEST_M: Final = 4096.0
"""Largest coordinate of anything in a world, metres."""

NAME: Final = "[a-z][a-z0-9_]{0,63}"
ID: Final = f"^{NAME}$"
COLOUR: Final = "^#[0-9a-fA-F]{6}$"
AN_ID: Final = "an id of small letters, digits and _, beginning with a letter"


def closed(expected: str, properties: Schema, required: tuple[str, ...] = ()) -> Schema:
    """A map of these keys and no others."""
    return {
        "type": "object",
        "x-expected": expected,
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
    }


def mapping(value: Schema, expected: str, most: int) -> Schema:
    """A map from ids to values of one kind."""
    return {
        "type": "object",
        "x-expected": f"{expected}, at most {most}",
        "maxProperties": most,
        "propertyNames": {"pattern": ID},
        "additionalProperties": value,
    }


def listing(item: Schema, least: int, most: int, expected: str) -> Schema:
    """A list of values of one kind."""
    return {
        "type": "array",
        "x-expected": expected,
        "items": item,
        "minItems": least,
        "maxItems": most,
    }


def number(low: float, high: float, expected: str, kind: str = "number") -> Schema:
    """A number within bounds."""
    return {"type": kind, "minimum": low, "maximum": high, "x-expected": expected}


def matching(pattern: str, expected: str, most: int = 200) -> Schema:
    """A text that a pattern takes."""
    return {"type": "string", "pattern": pattern, "maxLength": most, "x-expected": expected}


def choice(choices: tuple[str, ...]) -> Schema:
    """One of some words."""
    return {"enum": list(choices), "x-expected": "one of " + ", ".join(choices)}


def text() -> Schema:
    """Words for people: in one language, or by language."""
    line = {"type": "string", "minLength": 1, "maxLength": 1000}
    languages = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"},
        "additionalProperties": line,
    }
    return {"anyOf": [line, languages], "x-expected": "a text, or texts by language {fi: …, en: …}"}


def colour() -> Schema:
    """A colour."""
    return matching(COLOUR, 'a colour "#rrggbb" in quotes')


def place(expected: str = "[east, north] or [east, north, up] in metres") -> Schema:
    """A place in metres."""
    axis = number(-FURTHEST_M, FURTHEST_M, f"a number of metres up to {FURTHEST_M:.0f}")
    return listing(axis, 2, 3, expected)


def compass() -> Schema:
    """A direction."""
    return number(-360, 360, "compass degrees, 0 = north, 90 = east")


def identifier(expected: str = AN_ID) -> Schema:
    """The id of something."""
    return matching(ID, expected)


def one_or_more(item: Schema, most: int, expected: str) -> Schema:
    """A value, or a list of them."""
    return {"anyOf": [item, listing(item, 1, most, expected)], "x-expected": expected}


def listed(value: Any) -> list[Any]:
    """What is written as one value or as a list of them."""
    return value if isinstance(value, list) else [value]


DURATION: Final = r"^[0-9]{1,5}(\.[0-9]{1,3})?(ms|s|min|h|d)$"
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def duration() -> Schema:
    """A time span."""
    return matching(DURATION, "a time such as 500ms, 20s, 5min, 2h or 7d")


def seconds(written: str) -> float:
    """A time span as it fits `DURATION`, in seconds."""
    digits = written.rstrip("minshd")
    return float(digits) * _SECONDS[written[len(digits) :]]

"""The schema validator's errors told as problems: where in the text, what was expected, what to
do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import jsonschema_rs

from aukio.world.document import MOST_PROBLEMS, Document
from aukio.world.problems import Path, Problem, did_you_mean, path_text, problem_at, quoted
from aukio.world.schema import RESERVED_KEYS
from aukio.world.terms import Schema


def schema_problems(
    document: Document, value: object, schema: Schema, base: Path = ()
) -> Iterator[Problem]:
    """Yield what a value of a document does against its schema.

    Args:
        document: where places are looked up.
        value: the value at `base`.
        base: its path in the document.
    """
    # What the text itself did wrong explains what the schema then misses.
    explained = {(problem.line, problem.column) for problem in document.problems}
    errors = jsonschema_rs.Draft202012Validator(schema).iter_errors(value)
    problems = (
        problem
        for error in errors
        for problem in _told(document, (*base, *error.instance_path), error, schema)
    )
    for problem in islice(problems, MOST_PROBLEMS):
        if (problem.line, problem.column) not in explained:
            yield problem


def _told(
    document: Document, path: Path, error: jsonschema_rs.ValidationError, schema: Schema
) -> Iterator[Problem]:
    kind = error.kind.as_dict()
    name = error.kind.name
    at = schema_at(schema, error.schema_path)
    if name == "additionalProperties":
        for key in kind["unexpected"]:
            yield _unknown_key(document, path, key, at.get("properties", {}))
    elif name == "required":
        key = kind["property"]
        got = "no such key"
        yield problem_at(document.key_place(path), path, f'the key "{key}"', got, f"add {key}:")
    elif name == "propertyNames":
        key = kind["error"].instance
        expected = "an id of small letters, digits and _, beginning with a letter"
        place = document.key_place((*path, key))
        yield problem_at(place, (*path, key), expected, quoted(key), "rename it")
    else:
        expected = at.get("x-expected", error.message)
        yield problem_at(
            document.place(path), path, expected, quoted(error.instance), _hint(error.instance, at)
        )


def schema_at(schema: Schema, path: list[str | int]) -> dict[str, Any]:
    """Return the innermost schema on a schema path that says what it expects."""
    node: Any = schema
    best = schema
    for step in path:
        node = node[step]
        if isinstance(node, dict) and "x-expected" in node:
            best = node
    return best


def _unknown_key(document: Document, path: Path, key: str, known: dict[str, Any]) -> Problem:
    place = document.key_place((*path, key))
    here = f'a key of "{path_text(path[-1:])}"' if path else "a key of this version"
    if not path and key in RESERVED_KEYS:
        got = f"{quoted(key)}, which is not supported yet"
        return problem_at(place, (key,), here, got, "leave it out for now")
    hint = did_you_mean(key, known) or f"known: {', '.join(sorted(known))}"
    return problem_at(place, (*path, key), here, f"unknown key {quoted(key)}", hint)


def _hint(value: object, schema: Schema) -> str:
    if not isinstance(value, str):
        return ""
    if "enum" in schema:
        return did_you_mean(value, schema["enum"])
    if schema.get("type") == "boolean":
        word = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.lower())
        return f"did you mean {word}?" if word else ""
    if schema.get("pattern", "").startswith("^#") and len(value) == 4 and value.startswith("#"):
        return f'did you mean "#{"".join(c * 2 for c in value[1:])}"?'
    if value.isdigit():
        return "take it out of its quotes"
    return ""

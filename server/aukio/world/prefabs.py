"""Prefabs: collected from the documents, joined with what they extend, and expanded into shapes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import jsonschema_rs

from aukio.world.document import Document
from aukio.world.faults import schema_problems
from aukio.world.model import Prefab, Text, text_by_language
from aukio.world.problems import Path, Problem, did_you_mean, problem_at, quoted
from aukio.world.schema import ENTITY_KEYS, parameter_schema, prefab_schema
from aukio.world.terms import listed

DEEPEST_EXTENDS: Final = 16

Written = tuple[Document, Path, dict[str, Any]]
"""A prefab's document, its path in it and its keys."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part as written, and where."""

    raw: Mapping[str, Any]
    document: Document
    path: Path


@dataclass(slots=True)
class Template:
    """A prefab with everything it extends: parameter definitions and parts by name."""

    name: str
    document: Document
    path: Path
    alt: Text = field(default_factory=dict)
    params: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    portal: Mapping[str, Any] | None = None
    states: list[str] = field(default_factory=list)
    on_use: str = ""
    collect: float = 0.0
    chain: tuple[Written, ...] = ()
    """As written: its ancestors, eldest first, and itself."""

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the value of every parameter: the given ones over the defaults."""
        defaults = {
            name: each["default"] for name, each in self.params.items() if "default" in each
        }
        return {**defaults, **{name: given[name] for name in self.params if name in given}}

    def sample(self) -> dict[str, Any]:
        """Return some legal value of every parameter."""
        plain = {"number": 1.0, "colour": "#000000", "boolean": True, "text": "A"}
        return {
            name: each.get("default", each.get("min", each.get("max", plain[each["type"]])))
            for name, each in self.params.items()
        }

    def prefab(self) -> Prefab:
        """Return what the world keeps of it."""
        return Prefab(self.name, self.alt, self.values({}), self.document.key_place(self.path))


def read_templates(
    documents: list[Document], problems: list[Problem]
) -> tuple[dict[str, Template], set[str]]:
    """Collect the prefabs of all documents.

    Returns:
        the usable templates by name, and the names of those with problems, which are noted in
        `problems`.
    """
    written: dict[str, Written] = {}
    broken: set[str] = set()
    for document in documents:
        prefabs = document.values.get("prefabs") if isinstance(document.values, dict) else None
        for name, raw in prefabs.items() if isinstance(prefabs, dict) else ():
            path = ("prefabs", name)
            found = list(schema_problems(document, raw, prefab_schema(), path))
            if any(problem.path.startswith(f"prefabs/{name}/") for problem in document.problems):
                broken.add(name)  # the text itself has told what is wrong
            if name in written:
                first = written[name][0].key_place(path)
                expected = f"each prefab once, and {name} stands in {first.file}:{first.line}"
                place = document.key_place(path)
                found.append(problem_at(place, path, expected, "it again", "rename one"))
            elif isinstance(raw, dict):
                written[name] = (document, path, raw)
            problems.extend(found)
            if found:
                broken.add(name)
    return _joined(written, broken, problems), broken


def _joined(
    written: dict[str, Written], broken: set[str], problems: list[Problem]
) -> dict[str, Template]:
    templates: dict[str, Template] = {}
    for name, (document, path, _) in written.items():
        chain = _chain(name, written, problems)
        if not chain or not broken.isdisjoint(chain):
            broken.add(name)
            continue
        template = Template(name, document, path, chain=tuple(written[each] for each in chain))
        for each in chain:
            _merge(template, *written[each])
        found = list(_definition_problems(template))
        problems.extend(found)
        if found:
            broken.add(name)
        else:
            templates[name] = template
    return templates


def _chain(name: str, written: Mapping[str, Written], problems: list[Problem]) -> list[str]:
    """Return the prefab's ancestors and itself, eldest first; empty when they cannot be
    followed."""
    document, path, raw = written[name]
    place, path = document.place((*path, "extends")), (*path, "extends")
    chain = [name]
    while isinstance(parent := raw.get("extends"), str):
        if parent in chain:
            # Only members of the circle report it; who merely extends one of them is told there.
            if parent == name:
                got, hint = " → ".join([*chain[::-1], parent][::-1]), "break the circle"
                expected = "a prefab that does not extend itself"
                problems.append(problem_at(place, path, expected, got, hint))
            return []
        if parent not in written:
            if len(chain) == 1:
                hint = did_you_mean(parent, written)
                expected = "the name of a prefab"
                problems.append(problem_at(place, path, expected, quoted(parent), hint))
            return []
        if len(chain) >= DEEPEST_EXTENDS:
            problems.append(problem_at(place, path, f"at most {DEEPEST_EXTENDS} levels", "more"))
            return []
        chain.insert(0, parent)
        raw = written[parent][2]
    return chain


def _merge(template: Template, document: Document, path: Path, raw: Mapping[str, Any]) -> None:
    if "alt" in raw:
        template.alt = text_by_language(raw["alt"])
    template.portal = raw.get("portal", template.portal)
    template.states = raw.get("states", template.states)
    template.on_use = raw.get("on_use", template.on_use)
    template.collect = float(raw.get("collect", template.collect))
    for name, definition in raw.get("params", {}).items():
        template.params[name] = {**template.params.get(name, {}), **definition}
    for name, part in raw.get("parts", {}).items():
        parent = template.parts.get(name)
        merged = {**(parent.raw if parent else {}), **part}
        template.parts[name] = Part(merged, document, (*path, "parts", name))


def _definition_problems(template: Template) -> Iterator[Problem]:
    document = template.document
    for name, definition in template.params.items():
        path = (*template.path, "params", name)
        kind = definition.get("type")
        if name in ENTITY_KEYS:
            yield document_problem(
                document, path, "a name no entity key has", quoted(name), "rename it"
            )
        if kind is None:
            yield document_problem(document, path, 'the key "type"', "no such key", "add type:")
            continue
        default = definition.get("default")
        if default is not None and not _fits(default, kind, definition):
            expected = f"a {kind} within its bounds"
            yield document_problem(document, (*path, "default"), expected, quoted(default))
    if not template.parts:
        yield document_problem(document, template.path, "at least one part", "none", "add parts:")
    yield from _state_problems(template)
    for part in template.parts.values():
        for key in ("shape", "size"):
            if key not in part.raw:
                hint = f"add {key}:"
                yield document_problem(
                    part.document, part.path, f'the key "{key}"', "no such key", hint
                )


def _state_problems(template: Template) -> Iterator[Problem]:
    """What speaks of states that the prefab does not have."""
    for key, written in (("on_use", template.on_use), ("collect", template.collect)):
        if written and not template.states:
            at = (*template.path, key)
            hint = "add states: [there, taken]" if key == "collect" else "add states: [off, on]"
            yield document_problem(template.document, at, "states that it goes on to", "none", hint)
    for part in template.parts.values():
        for key in ("in", "states"):
            for state in listed(part.raw.get(key, [])) if key == "in" else part.raw.get(key, {}):
                if state not in template.states:
                    known = ", ".join(template.states)
                    hint = did_you_mean(state, template.states)
                    hint = hint or (f"known: {known}" if known else "add states: to the prefab")
                    at = (*part.path, key) if key == "in" else (*part.path, key, state)
                    place = part.document.key_place(at)
                    yield problem_at(place, at, "a state of the prefab", quoted(state), hint)


def _fits(value: object, kind: str, definition: Mapping[str, Any]) -> bool:
    schema = parameter_schema({**definition, "type": kind})
    return jsonschema_rs.Draft202012Validator(schema).is_valid(value)


def document_problem(
    document: Document, path: Path, expected: str, got: str, hint: str = ""
) -> Problem:
    """Build a problem of the value at a path of a document."""
    return problem_at(document.place(path), path, expected, got, hint)

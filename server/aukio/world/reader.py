"""Reading a world folder: `world.yaml`, what it includes, every check, one immutable `World`."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from aukio.world.assembly import MOST_PROBLEMS, Assembly
from aukio.world.document import Document, read_document
from aukio.world.expansion import Stand, expand
from aukio.world.faults import schema_problems
from aukio.world.gltf import MOST_MODELS, ModelError, read_model
from aukio.world.model import World
from aukio.world.prefabs import Template, read_templates
from aukio.world.problems import Problem, WorldProblems, problem_at, quoted
from aukio.world.schema import (
    Abilities,
    described,
    library_schema,
    prefab_schema,
    world_schema,
)
from aukio.world.terms import Schema
from aukio.world.validate import world_problems

FILE: Final = "world.yaml"


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
    world = Assembly(document, documents, templates, problems, models).world()
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
    abilities = {
        name: Abilities(leads=template.portal is not None, states=tuple(template.states))
        for name, template in templates.items()
    }
    return world_schema(known, sorted(broken), abilities)


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

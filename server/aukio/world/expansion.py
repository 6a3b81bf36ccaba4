"""Expanding a prefab into the shapes of one entity: formulas evaluated, parts turned and moved into
place."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from aukio.world import formula, frame
from aukio.world.model import Point, Shape, ShapeKind
from aukio.world.prefabs import Part, Template, document_problem
from aukio.world.problems import Path, Problem, quoted
from aukio.world.schema import SHAPE_SIZES

LARGEST_SHAPE_M: Final = 1000.0
SMALLEST_SHAPE_M: Final = 0.001
DEFAULT_COLOUR: Final = "#c9bfae"

_PARAMETER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_COLOUR: Final = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an entity stands and what it gives its prefab."""

    entity: str
    at: Point
    facing: float
    values: Mapping[str, Any]


def expand(template: Template, stand: Stand, problems: list[Problem]) -> tuple[Shape, ...]:
    """Return the shapes of one entity; a part with problems, noted in `problems`, is left out."""
    shapes = []
    for name, part in template.parts.items():
        found: list[Problem] = []
        shape = _shape(name, part, stand, found)
        problems.extend(found)
        if not found:
            shapes.append(shape)
    return tuple(shapes)


def _shape(name: str, part: Part, stand: Stand, problems: list[Problem]) -> Shape:
    reader = _PartReader(part, stand.values, problems)
    kind = cast(ShapeKind, part.raw["shape"])
    size = reader.size(kind)
    east, north, up = (*reader.numbers("at", [0, 0, 0]), 0.0)[:3]
    turn = reader.number(("turn",), part.raw.get("turn", 0))
    across, along = frame.turned(east, north, stand.facing)
    return Shape(
        id=f"{stand.entity}/{name}",
        entity=stand.entity,
        kind=kind,
        size=size,
        at=(stand.at[0] + across, stand.at[1] + along, stand.at[2] + up),
        turn=(stand.facing + turn) % 360,
        colour=reader.colour(),
        material=part.raw.get("material", "plain"),
        # A plane has no body: as paving or a carpet it would only add a floor upon the floor.
        solid=reader.solid(default=kind != "plane"),
    )


class _PartReader:
    """Reads the keys of one part with the entity's values put in."""

    def __init__(self, part: Part, values: Mapping[str, Any], problems: list[Problem]) -> None:
        self._part = part
        self._values = values
        self._problems = problems

    def size(self, kind: ShapeKind) -> tuple[float, ...]:
        meaning = SHAPE_SIZES[kind]
        written = self._part.raw["size"]
        if len(written) != meaning.count(",") + 1:
            self._refuse(("size",), f"{meaning} in metres for a {kind}", quoted(written))
            return ()
        size = self.numbers("size", [])
        for index, metres in enumerate(size):
            if metres < SMALLEST_SHAPE_M or metres > LARGEST_SHAPE_M:
                expected = f"{SMALLEST_SHAPE_M} to {LARGEST_SHAPE_M:.0f} metres"
                self._refuse(("size", index), expected, f"{metres:g}")
        if kind == "capsule" and not self._problems and size[1] < 2 * size[0]:
            self._refuse(("size",), "a height of at least two radii", quoted(written))
        return size

    def numbers(self, key: str, default: list[float]) -> tuple[float, ...]:
        written = self._part.raw.get(key, default)
        return tuple(self.number((key, index), each) for index, each in enumerate(written))

    def number(self, path: Path, written: float | str) -> float:
        if not isinstance(written, str):
            return float(written)
        try:
            return formula.evaluate(written, self._values)
        except formula.FormulaError as error:
            known = ", ".join(f"{{{name}}}" for name in self._values) or "this prefab has no params"
            self._refuse(path, f"a number or a formula ({known})", f"{quoted(written)}: {error}")
            return math.nan

    def colour(self) -> str:
        written = self._part.raw.get("colour", DEFAULT_COLOUR)
        value = self._value(written)
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            self._refuse(("colour",), "a colour or the name of a colour parameter", quoted(written))
            return DEFAULT_COLOUR
        return value.lower()

    def solid(self, default: bool) -> bool:
        written = self._part.raw.get("solid", default)
        value = self._value(written)
        if not isinstance(value, bool):
            self._refuse(("solid",), "true, false or the name of such a parameter", quoted(written))
            return default
        return value

    def _value(self, written: object) -> object:
        match = _PARAMETER.fullmatch(written) if isinstance(written, str) else None
        return self._values.get(match.group(1)) if match else written

    def _refuse(self, path: Path, expected: str, got: str) -> None:
        part = self._part
        self._problems.append(document_problem(part.document, (*part.path, *path), expected, got))

"""Reading the keys of one part of a prefab, with an entity's values put in."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aukio.world import formula
from aukio.world.model import ShapeKind, Text, text_by_language
from aukio.world.outline import outline_fault
from aukio.world.prefabs import Part, document_problem
from aukio.world.problems import Path, Problem, quoted
from aukio.world.schema import MOST_COPIES, SHAPE_SIZES
from aukio.world.terms import FURTHEST_M

LARGEST_SHAPE_M: Final = 1000.0
SMALLEST_SHAPE_M: Final = 0.001
LONGEST_LETTERING: Final = 80
MOST_TURN: Final = 3600.0
"""Degrees; what is written as more is a slip, and sines of huge angles are noise."""
DEFAULT_COLOUR: Final = "#c9bfae"

BODILESS: Final = frozenset({"plane", "text", "light", "model"})
"""Not solid unless the part says so: as paving or a carpet a plane would only add a floor upon the
floor, and what a model's body is nobody can tell from its file name."""
NEVER_SOLID: Final = frozenset({"text", "light"})
OF_SHAPES: Final[Mapping[str, tuple[str, ...]]] = {
    "top": ("box", "cylinder"),
    "sides": ("cylinder", "cone", "sphere"),
    "points": ("extrusion",),
    "axis": ("extrusion",),
    "text": ("text",),
    "file": ("model",),
}
"""Keys that only some shapes have."""
NEEDED: Final = {"extrusion": "points", "text": "text", "model": "file"}

_PARAMETER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_COLOUR: Final = re.compile("#[0-9a-fA-F]{6}")


class PartReader:
    """Reads a part; whatever is wrong goes to `problems`, and some legal value is returned."""

    def __init__(self, part: Part, values: Mapping[str, Any], problems: list[Problem]) -> None:
        self.raw = part.raw
        self._part = part
        self._values = values
        self._problems = problems

    def check_keys(self, kind: ShapeKind, tilt: float, solid: bool) -> None:
        """Refuse keys that say nothing for this shape, and the lack of those it needs."""
        for key, kinds in OF_SHAPES.items():
            if key in self.raw and kind not in kinds:
                self.refuse((key,), f"{key} only with {' or '.join(kinds)}", f"it with a {kind}")
        needed = NEEDED.get(kind)
        if needed and needed not in self.raw:
            self.refuse((), f'the key "{needed}" with shape: {kind}', "no such key")
        if tilt and solid:
            self.refuse(("tilt",), "no tilt on a solid part", f"{tilt:g}", "add solid: false")

    def size(self, kind: ShapeKind) -> tuple[float, ...]:
        """Return the size, as many numbers as the shape has."""
        meaning = SHAPE_SIZES[kind]
        written = self.raw["size"]
        if len(written) != meaning.count(",") + 1:
            self.refuse(("size",), f"{meaning} in metres for a {kind}", quoted(written))
            return ()
        size = self._metres("size", SMALLEST_SHAPE_M)
        if kind == "capsule" and not self._problems and size[1] < 2 * size[0]:
            self.refuse(("size",), "a height of at least two radii", quoted(written))
        return size

    def top(self, kind: ShapeKind) -> tuple[float, ...]:
        """Return the size at the top, or nothing when the shape does not narrow."""
        written = self.raw.get("top")
        if written is None:
            return ()
        count, meaning = (2, "[east, north]") if kind == "box" else (1, "[radius]")
        if len(written) != count:
            self.refuse(("top",), f"{meaning} in metres for a {kind}", quoted(written))
            return ()
        return self._metres("top", 0.0)

    def points(self) -> tuple[tuple[float, float], ...]:
        """Return the corners of an extrusion."""
        corners = [
            tuple(self.number(("points", at, side), each) for side, each in enumerate(pair))
            for at, pair in enumerate(self.raw.get("points", ()))
        ]
        for at, corner in enumerate(corners):
            if any(abs(metres) > LARGEST_SHAPE_M for metres in corner):
                self.refuse(("points", at), f"at most {LARGEST_SHAPE_M:.0f} metres", "more")
        outline = tuple((across, along) for across, along in corners)
        fault = outline_fault(outline) if outline and not self._problems else ""
        if fault:
            self.refuse(("points",), "an outline with an inside that does not cross itself", fault)
        return outline

    def text(self) -> Text:
        """Return lettering by language; empty when the part has none."""
        if "text" not in self.raw:
            return {}
        written = self.raw["text"]
        value = self._value(written)
        if not isinstance(value, str | dict):
            expected = "a text or the name of a text parameter"
            self.refuse(("text",), expected, quoted(written))
            return {}
        texts = text_by_language(value)
        if any(len(text) > LONGEST_LETTERING for text in texts.values()):
            self.refuse(("text",), f"at most {LONGEST_LETTERING} characters", "more")
        return texts

    def glow(self) -> float | None:
        """Return how much the part glows in the dark, or None when it does not say."""
        if "glow" not in self.raw:
            return None
        glow = self.number(("glow",), self.raw["glow"])
        if not 0 <= glow <= 1:
            self.refuse(("glow",), "0 to 1", f"{glow:g}")
        return glow

    def count(self, path: Path, written: float | str) -> int:
        """Return a number of copies."""
        count = self.number(path, written)
        if not (1 <= count <= MOST_COPIES and count == round(count)):
            self.refuse(path, f"a whole number, 1 to {MOST_COPIES}", f"{count:g}")
            return 1
        return round(count)

    def place(self, path: Path, written: Sequence[float | str]) -> tuple[float, float, float]:
        """Return a place or a step in metres; without a height it is 0."""
        read = (self._within((*path, at), each, FURTHEST_M) for at, each in enumerate(written))
        east, north, up = (*read, 0.0)[:3]
        return east, north, up

    def degrees(self, path: Path, written: float | str) -> float:
        """Return an angle."""
        return self._within(path, written, MOST_TURN)

    def numbers(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers."""
        return tuple(self.number((key, index), each) for index, each in enumerate(self.raw[key]))

    def number(self, path: Path, written: float | str) -> float:
        """Return a number or the value of a formula."""
        if not isinstance(written, str):
            return float(written)
        try:
            return formula.evaluate(written, self._values)
        except formula.FormulaError as error:
            known = ", ".join(f"{{{name}}}" for name in self._values) or "this prefab has no params"
            self.refuse(path, f"a number or a formula ({known})", f"{quoted(written)}: {error}")
            return math.nan

    def colour(self) -> str:
        """Return the colour."""
        written = self.raw.get("colour", DEFAULT_COLOUR)
        value = self._value(written)
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            self.refuse(("colour",), "a colour or the name of a colour parameter", quoted(written))
            return DEFAULT_COLOUR
        return value.lower()

    def solid(self, kind: ShapeKind, default: bool) -> tuple[bool, tuple[float, ...]]:
        """Return whether the part is solid, and the body that a model is given."""
        written = self.raw.get("solid", default and kind not in BODILESS)
        if isinstance(written, dict):
            if kind != "model":
                self.refuse(("solid",), "a body only with shape: model", f"it with a {kind}")
            return True, tuple(float(each) for each in written.get("box") or written["circle"])
        value = self._value(written)
        if not isinstance(value, bool):
            self.refuse(("solid",), "true, false or the name of such a parameter", quoted(written))
            return False, ()
        if value and kind in NEVER_SOLID:
            self.refuse(("solid",), f"a {kind} that is not solid", "true", "leave it out")
        if value and kind == "model":
            hint = "{box: [east, north, up]} or {circle: [radius, height]}"
            self.refuse(("solid",), "the body of the model", "true", hint)
            return False, ()
        return value, ()

    def refuse(self, path: Path, expected: str, got: str, hint: str = "") -> None:
        """Note a problem of the value at a path of the part."""
        part = self._part
        self._problems.append(
            document_problem(part.document, (*part.path, *path), expected, got, hint)
        )

    def _metres(self, key: str, least: float) -> tuple[float, ...]:
        metres = self.numbers(key)
        for index, each in enumerate(metres):
            if each < least or each > LARGEST_SHAPE_M:
                expected = f"{least:g} to {LARGEST_SHAPE_M:.0f} metres"
                self.refuse((key, index), expected, f"{each:g}")
        return metres

    def _within(self, path: Path, written: float | str, most: float) -> float:
        number = self.number(path, written)
        if abs(number) > most:
            self.refuse(path, f"-{most:g} to {most:g}", f"{number:g}")
            return 0.0
        return number

    def _value(self, written: object) -> object:
        match = _PARAMETER.fullmatch(written) if isinstance(written, str) else None
        return self._values.get(match.group(1)) if match else written

"""Expanding a prefab into the shapes of one entity: formulas evaluated, parts repeated, turned and
moved into place."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from aukio.world import frame
from aukio.world.model import Axis, Point, Shape, ShapeKind
from aukio.world.part import PartReader
from aukio.world.prefabs import Part, Template
from aukio.world.problems import Problem
from aukio.world.terms import listed

MOST_SHAPES: Final = 4000
"""Shapes of one entity, copies included."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where an entity stands and what it gives its prefab."""

    entity: str
    at: Point
    facing: float
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Repeat:
    """Copies at `step` from one another, each turned on about the prefab's middle."""

    count: int
    step: Point
    turn: float


def expand(template: Template, stand: Stand, problems: list[Problem]) -> tuple[Shape, ...]:
    """Return the shapes of one entity; a part with problems, noted in `problems`, is left out."""
    shapes: list[Shape] = []
    for name, states, part in _by_state(template):
        found: list[Problem] = []
        reader = PartReader(part, stand.values, found)
        repeats = _repeats(reader)
        if math.prod(each.count for each in repeats) + len(shapes) > MOST_SHAPES:
            reader.refuse(("repeat",), f"at most {MOST_SHAPES} shapes in a prefab", "more")
        made = list(_shapes(name, states, stand, reader, repeats)) if not found else []
        problems.extend(found)
        if not found:
            shapes.extend(made)
    return tuple(shapes)


def _by_state(template: Template) -> Iterator[tuple[str, tuple[str, ...], Part]]:
    """Yield each part's name, the states in which it is as follows, and the part."""
    for name, part in template.parts.items():
        if "in" not in part.raw and "states" not in part.raw:
            yield name, (), part
            continue
        plain = {key: value for key, value in part.raw.items() if key not in ("in", "states")}
        different = part.raw.get("states", {})
        there = set(listed(part.raw.get("in", template.states)))
        alike = [each for each in template.states if each in there and each not in different]
        if alike:
            yield name, tuple(alike), Part(plain, part.document, part.path)
        for state in template.states:
            if state in there and state in different:
                raw = {**plain, **different[state]}
                yield name, (state,), Part(raw, part.document, part.path)


def _shapes(
    name: str,
    states: tuple[str, ...],
    stand: Stand,
    reader: PartReader,
    repeats: list[_Repeat],
) -> Iterator[Shape]:
    """Yield the copies of a part; they share everything but place, turn and id."""
    raw = reader.raw
    kind = cast(ShapeKind, raw["shape"])
    base = reader.place(("at",), raw.get("at", (0, 0, 0)))
    turn = reader.degrees(("turn",), raw.get("turn", 0))
    tilt = reader.degrees(("tilt",), raw.get("tilt", 0))
    solid, body = reader.solid(kind, default=tilt == 0)
    like = Shape(
        id=f"{stand.entity}/{name}",
        entity=stand.entity,
        kind=kind,
        size=reader.size(kind),
        at=stand.at,
        turn=0.0,
        colour=reader.colour(),
        material=raw.get("material", "plain"),
        solid=solid,
        tilt=tilt,
        top=reader.top(kind),
        sides=raw.get("sides"),
        points=reader.points(),
        axis=cast(Axis, raw.get("axis", "up")),
        text=reader.text(),
        file=raw.get("file", ""),
        body=body,
        bevel=raw.get("bevel"),
        glow=reader.glow(),
        sway=raw.get("sway"),
        states=states,
    )
    reader.check_keys(kind, tilt, solid)
    for number, place in enumerate(itertools.product(*(range(each.count) for each in repeats))):
        yield _copy(like, number, _moved(base, repeats, place), turn, stand)


def _moved(base: Point, repeats: list[_Repeat], place: tuple[int, ...]) -> tuple[Point, float]:
    east, north, up = base
    turn = 0.0
    for repeat, nth in zip(repeats, place, strict=True):
        east += repeat.step[0] * nth
        north += repeat.step[1] * nth
        up += repeat.step[2] * nth
        turn += repeat.turn * nth
    across, along = frame.turned(east, north, turn) if turn else (east, north)
    return (across, along, up), turn


def _copy(like: Shape, number: int, moved: tuple[Point, float], turn: float, stand: Stand) -> Shape:
    # Not dataclasses.replace: a square has thousands of copies, and it is ten times slower.
    (east, north, up), turned = moved
    across, along = frame.turned(east, north, stand.facing)
    return Shape(
        f"{like.id}/{number}" if number else like.id,
        like.entity,
        like.kind,
        like.size,
        (stand.at[0] + across, stand.at[1] + along, stand.at[2] + up),
        (stand.facing + turn + turned) % 360,
        like.colour,
        like.material,
        like.solid,
        like.tilt,
        like.top,
        like.sides,
        like.points,
        like.axis,
        like.text,
        like.file,
        like.body,
        like.bevel,
        like.glow,
        like.sway,
        like.states,
    )


def _repeats(reader: PartReader) -> list[_Repeat]:
    written = reader.raw.get("repeat", [])
    repeats = []
    for path, each in (
        [((), written)]
        if isinstance(written, dict)
        else [((index,), each) for index, each in enumerate(written)]
    ):
        count = reader.count(("repeat", *path, "count"), each["count"])
        step = reader.place(("repeat", *path, "step"), each.get("step", (0, 0)))
        turn = reader.degrees(("repeat", *path, "turn"), each.get("turn", 0))
        repeats.append(_Repeat(count, step, turn))
    return repeats

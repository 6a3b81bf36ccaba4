"""A map of a world as seen from above, north up, to look at without a browser."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from aukio.world.drawing import Area, Drawing, Item, Label, Line, Pixel
from aukio.world.footprint import Corner, extent, footprint, hull
from aukio.world.frame import sine_cosine
from aukio.world.model import Shape, Spawn, Text, World
from aukio.world.walkfield import CELL_M, CELLS, NONE, UNITS, WalkField

DEFAULT_WIDTH: Final = 1400
MARGIN_M: Final = 4.0
MOST_TALL: Final = 2.0
"""Of its width a map is at most so high."""
FOOT: Final = 56
"""Pixels below the map for its name and scale."""
LOWEST_SUN: Final = 35.0
"""Degrees; a lower sun would lay shadows over half the map."""
BODY_M: Final = 0.3
"""Where a wall is nearer than this, nobody can stand."""

PAPER: Final = "#e9e4d8"
INK: Final = "#22262b"
TEAL: Final = "#2f7f86"
ARROW: Final = ((1.0, 0.0), (-0.35, 0.45), (-0.1, 0.0), (-0.35, -0.45))
"""Ahead and aside, of its length."""
CORAL: Final = "#c8553d"
SHADOW: Final = "#1e2a3a"


def draw_world(
    world: World,
    field: WalkField | None = None,
    language: str = "en",
    width: int = DEFAULT_WIDTH,
) -> Drawing:
    """Draws a world's map.

    Args:
        field: where given, the places where nobody can stand are tinted.
        language: of names, where a text has it.
        width: in pixels; the height follows from the ground.
    """
    view = _view(world, width)
    drawing = Drawing(view.width, view.height + FOOT, PAPER, _in(world.name, language))
    _draw_place(drawing, world, view)
    if field is not None:
        _draw_blocked(drawing.layer(0.45), field, view)
    _draw_spawns(drawing.layer(), world.spawns.values(), view, language)
    _draw_foot(drawing.layer(), world, view, language)
    return drawing


def draw_bare(world: World, width: int) -> Drawing:
    """Draws the place alone, without words or marks: a picture to know it by."""
    (wide, deep), (east, north) = world.ground.size, world.ground.at
    view = _framed(east - wide / 2, north + deep / 2, east + wide / 2, north - deep / 2, width)
    drawing = Drawing(view.width, view.height, PAPER, "")
    _draw_place(drawing, world, view)
    return drawing


def _draw_place(drawing: Drawing, world: World, view: _View) -> None:
    solid = [shape for shape in world.shapes_at_start if shape.kind not in ("light", "text")]
    solid.sort(key=lambda shape: extent(shape)[1])
    _draw_ground(drawing.layer(), world, view)
    _draw_shadows(drawing.layer(0.2), world, solid, view)
    _draw_shapes(drawing.layer(), solid, view)


@dataclass(frozen=True, slots=True)
class _View:
    """Which part of the plane is shown, metres, and how many pixels a metre has."""

    west: float
    north: float
    scale: float
    width: int
    height: int

    def at(self, corner: Corner) -> Pixel:
        east, north = corner
        return (east - self.west) * self.scale, (self.north - north) * self.scale

    def all(self, corners: Iterable[Corner]) -> list[Pixel]:
        return [self.at(corner) for corner in corners]


def _view(world: World, width: int) -> _View:
    """The ground, with the spawns that lie beside it, and a margin."""
    (wide, deep), (east, north) = world.ground.size, world.ground.at
    corners = [(east - wide / 2, north - deep / 2), (east + wide / 2, north + deep / 2)]
    corners += [spawn.at[:2] for spawn in world.spawns.values()]
    west, east = min(c[0] for c in corners), max(c[0] for c in corners)
    south, north = min(c[1] for c in corners), max(c[1] for c in corners)
    return _framed(west - MARGIN_M, north + MARGIN_M, east + MARGIN_M, south - MARGIN_M, width)


def _framed(west: float, north: float, east: float, south: float, width: int) -> _View:
    """A view of a rectangle; a long and narrow one is made smaller, so that it stays a picture."""
    across, down = east - west, north - south
    scale = min(width / across, MOST_TALL * width / down)
    return _View(west, north, scale, max(1, round(across * scale)), max(1, round(down * scale)))


def _draw_ground(items: list[Item], world: World, view: _View) -> None:
    ground = world.ground
    (wide, deep), (east, north) = ground.size, ground.at
    west, south = east - wide / 2, north - deep / 2
    corners = [(west, south), (west + wide, south), (west + wide, south + deep)]
    items.append(Area(view.all([*corners, (west, south + deep)]), ground.colour, "#8d877b"))
    line = _mixed(ground.colour, "#000000", 0.08)
    for x in _tens(west, wide):
        items.append(Line(view.all([(x, south), (x, south + deep)]), line, 0.6))
    for y in _tens(south, deep):
        items.append(Line(view.all([(west, y), (west + wide, y)]), line, 0.6))


def _tens(first: float, length: float) -> list[float]:
    """Every ten metres within a stretch."""
    begin = math.ceil(first / 10) * 10
    return [float(at) for at in range(int(begin), math.floor(first + length) + 1, 10)]


def _draw_shadows(items: list[Item], world: World, shapes: Sequence[Shape], view: _View) -> None:
    whence, height = world.sky.sun
    sine, cosine = sine_cosine(whence)
    reach = 1 / math.tan(math.radians(max(height, LOWEST_SUN)))
    for shape in shapes:
        bottom, top = extent(shape)
        if top < 0.2 or shape.kind == "plane":
            continue
        base = footprint(shape)
        near, far = max(0.0, bottom) * reach, top * reach
        first = [(east - sine * near, north - cosine * near) for east, north in base]
        last = [(east - sine * far, north - cosine * far) for east, north in base]
        if shape.kind != "extrusion":  # everything else is convex
            items.append(Area(view.all(hull([*first, *last])), SHADOW))
            continue
        items += [Area(view.all(first), SHADOW), Area(view.all(last), SHADOW)]
        for n in range(len(base)):
            side = [first[n - 1], first[n], last[n], last[n - 1]]
            items.append(Area(view.all(side), SHADOW))


def _draw_shapes(items: list[Item], shapes: Sequence[Shape], view: _View) -> None:
    for shape in shapes:
        top = extent(shape)[1]
        # What is higher is nearer to the light, and to the eye.
        fill = _mixed(shape.colour, "#ffffff", min(0.18, 0.015 * max(0.0, top)))
        edge = _mixed(shape.colour, "#000000", 0.25) if top > 0.3 else ""
        items.append(Area(view.all(footprint(shape)), fill, edge))


def _draw_blocked(items: list[Item], field: WalkField, view: _View) -> None:
    """Tints the cells of the lowest floor where nobody can stand, as stripes of rows."""
    limit = round(BODY_M * UNITS)
    deep, wide = field.table.shape[:2]
    for tile_z, tile_x in np.ndindex(deep, wide):
        block = int(field.table[tile_z, tile_x, 0])
        if block < 0:
            continue
        floor = field.heights[block][:-1, :-1] != NONE
        blocked = floor & (field.distances[block][:-1, :-1] < limit)
        west = (field.tile_x0 + tile_x) * CELLS * CELL_M
        north = -(field.tile_z0 + tile_z) * CELLS * CELL_M
        for row, begin, end in _runs(blocked):
            top, left, right = north - row * CELL_M, west + begin * CELL_M, west + end * CELL_M
            low = top - CELL_M
            items.append(
                Area(view.all([(left, top), (right, top), (right, low), (left, low)]), CORAL)
            )


def _runs(cells: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Iterable[tuple[int, int, int]]:
    """Row, first column and the one behind the last, of every run of true cells in a row."""
    rows, columns = cells.shape
    padded = np.zeros((rows, columns + 2), np.int8)
    padded[:, 1:-1] = cells
    changes = np.diff(padded, axis=1)
    begins, ends = np.argwhere(changes == 1), np.argwhere(changes == -1)
    for (row, begin), (_, end) in zip(begins.tolist(), ends.tolist(), strict=True):
        yield row, begin, end


def _draw_spawns(items: list[Item], spawns: Iterable[Spawn], view: _View, language: str) -> None:
    taken: list[tuple[float, float, float, float]] = []
    for spawn in spawns:
        east, north, _ = spawn.at
        radius = max(spawn.spread, 0.6)
        circle = [
            (east + radius * math.sin(angle), north + radius * math.cos(angle))
            for angle in np.linspace(0, 2 * math.pi, 49).tolist()
        ]
        items.append(Line(view.all(circle), TEAL, 2))
        sine, cosine = sine_cosine(spawn.facing)
        tip = max(radius, 1.2)
        turned = [
            (
                east + tip * (ahead * sine + aside * cosine),
                north + tip * (ahead * cosine - aside * sine),
            )
            for ahead, aside in ARROW
        ]
        items.append(Area(view.all(turned), TEAL))
        name = _in(spawn.name, language) or spawn.id
        x, y = view.at((east, north + radius))
        at = _free(taken, x, y - 8, len(name) * 7.5)
        items.append(Label(at, name, 14, INK, halo="#ffffff"))


def _free(
    taken: list[tuple[float, float, float, float]], x: float, y: float, width: float
) -> Pixel:
    """A place near a point where a label lies over no other."""
    for step in (0, 1, -1, 2, -2, 3, -3):
        box = (x - width / 2, y + 17 * step - 14, x + width / 2, y + 17 * step + 3)
        if not any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in taken
        ):
            break
    taken.append(box)
    return x, box[3] - 3


def _draw_foot(items: list[Item], world: World, view: _View, language: str) -> None:
    (wide, deep), middle = world.ground.size, view.height + FOOT / 2
    low = view.height + FOOT
    band = [(0, view.height), (view.width, view.height), (view.width, low), (0, low)]
    items.append(Area(band, PAPER))  # over whatever stands beyond the map
    items.append(Label((16, middle), _in(world.name, language), 20, INK, "start", bold=True))
    told = f"{wide:g} x {deep:g} m, {len(world.entities)} things in {len(world.shapes)} shapes"
    items.append(Label((16, middle + 18), told, 12, "#5b5f66", "start"))
    metres = next((m for m in (100, 50, 20, 10, 5, 2, 1) if m * view.scale <= view.width / 6), 1)
    right, left = view.width - 60, view.width - 60 - metres * view.scale
    ends = [(left, middle - 5), (left, middle), (right, middle), (right, middle - 5)]
    items.append(Line(ends, INK, 2))
    items.append(Label(((left + right) / 2, middle + 18), f"{metres} m", 12, INK))
    needle = [(view.width - 28, middle - 16), (view.width - 22, middle + 6)]
    items.append(Area([*needle, (view.width - 28, middle + 1), (view.width - 34, middle + 6)], INK))
    items.append(Label((view.width - 28, middle + 20), "N", 12, INK, bold=True))


def _in(text: Text, language: str) -> str:
    """A text in a language, or in whatever it has."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")


def _mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another in it."""
    pairs = [(int(colour[n : n + 2], 16), int(other[n : n + 2], 16)) for n in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)

"""A world's map: what stands where, and the same in both forms."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image

from aukio.world import compile_walk_field, load_world
from aukio.world.drawing import Drawing, to_png, to_svg
from aukio.world.footprint import extent, footprint, hull
from aukio.world.preview import FOOT, TEAL, draw_world

from .conftest import Write

WORLDS = Path(__file__).parents[3] / "worlds"
SMALL = """\
world: 1
id: yard
name: {en: A & B, fi: Piha}
ground: {size: [32, 12], colour: "#b9ae9c"}
spawn:
  gate: {at: [-10, 0], facing: 90, spread: 2, name: {en: The gate, fi: Portti}}
prefabs:
  wall: {parts: {body: {shape: box, size: [8, 2, 3], colour: "#c8553d"}}}
  roof:
    parts:
      body:
        {shape: extrusion, axis: north, at: [0, 0, 3], size: [4],
         points: [[-3, 0], [3, 0], [0, 2]], colour: "#6d7f78"}
  post:
    parts:
      body: {shape: cylinder, size: [0.5, 1]}
      lamp: {shape: light, at: [0, 0, 1], size: [3]}
entities:
  wall: {use: wall, at: [8, 0], facing: 90}
  roof: {use: roof, at: [0, 2]}
  post: {use: post, at: [3, -3]}
"""


@pytest.fixture
def drawing(write: Write) -> Drawing:
    return draw_world(load_world(write(SMALL)), width=400)


def pixel(data: bytes, east: float, north: float) -> tuple[int, int, int]:
    """The colour at a place of the small world's map: ten pixels a metre, 4 m of margin."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    found = image.getpixel((round((east + 20) * 10), round((10 - north) * 10)))
    assert isinstance(found, tuple)
    return found[0], found[1], found[2]


def near(colour: tuple[int, int, int], wanted: str, by: int = 40) -> bool:
    parts = (int(wanted[n : n + 2], 16) for n in (1, 3, 5))
    return all(abs(a - b) <= by for a, b in zip(colour, parts, strict=True))


def test_things_stand_where_the_world_puts_them(drawing: Drawing) -> None:
    data = to_png(drawing)
    assert near(pixel(data, 8, 3), "#c8553d"), "turned by a quarter, the wall runs north"
    assert near(pixel(data, 11, 0), "#b9ae9c"), "and not east"
    assert near(pixel(data, -10, -4), "#b9ae9c", by=30)
    assert near(pixel(data, 0, 3), "#6d7f78", by=50)


def test_the_map_is_as_wide_as_asked_and_as_high_as_the_ground(drawing: Drawing) -> None:
    assert (drawing.width, drawing.height) == (400, 200 + FOOT)
    image = Image.open(io.BytesIO(to_png(drawing)))
    assert image.size == (drawing.width, drawing.height)


def test_names_are_in_the_language_that_is_asked_for(write: Write) -> None:
    world = load_world(write(SMALL))
    assert ">The gate</text>" in to_svg(draw_world(world))
    finnish = to_svg(draw_world(world, language="fi"))
    assert ">Portti</text>" in finnish and ">Piha</text>" in finnish
    assert ">The gate</text>" in to_svg(draw_world(world, language="et")), "or in what there is"


def test_svg_is_whole_and_asks_nobody_for_anything(drawing: Drawing) -> None:
    text = to_svg(drawing)
    assert text.startswith("<svg ") and text.rstrip().endswith("</svg>")
    assert "A &amp; B" in text, "names are escaped"
    assert re.findall(r"(?:href|url)\W", text) == []
    assert TEAL in text


def test_where_nobody_can_stand_is_tinted(write: Write) -> None:
    world = load_world(write(SMALL))
    field = compile_walk_field(world)
    plain, tinted = draw_world(world, width=400), draw_world(world, field, width=400)
    before, after = to_png(plain), to_png(tinted)
    assert pixel(before, 15.9, -5) != pixel(after, 15.9, -5), "at the border's wall"
    assert pixel(before, 6.85, -3) != pixel(after, 6.85, -3), "beside a wall of the world"
    assert pixel(before, -5, -3) == pixel(after, -5, -3), "free ground stays as it is"


def test_footprints_and_heights_follow_the_shape(write: Write) -> None:
    shapes = {shape.id: shape for shape in load_world(write(SMALL)).shapes}
    wall = footprint(shapes["wall/body"])
    assert (min(e for e, _ in wall), max(e for e, _ in wall)) == (7, 9)
    assert (min(n for _, n in wall), max(n for _, n in wall)) == (-4, 4)
    assert extent(shapes["wall/body"]) == (0, 3)
    roof = footprint(shapes["roof/body"])
    assert (min(e for e, _ in roof), max(e for e, _ in roof)) == (-3, 3)
    assert (min(n for _, n in roof), max(n for _, n in roof)) == (0, 4)
    assert extent(shapes["roof/body"]) == (3, 5)


@pytest.mark.slow
def test_the_worlds_we_ship_can_be_drawn() -> None:
    for name in ("lab", "square", "yard"):
        data = to_png(draw_world(load_world(WORLDS / name), width=600))
        assert len(Image.open(io.BytesIO(data)).getcolors(1 << 24) or ()) > 500, name


def test_a_hull_has_no_corner_inside_and_no_straight_one() -> None:
    square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)]
    assert hull([*square, (1.0, 1.0), (1.0, 0.0), (2.0, 1.0)]) == square
    assert hull([(1.0, 1.0), (1.0, 1.0)]) == [(1.0, 1.0)]

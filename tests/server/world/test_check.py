"""What `check` finds, and what it asks for beyond that when it is strict."""

from pathlib import Path

import pytest

from aukio.world.check import check_world, compass

from .conftest import Write
from .test_reader import BROKEN

WORLDS = Path(__file__).parents[3] / "worlds"

UNFAIR = """\
world: 1
id: yard
name: {en: The yard, fi: Piha}
ground: {size: [40, 40]}
spawn:
  gate: {at: [0, 0], name: {en: The gate}}
prefabs:
  post: {parts: {body: {shape: box, size: [1, 1, 1]}}}
  lamp: {alt: {en: A lamp}, parts: {body: {shape: box, size: [1, 1, 1]}}}
  unused: {parts: {body: {shape: box, size: [1, 1, 1]}}}
  sign: {alt: Tram 3, parts: {body: {shape: box, size: [1, 1, 1]}}}
entities:
  first: {use: post, at: [9, 9]}
  second: {use: post, at: [9, 6]}
  third: {use: lamp, at: [9, 3]}
  fourth: {use: sign, at: [-9, 3]}
"""


def test_a_sound_world_says_what_it_holds() -> None:
    checked = check_world(WORLDS / "yard")
    assert not checked.problems
    assert checked.summary.startswith("yard: sound; ")


def test_every_problem_of_a_world_is_found_at_once(write: Write) -> None:
    checked = check_world(write(BROKEN))
    assert str(checked.problems[0]).startswith("yard/world.yaml:1:8: world: ")
    assert len(checked.problems) > 1 and not checked.summary


def test_strict_is_who_does_not_see_and_who_reads_another_language(write: Write) -> None:
    folder = write(UNFAIR)
    assert not check_world(folder).problems, "it is sound"
    found = check_world(folder, strict=True).problems
    assert [(one.line, one.path) for one in found] == [
        (6, "spawn/gate/name"),
        (8, "prefabs/post"),
        (9, "prefabs/lamp/alt"),
    ], "each once, and not what nobody meets; a text without languages is one in all"
    assert (found[0].got, found[0].hint) == ("none in fi", 'the world\'s name has ["en", "fi"]')


def test_the_worlds_we_ship_are_strict() -> None:
    for name in ("lab", "square", "yard"):
        assert not check_world(WORLDS / name, strict=True).problems, name


FORT = """\
world: 1
id: yard
name: Yard
ground: {{size: [40, 40]}}
spawn: {{here: {{at: [0, -10], spread: 0.5}}}}
prefabs:
  wall:
    params: {{w: {{type: number}}}}
    parts: {{stone: {{shape: box, size: ["{{w}}", 0.4, {high}]}}}}
  ring:
    portal: {{circle: 0.8}}
    parts: {{band: {{shape: cylinder, size: [0.8, 0.01], solid: false}}}}
entities:
  north: {{use: wall, at: [0, 3], w: 6.4}}
  south: {{use: wall, at: [0, -3], w: {south}}}
  west: {{use: wall, at: [-3, 0], w: 6.4, facing: 90}}
  east: {{use: wall, at: [3, 0], w: 6.4, facing: 90}}
  goal: {{use: ring, at: [0, 0], to: "#here"}}
"""


def test_a_portal_behind_walls_is_out_of_reach_and_the_nearest_place_told(
    write: Write,
) -> None:
    folder = write(FORT.format(high=3, south=6.4))
    (problem,) = check_world(folder).problems
    assert str(problem).startswith("yard/world.yaml:18:37: entities/goal/to: expected a portal")
    assert 'on foot from the spawn "here", got one out of reach' in str(problem)
    assert "one gets as near as 3.5 m" in problem.hint


@pytest.mark.parametrize(("high", "south"), [(0.3, 6.4), (3, 2)])
def test_over_a_low_wall_or_beside_a_short_one_one_gets_there(
    write: Write, high: float, south: float
) -> None:
    assert not check_world(write(FORT.format(high=high, south=south))).problems


@pytest.mark.parametrize(
    ("east", "north", "name"),
    [(0, 1, "north"), (1, 1, "north-east"), (0.1, -1, "south"), (-1, 0.9, "north-west")],
)
def test_directions_have_names(east: float, north: float, name: str) -> None:
    assert compass(east, north) == name

"""What `check` finds, and what it asks for beyond that when it is strict."""

from pathlib import Path

from aukio.world.check import check_world

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
    for name in ("square", "yard"):
        assert not check_world(WORLDS / name, strict=True).problems, name

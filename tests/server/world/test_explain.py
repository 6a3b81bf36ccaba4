"""Where values come from: the entity, its prefab, what that extends, or nobody."""

from pathlib import Path

import pytest

from aukio.world.explain import UnknownPath, explain

WORLD = """\
world: 1
id: yard
name: {en: The yard, fi: Piha}
include: [../library/seats.yaml]
ground: {size: [40, 40]}
sky: {time: "10:00"}
spawn: {here: {at: [0, 0]}}
prefabs:
  throne: {extends: bench, params: {length: {default: 3}}, parts: {back: {colour: "#000000"}}}
entities:
  one: {use: throne, at: [4, 4]}
  two: {use: throne, at: [6, 4], length: 5, facing: 90}
  bad: {use: bnech, at: [8, 4]}
"""
LIBRARY = """\
prefabs:
  bench:
    params: {length: {type: number, min: 1, default: 2}}
    parts:
      seat: {shape: box, size: ["{length}", 0.4, 0.4]}
      back: {shape: box, size: ["{length}", 0.1, 0.9], colour: "#888888"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("yard", "library"):
        (tmp_path / name).mkdir()
    (tmp_path / "yard/world.yaml").write_text(WORLD)
    (tmp_path / "library/seats.yaml").write_text(LIBRARY)
    return tmp_path / "yard"


def told(folder: Path, path: str) -> list[tuple[str, object, str]]:
    return [
        (
            each.path,
            origin.value,
            f"{origin.place.file}:{origin.place.line}:{origin.place.column}"
            if origin.place is not None
            else origin.source,
        )
        for each in explain(folder, path)
        for origin in each.origins
    ]


def test_a_value_of_a_thing_counts_over_its_prefab_and_that_over_its_parent(folder: Path) -> None:
    assert told(folder, "entities/two/length") == [
        ("entities/two/length", 5, "yard/world.yaml:12:42"),
        ("entities/two/length", 3, "yard/world.yaml:9:55"),
        ("entities/two/length", 2, "library/seats.yaml:3:54"),
    ]


def test_dots_do_as_well(folder: Path) -> None:
    assert told(folder, "entities.two.length") == told(folder, "entities/two/length")


def test_a_thing_is_told_key_by_key_the_unsaid_too(folder: Path) -> None:
    found = [(path, value) for path, value, _ in told(folder, "entities/one")]
    assert found == [
        ("entities/one/use", "throne"),
        ("entities/one/at", [4, 4]),
        ("entities/one/facing", 0),
        ("entities/one/length", 3),
        ("entities/one/length", 2),
    ]


def test_a_part_is_followed_through_what_it_extends(folder: Path) -> None:
    found = told(folder, "prefabs/throne/parts/back")
    assert ("prefabs/throne/parts/back/colour", "#000000", "yard/world.yaml:9:83") in found
    assert ("prefabs/throne/parts/back/colour", "#888888", "library/seats.yaml:6:64") in found
    assert ("prefabs/throne/parts/back/shape", "box", "library/seats.yaml:6:21") in found


def test_a_setting_that_nobody_says_has_a_meaning(folder: Path) -> None:
    assert told(folder, "walk/step") == [("walk/step", 0.35, "if not said")]
    assert told(folder, "sky/time") == [
        ("sky/time", "10:00", "yard/world.yaml:6:13"),
        ("sky/time", "09:30", "if not said"),
    ]
    assert {path for path, _, _ in told(folder, "sky")} >= {"sky/time", "sky/weather"}
    assert told(folder, "name") == [
        ("name", {"en": "The yard", "fi": "Piha"}, "yard/world.yaml:3:7")
    ]
    assert told(folder, "spawn/here/at/1") == [("spawn/here/at/1", 0, "yard/world.yaml:7:24")]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("entities/tow", 'did you mean "two"?'),
        ("entities/two/lenght", 'did you mean "length"?'),
        ("entities/bad", "its prefab has problems"),
        ("prefabs/thorne", 'did you mean "throne"?'),
        ("prefabs/throne/parts/bakc", "did you mean"),
        ("sky/tmie", 'did you mean "time"?'),
        ("spawn/here/at/7", 'no "7"'),
        ("", "expected a path"),
    ],
)
def test_a_path_to_nowhere_says_what_is_near(folder: Path, path: str, words: str) -> None:
    with pytest.raises(UnknownPath) as refused:
        explain(folder, path)
    assert words in str(refused.value)

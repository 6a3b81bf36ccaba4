"""The commands of world builders, as they are typed."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from click.testing import CliRunner, Result

from aukio.cli import main

YARD = Path(__file__).parents[2] / "worlds" / "yard"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_new_world_is_sound_even_strictly_and_can_be_drawn(tmp_path: Path) -> None:
    folder = tmp_path / "our_yard"
    made = run("new", folder)
    assert made.exit_code == 0 and f"aukio serve {folder}" in made.output
    checked = run("check", "--strict", folder)
    assert checked.exit_code == 0, checked.output
    assert "our_yard: sound; 6 entities" in checked.output
    assert run("preview", folder, "-o", tmp_path / "map.png").exit_code == 0
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert run("preview", folder, "-o", tmp_path / "map.svg", "--walk").exit_code == 0


def test_a_new_world_is_called_as_asked(tmp_path: Path) -> None:
    for number, name in enumerate(("Piha", 'The "old" yard: a \\ place', "true", "12", "Öljy")):
        folder = tmp_path / f"w{number}"
        assert run("new", folder, "--name", name).exit_code == 0
        assert run("check", folder).exit_code == 0, name
        written = yaml.safe_load((folder / "world.yaml").read_text(encoding="utf-8"))
        assert written["name"]["en"] == name


@pytest.mark.parametrize(
    ("name", "told"), [("Our Yard", '"our_yard"'), ("3d", '"d"'), ("Äänekoski", '"aanekoski"')]
)
def test_a_folder_whose_name_is_no_id_is_refused_with_one_that_is(
    tmp_path: Path, name: str, told: str
) -> None:
    refused = run("new", tmp_path / name)
    assert refused.exit_code == 1 and told in refused.output
    assert not (tmp_path / name).exists()


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    refused = run("new", tmp_path / "mine")
    assert refused.exit_code == 1 and "something already" in refused.output
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_problems_come_as_lines_or_as_json(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("new", folder)
    file = folder / "world.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("facing: 180, length", "faceing: 180, length"),
        encoding="utf-8",
    )
    lines = run("check", folder, YARD)
    assert lines.exit_code == 1
    assert 'did you mean "facing"?' in lines.output and "yard: sound" in lines.output
    told = json.loads(run("check", "--json", folder, YARD).output)
    (problem,) = told["problems"]
    assert told["sound"] == ["yard"]
    assert (problem["file"], problem["path"]) == ("mine/world.yaml", "entities/bench_2/faceing")
    row = file.read_text(encoding="utf-8").splitlines()[problem["line"] - 1]
    assert row[problem["column"] - 1 :].startswith("faceing")


def test_the_schema_of_a_world_knows_its_own_prefabs(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("new", folder)
    printed = run("schema", folder)
    schema = json.loads(printed.output)
    validator = jsonschema_rs.Draft202012Validator(schema)
    world = yaml.safe_load((folder / "world.yaml").read_text(encoding="utf-8"))
    assert validator.is_valid(world)
    world["entities"]["bench_1"]["lenght"] = 2
    assert not validator.is_valid(world), "a misspelt parameter of its own prefab"
    del world["entities"]["bench_1"]["lenght"]
    world["prefabs"]["bench"]["parts"]["seat"]["shpae"] = "box"
    assert not validator.is_valid(world), "and a misspelt key of a part"
    assert "x-expected" not in printed.output and '"description"' in printed.output
    assert run("schema", folder, "-o", folder / "world.schema.json").exit_code == 0
    assert (folder / "world.schema.json").read_text(encoding="utf-8") == printed.output


def test_a_map_needs_a_sound_world_and_a_kind_it_knows(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("new", folder)
    refused = run("preview", folder, "-o", tmp_path / "map.gif")
    assert refused.exit_code == 2 and "a .png or an .svg" in refused.output
    (folder / "world.yaml").write_text("world: 2\n", encoding="utf-8")
    broken = run("preview", folder, "-o", tmp_path / "map.png")
    assert broken.exit_code == 1 and "mine/world.yaml:1:8" in broken.output
    assert not (tmp_path / "map.png").exists()


def test_a_value_is_explained_with_what_it_overrode(tmp_path: Path) -> None:
    run("new", tmp_path / "mine")
    told = run("explain", tmp_path / "mine", "entities/bench_2/length")
    assert told.exit_code == 0
    first, second = told.output.splitlines()
    assert first.startswith("entities/bench_2/length  3   mine/world.yaml:")
    assert second.split()[:2] == ["over", "2"]
    assert "default of bench, mine/world.yaml:" in second
    unknown = run("explain", tmp_path / "mine", "entities/bench_3")
    assert unknown.exit_code == 1 and "did you mean" in unknown.output


def test_two_worlds_are_compared_by_what_people_find_there(tmp_path: Path) -> None:
    for name in ("old", "new"):
        run("new", tmp_path / name / "mine")
    old, new = (tmp_path / name / "mine" for name in ("old", "new"))
    assert run("diff", old, new).output == "Nothing is different for the people inside.\n"
    text = (new / "world.yaml").read_text()
    assert "bench_2: {use: bench, at: [4, 5], facing: 180, length: 3}" in text
    text = text.replace("at: [4, 5], facing: 180, length: 3", "at: [4, 6], facing: 180")
    text = text.replace("  birch_1: {", "  oak: {").replace('time: "09:30"', 'time: "20:15"')
    (new / "world.yaml").write_text(text)
    told = run("diff", old, new)
    assert told.exit_code == 0, told.output
    assert "- entities/birch_1" in told.output
    assert "+ entities/oak" in told.output
    assert "~ entities/bench_2: at [4.0, 5.0, 0.0] → [4.0, 6.0, 0.0]; length 3 → 2" in told.output
    assert '~ sky: time "09:30" → "20:15"' in told.output


def test_files_are_formatted_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("new", folder)
    file = folder / "world.yaml"
    neat = file.read_bytes()
    assert run("fmt", "--check", folder).exit_code == 0, "a new world is written in that way"
    file.write_bytes(neat.replace(b"\nspawn:\n  gate:", b"\nspawn:   \n      gate:  "))
    told = run("fmt", "--check", folder)
    assert told.exit_code == 1 and "mine/world.yaml is not formatted" in told.output
    assert run("fmt", folder).output == "Formatted mine/world.yaml.\n"
    assert file.read_bytes() == neat
    assert run("fmt", file).output == ""
    file.write_text("world: 1\nworld: 1\n")
    broken = run("fmt", folder)
    assert broken.exit_code == 1 and "mine/world.yaml:2:1" in broken.output
    assert file.read_text() == "world: 1\nworld: 1\n"
    assert [each.name for each in folder.iterdir()] == ["world.yaml"]

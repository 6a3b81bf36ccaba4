"""Reading worlds: what a good one holds, and exactly what is said of a broken one."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from aukio.errors import AukioError
from aukio.world import World, WorldProblems, load_world

from .conftest import Write

YARD = Path(__file__).parents[3] / "worlds" / "yard"

GOOD = """\
world: 1
id: yard
name: {fi: Piha, en: Yard}
ground: {size: [60, 40], at: [0, 10]}
spawn:
  gate: {at: [1, 2], facing: 90, spread: 1}
  hall: {at: [3, 4, 5], default: true}
prefabs:
  lamp:
    alt: A lamp
    params: {height: {type: number, min: 2, default: 3}, colour: {type: colour, default: "#FF0000"}}
    parts:
      pole: {shape: cylinder, size: [0.1, "{height}"], colour: "{colour}", material: metal}
      arm: {shape: box, size: [0.1, 1, 0.1], at: [0, 0.5, "{height} - 0.1"]}
  tall_lamp:
    extends: lamp
    params: {height: {default: 6}}
    parts: {arm: {solid: false}}
entities:
  first: {use: lamp, at: [10, 20], facing: 90, colour: "#00ff00"}
  second: {use: tall_lamp, at: [0, 15, 1]}
"""

BROKEN = """\
world: 2
id: Yard
name: {fi: Piha, en: 3}
include: [../../secrets.yaml, missing.yaml]
limits: {users: 5000}
tick: 5
tick: 20
veiw: 120
feeds: {}
sky: {time: 9:30, weather: claer}
ground: {size: [60, 60], edge: no, colour: "#abc"}
spawn:
  here: {at: [100, 0], faceing: 90}
prefabs:
  bench:
    params: {length: {type: number, min: 1, default: 0.5}}
    parts: {seat: {shape: box, size: ["{length}", 0.4, 0.05]}}
  table:
    extends: bensh
    parts: {top: {shape: bx, size: [1, 1, 1]}}
  a: {extends: b}
  b: {extends: a}
  lamp:
    params: {height: {type: number, min: 2, default: 3}, on: {type: boolean, default: true}}
    parts:
      pole: {shape: cylinder, size: [0.1, "{hieght}"]}
      base: {shape: box, size: [1, 1]}
      cap: {shape: box, size: [1, 1, 0], colour: "{height}"}
entities:
  Bench1: {use: lamp, at: [0, 0]}
  bench_2: {use: benhc, at: [0, 0]}
  lamp_1: {use: lamp, at: here}
  lamp_2: {use: lamp, at: [1, two], hieght: 4}
  lamp_3: {use: lamp, at: [1, 2], height: 1, on: yes}
  lamp_4: {use: lamp, facing: 012}
  lamp_5: {at: [1, 1]}
"""

SAID = """\
yard/world.yaml:1:8: world: expected 1, the version of this format, got 2
yard/world.yaml:2:5: id: expected an id of small letters, digits and _, beginning with a letter, got "Yard"
yard/world.yaml:3:7: name: expected a text, or texts by language {fi: …, en: …}, got a mapping
yard/world.yaml:4:11: include/0: expected a file inside the worlds folder, got "../../secrets.yaml" (name a file beside or below the worlds)
yard/world.yaml:4:31: include/1: expected a file that exists, got "missing.yaml"
yard/world.yaml:5:17: limits/users: expected a whole number, 1 to 4000, got 5000
yard/world.yaml:6:7: tick: expected a whole number of ticks per second, 10 to 60, got 5
yard/world.yaml:7:1: tick: expected each key once, got "tick" again (it stands in line 6 already)
yard/world.yaml:8:1: veiw: expected a key of this version, got unknown key "veiw" (did you mean "view"?)
yard/world.yaml:9:1: feeds: expected a key of this version, got "feeds", which is not supported yet (leave it out for now)
yard/world.yaml:10:13: sky/time: expected a time of day such as 09:30, got "9:30"
yard/world.yaml:10:28: sky/weather: expected one of clear, cloudy, fog, rain, snow, got "claer" (did you mean "clear"?)
yard/world.yaml:11:32: ground/edge: expected one of wall, open, or a map of sides {south: open}, got "no"
yard/world.yaml:11:44: ground/colour: expected a colour "#rrggbb" in quotes, got "#abc" (did you mean "#aabbcc"?)
yard/world.yaml:13:24: spawn/here/faceing: expected a key of "here", got unknown key "faceing" (did you mean "facing"?)
yard/world.yaml:16:54: prefabs/bench/params/length/default: expected a number within its bounds, got 0.5
yard/world.yaml:19:14: prefabs/table/extends: expected the name of a prefab, got "bensh" (did you mean "bench"?)
yard/world.yaml:20:26: prefabs/table/parts/top/shape: expected one of box, wedge, plane, cylinder, cone, capsule, sphere, extrusion, text, light, model, got "bx" (did you mean "box"?)
yard/world.yaml:21:16: prefabs/a/extends: expected a prefab that does not extend itself, got a → b → a (break the circle)
yard/world.yaml:22:16: prefabs/b/extends: expected a prefab that does not extend itself, got b → a → b (break the circle)
yard/world.yaml:26:43: prefabs/lamp/parts/pole/size/1: expected a number or a formula ({height}, {on}), got "{hieght}": {hieght}, which is no parameter
yard/world.yaml:27:32: prefabs/lamp/parts/base/size: expected [east, north, up] in metres for a box, got [1, 1]
yard/world.yaml:28:38: prefabs/lamp/parts/cap/size/2: expected 0.001 to 1000 metres, got 0
yard/world.yaml:28:50: prefabs/lamp/parts/cap/colour: expected a colour or the name of a colour parameter, got "{height}"
yard/world.yaml:30:3: entities/Bench1: expected an id of small letters, digits and _, beginning with a letter, got "Bench1" (rename it)
yard/world.yaml:31:18: entities/bench_2/use: expected one of the prefabs a, b, bench, lamp, table, got "benhc" (did you mean "bench"?)
yard/world.yaml:32:27: entities/lamp_1/at: expected [east, north] or [east, north, up] in metres, got "here"
yard/world.yaml:33:31: entities/lamp_2/at/1: expected a number of metres up to 4096, got "two"
yard/world.yaml:33:37: entities/lamp_2/hieght: expected a key of "lamp_2", got unknown key "hieght" (did you mean "height"?)
yard/world.yaml:34:43: entities/lamp_3/height: expected a number of at least 2, got 1
yard/world.yaml:34:50: entities/lamp_3/on: expected true or false, got "yes" (did you mean true?)
yard/world.yaml:35:3: entities/lamp_4: expected the key "at", got no such key (add at:)
yard/world.yaml:35:31: entities/lamp_4/facing: expected a number without leading zeros, got "012" (put a text in quotes)
yard/world.yaml:36:3: entities/lamp_5: expected the key "use", got no such key (add use:)
"""  # noqa: E501 - each line is one line of output


def problems(folder: Path) -> list[str]:
    """Return what is said of a broken world."""
    with pytest.raises(WorldProblems) as refused:
        load_world(folder)
    return [str(problem) for problem in refused.value.problems]


def test_good_world_is_read(write: Write) -> None:
    world = load_world(write(GOOD))
    assert (world.id, world.title("fi"), world.title("sv")) == ("yard", "Piha", "Piha")
    assert (world.tick_hz, world.users, world.view_m) == (20, 100, 120.0), "the defaults"
    assert world.default_spawn == "hall", "the marked spawn is the default one"
    assert len(world.hash) == 64, "a hash names the content"


def test_spawn_has_engine_values(write: Write) -> None:
    spawn = load_world(write(GOOD)).spawns["gate"]
    assert (spawn.x, spawn.y, spawn.z, spawn.yaw) == (1.0, 0.0, -2.0, 16384), "east"


def test_prefab_is_turned_and_moved_with_its_entity(write: Write) -> None:
    pole, arm = load_world(write(GOOD)).entities["first"].shapes
    assert pole.colour == "#00ff00" and pole.size == (0.1, 3.0), "parameters are put in"
    assert arm.at == (10.5, 20.0, 2.9), "a part to the north lies east once it faces east"
    assert arm.turn == 90, "and is turned itself"


def test_extending_prefab_overrides_parts_and_parameters_by_name(write: Write) -> None:
    pole, arm = load_world(write(GOOD)).entities["second"].shapes
    assert pole.size == (0.1, 6.0) and pole.solid, "the parent's part, the child's default"
    assert not arm.solid and arm.at[2] == pytest.approx(6.9), "one key of a part overridden"


def test_broken_world_is_told_every_problem_in_order(write: Write) -> None:
    assert problems(write(BROKEN)) == SAID.splitlines(), "the exact words are part of the product"


def test_problems_of_meaning_are_told(write: Write) -> None:
    text = GOOD.replace("[1, 2]", "[29.5, 2]").replace("[3, 4, 5]", "[10, 20]")
    text = text.replace("facing: 90, spread", "default: true, spread")
    assert problems(write(text)) == [
        "yard/world.yaml:6:14: spawn/gate/at: expected a place on the ground, 1 m from its border,"
        " got [29.5, 2] (it spans [-30, -10] to [30, 30])",
        "yard/world.yaml:7:14: spawn/hall/at: expected a free place of 0.3 m around and 1.8 m"
        ' above, got a place in "first" (move it, or stand on it with a height of 3)',
        'yard/world.yaml:7:33: spawn/hall/default: expected one default spawn, got "gate" and this',
    ]


@pytest.mark.parametrize("key", ["portals", "overlays", "feeds", "lessons", "city"])
def test_reserved_key_is_not_yet_and_not_misspelt(write: Write, key: str) -> None:
    (problem,) = problems(write(GOOD + f"{key}: {{}}\n"))
    assert f'got "{key}", which is not supported yet' in problem


@pytest.mark.parametrize("text", ["[]\n", "hello\n", "3\n", "~\n", "", "world: 1\n"])
def test_file_that_is_no_world_is_told_so(write: Write, text: str) -> None:
    assert problems(write(text)), "something must be said"


def test_world_without_prefabs_is_sound_until_an_entity_wants_one(write: Write) -> None:
    bare = "world: 1\nid: a\nname: A\nground: {size: [9, 9]}\nspawn: {s: {at: [0, 0]}}\n"
    assert load_world(write(bare)).shapes == (), "a world may be bare ground"
    (problem,) = problems(write(bare + "entities: {a: {use: lamp, at: [0, 0]}}\n"))
    assert "this world has none" in problem


def test_missing_folder_is_told(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path / "nowhere")
    assert problem.startswith("nowhere/world.yaml:1:1: expected a readable file")


def test_include_brings_prefabs_with_their_own_places(write: Write) -> None:
    folder = write(GOOD.replace("name:", "include: [../prefabs/more.yaml]\nname:"))
    library = folder.parent / "prefabs" / "more.yaml"
    library.parent.mkdir()
    library.write_text(
        "prefabs:\n  lamp: {parts: {}}\n  x: {parts: {y: {shape: box, size: [1]}}}\nq: 1\n"
    )
    assert problems(folder) == [
        "prefabs/more.yaml:2:3: prefabs/lamp: expected each prefab once, and lamp stands in"
        " yard/world.yaml:10, got it again (rename one)",
        "prefabs/more.yaml:3:37: prefabs/x/parts/y/size: expected [east, north, up] in metres for a"
        " box, got [1]",
        'prefabs/more.yaml:4:1: q: expected a key of this version, got unknown key "q"'
        " (known: prefabs)",
    ]


def test_include_does_not_follow_a_link_out_of_the_worlds(write: Write, tmp_path: Path) -> None:
    folder = write(GOOD.replace("name:", "include: [../link.yaml]\nname:"))
    (tmp_path / "secret.yaml").write_text("prefabs: {}\n")
    (folder.parent / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (problem,) = problems(folder)
    assert "expected a file inside the worlds folder" in problem, "links must not lead outside"


def test_world_with_too_many_shapes_is_refused_in_bounded_time(write: Write) -> None:
    parts = "".join(f"      p{k}: {{shape: sphere, size: [1]}}\n" for k in range(400))
    entities = "".join(f"  e{k}: {{use: big, at: [0, 0]}}\n" for k in range(5000))
    head = "world: 1\nid: a\nname: A\nground: {size: [9, 9]}\nspawn: {s: {at: [0, 0]}}\n"
    text = f"{head}prefabs:\n  big:\n    parts:\n{parts}entities:\n{entities}"
    assert any("expected at most 20000 shapes in a world" in each for each in problems(write(text)))


def test_hash_changes_with_any_document(write: Write) -> None:
    before = load_world(write(GOOD)).hash
    assert load_world(write(GOOD)).hash == before, "the same text has the same hash"
    assert load_world(write(GOOD + "# more\n")).hash != before, "another text another one"


def test_world_and_its_problems_travel_between_processes(write: Write) -> None:
    world = load_world(YARD)
    assert pickle.loads(pickle.dumps(world)) == world, "worlds compile in a child process"
    with pytest.raises(WorldProblems) as refused:
        load_world(write(BROKEN))
    again = pickle.loads(pickle.dumps(refused.value))
    assert again.problems == refused.value.problems, "and so do refusals"
    assert isinstance(again, AukioError), "the operator can mend them"


def test_the_yard_is_sound(make_world: Callable[..., World]) -> None:
    world = load_world(YARD)
    assert world.default_spawn == "square" and world.title("en") == "The school yard"
    assert all(world.prefabs[entity.use].alt for entity in world.entities.values()), "all have alt"

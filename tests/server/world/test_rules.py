"""Rules, counters, roles and things as written: what they become, and what is wrong with one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aukio.world import World, WorldProblems, load_world
from aukio.world.check import check_world

WORLD = """\
world: 1
id: yard
name: Yard
ground: {size: [40, 40]}
spawn: {gate: {at: [0, -8]}, hall: {at: [0, 12]}}
roles:
  teacher: {can: [speak, use, open]}
  guest: {can: [speak, use]}
counters:
  leaves: {most: 3}
prefabs:
  door:
    alt: {en: Door}
    states: [closed, open]
    on_use: next
    parts:
      leaf: {shape: box, size: [1, 0.1, 2], states: {open: {at: [0.5, 0.5], turn: 90}}}
      lamp: {shape: sphere, size: [0.1], at: [0, 0, 2.2], in: open, colour: "#40c040"}
  leaf:
    alt: {en: Leaf}
    states: [there, taken]
    collect: 0.8
    parts: {body: {shape: sphere, size: [0.2], in: there, solid: false}}
  bench: {alt: {en: Bench}, parts: {seat: {shape: box, size: [1.6, 0.4, 0.45]}}}
entities:
  door: {use: door, at: [0, 4], for: teacher, name: {en: The door}}
  one: {use: leaf, at: [3, 0]}
  two: {use: leaf, at: [5, 0]}
  bench: {use: bench, at: [-4, 0]}
rules:
  found: {when: {collect: leaf}, do: [{count: leaves}, {say: "{leaves} of 3"}]}
  all: {when: {count: leaves}, if: "leaves.count == 2", do: [{set: door, to: open}]}
  shut: {when: {state: door, is: open}, do: [{after: 20s, set: door, to: closed}]}
  rest: {when: {use: bench}, if: "user.can('open')", cooldown: 5s, do: [{move: hall}]}
"""

Write = Callable[[str], Path]


def read(write: Write, *changes: tuple[str, str]) -> World:
    text = WORLD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load_world(write(text))


def problems(write: Write, *changes: tuple[str, str]) -> list[str]:
    with pytest.raises(WorldProblems) as refused:
        read(write, *changes)
    return [str(problem) for problem in refused.value.problems]


def line_of(text: str, part: str) -> int:
    lines = enumerate(text.splitlines(), 1)
    return next(n for n, line in lines if part.splitlines()[0] in line)


def test_things_counters_roles_and_rules_become_what_was_written(write: Write) -> None:
    script = read(write).script
    assert set(script.things) == {"door", "one", "two", "bench"}, "what a rule is about is a thing"
    door = script.things["door"]
    assert (door.states, door.start, door.on_use) == (("closed", "open"), "closed", "next")
    assert door.roles == {"teacher"}
    assert script.usable() == {"door", "bench"}
    assert script.rules[0].subjects == ("one", "two"), "a prefab means each entity of it"
    assert script.rules[2].actions[0].after_s == 20
    assert script.roles["teacher"].can("open")
    assert not script.roles["guest"].can("open")
    assert script.roles["admin"].can("anything")


def test_a_part_says_what_is_different_in_a_state(write: Write) -> None:
    shapes = [one for one in read(write).shapes if one.entity == "door"]
    told = {(one.id, one.states): (one.at[0], one.turn) for one in shapes}
    assert told == {
        ("door/leaf", ("closed",)): (0.0, 0.0),
        ("door/leaf", ("open",)): (0.5, 90.0),
        ("door/lamp", ("open",)): (0.0, 0.0),
    }
    assert not [one for one in shapes if not one.states]


def test_what_a_world_does_not_say_lets_guests_speak_and_use(write: Write) -> None:
    plain = WORLD[: WORLD.index("roles:")] + WORLD[WORLD.index("counters:") : WORLD.index("rules:")]
    script = load_world(write(plain.replace("for: teacher, ", ""))).script
    assert script.roles["guest"].can("speak")
    assert script.roles["guest"].can("use")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{use: bench}", "{use: bensh}", 'did you mean "bench"?'),
        ("{count: leaves}", "{count: leafs}", 'did you mean "leaves"?'),
        ("to: open}]", "to: opne}]", 'a state of door, got "opne" (did you mean "open"?)'),
        ("set: door, to: open", "set: bench, to: open", "an entity with states, or a counter"),
        ("set: door, to: open", "set: door", 'the key "to"'),
        ("state: door", "state: bench", "something with states"),
        ("collect: leaf", "collect: door", "something that is collected"),
        ("is: open", "is: ajar", "a state of door"),
        ("{use: bench}", "{use: bench, start: true}", "one event, got use and start"),
        ("{use: bench}", "{is: open}", "one event, got none"),
        ("{move: hall}", "{move: hell}", 'did you mean "hall"?'),
        ("{move: hall}", "{move: hall, count: leaves}", "one action, got count and move"),
        ("{move: hall}", "{after: 2s}", "one action, got none"),
        ("{move: hall}", "{move: hall, by: 2}", "by only with count"),
        ("after: 20s", "after: 20 s", "a time such as 500ms"),
        ("cooldown: 5s", "cooldwn: 5s", 'did you mean "cooldown"?'),
        ('"{leaves} of 3"', '"{leafs} of 3"', 'did you mean "leaves"?'),
        ("can('open')", "can('opne')", 'did you mean "open"?'),
        ('"leaves.count == 2"', "\"user.role == 'x'\"", "only what somebody does has a user"),
        ("for: teacher", "for: techer", 'did you mean "teacher"?'),
        ("at: [-4, 0]}", "at: [-4, 0], state: open}", 'unknown key "state"'),
        ("most: 3", "most: 3, start: 5", "a start between least and most"),
        ("leaves: {most: 3}", "door: {most: 3}", "a name that no entity or zone has"),
        ("use, open]", "use, opne]", "a right that the server or a rule of this world asks for"),
        (
            "teacher: {can",
            "admin: {can: []}\n  teacher: {can",
            "another name: admin may do everything",
        ),
        ("in: open", "in: opened", 'a state of the prefab, got "opened" (did you mean "open"?)'),
        ("states: {open:", "states: {opens:", 'a state of the prefab, got "opens"'),
        ("[closed, open]", "[closed]", "2 to 8 different words"),
        (
            "    states: [there, taken]\n    collect: 0.8",
            "    collect: 0.8",
            "states that it goes on",
        ),
    ],
)
def test_what_is_wrong_is_told_where_it_stands(write: Write, old: str, new: str, told: str) -> None:
    found = problems(write, (old, new))
    assert any(told in line for line in found), found
    line = line_of(WORLD.replace(old, new), new)
    assert any(f"world.yaml:{line}:" in each for each in found), (line, found)


def test_an_error_in_a_condition_points_into_the_text(write: Write) -> None:
    (found,) = problems(write, ('"leaves.count == 2"', '"leaves.count = 2"'))
    line = next(n for n, text in enumerate(WORLD.splitlines(), 1) if "leaves.count" in text)
    column = WORLD.splitlines()[line - 1].index('"leaves.count') + len('"leaves.count ') + 1
    assert found.startswith(f"yard/world.yaml:{line}:{column}: rules/all/if:")
    assert 'write "=="' in found


def test_rules_that_never_end_are_told_as_a_circle(write: Write) -> None:
    ping = "  ping: {when: {state: door, is: open}, do: [{set: door, to: closed}]}\n"
    pong = "  pong: {when: {state: door, is: closed}, do: [{set: door, to: open}]}\n"
    (told,) = problems(write, ("rules:\n", f"rules:\n{ping}{pong}"))
    assert "rules/ping: expected rules that come to an end, got ping → pong → ping" in told
    slow = pong.replace("[{set", "[{after: 1s, set")
    assert read(write, ("rules:\n", f"rules:\n{ping}{slow}")).script.rules, "time between is an end"


def test_for_of_what_nobody_uses_is_told(write: Write) -> None:
    text = WORLD[: WORLD.index("rules:")].replace("use, open]", "use]")
    text = text.replace("at: [-4, 0]}", "at: [-4, 0], for: teacher}")
    with pytest.raises(WorldProblems, match='"for" only with what is used or collected'):
        load_world(write(text))


def test_things_to_collect_are_bounded(write: Write) -> None:
    leaves = "".join(f"  leaf_{n}: {{use: leaf, at: [{n % 15}, 9]}}\n" for n in range(199))
    found = problems(write, ("entities:\n", f"entities:\n{leaves}"))
    assert any("at most 200 things to collect, got more" in each for each in found), found[:3]


def test_strict_asks_for_a_description_of_what_people_act_on(write: Write) -> None:
    folder = write(
        WORLD.replace("    alt: {en: Door}\n", "").replace("name: Yard", "name: {en: Yard}")
    )
    assert check_world(folder).problems == ()
    found = [str(problem) for problem in check_world(folder, strict=True).problems]
    assert any("prefabs/door: expected a description" in each for each in found), found
    assert any("entities/bench: expected a name for what people use" in each for each in found)


CELL = """\
world: 1
id: cell
name: Cell
ground: {size: [20, 20]}
spawn: {gate: {at: [0, -5], spread: 0.5}}
roles: {teacher: {can: [use]}, guest: {can: [use]}}
prefabs:
  wall: {parts: {body: {shape: box, size: [20, 0.4, 3]}}}
  side: {parts: {body: {shape: box, size: [9.4, 0.4, 3]}}}
  door:
    states: [closed, open]
    on_use: next
    parts: {leaf: {shape: box, size: [1.4, 0.2, 3], in: closed}}
  leaf:
    states: [there, taken]
    collect: 0.8
    parts: {body: {shape: sphere, size: [0.2], in: there, solid: false}}
entities:
  WALL
  leaf: {use: leaf, at: [0, 6]}
"""
DOOR = """west: {use: side, at: [-5.3, 0]}
  east: {use: side, at: [5.3, 0]}
  door: {use: door, at: [0, 0]DOOR}"""


def unreached(write: Write, wall: str, more: str = "") -> list[str]:
    return [str(one) for one in check_world(write(CELL.replace("WALL", wall) + more)).problems]


def test_what_can_be_taken_must_be_reached_through_what_can_be_opened(write: Write) -> None:
    (found,) = unreached(write, "wall: {use: wall, at: [0, 0]}")
    assert "entities/leaf: expected something to collect that a guest gets to on foot" in found
    assert "one gets as near as 5." in found or "one gets as near as 6." in found
    assert unreached(write, DOOR.replace("DOOR", "")) == []


def test_a_door_that_is_not_for_a_role_is_a_wall_to_it(write: Write) -> None:
    (found,) = unreached(write, DOOR.replace("DOOR", ", for: teacher"))
    assert "something to collect that a guest gets to" in found
    rule = "rules: {go: {when: {start: true}, do: [{set: door, to: open}]}}\n"
    assert unreached(write, DOOR.replace("DOOR", ", for: teacher"), rule) == []
    hall = "spawn: {gate: {at: [0, -5], spread: 0.5}, hall: {at: [0, 4]}}"
    text = CELL.replace("spawn: {gate: {at: [0, -5], spread: 0.5}}", hall)
    move = "rules: {go: {when: {use: door}, do: [{move: hall}]}}\n"
    folder = write(text.replace("WALL", DOOR.replace("DOOR", ", for: teacher")) + move)
    assert check_world(folder).problems == (), "a rule may take one there"


ZONE = "zones: {quay: {box: [0, 0, 4, 4], enter: [teacher]}}\ncounters:"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("box: [0, 0, 4, 4]", "box: [0, 0, 4]", "[west, south, east, north] in metres"),
        ("box: [0, 0, 4, 4]", "boxx: [0, 0, 4, 4]", 'did you mean "box"?'),
        ("box: [0, 0, 4, 4], ", "", "one of box, circle, polygon"),
        ("box: [0, 0, 4, 4]", "circle: [0, 0, 0]", "an area with an inside"),
        ("box: [0, 0, 4, 4]", "polygon: [[0, 0], [1, 1], [2, 2]]", "an area with an inside"),
        ("box: [0, 0, 4, 4]", "up: [3, 1], box: [0, 0, 4, 4]", "[lower, higher]"),
        ("enter: [teacher]", "enter: [techer]", 'did you mean "teacher"?'),
        ("quay:", "door:", "a name that no entity has"),
        ("{use: bench}", "{enter: quai}", 'did you mean "quay"?'),
        ('"leaves.count == 2"', '"quai.people == 2"', 'did you mean "quay.people"?'),
    ],
)
def test_what_is_wrong_with_a_zone_is_told(write: Write, old: str, new: str, told: str) -> None:
    found = problems(write, ("counters:", ZONE), (old, new))
    assert any(told in line for line in found), found

"""What people do to things, and what rules do then: at ticks, within budgets, by roles."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aukio.sim.acting import MOST_A_TICK
from aukio.sim.commands import Move, Moves
from aukio.sim.events import Event, ObjectChanged, Postponed, Sent, Told
from aukio.sim.simulation import Simulation
from aukio.sim.units import UNIT
from aukio.world import compile_walk_field, load_world

WORLD = """\
world: 1
id: yard
name: Yard
ground: {size: [40, 40]}
spawn: {gate: {at: [0, -8]}, hall: {at: [0, 12]}}
roles: {teacher: {can: [use]}}
counters: {leaves: {most: 2}, score: {}}
prefabs:
  door:
    states: [closed, open]
    on_use: next
    parts: {leaf: {shape: box, size: [2, 0.1, 2], in: closed}}
  leaf:
    states: [there, taken]
    collect: 0.8
    parts: {body: {shape: sphere, size: [0.2], in: there, solid: false}}
  lamp: {states: [off, on], parts: {body: {shape: sphere, size: [0.2], at: [0, 0, 3]}}}
entities:
  door: {use: door, at: [0, 0]}
  vault: {use: door, at: [8, 0], for: teacher}
  one: {use: leaf, at: [0, -4]}
  two: {use: leaf, at: [-6, -4]}
  lamp: {use: lamp, at: [-12, 0]}
rules:
RULES
"""
SHUT_TICKS = 5

Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_world(rules: str) -> Path:
        folder = tmp_path / "yard"
        folder.mkdir(exist_ok=True)
        text = WORLD.replace("RULES", rules) if rules else WORLD.replace("rules:\nRULES\n", "")
        if "'open'" in rules:  # a right that nothing asks for is a mistake
            text = text.replace("can: [use]", "can: [use, open]")
        (folder / "world.yaml").write_text(text)
        return folder

    return write_world


@pytest.fixture
def run(write: Write) -> Callable[[str], Simulation]:
    def build(rules: str = "") -> Simulation:
        world = load_world(write(rules))
        return Simulation(compile_walk_field(world), 64, 20, (), world.script)

    return build


def enter(world: Simulation, east: float, north: float, role: str = "guest") -> int:
    at = (int(east * UNIT), 0, int(-north * UNIT), 0)
    ref = world.enter(at, at)
    assert ref is not None
    world.acting.roles[ref.slot] = role
    return ref.slot


def steps(world: Simulation, ticks: int = 1) -> list[Event]:
    return [event for _ in range(ticks) for event in world.step()]


def changes(events: list[Event]) -> list[tuple[str, str]]:
    return [(one.name, one.state) for one in events if isinstance(one, ObjectChanged)]


def walk_north(world: Simulation, slot: int, ticks: int) -> float:
    """Walks and returns how far north one is then, metres."""
    for n in range(ticks):
        move = Move(slot, n, (world.tick + 1) % 65536, 0, 0, 0, 2, False)
        world.apply(Moves.of([move]))
        world.step()
    return -world.placement(slot)[2] / UNIT


def test_a_door_is_a_wall_until_it_is_used(run: Any) -> None:
    world = run()
    slot = enter(world, 0, -2)
    assert walk_north(world, slot, 40) < -0.2, "it is closed"
    world.acting.use(slot, "door")
    events = steps(world)
    assert changes(events) == [("door", "open")]
    (told,) = [one for one in events if isinstance(one, ObjectChanged)]
    assert told.tick == world.tick + SHUT_TICKS, "clients know before it happens"
    for _ in range(SHUT_TICKS - 1):
        assert walk_north(world, slot, 1) < -0.2, "a wall until its tick"
    assert walk_north(world, slot, 40) > 1, "and none from it on"


def test_who_stands_in_a_door_that_closes_is_pushed_aside_and_not_locked_in(run: Any) -> None:
    world = run()
    slot = enter(world, 0, -2)
    world.acting.use(slot, "door")
    steps(world, 10)
    world.put(slot, (0, 0, 0, 0))
    world.acting.use(slot, "door")
    steps(world, 30)
    assert abs(world.placement(slot)[2]) / UNIT >= 0.25, "beside the leaf"
    assert walk_north(world, slot, 20) is not None
    assert world.acting.objects.state("door") == "closed"


def test_only_its_roles_use_a_thing_and_the_admin(run: Any) -> None:
    world = run()
    acting = world.acting
    guest, teacher = enter(world, 8, -2), enter(world, 8, -2, "teacher")
    admin, lost = enter(world, 8, -2, "admin"), enter(world, 8, -2, "headmaster")
    assert [acting.may_use(one, "vault") for one in (guest, teacher, admin, lost)] == [
        False,
        True,
        True,
        False,
    ], "a role that the world does not have is a guest's"
    assert acting.may_use(guest, "lamp") is None, "nothing happens to who uses it"
    assert acting.may_use(guest, "nothing") is None
    assert acting.is_near(guest, "vault", world.tick)
    assert not acting.is_near(guest, "door", world.tick)


def test_what_is_collected_is_collected_once(run: Any) -> None:
    world = run("  found: {when: {collect: leaf}, do: [{count: leaves}, {say: '{leaves} of 2'}]}")
    first, second = enter(world, 0, -4.2), enter(world, 0.2, -4)
    events = steps(world, 3)
    assert changes(events) == [("one", "taken"), ("leaves", "1")]
    assert [one for one in events if isinstance(one, Told)] == [Told(first, {"und": "1 of 2"})]
    assert not changes(steps(world, 5)), f"{second} comes too late"


def test_a_rule_sets_off_another_at_the_next_tick(run: Any) -> None:
    world = run(
        "  a: {when: {use: door}, do: [{count: score}]}\n"
        "  b: {when: {count: score}, if: 'score.count == 1', do: [{set: lamp, to: on}]}"
    )
    slot = enter(world, 0, -2)
    world.acting.use(slot, "door")
    assert changes(steps(world)) == [("door", "open"), ("score", "1")]
    assert changes(steps(world)) == [("lamp", "on")]


def test_conditions_know_who_does_it_and_how_things_are(run: Any) -> None:
    world = run(
        "  a: {when: {use: door}, if: \"user.can('open') && people > 1\", do: [{move: hall}]}\n"
        "  b: {when: {use: door}, if: \"user.role == 'guest' && door.state == 'open'\","
        " do: [{count: score}]}"
    )
    guest, teacher = enter(world, 0, -2), enter(world, 0, -2, "teacher")
    world.acting.use(guest, "door")
    assert changes(steps(world)) == [("door", "open"), ("score", "1")]
    world.acting.use(teacher, "door")
    events = steps(world)
    assert [one for one in events if isinstance(one, Sent)] == [Sent(teacher, "hall")]
    assert changes(events)[0] == ("door", "closed")


def test_what_is_postponed_happens_at_its_time_and_the_latest_counts(run: Any) -> None:
    world = run("  shut: {when: {use: door}, do: [{after: 2s, set: lamp, to: on}]}")
    slot = enter(world, 0, -2)
    world.acting.use(slot, "door")
    events = steps(world, 20)
    assert [one for one in events if isinstance(one, Postponed)] == [Postponed("shut/0", 41)]
    world.acting.use(slot, "door")
    assert ("lamp", "on") not in changes(steps(world, 40))
    events = steps(world, 1)
    assert changes(events) == [("lamp", "on")]
    assert Postponed("shut/0", None) in events


def test_a_rule_rests_after_it_fired(run: Any) -> None:
    world = run("  a: {when: {use: door}, cooldown: 1s, do: [{count: score}]}")
    slot = enter(world, 0, -2)
    for _ in range(30):
        world.acting.use(slot, "door")
        steps(world)
    assert world.acting.objects.count("score") == 2


def test_a_counter_stays_within_its_bounds(run: Any) -> None:
    world = run("  a: {when: {use: door}, do: [{count: leaves, by: 5}]}")
    slot = enter(world, 0, -2)
    for _ in range(3):
        world.acting.use(slot, "door")
        steps(world)
    assert world.acting.objects.count("leaves") == 2


def test_a_tick_answers_so_many_and_the_rest_later(run: Any) -> None:
    world = run("  a: {when: {use: lamp}, do: [{count: score}]}")
    slot = enter(world, -12, -2)
    for _ in range(3 * MOST_A_TICK):
        world.acting.use(slot, "lamp")
    for n in range(1, 4):
        steps(world)
        # The rule's own counting is answered, too.
        assert world.acting.objects.count("score") <= n * MOST_A_TICK
    steps(world, 10)
    assert world.acting.objects.count("score") == 3 * MOST_A_TICK


def test_a_former_state_is_taken_over_as_far_as_the_world_knows_it(run: Any) -> None:
    rules = "  shut: {when: {use: door}, do: [{after: 2s, set: lamp, to: on}]}"
    world = run(rules)
    states = {"door": "open", "one": "eaten", "gone": "open", "leaves": "2", "score": "x"}
    world.restore(states, {"shut/0": 3, "else/1": 3})
    assert {one.name: one.state for one in world.acting.objects} == {"door": "open", "leaves": "2"}
    slot = enter(world, 0, -2)
    assert changes(steps(world, 3)) == [("lamp", "on")]
    assert walk_north(world, slot, 40) > 1, "the door is open from the first tick on"


def test_a_world_that_changes_keeps_what_it_still_knows(run: Any, write: Write) -> None:
    world = run("  shut: {when: {use: door}, do: [{after: 2s, set: lamp, to: on}]}")
    slot = enter(world, 0, -2)
    world.acting.use(slot, "door")
    steps(world, 10)
    again = load_world(write("  other: {when: {use: door}, do: [{set: lamp, to: on}]}"))
    world.walk_on(compile_walk_field(again), (), again.script)
    assert world.acting.objects.state("door") == "open"
    assert walk_north(world, slot, 40) > 1, "and it is open in the new field, too"
    assert not changes(steps(world, 60)), "what a rule had postponed that is gone never happens"
    world.acting.use(slot, "door")
    assert ("lamp", "on") in changes(steps(world))


def test_a_world_starts(run: Any) -> None:
    world = run("  a: {when: {start: true}, do: [{set: lamp, to: on}, {say: Hello}]}")
    events = steps(world)
    assert changes(events) == [("lamp", "on")]
    assert Told(None, {"und": "Hello"}) in events
    assert not steps(world)


ZONED = """\
world: 1
id: yard
name: Yard
ground: {size: [40, 40]}
spawn: {gate: {at: [0, -8]}}
roles: {teacher: {can: [use]}}
counters: {visits: {}}
zones:
  stage: {box: [-3, 2, 3, 6], enter: teacher}
  meadow: {polygon: [[6, -4], [12, -4], [9, 4]], says: {en: Grass}}
  pond: {circle: [-10, 0, 2], walk: false}
  roof: {box: [-3, -6, 3, -4], up: [3, 9]}
rules:
  come: {when: {enter: meadow}, do: [{count: visits}]}
  go: {when: {leave: meadow}, if: "meadow.people == 0", do: [{set: visits, to: 0}]}
"""


@pytest.fixture
def zoned(tmp_path: Path) -> Simulation:
    (tmp_path / "yard").mkdir()
    (tmp_path / "yard/world.yaml").write_text(ZONED)
    world = load_world(tmp_path / "yard")
    return Simulation(compile_walk_field(world), 64, 20, (), world.script)


def test_a_zone_is_entered_and_left(zoned: Simulation) -> None:
    one, other = enter(zoned, 9, 0), enter(zoned, 8.5, -1)
    events = steps(zoned, 2)
    assert changes(events)[-1] == ("visits", "2")
    assert Told(one, {"en": "Grass"}) in events
    zoned.put(one, (0, 0, 0, 0))
    assert not changes(steps(zoned, 3)), "somebody is still there"
    zoned.leave(other)
    assert zoned.acting.zones.count("meadow") == 0
    zoned.put(one, (9 * UNIT, 0, 0, 0))
    steps(zoned, 2)
    zoned.put(one, (0, 0, 0, 0))
    assert changes(steps(zoned, 3)) == [("visits", "0")]


def test_a_zone_lets_in_its_roles_only(zoned: Simulation) -> None:
    guest, teacher = enter(zoned, 0, 0), enter(zoned, 1.5, 0, "teacher")
    assert walk_north(zoned, guest, 60) < 2.01, "kept out"
    assert walk_north(zoned, teacher, 60) > 5
    zoned.put(guest, (0, 0, -4 * UNIT, 0))
    steps(zoned, 2)
    assert zoned.placement(guest)[2] > -2 * UNIT, "nor put into it"
    admin = enter(zoned, -1.5, 0, "admin")
    assert walk_north(zoned, admin, 60) > 5


def test_a_zone_has_heights_and_may_be_closed_to_all(zoned: Simulation) -> None:
    below = enter(zoned, 0, -5)
    steps(zoned, 3)
    assert zoned.acting.zones.count("roof") == 0
    assert below is not None
    swimmer = enter(zoned, -10, -4)
    for _ in range(60):
        walk_north(zoned, swimmer, 1)
        x, _, z, _ = zoned.placement(swimmer)
        assert math.hypot(x / UNIT + 10, z / UNIT) > 2.2, "nobody walks in the pond"

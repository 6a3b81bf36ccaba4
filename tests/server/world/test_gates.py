"""Walls that come and go with a state: compiled, written, read, closed and opened."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from aukio.sim.gates import Gates
from aukio.world import WalkField, WalkFieldError, compile_walk_field, load_world

WORLD = """\
world: 1
id: yard
name: Yard
ground: {{size: [160, 20]}}
spawn: {{here: {{at: [0, -8], spread: 0.5}}}}
prefabs:
  door:
    states: [closed, open]
    parts:
      leaf: {{shape: box, size: [1.2, 0.1, 2], states: {{open: {{at: [0.6, 0.6], turn: 90}}}}}}
  wall:
    params: {{w: {{type: number}}}}
    parts: {{body: {{shape: box, size: ["{{w}}", 0.2, 3]}}}}
entities:
  west: {{use: wall, at: [-3.6, 0], w: 6}}
  east: {{use: wall, at: [3.6, 0], w: 6}}
{doors}
"""
ONE = "  door: {use: door, at: [0, 0]}"

Write = Callable[[str], Path]


def field_of(write: Write, doors: str = ONE) -> WalkField:
    return compile_walk_field(load_world(write(WORLD.format(doors=doors))))


def distance(field: WalkField, x: float, z: float) -> float:
    return field.distance_at(x, z, 0)


def test_a_door_blocks_its_way_while_it_is_closed(write: Write) -> None:
    gates = Gates(field_of(write), {"door": "closed"})
    assert distance(gates.field, 0, 0) < 0.1
    assert gates.turn("door", "open")
    assert distance(gates.field, 0, 0) > 0.3, "a body of 0.3 m gets through"
    assert distance(gates.field, 0.6, -0.6) < 0.1, "the open leaf stands beside the way"
    assert gates.turn("door", "closed")
    assert distance(gates.field, 0, 0) < 0.1
    assert not gates.turn("door", "closed")


def test_a_closed_door_is_the_same_wall_as_one_that_never_opens(write: Write) -> None:
    gates = Gates(field_of(write), {"door": "closed"})
    solid = WORLD.format(doors=ONE).replace(", states: {open: {at: [0.6, 0.6], turn: 90}}", "")
    fixed = compile_walk_field(load_world(write(solid.replace("    states: [closed, open]\n", ""))))
    # The fixed one has a floor on its top, too; below it is the layer of the ground.
    for tile in np.ndindex(fixed.table.shape[:2]):
        one, other = gates.field.table[(*tile, 0)], fixed.table[(*tile, 0)]
        if one >= 0:
            near = np.abs(gates.field.distances[one].astype(int) - fixed.distances[other]).max()
            assert near <= 1, f"distances differ by {near}/64 m"


def test_whatever_the_order_of_changes_a_field_depends_on_states_alone(write: Write) -> None:
    # Doors beside each other, and one across the border of two tiles (x = 0 and 64 m).
    doors = "\n".join(
        f"  d{n}: {{use: door, at: [{east}, {north}]}}"
        for n, (east, north) in enumerate([(0, 0), (1, 2), (64, 0), (-64, 3), (63, 1)])
    )
    compiled = field_of(write, doors)
    gates = Gates(compiled, {})
    states = dict.fromkeys((f"d{n}" for n in range(5)), "")
    chance = random.Random(3)
    for _ in range(60):
        name, state = chance.choice(list(states)), chance.choice(("open", "closed", ""))
        states[name] = state
        gates.turn(name, state)
        expected = compiled.distances.copy()
        for gate in compiled.gates:
            if states[gate.entity] == gate.state:
                gate.lower(expected[gate.block])
        assert np.array_equal(gates.field.distances, expected)
    for left, right in ((0, 1), (1, 2)):
        blocks = compiled.table[:, left, 0], compiled.table[:, right, 0]
        for a, b in zip(*(one.tolist() for one in blocks), strict=True):
            if min(a, b) >= 0:
                border = gates.field.distances[a][:, -1], gates.field.distances[b][:, 0]
                assert np.array_equal(*border), "neighbours repeat their border"


def test_gates_survive_being_written_and_what_is_broken_is_refused(write: Write) -> None:
    field = field_of(write)
    data = field.to_bytes()
    again = WalkField.from_bytes(data)
    assert [(one.entity, one.state, one.block, one.row, one.column) for one in again.gates] == [
        (one.entity, one.state, one.block, one.row, one.column) for one in field.gates
    ]
    assert all(
        np.array_equal(one.distances, other.distances)
        for one, other in zip(again.gates, field.gates, strict=True)
    )
    assert again.to_bytes() == data
    for cut in (1, 5, 40):
        with pytest.raises(WalkFieldError):
            WalkField.from_bytes(data[:-cut])
    with pytest.raises(WalkFieldError):
        WalkField.from_bytes(data + b"\0")


def test_what_comes_and_goes_may_not_be_a_hall(write: Write) -> None:
    from aukio.world import WorldProblems

    text = WORLD.format(doors=ONE).replace("size: [1.2, 0.1, 2]", "size: [90, 0.1, 2]")
    with pytest.raises(WorldProblems, match="solid in some states within 60 m"):
        compile_walk_field(load_world(write(text)))

"""Stepping into portals: once for each time, wherever one came from."""

from typing import Any

import numpy as np

from aukio.sim.commands import Move, Moves
from aukio.sim.events import PortalEntered
from aukio.sim.simulation import Simulation
from aukio.world import Portal
from aukio.world.problems import Place
from harness import flat_field

NORTH, SOUTH = 0, 512  # headings, 1/1024 turn


def portal(east: float, north: float, to: str) -> Portal:
    return Portal("way", (east, north, 0.0), 0.0, 1.0, (0.0, 0.0), to, Place("world.yaml"))


def simulation(*portals: Portal) -> Simulation:
    return Simulation(flat_field(), 64, 20, portals)


def enter(world: Simulation, x: float, z: float) -> int:
    at = (int(x * 65536), 0, int(z * 65536), 0)
    ref = world.enter(at, at)
    assert ref is not None
    return ref.slot


def walk(world: Simulation, slot: int, heading: int, ticks: int) -> list[PortalEntered]:
    found: list[Any] = []
    for n in range(ticks):
        move = Move(slot, n, (world.tick + 1) % 65536, 0, 0, heading, 2, False)
        world.apply(Moves.of([move]))
        found += [event for event in world.step() if isinstance(event, PortalEntered)]
    return found


def test_one_steps_in_once_and_again_after_having_left() -> None:
    world = simulation(portal(0, 3, "hall"))
    slot = enter(world, 0, 0)
    assert walk(world, slot, NORTH, 15) == [PortalEntered(slot, "hall")]
    assert not [event for event in world.step() if isinstance(event, PortalEntered)]
    assert walk(world, slot, SOUTH, 40) == []
    assert walk(world, slot, NORTH, 40) == [PortalEntered(slot, "hall")]


def test_from_one_portal_one_may_step_right_into_another() -> None:
    world = simulation(portal(0, 3, "hall"), portal(0, 4.5, "yard"))
    slot = enter(world, 0, 0)
    assert [event.to for event in walk(world, slot, NORTH, 40)] == ["hall", "yard"]


def test_whoever_is_put_into_a_portal_has_stepped_in() -> None:
    world = simulation(portal(0, 3, "hall"))
    slot = enter(world, 0, 0)
    for _ in range(2):
        world.put(slot, (0, 0, -3 * 65536, 0))
        assert PortalEntered(slot, "hall") in world.step()


def test_another_world_has_its_own_portals() -> None:
    world = simulation(portal(0, 3, "hall"))
    slot = enter(world, 0, 0)
    world.walk_on(flat_field(), [portal(0, -3, "quay")])
    assert walk(world, slot, NORTH, 30) == []
    assert walk(world, slot, SOUTH, 60) == [PortalEntered(slot, "quay")]


def test_many_walkers_are_looked_at_together() -> None:
    world = simulation(portal(0, 3, "hall"))
    slots = [enter(world, x, -3 if x == 0 else 8) for x in np.arange(-10, 11).tolist()]
    entered = [event for event in world.step() if isinstance(event, PortalEntered)]
    assert [event.slot for event in entered] == [slots[10]]


def test_who_stands_in_a_portal_that_stays_has_not_stepped_in_anew() -> None:
    here, there = portal(0, 3, "hall"), portal(8, 8, "quay")
    world = simulation(here)
    slot = enter(world, 0, -3)
    assert PortalEntered(slot, "hall") in world.step()
    world.walk_on(flat_field(), [there, here])
    assert not [event for event in world.step() if isinstance(event, PortalEntered)]
    world.walk_on(flat_field(), [portal(0, 3, "yard")])
    assert PortalEntered(slot, "yard") in world.step(), "it leads elsewhere now"


def test_who_comes_back_in_a_portal_is_told_again() -> None:
    world = simulation(portal(0, 3, "hall"))
    slot = enter(world, 0, -3)
    assert PortalEntered(slot, "hall") in world.step()
    world.look_again(slot)
    assert PortalEntered(slot, "hall") in world.step()

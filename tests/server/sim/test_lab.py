"""The lab: its three experiments do what its README says, played through the simulation."""

from pathlib import Path

import pytest

from aukio.sim.simulation import Simulation
from aukio.sim.units import UNIT
from aukio.world import compile_walk_field, load_world

LAB = Path(__file__).parents[3] / "worlds/lab"
SECOND = 20


@pytest.fixture
def lab() -> Simulation:
    world = load_world(LAB)
    return Simulation(compile_walk_field(world), 64, 20, (), world.script)


def come(lab: Simulation, role: str = "guest") -> int:
    ref = lab.enter((0, 0, 10 * UNIT, 0), (0, 0, 10 * UNIT, 0))
    assert ref is not None
    lab.acting.roles[ref.slot] = role
    return ref.slot


def use(lab: Simulation, slot: int, *things: str) -> None:
    """Uses things one after the other; whether one is near is the session's to say."""
    for thing in things:
        assert lab.acting.may_use(slot, thing)
        lab.acting.use(slot, thing)
        wait(lab, 0.2)


def wait(lab: Simulation, seconds: float) -> None:
    for _ in range(round(seconds * SECOND)):
        lab.step()


def states(lab: Simulation, *things: str) -> list[str]:
    return [lab.acting.objects.state(thing) for thing in things]


LAMPS = ("and_lamp", "or_lamp", "xor_lamp")


def test_the_lamps_of_logic_follow_the_levers(lab: Simulation) -> None:
    one, other = come(lab), come(lab)
    use(lab, one, "lever_a")
    assert states(lab, *LAMPS) == ["off", "on", "on"]
    use(lab, other, "lever_b")
    assert states(lab, *LAMPS) == ["on", "on", "off"]
    wait(lab, 8.5)
    assert states(lab, "lever_a", "lever_b", *LAMPS) == ["up", "up", "off", "off", "off"]


def test_numbers_are_made_in_their_order(lab: Simulation) -> None:
    one = come(lab)
    use(lab, one, "bit_4", "bit_2")
    assert states(lab, "solved_2") == ["off"], "six comes after eleven"
    use(lab, one, "bit_4", "bit_8", "bit_1")
    assert states(lab, "solved_1", "solved_2") == ["on", "off"]
    use(lab, one, "bit_8", "bit_1", "bit_4")
    assert states(lab, "solved_2", "solved_3") == ["on", "off"]
    use(lab, one, "bit_8", "bit_2", "bit_1")
    assert states(lab, "solved_3") == ["on"]
    assert lab.acting.objects.count("solved") == 3


def test_the_tank_fills_leaks_and_is_kept_steady(lab: Simulation) -> None:
    one = come(lab)
    wait(lab, 1)
    use(lab, one, "pump")
    wait(lab, 4)
    assert 2 <= lab.acting.objects.count("water") <= 4
    assert states(lab, "tank")[0] in ("two", "three", "four")
    assert states(lab, "pump") == ["up"], "it runs for three seconds"
    wait(lab, 40)
    assert states(lab, "tank") == ["empty"], "the tank leaks"
    for _ in range(200):
        if lab.acting.objects.count("steady") == 20:
            break
        if lab.acting.objects.count("water") < 4 and states(lab, "pump") == ["up"]:
            use(lab, one, "pump")
        if lab.acting.objects.count("water") >= 4 and states(lab, "pump") == ["down"]:
            use(lab, one, "pump")  # stops it by hand
        wait(lab, 0.5)
    assert states(lab, "steady_lamp") == ["on"], "somebody who watches it manages"


def test_only_a_teacher_begins_again(lab: Simulation) -> None:
    one, teacher = come(lab), come(lab, "teacher")
    use(lab, one, "bit_8", "bit_2", "bit_1")
    assert states(lab, "solved_1") == ["on"]
    assert lab.acting.may_use(one, "reset") is False
    use(lab, teacher, "reset")
    wait(lab, 0.2)
    assert states(lab, "solved_1", "bit_8", "bit_2", "bit_1") == ["off"] * 4
    assert lab.acting.objects.count("solved") == 0

"""The mixes: who comes."""

import pytest

from aukio_bench.crowd import party_of
from aukio_bench.gates import read_gates
from aukio_bench.plan import Plan
from aukio_bench.scenarios import CLASS, CROWD, MIXES, STORM, VR


def test_every_mix_has_limits_and_a_world() -> None:
    gates = read_gates()
    for mix in MIXES.values():
        assert gates.limits(mix.name, mix.clients), mix.name
        assert "view: 300" in mix.world(100)
        assert mix.habits.half_m * 2 <= mix.side_m, f"{mix.name}: nobody walks into the wall"


def test_a_class_has_one_teacher_and_all_others_sit() -> None:
    people = party_of(Plan(CLASS, clients=31, seconds=5, seed=1))
    (teacher, first), (rest, second) = people.parts()
    assert (teacher.start, teacher.stop, rest.stop) == (0, 1, 31)
    assert (first.habits.sits, second.habits.sits) == (False, True)


def test_half_of_a_vr_class_wears_headsets() -> None:
    parts = party_of(Plan(VR, clients=31, seconds=5, seed=1)).parts()
    worn = sum(rows.stop - rows.start for rows, role in parts if role.headset)
    assert worn in {15, 16}


@pytest.mark.parametrize("count", [1, 2, 3, 31, 1000])
def test_parts_cover_everybody_once(count: int) -> None:
    for mix in MIXES.values():
        parts = party_of(Plan(mix, count, 5, 1)).parts()
        rows = [row for part, _ in parts for row in range(part.start, part.stop)]
        assert rows == list(range(count + mix.newcomers(5))), mix.name


def test_a_storm_brings_two_hundred_a_second_beside_those_who_are_in() -> None:
    people = party_of(Plan(STORM, clients=300, seconds=5, seed=1))
    assert (people.count, people.first) == (1300, 300)


def test_the_mix_of_a_crowd_is_as_promised() -> None:
    assert (CROWD.side_m, CROWD.habits.run_share, CROWD.habits.stop_s) == (200, 0.1, (1, 6))

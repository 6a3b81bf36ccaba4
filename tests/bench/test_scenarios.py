"""The mixes: who comes, and what a verdict says of their figures."""

import pytest

from aukio_bench.crowd import party_of
from aukio_bench.plan import Plan
from aukio_bench.scenarios import CLASS, CROWD, MIXES, STORM, VR, Limit
from aukio_bench.verdict import verdict
from reports import a_report


def test_every_mix_has_limits_and_a_world() -> None:
    for mix in MIXES.values():
        assert mix.limits, mix.name
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


def test_a_verdict_says_what_holds_what_does_not_and_what_was_not_measured() -> None:
    report = a_report()
    report.more["coverage"] = 0.99
    limits = (
        Limit("tick_work_ms.p95", 40, 1),
        Limit("payload_bytes_per_client_s", 500, 450),
        Limit("coverage", 0.995, least=True),
        Limit("tick_work_ms.p99", 40),
        Limit("back_s.max", 15),
    )
    found = [(finding.holds, finding.is_moonshot) for finding in verdict(report, limits)]
    assert found == [(True, False), (True, True), (False, False), (None, False), (None, False)]


def test_the_mix_of_a_crowd_is_as_promised() -> None:
    assert (CROWD.side_m, CROWD.habits.run_share, CROWD.habits.stop_s) == (200, 0.1, (1, 6))

"""Putting somebody out and taking their word: by right, against those who come back."""

from pathlib import Path

import pytest

from aukio.session.moderation import BARRED_S, MOST, Moderation
from aukio.world import compile_walk_field, load_world
from aukio_protocol import messages as m
from aukio_protocol.errors import Reason
from harness import Client, TestWorld

WORLD = """\
world: 1
id: yard
name: Yard
ground: {size: [40, 40]}
spawn: {gate: {at: [0, 0]}}
roles: {teacher: {can: [speak, use, kick, silence]}}
"""


@pytest.fixture
def town(tmp_path: Path) -> TestWorld:
    (tmp_path / "yard").mkdir()
    (tmp_path / "yard/world.yaml").write_text(WORLD)
    world = load_world(tmp_path / "yard")
    tickets = {"T": "teacher", "A": "admin", "G": "guest"}
    return TestWorld(compile_walk_field(world), script=world.script, roles=tickets)


def whom(client: Client) -> tuple[int, int]:
    assert client.welcome is not None
    return client.welcome.entity, client.welcome.generation


def codes(client: Client) -> list[int]:
    client.read()
    return [notice.code for notice in client.of(m.Notice)]


def said(town: TestWorld, client: Client, text: str, by: Client) -> bool:
    """Whether one is heard by another."""
    town.send(by, m.Say(text))
    client.read()
    return text in [one.text for one in client.of(m.Said)]


def test_a_teacher_puts_somebody_out_who_stays_out(town: TestWorld) -> None:
    teacher, pupil = town.join("Opettaja", ticket="T"), town.join("Pekka", address="192.0.2.7")
    assert teacher.of(m.Rights)[0].rights & m.Right.KICK
    town.send(teacher, m.Kick(*whom(pupil)))
    town.step()
    assert pupil.of(m.Goodbye)[0].reason == Reason.PUT_OUT
    assert not pupil.of(m.Goodbye)[0].resumable
    assert pupil.line.closed == 4000 + Reason.PUT_OUT
    assert town.registry.people == 1
    for name in ("Pekka", "Joku muu"):
        again = town.join(name, address="192.0.2.7")
        assert again.of(m.Refuse)[0].reason == Reason.PUT_OUT, "by whatever name"
    assert pupil.welcome is not None
    known = town.join("Pekka", secret=pupil.welcome.secret, address="192.0.2.7")
    assert known.of(m.Refuse)[0].reason == Reason.PUT_OUT, "the former session has ended"
    assert town.join("Pekka", ticket="G", address="192.0.2.7").welcome is not None, "a new link"
    town.now += BARRED_S
    assert town.join("Pekka", address="192.0.2.7").welcome is not None, "not for ever"


def test_nobody_is_kept_out_for_somebody_behind_the_same_router(town: TestWorld) -> None:
    teacher, pekka, maija = (
        town.join("Opettaja", ticket="T", address="192.0.2.9"),
        town.join("Pekka", address="192.0.2.7"),
        town.join("Maija", address="192.0.2.7"),
    )
    town.send(teacher, m.Kick(*whom(pekka)))
    town.step()
    assert maija.line.closed is None
    assert town.join("pekka", address="192.0.2.7").of(m.Refuse), "the same name"
    assert town.join("Liisa", address="192.0.2.7").welcome is not None


def test_who_has_no_right_puts_nobody_out_and_nobody_a_teacher(town: TestWorld) -> None:
    teacher, other = town.join("Opettaja", ticket="T"), town.join("Toinen", ticket="T")
    pupil, admin = town.join("Pekka"), town.join("Rehtori", ticket="A")
    for by, target in ((pupil, teacher), (pupil, pupil), (teacher, other), (teacher, admin)):
        before = len(codes(by))
        town.send(by, m.Kick(*whom(target)))
        town.send(by, m.Silence(*whom(target), True))
        assert codes(by)[before:] == [m.NoticeCode.NOT_ALLOWED] * 2
    entity, generation = whom(pupil)
    for target in ((entity, (generation + 1) % 256), (60000, 0)):
        town.send(teacher, m.Kick(*target))  # somebody who is gone by now
    town.step()
    assert town.registry.people == 4


def test_a_word_is_taken_given_back_and_not_regained_by_coming_back(town: TestWorld) -> None:
    teacher, second = town.join("Opettaja", ticket="T"), town.join("Toinen", ticket="T")
    pupil = town.join("Pekka", address="192.0.2.7")
    assert said(town, teacher, "one", pupil)
    town.send(teacher, m.Silence(*whom(pupil), True))
    assert not said(town, teacher, "two", pupil)
    pupil.read()
    assert not pupil.of(m.Rights)[-1].rights & m.Right.SPEAK
    told = m.Silenced(*whom(pupil), True)
    second.read()
    assert second.of(m.Silenced) == [told], "the other teacher knows"
    assert town.join("Kolmas", ticket="T").of(m.Silenced) == [told], "and one who comes later"
    assert town.saves[-1].silenced or any(one.silenced for one in town.saves)

    assert pupil.welcome is not None
    town.hang_up(pupil)
    pupil = town.join("Pekka", secret=pupil.welcome.secret, address="192.0.2.7")
    assert not said(town, teacher, "three", pupil)
    town.send(pupil, m.Leave())
    pupil = town.join("Uusi nimi", address="192.0.2.7")
    assert not said(town, teacher, "four", pupil), "a new session from there has no word either"
    town.send(teacher, m.Silence(*whom(pupil), False))
    assert said(town, teacher, "five", pupil)
    town.send(pupil, m.Leave())
    pupil = town.join("Pekka", address="192.0.2.7")
    assert said(town, teacher, "six", pupil), "it is given back for good"


def test_a_silenced_session_is_silenced_after_a_restart(town: TestWorld) -> None:
    teacher, pupil = town.join("Opettaja", ticket="T"), town.join("Pekka")
    town.send(teacher, m.Silence(*whom(pupil), True))
    later = TestWorld(town.simulation.field, script=town.simulation.acting._script)
    later.registry.restore([town.saves[-1]], later.now)
    assert pupil.welcome is not None
    back = later.join(secret=pupil.welcome.secret)
    assert back.welcome is not None
    assert back.welcome.resumed
    assert not back.of(m.Rights)[0].rights & m.Right.SPEAK


def test_marks_are_bounded() -> None:
    marks = Moderation()
    for n in range(MOST + 10):
        marks.bar(f"192.0.2.{n}", "x", 0.0)
    assert not marks.is_barred("192.0.2.0", "x", 1.0, is_shared=False)
    assert marks.is_barred(f"192.0.2.{MOST + 9}", "x", 1.0, is_shared=False)

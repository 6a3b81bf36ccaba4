"""Signed links, and what a role may do: a client that cheats gets nothing."""

from pathlib import Path
from typing import Any

import pytest

from aukio.keys import link_key
from aukio.session.languages import in_language
from aukio.session.tickets import Tickets
from aukio.world import compile_walk_field, load_world
from aukio_protocol import messages as m
from aukio_protocol.errors import Reason
from harness import Client, TestWorld

WORLD = """\
world: 1
id: yard
name: Yard
ground: {size: [40, 40]}
spawn: {gate: {at: [0, -8]}}
roles:
  teacher: {can: [speak, use]}
  guest: {can: [use]}
prefabs:
  door:
    states: [closed, open]
    on_use: next
    parts: {leaf: {shape: box, size: [2, 0.1, 2], in: closed}}
entities:
  near: {use: door, at: [0, 1]}
  far: {use: door, at: [0, 9]}
  vault: {use: door, at: [1, 1], for: teacher}
rules:
  greet: {when: {use: near}, do: [{say: {en: Hello, fi: Hei}, to: all}]}
"""


@pytest.fixture
def town(tmp_path: Path) -> TestWorld:
    (tmp_path / "yard").mkdir()
    (tmp_path / "yard/world.yaml").write_text(WORLD)
    world = load_world(tmp_path / "yard")
    tickets = {"for a teacher": "teacher", "for a stranger": "headmaster", "for all": "admin"}
    return TestWorld(compile_walk_field(world), script=world.script, roles=tickets)


def use(town: TestWorld, client: Client, thing: str) -> list[Any]:
    """Uses a thing; returns what one is told of it."""
    client.read()
    client.heard.clear()
    town.send(client, m.Use(thing))
    town.step(2)
    return [one for one in client.heard if isinstance(one, m.ObjectState | m.Notice)]


def test_a_ticket_is_good_for_its_world_and_its_time_and_nobody_can_change_it() -> None:
    tickets = Tickets(b"k" * 32)
    ticket = tickets.sign("yard", "teacher", 1000.0)
    assert tickets.role(ticket, "yard", 999.0) == "teacher"
    assert tickets.role(ticket, "hall", 999.0) is None
    assert tickets.role(ticket, "yard", 1001.0) is None
    assert Tickets(b"x" * 32).role(ticket, "yard", 999.0) is None
    payload, _, signature = ticket.partition(".")
    for n in range(len(payload)):
        changed = payload[:n] + ("A" if payload[n] != "A" else "B") + payload[n + 1 :]
        assert tickets.role(f"{changed}.{signature}", "yard", 999.0) is None
    for junk in ("", ".", "x", "a.b", ticket[:-1], ticket + "A", "é" * 60, "A" * 256):
        assert tickets.role(junk, "yard", 999.0) is None
    assert len(tickets.sign("w" * 64, "r" * 64, 4e9)) <= 256, "the longest fits its field"


def test_the_key_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    key, is_new = link_key(tmp_path / "data")
    assert is_new
    assert link_key(tmp_path / "data") == (key, False)
    assert (tmp_path / "data/links.key").stat().st_mode & 0o077 == 0
    (tmp_path / "data/links.key").write_bytes(b"short")
    with pytest.raises(Exception, match="no key; delete it"):
        link_key(tmp_path / "data")


def test_a_ticket_gives_its_role_and_a_false_one_nothing(town: TestWorld) -> None:
    teacher, guest = town.join(ticket="for a teacher"), town.join()
    assert teacher.of(m.Rights) == [m.Rights("teacher", m.Right.SPEAK | m.Right.USE)]
    assert guest.of(m.Rights) == [m.Rights("guest", m.Right.USE)]
    assert town.join(ticket="for all").of(m.Rights)[0].rights == ~m.Right.NONE
    stranger = town.join(ticket="for a stranger")
    assert stranger.of(m.Rights)[0].role == "guest", "the world does not have that role any more"
    (refusal,) = town.join(ticket="forged").of(m.Refuse)
    assert refusal.reason == Reason.TICKET


def test_a_role_outlives_the_line_and_the_server(town: TestWorld) -> None:
    teacher = town.join(ticket="for a teacher")
    assert teacher.welcome is not None
    town.send(teacher, m.ClockPing(1))
    town.hang_up(teacher)
    back = town.join(secret=teacher.welcome.secret)
    assert back.of(m.Rights)[0].role == "teacher"
    assert town.saves[-1].role == "teacher"
    later = TestWorld(town.simulation.field, script=town.simulation.acting._script)
    later.registry.restore([town.saves[-1]], later.now)
    assert back.welcome is not None
    assert later.join(secret=back.welcome.secret).of(m.Rights)[0].role == "teacher"


def test_a_guest_who_opens_a_link_is_what_it_says_at_the_same_place(town: TestWorld) -> None:
    guest = town.join()
    assert guest.welcome is not None
    town.send(guest, m.ClockPing(1))
    town.hang_up(guest)
    back = town.join(secret=guest.welcome.secret, ticket="for a teacher")
    assert back.welcome is not None
    assert back.welcome.resumed
    assert back.of(m.Rights)[0].role == "teacher"


def test_who_may_not_speak_is_not_heard(town: TestWorld) -> None:
    teacher, guest = town.join(ticket="for a teacher"), town.join()
    town.send(guest, m.Say("psst"))
    town.send(teacher, m.Say("quiet, please"))
    town.step()
    assert [said.text for said in teacher.of(m.Said)] == ["quiet, please"]
    assert m.NoticeCode.NOT_ALLOWED in [notice.code for notice in guest.of(m.Notice)]


def test_a_thing_is_used_by_who_may_and_is_near(town: TestWorld) -> None:
    guest = town.join()
    (opened, said) = use(town, guest, "near")
    assert (opened.object, opened.state, opened.version) == ("near", "open", 1)
    assert (opened.tick - town.simulation.tick) % 65536 in range(1, 6), "told ahead of its walls"
    assert said.text == "Hello"


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        ("far", [m.NoticeCode.TOO_FAR]),
        ("vault", [m.NoticeCode.NOT_ALLOWED]),
        ("nothing", []),
        ("leaves", []),
    ],
)
def test_a_cheating_client_opens_nothing(town: TestWorld, thing: str, told: list[int]) -> None:
    guest = town.join()
    assert [one.code for one in use(town, guest, thing)] == told
    assert not list(town.simulation.acting.objects)


def test_using_is_limited(town: TestWorld) -> None:
    guest = town.join()
    for _ in range(20):
        town.send(guest, m.Use("near"))
    town.step(20)
    (thing,) = town.simulation.acting.objects
    assert thing.version <= 6


def test_a_newcomer_is_told_what_has_changed(town: TestWorld) -> None:
    use(town, town.join(), "near")
    told = town.join().of(m.ObjectState)
    assert [(one.object, one.state) for one in told] == [("near", "open")]


def test_everybody_is_told_in_their_language(town: TestWorld) -> None:
    readers = [town.join(language=each) for each in ("fi", "fi-FI", "sv", "en-GB", "")]
    use(town, readers[0], "near")
    lines = [[notice.text for notice in one.of(m.Notice)] for one in readers]
    assert lines == [["Hei"], ["Hei"], ["Hello"], ["Hello"], ["Hello"]]
    assert in_language({"fi": "Hei"}, "sv") == "Hei"


def test_an_unknown_message_of_somebody_outside_is_refused(town: TestWorld) -> None:
    client = town.connect()
    town.send(client, m.Use("near"))
    assert client.line.closed is not None

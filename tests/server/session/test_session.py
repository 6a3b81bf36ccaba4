"""One conversation: what is legal when, what it costs to break a rule."""

import itertools

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from aukio_protocol import messages as m
from aukio_protocol.codec import encode
from aukio_protocol.errors import Reason
from aukio_protocol.motion import Input, encode_input
from aukio_protocol.pose import Hand, Pose
from aukio_protocol.version import VERSION, schema_hash
from harness import Client, TestWorld

HELLO = m.Hello(VERSION, schema_hash(), "Aino", b"", "en", "", b"", "")


def refusal(client: Client) -> m.Refuse:
    client.read()
    (found,) = client.of(m.Refuse)
    assert isinstance(found, m.Refuse)
    return found


def goodbye(client: Client) -> m.Goodbye:
    client.read()
    (found,) = client.of(m.Goodbye)
    assert isinstance(found, m.Goodbye)
    return found


def test_ST1_a_hello_is_answered_by_a_welcome_and_nothing_comes_before_it() -> None:
    world = TestWorld()
    client = world.connect()
    assert not client.line.frames, "the server does not speak first"
    world.send(client, HELLO)
    client.read()
    assert isinstance(client.heard[0], m.Welcome)
    assert client.line.is_admitted


@pytest.mark.parametrize(
    "message",
    [m.Say("Hei"), m.ClockPing(1), m.Gesture(0), m.Leave()],
    ids=lambda x: type(x).__name__,
)
def test_ST2_nothing_but_a_hello_is_legal_at_first(message: m.Message) -> None:
    world = TestWorld()
    client = world.connect()
    world.send(client, message)
    assert refusal(client).reason == Reason.WRONG_STATE
    assert client.line.closed == 4003
    assert world.registry.people == 0


def test_ST2_a_second_hello_ends_the_connection() -> None:
    world = TestWorld()
    client = world.join()
    world.send(client, HELLO)
    assert goodbye(client).reason == Reason.WRONG_STATE


def test_ST3_another_schema_is_told_the_servers_own() -> None:
    world = TestWorld()
    client = world.connect()
    world.send(client, m.Hello(VERSION, b"\0" * 8, "Aino", b"", "en", "", b"", ""))
    refused = refusal(client)
    assert refused.reason == Reason.VERSION
    assert refused.schema == schema_hash()
    assert client.line.closed == 4006


def test_ST4_an_unusable_name_gets_one_from_the_server() -> None:
    world = TestWorld()
    for wished in ("", "   ", "\u202e\u200f"):
        client = world.join(wished)
        assert client.welcome is not None
        assert client.welcome.name.startswith("Guest ")


def test_ST5_an_unknown_ticket_is_refused() -> None:
    world = TestWorld()
    client = world.connect()
    world.send(client, m.Hello(VERSION, schema_hash(), "Aino", b"", "en", "forged", b"", ""))
    assert refusal(client).reason == Reason.TICKET


def test_ER1_a_malformed_message_changes_nothing_and_names_its_reason() -> None:
    world = TestWorld()
    client = world.join()
    place = world.place(client)
    client.session.receive(b"\x12\xff", world.now)
    assert goodbye(client).reason == Reason.MALFORMED
    assert world.place(client) == place
    client.session.receive(encode(m.Say("still here")), world.now)
    assert not client.line.frames, "after the last words nothing is heard or said"


def test_ER1_messages_of_the_server_are_unknown_from_a_client() -> None:
    world = TestWorld()
    client = world.join()
    client.session.receive(encode(m.People(3)), world.now)
    assert goodbye(client).reason == Reason.UNKNOWN_MESSAGE


def test_CN3_an_oversized_input_is_refused_as_oversized() -> None:
    world = TestWorld()
    client = world.join()
    client.session.receive(encode_input(Input(1, 1, 1, 1)) + bytes(40), world.now)
    assert goodbye(client).reason == Reason.OVERSIZED


def test_CM7_chat_above_its_rate_is_dropped_with_one_notice() -> None:
    world = TestWorld()
    client = world.join()
    for number in range(20):
        world.send(client, m.Say(f"line {number}"))
    client.read()
    assert len(client.of(m.Said)) == 6, "the burst"
    assert len(client.of(m.Notice)) == 1
    world.now += 3
    world.send(client, m.Say("calmer"))
    client.read()
    assert client.of(m.Said)[-1].text == "calmer"


def test_CM7_a_client_that_goes_on_for_long_is_ended() -> None:
    world = TestWorld()
    client = world.join()
    for _ in range(100):
        world.send(client, m.Gesture(1))
    assert goodbye(client).reason == Reason.TOO_MANY


def test_an_unknown_emote_is_ignored() -> None:
    world = TestWorld()
    client = world.join()
    world.send(client, m.Gesture(200))
    client.read()
    assert not client.of(m.Gestured)
    assert client.line.closed is None


def test_a_chat_line_loses_its_control_characters() -> None:
    world = TestWorld()
    client = world.join()
    world.send(client, m.Say("a\u202eb\nc"))
    client.read()
    assert client.of(m.Said)[0].text == "a b c"


def test_CK1_a_clock_ping_is_answered_at_once() -> None:
    world = TestWorld()
    client = world.join()
    world.step(3)
    world.send(client, m.ClockPing(77))
    client.read()
    (pong,) = client.of(m.ClockPong)
    assert (pong.time, pong.tick) == (77, 4)


def test_an_overfull_outbox_ends_a_slow_connection_resumably() -> None:
    world = TestWorld()
    slow, fast = world.join(), world.join()
    slow.line.unsent_bytes = 1
    for _ in range(200):
        world.now += 1
        world.send(fast, m.Say("x" * 500))
        if slow.line.closed:
            break
    bye = goodbye(slow)
    assert (bye.reason, bye.resumable) == (Reason.SLOW, True)
    assert fast.line.closed is None


def test_nothing_waits_for_a_client_that_is_gone() -> None:
    world = TestWorld()
    slow, fast = world.join(), world.join()
    world.wish(slow)
    slow.line.unsent_bytes = 1
    world.registry.holds_back(slow.session)
    world.send(fast, m.Say("x" * 500))
    assert slow.session.outbox.size_bytes > 500
    world.hang_up(slow)
    assert slow.session.outbox.size_bytes == 0, "its next connection begins anew"


def test_a_pose_out_of_reach_is_left_out() -> None:
    world = TestWorld()
    anna, ben = world.join(), world.join()
    near, far = Hand(10, 10, -10, 0, 0, 0, 0), Hand(127, 127, 127, 0, 0, 0, 0)
    world.wish(anna, pose=Pose(0, 100, 0, 0, 0, 0, near, far))
    world.step(5)
    assert not [s for s in ben.snapshots if s.poses], "a hand 2 m away is nobody's hand"
    world.wish(anna, pose=Pose(0, 100, 0, 0, 0, 0, near, near))
    world.step(5)
    (told,) = [s.poses for s in ben.snapshots if s.poses]
    assert told[0][0] == anna.session.slot
    assert told[0][1].left == near


def test_PO2_who_comes_later_is_told_a_pose_that_is_held_for_long() -> None:
    world = TestWorld()
    hand = Hand(10, 10, -10, 0, 0, 0, 0)
    anna = world.join()
    world.wish(anna, pose=Pose(0, 100, 0, 0, 0, 0, hand, hand))
    world.step(30)
    late = world.join()
    world.step(3)
    assert [s.poses[0][0] for s in late.snapshots if s.poses] == [anna.session.slot]


def test_PO2_no_pose_starves_behind_others_on_a_small_budget() -> None:
    world = TestWorld(budget=2000)
    people = [world.join(f"P{number}") for number in range(25)]
    viewer = people[0]
    for tick in range(200):
        hand = Hand(tick % 20, 10, -10, 0, 0, 0, 0)
        for one in people:
            world.wish(one, pose=Pose(0, 100, 0, 0, 0, 0, hand, hand))
        world.step()
    told = {slot for snapshot in viewer.snapshots[60:] for slot, _ in snapshot.poses}
    assert len(told) == 24, "everybody near is told of, if seldom"


def test_PO2_poses_are_told_after_weeks_of_ticks() -> None:
    """A tick times a stride once left 32 bits after 34 days, and the sets were left with it."""
    places = itertools.count()
    world = TestWorld(
        capacity=256, users=250, spawn=lambda spot: (next(places) % 16 * 65536, 0, 0, 0)
    )
    world.simulation.tick = 2**31 // 37 - 4
    crowd = [world.join(f"P{number}") for number in range(200)]
    people = [one for one in crowd if one.session.slot % 16 == 5]
    for tick in range(14):
        hand = Hand(tick % 20, 10, -10, 0, 0, 0, 0)
        for one in people:
            world.wish(one, pose=Pose(0, 100, 0, 0, 0, 0, hand, hand))
        world.step()
    there = {one.session.slot for one in people}
    for one in people:
        told = {slot for snapshot in one.snapshots for slot, _ in snapshot.poses}
        assert told == there - {one.session.slot}, "all of them, and nobody else's bits"


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=80), max_size=8), st.booleans())
def test_any_bytes_end_the_session_or_are_taken_but_never_raise(
    messages: list[bytes], joined: bool
) -> None:
    world = TestWorld()
    client = world.join() if joined else world.connect()
    for message in messages:
        client.session.receive(message, world.now)
        world.now += 0.01
    world.step(2)

"""How people hold themselves, what they wear and where they begin: told to everybody, also late."""

import pytest

from aukio_protocol import messages as m
from aukio_protocol.motion import Gait
from harness import HZ, SPOTS, UNIT, Client, TestWorld

SITTING, HAND_UP = m.Posture.SITTING, m.Posture.HAND_UP


def known(viewer: Client, other: Client) -> m.Introduce:
    """The last a viewer was told of who somebody is."""
    slot = other.session.slot
    return [told for told in viewer.of(m.Introduce) if told.entity == slot][-1]


def step_for(viewer: Client, world: TestWorld, ticks: int) -> None:
    """Steps with one client that reads and answers; what the others are sent is thrown away."""
    for _ in range(ticks):
        if world.simulation.tick % 8 == 0:
            world.wish(viewer)
        world.step(read=False)
        for client in world.clients:
            if client is not viewer:
                client.line.frames = b""
        viewer.read()


def test_CM11_who_sits_is_seen_sitting_also_by_who_comes_later() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    world.send(anna, m.Hold(SITTING))
    world.step(3)
    carl = world.join("Carl")
    world.step(3)
    assert known(ben, anna).posture == SITTING, "Ben knew her and is told"
    assert known(carl, anna).posture == SITTING, "Carl came later and is told"
    assert known(anna, anna).posture == SITTING, "and she herself"


@pytest.mark.parametrize("wish", [{"gait": Gait.WALK, "heading": 256}, {"jump": True}])
def test_CM11_who_walks_or_jumps_has_stood_up_and_keeps_the_hand_up(wish: dict[str, int]) -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.send(anna, m.Hold(SITTING | HAND_UP))
    world.step(3)
    world.wish(anna, **wish)
    world.step(3)
    assert known(ben, anna).posture == HAND_UP


def test_CM11_bits_that_mean_nothing_are_dropped() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    world.send(anna, m.Hold(0xF8 | HAND_UP))
    world.step(3)
    assert known(ben, anna).posture == HAND_UP


def test_a_posture_that_does_not_change_is_told_once() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    for _ in range(3):
        world.send(anna, m.Hold(HAND_UP))
        world.step(3)
    told = [one for one in ben.of(m.Introduce) if one.posture == HAND_UP]
    assert len(told) == 1


def test_CM9_another_look_reaches_who_knew_the_old_one() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    world.send(anna, m.Dress(b"\x05\x06"))
    world.step(3)
    assert known(ben, anna).look == b"\x05\x06"
    assert world.saves[-1].look == b"\x05\x06", "it is saved with the session"


def test_CM9_a_change_while_out_of_view_is_told_at_the_next_meeting() -> None:
    places = iter([(0, 0, 0, 0), (-10 * UNIT, 0, 0, 0)])
    world = TestWorld(view_m=20, spawn=lambda spot: SPOTS[spot] if spot else next(places))
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    assert anna.session.slot in ben.entities
    world.send(anna, m.Go("hall"))
    world.step(HZ)
    assert anna.session.slot not in ben.entities, "she is out of Ben's view"
    world.send(anna, m.Dress(b"\x09"))
    world.step(HZ)
    assert known(ben, anna).look == b"", "nothing about who is not in view"
    world.send(ben, m.Go("hall"))
    world.step(HZ)
    assert anna.session.slot in ben.entities
    assert known(ben, anna).look == b"\x09"


def test_a_stalled_viewer_is_told_the_last_posture_when_it_reads_again() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    ben.line.unsent_bytes = 1
    for posture in (SITTING, 0, HAND_UP):
        world.send(anna, m.Hold(posture))
        world.step(2)
    ben.line.unsent_bytes = 0
    world.step(5)
    told = [one.posture for one in ben.of(m.Introduce) if one.entity == anna.session.slot]
    assert told == [0, HAND_UP], "what was overtaken is not sent"


def test_RS_posture_and_look_outlive_the_connection() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    assert anna.welcome is not None
    world.send(anna, m.Hold(SITTING))
    world.send(anna, m.Dress(b"\x01"))
    world.wish(anna)
    world.step(2)
    saved = world.saves[-1]
    world.hang_up(anna)
    back = world.join("", anna.welcome.secret)
    assert (known(back, back).posture, known(back, back).look) == (SITTING, b"\x01")
    restarted = TestWorld()
    assert restarted.registry.restore([saved], restarted.now) == 1
    again = restarted.join("", anna.welcome.secret)
    assert again.welcome is not None and again.welcome.resumed
    assert known(again, again).posture == SITTING, "also after a restart of the server"


def test_CM11_a_headset_does_not_outlive_the_connection_a_hand_does() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.send(anna, m.Hold(HAND_UP | m.Posture.IN_HEADSET))
    world.wish(anna)
    world.step(3)
    assert known(ben, anna).posture == HAND_UP | m.Posture.IN_HEADSET
    world.hang_up(anna)
    world.step(3)
    assert known(ben, anna).posture == HAND_UP


def test_CM12_a_newcomer_begins_on_the_spot_the_link_names() -> None:
    world = TestWorld()
    at_hall, nowhere = world.join("Anna", spot="hall"), world.join("Ben", spot="attic")
    assert world.place(at_hall) == SPOTS["hall"][:3]
    assert world.place(nowhere) == (0, 0, 0), "an unknown spot is the default one"


def test_CM12_going_to_a_spot_puts_one_there_and_stands_up() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.send(anna, m.Hold(SITTING))
    world.step(3)
    world.send(anna, m.Go("hall"))
    world.step(3)
    ben.advance_to(world.simulation.tick)
    assert world.place(anna) == SPOTS["hall"][:3]
    corrections = [s.correction for s in anna.snapshots if s.correction is not None]
    assert corrections[-1].moved, "her client learns that the server moved her"
    assert abs(ben.entities[anna.session.slot].x - SPOTS["hall"][0]) <= 512
    assert known(ben, anna).posture == 0


def test_CM12_an_unknown_spot_changes_nothing_and_says_so() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    world.step(2)
    world.send(anna, m.Go("attic"))
    world.step(2)
    assert [told.code for told in anna.of(m.Notice)] == [m.NoticeCode.NO_SPOT]
    assert world.place(anna) == (0, 0, 0)


@pytest.mark.slow
def test_a_crowd_that_changes_all_the_time_holds_up_nobody_elses_news() -> None:
    world = TestWorld(budget=1000)
    viewer, walker, *crowd = [world.join("ñ" * 24) for _ in range(60)]
    step_for(viewer, world, 160)
    worst = 0.0
    for tick in range(120):
        for at, client in enumerate(crowd):
            if (tick + at) % 10 == 0:
                world.send(client, m.Hold(HAND_UP if (tick + at) // 10 % 2 else 0))
        if tick % 10 == 0:
            world.walk(walker, tick // 10 * 400 % 1024)
        step_for(viewer, world, 1)
        viewer.advance_to(world.simulation.tick)
        seen, (x, _, z) = viewer.entities[walker.session.slot], world.place(walker)
        worst = max(worst, abs(seen.x - x), abs(seen.z - z))
    assert worst < 0.3 * UNIT, f"the walker is seen {worst / UNIT:.2f} m from where it is"


@pytest.mark.slow
def test_an_identity_that_waits_holds_up_no_record_and_comes_in_the_end() -> None:
    world = TestWorld(budget=500)
    viewer, *crowd = [world.join("ñ" * 24) for _ in range(60)]
    step_for(viewer, world, 30 * HZ)  # 60 introductions of 130 bytes
    for client in crowd:
        world.send(client, m.Hold(HAND_UP))
    step_for(viewer, world, 65 * HZ)  # a quarter of 500 bytes a second
    assert {known(viewer, client).posture for client in crowd} == {HAND_UP}


def test_CM11_who_is_rescued_has_stood_up() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    world.step(2)
    slot = anna.session.slot
    world.send(anna, m.Hold(SITTING | HAND_UP))
    world.simulation.entities.place(slot, 500 * UNIT, -30 * UNIT, 0, 0)  # far below the world
    world.step(3)
    assert [told.code for told in anna.of(m.Notice)] == [m.NoticeCode.RESCUED]
    assert known(anna, anna).posture == HAND_UP


def test_CM11_nobody_sits_down_while_walking_on() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.walk(anna, 256)
    world.step(3)
    world.send(anna, m.Hold(SITTING | HAND_UP))
    world.step(3)
    assert known(ben, anna).posture == HAND_UP, "her last input still walks"


def test_CM11_who_stops_and_sits_down_in_one_breath_sits() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.walk(anna, 256)
    world.step(3)
    world.wish(anna, tick=(world.simulation.tick + 3) % 65536)  # early by two ticks
    world.send(anna, m.Hold(SITTING))
    world.step(6)
    assert known(ben, anna).posture == SITTING


def test_CM12_inputs_from_before_a_go_do_not_bring_one_back() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    for _ in range(10):
        world.walk(anna, 256, Gait.RUN)
        world.step()
    world.send(anna, m.Go("hall"))
    world.send(anna, m.Go("hall"))
    world.walk(anna, 256, Gait.RUN, tick=(world.simulation.tick - 8) % 65536)
    world.step()
    x, _, z = world.place(anna)
    assert abs(x - SPOTS["hall"][0]) + abs(z - SPOTS["hall"][2]) < UNIT // 4, "one tick of a run"


def test_CM7_a_flood_of_postures_looks_and_ways_is_held_back() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    before = len(ben.of(m.Introduce))
    for turn in range(50):
        world.send(anna, m.Hold(turn & 7))
        world.send(anna, m.Dress(bytes((turn,))))
        world.send(anna, m.Go("hall"))
        world.step()
    told = len(ben.of(m.Introduce)) - before
    assert told <= 6 + 2 * 2.5 + 4 + 1.25 + 1, f"{told} introductions in two and a half seconds"

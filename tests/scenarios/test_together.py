"""People in one world: they see each other walk, speak, leave and come back."""

from aukio_protocol import messages as m
from aukio_protocol.errors import Reason
from aukio_protocol.motion import Gait
from aukio_protocol.version import VERSION, schema_hash
from harness import TestWorld


def test_two_people_see_each_other_walk_to_the_same_place() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.walk(anna, 256)  # east
    world.step(40)
    world.walk(anna, 256, Gait.STAND)
    world.step(20)
    slot = anna.session.slot
    ben.advance_to(world.simulation.tick)
    x, _, z = world.place(anna)
    seen = ben.entities[slot]
    assert x > 2.5 * 65536, "Anna has walked two seconds"
    assert abs(seen.x - x) <= 512, "Ben sees her where she is, within the wire's step"
    assert abs(seen.z - z) <= 512
    assert seen.speed == 0, "and standing"
    assert ben.names[slot] == "Anna"


def test_a_straight_walk_costs_nothing_after_its_start() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(5)
    world.walk(anna, 0)
    world.step(3)
    before = len(ben.snapshots)
    world.step(19)
    told = [s for s in ben.snapshots[before:] if s.records]
    assert not told, "a straight walk needs no news"


def test_chat_reaches_people_near_but_not_far() -> None:
    places = iter([(0, 0, 0, 0), (10 * 65536, 0, 0, 0), (29 * 65536, 0, 29 * 65536, 0)])
    world = TestWorld(spawn=lambda spot: next(places))
    anna, near, far = world.join("Anna"), world.join("Near"), world.join("Far")
    world.send(anna, m.Say("Hei!"))
    for client in (anna, near, far):
        client.read()
    assert [said.text for said in near.of(m.Said)] == ["Hei!"]
    assert [said.name for said in anna.of(m.Said)] == ["Anna"], "the speaker hears herself"
    assert not far.of(m.Said), "41 m away is out of hearing"


def test_who_leaves_is_forgotten_and_the_slot_waits_for_every_viewer() -> None:
    world = TestWorld(capacity=64, users=64)
    anna, ben = world.join("Anna"), world.join("Ben")
    world.step(3)
    slot = anna.session.slot
    ben.line.unsent_bytes = 1  # Ben cannot be told now
    world.send(anna, m.Leave())
    world.step(3)
    carl = world.join("Carl")
    assert carl.session.slot != slot, "Ben still knows Anna in this slot"
    ben.line.unsent_bytes = 0
    world.step(12)
    assert slot not in ben.entities, "Ben was told that Anna left"
    joined = [world.join(f"D{i}").session.slot for i in range(62)]
    assert slot in joined, "now the slot may be used again"


def test_a_lost_connection_keeps_its_avatar_for_a_minute() -> None:
    world = TestWorld()
    anna, ben = world.join("Anna"), world.join("Ben")
    world.walk(anna, 256)
    world.step(20)
    assert anna.welcome is not None
    secret, slot = anna.welcome.secret, anna.session.slot
    world.hang_up(anna)
    world.step(20)
    stood = world.place(anna)
    world.step(200)
    assert world.place(anna) == stood, "an avatar without a client stands still"
    assert slot in ben.entities, "Ben still sees her"
    back = world.join("ignored", secret)
    assert back.welcome is not None and back.welcome.resumed
    assert back.welcome.entity == slot and back.welcome.name == "Anna"
    assert (back.welcome.x, back.welcome.y, back.welcome.z) == stood, "where she was"


def test_a_parked_session_ends_after_sixty_seconds() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    assert anna.welcome is not None
    secret = anna.welcome.secret
    world.wish(anna)
    world.hang_up(anna)
    world.now += 59
    world.registry.expire(world.now)
    assert world.registry.people == 1
    world.now += 2
    world.registry.expire(world.now)
    assert world.registry.people == 0
    assert len(world.erased) == 1, "storage is told to erase it"
    late = world.join("Anna", secret)
    assert late.welcome is not None and not late.welcome.resumed, "RS4: she joins anew"


def test_a_second_connection_takes_the_session_over() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    assert anna.welcome is not None
    again = world.join("", anna.welcome.secret)
    anna.read()
    assert [bye.reason for bye in anna.of(m.Goodbye)] == [Reason.TAKEN_OVER]
    assert anna.line.closed == 4011
    assert again.welcome is not None and again.welcome.entity == anna.welcome.entity
    world.hang_up(anna)  # the old connection's end comes late and must change nothing
    world.step(5)
    assert world.registry.people == 1
    assert again.snapshots, "the new connection is told of the world"


def test_RS2_the_old_secret_holds_until_the_new_one_is_known_to_have_arrived() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    assert anna.welcome is not None
    first = anna.welcome.secret
    world.wish(anna)
    world.hang_up(anna)
    for _ in range(3):
        lost = world.join("", first)  # its welcome never arrives
        world.hang_up(lost)
    again = world.join("", first)
    assert again.welcome is not None and again.welcome.resumed, "the first secret still holds"
    assert world.registry.people == 1, "nobody stands there twice"
    world.wish(again)
    world.hang_up(again)
    late = world.join("Eve", first)
    assert late.welcome is not None and not late.welcome.resumed, "now it is worthless"


def test_RS3_who_takes_over_before_saying_a_word_keeps_the_avatar() -> None:
    world = TestWorld()
    mute, other = world.join("Anna"), world.join("Bo")
    world.wish(other)
    world.step(2)
    assert mute.welcome is not None
    again = world.join("", mute.welcome.secret)  # the first line is dead, and nobody knows yet
    assert again.welcome is not None and again.welcome.resumed
    assert world.registry.people == 2
    world.step(2)
    assert again.session.slot in other.entities, "the avatar is still there"
    for number in range(64):
        world.send(world.join(f"Passer-by {number}"), m.Leave())
        world.step()
    assert world.simulation.entities.alive[again.session.slot], "and nobody else got its slot"
    world.send(again, m.Leave())
    assert world.registry.people == 1


def test_a_hundred_parallel_joins_at_capacity_minus_one_admit_one() -> None:
    world = TestWorld(users=20)
    for number in range(19):
        world.join(f"P{number}")
    waiting = [world.connect() for _ in range(100)]
    for client in waiting:
        world.send(client, m.Hello(VERSION, schema_hash(), "x", b"", "en", "", b"", ""))
        client.read()
    admitted = [client for client in waiting if client.welcome]
    refused = [client.of(m.Refuse)[0].reason for client in waiting if not client.welcome]
    assert len(admitted) == 1
    assert refused == [Reason.FULL] * 99


def test_a_session_is_restored_after_a_crash_from_what_was_saved() -> None:
    world = TestWorld()
    anna = world.join("Anna")
    world.walk(anna, 256)
    world.step(30)
    saved = [one for _, one in world.registry.saveable()]
    assert anna.welcome is not None
    place = world.place(anna)
    after = TestWorld(seed=2)
    assert after.registry.restore(saved, after.now) == 1
    back = after.join("", anna.welcome.secret)
    assert back.welcome is not None and back.welcome.resumed
    assert back.welcome.name == "Anna"
    assert (back.welcome.x, back.welcome.y, back.welcome.z) == place


def test_a_client_that_never_said_a_word_after_its_welcome_leaves_no_avatar_behind() -> None:
    world = TestWorld()
    world.hang_up(world.join())
    assert world.registry.people == 0


def test_in_a_full_world_a_newcomer_takes_the_place_of_who_is_away_longest() -> None:
    world = TestWorld(users=3)
    clients = [world.join(f"P{number}") for number in range(3)]
    for client in clients:
        world.wish(client)
        world.hang_up(client)
        world.now += 1.5
    refused = world.join("Early")
    assert refused.of(m.Refuse), "a place is kept for five seconds"
    world.now += 2
    late = world.join("Late")
    assert late.welcome is not None
    first, second = (client.welcome for client in clients[:2])
    assert first is not None and second is not None
    world.now += 1
    assert not world.join("", first.secret).of(m.Welcome)[0].resumed, "the longest away made room"


def test_a_world_that_shrank_restores_as_many_as_fit_and_goes_on() -> None:
    world = TestWorld(users=3)
    clients = [world.join(f"P{number}") for number in range(3)]
    saved = [one for _, one in world.registry.saveable()]
    smaller = TestWorld(users=2, seed=2)
    assert smaller.registry.restore(saved, smaller.now) == 2
    welcome = clients[0].welcome
    assert welcome is not None
    back = smaller.join("", welcome.secret)
    assert back.welcome is not None and back.welcome.resumed
    smaller.step(10)
    assert len(back.entities) == 1, "one other person, no ghost"

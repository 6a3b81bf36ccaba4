"""One call lays down the frames of all viewers: what it may take, and where it lies."""

from aukio.session.outbox import frame_message
from aukio.sim.entities import EntityRef
from aukio_protocol import messages as m
from harness import HZ, TestWorld

LONG = "Ä" * 47


def crowd(world: TestWorld, people: int, away_m: int = 0) -> list[int]:
    """People without clients, in a row that begins so far away; their slots."""
    slots = []
    for number in range(people):
        place = (away_m * 65536 + number * 6000, 0, 0, 0)
        ref = world.simulation.enter(place, place)
        assert ref is not None
        slots.append(ref.slot)
        dress(world, ref.slot, 0)
    return slots


def dress(world: TestWorld, slot: int, posture: int) -> None:
    """Gives somebody an identity as long as any."""
    ref = EntityRef(slot, int(world.simulation.entities.generations[slot]))
    who = m.Introduce(slot, ref.generation, m.Kind.AVATAR, LONG, bytes(16), posture)
    world.snapshots.introduce(ref, frame_message(who))


def test_one_frame_leaves_room_in_what_may_be_held_for_a_client() -> None:
    world = TestWorld(capacity=1024, users=1000, budget=1_000_000)
    slots = crowd(world, 900)
    viewer = world.join()
    largest = 0
    for tick in range(4 * HZ):
        if tick == 2 * HZ:
            for slot in slots:
                dress(world, slot, 2)  # everybody puts a hand up at once
        for session, frames in world.run():
            largest = max(largest, len(frames))
            assert session.line is not None
            session.line.write_frames(frames)
        viewer.read()
    assert largest <= 49_152 + 1024, "the line of a client holds 64 kB at most"
    assert len(viewer.entities) == 900
    told = {one.entity: one.posture for one in viewer.of(m.Introduce)}
    assert all(told[slot] == 2 for slot in slots), "what did not fit came after"


def test_a_newcomer_sees_the_nearest_first_however_late_these_came() -> None:
    world = TestWorld(capacity=1024, users=1000, view_m=300)
    crowd(world, 700, away_m=20)
    beside = crowd(world, 50, away_m=1)  # they have the last slots
    viewer = world.join()
    ((_, frames),) = world.run()
    viewer.line.write_frames(frames)
    viewer.read()
    assert len(viewer.entities) < 750, "they do not all fit into the first frame"
    assert set(beside) <= viewer.entities.keys()


def test_frames_stay_whole_when_their_buffer_grows_between_two_viewers() -> None:
    world = TestWorld(capacity=192, users=180)
    crowd(world, 100)
    viewers = [world.join(f"P{number}") for number in range(40)]
    before = world.snapshots._frames.data
    world.step()
    assert world.snapshots._frames.data.size > before.size, "it had to grow"
    world.step(2 * HZ)
    assert all(len(viewer.entities) == 139 for viewer in viewers), "and nothing was torn"

"""Whatever happens — motion, tiny budgets, stalls, comings and goings, reused slots — every viewer
converges to the truth once bytes allow, and nobody is told of whom it should not see.
"""

import random
from dataclasses import replace

import pytest

from aukio.session.outbox import frame
from aukio_protocol import messages as m
from aukio_protocol.motion import VERTICAL_STEP, Gait, Motion
from aukio_protocol.snapshot import (
    FREE,
    STILL,
    TURNING,
    encode_snapshot,
    motion_form,
    vertical_step,
)
from harness import HZ, Client, TestWorld, flat_field


def stir(world: TestWorld, rng: random.Random) -> None:
    """One tick's worth of everything that can happen."""
    for client in list(world.clients):
        if rng.random() < 0.08:
            heading, gait = rng.randrange(1024), rng.choice(list(Gait)[:3])
            yaw = (heading * 64 + rng.choice([0, 0, 0, 8192, 700])) % 65536
            late = (world.simulation.tick + 1 - rng.choice([0, 0, 0, 3, 9])) % 65536
            what = {"heading": heading, "gait": gait, "yaw": yaw, "tick": late}
            world.wish(client, **what, jump=rng.random() < 0.1)
        elif rng.random() < 0.3 and client.session.line is not None:  # goes on turning
            turned = int(world.simulation.entities.turns[client.session.slot, -1, 0]) + 512
            heading = (turned + 32) // 64 % 1024
            world.wish(client, heading=heading, gait=Gait.WALK, yaw=turned % 65536)
        elif world.simulation.tick % 8 == 0:
            world.wish(client)
        if rng.random() < 0.02:
            client.line.unsent_bytes = rng.choice([0, 0, 5000])
        if rng.random() < 0.05 and client.session.line is not None:
            changes = m.Hold(rng.randrange(8)), m.Dress(rng.randbytes(4)), m.Go("hall")
            world.send(client, rng.choice(changes))
    if rng.random() < 0.05 and len(world.clients) > 3:
        gone = world.clients.pop(rng.randrange(len(world.clients)))
        gone.line.unsent_bytes = 0
        if gone.session.line is not None:
            world.send(gone, m.Leave())
    if rng.random() < 0.06 and len(world.clients) < 50:
        world.join(f"P{rng.randrange(1000)}")


def settle(world: TestWorld) -> None:
    """Everybody stops, reads and has time."""
    for client in world.clients:
        client.line.unsent_bytes = 0
        world.wish(client)
    for _ in range(8):
        world.step(8)
        for client in world.clients:
            world.wish(client)
    world.step(4)


def check(world: TestWorld, viewer: Client) -> None:
    """A viewer at rest knows exactly whom it should, where they are."""
    viewer.advance_to(world.simulation.tick)
    x, _, z = world.place(viewer)
    own = viewer.session.slot
    for client in world.clients:
        slot = client.session.slot
        if slot == own:
            continue
        px, _, pz = world.place(client)
        away = ((px - x) ** 2 + (pz - z) ** 2) ** 0.5 / 65536
        if slot in viewer.entities:
            assert away <= 40 * 1.1 + 0.1, "nobody out of view is known"
            seen = viewer.entities[slot]
            off = ((seen.x - px) ** 2 + (seen.z - pz) ** 2) ** 0.5 / 65536
            assert off <= 0.31, f"slot {slot} seen {off:.2f} m off"
            assert seen.speed == 0, "a stopped walker is stopped everywhere"
            assert viewer.names[slot] == client.session.identity.name, "and has its own name"
            told = [one for one in viewer.of(m.Introduce) if one.entity == slot][-1]
            assert told.look == client.session.identity.look, "wears what it wears"
            held = int(world.simulation.entities.postures[slot])
            assert told.posture == held, "and is seen as it holds itself"
        else:
            assert away > 40, f"slot {slot} is {away:.1f} m near and unknown"
    alive = {client.session.slot for client in world.clients}
    assert set(viewer.entities) <= alive, "nobody who left is remembered"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("budget", [600, 50_000])
def test_every_viewer_converges_to_the_truth(seed: int, budget: int) -> None:
    rng = random.Random(seed)
    spawn = random.Random(seed + 100)

    def anywhere(spot: str) -> tuple[int, int, int, int]:
        return (
            spawn.randrange(-28 * 65536, 28 * 65536),
            0,
            spawn.randrange(-28 * 65536, 28 * 65536),
            0,
        )

    world = TestWorld(users=60, view_m=40, budget=budget, seed=seed, spawn=anywhere)
    world.simulation.tick = 65_400  # counters wrap on the way
    for number in range(25):
        world.join(f"First {number}")
    for _ in range(12 * HZ):
        stir(world, rng)
        world.step()
    world.snapshots._budget = 50_000 / HZ  # bytes allow now
    settle(world)
    for viewer in world.clients:
        if viewer.session.line is not None:
            check(world, viewer)
    assert world.simulation.tick > 65_536, "the wire's tick has wrapped"


def published(world: TestWorld, viewer: int, slot: int, *, whole: bool) -> Motion:
    """The record that a viewer should be sent of an entity now, as the wire can carry it."""
    sets, records = world.snapshots._sets, world.snapshots._publication.records
    word, bit = slot >> 6, 1 << (slot & 63)
    tier = 0 if int(sets.near[viewer, word]) & bit else 1
    tier = 2 if tier and not int(sets.middle[viewer, word]) & bit else tier
    x, y, z, yaw, heading, speed, gait, turn, bend, air, vertical, _ = records[tier, slot].tolist()
    form = motion_form(Motion(x, y, z, yaw, heading, speed, Gait(gait), turn, bend, bool(air)))
    if form != TURNING:
        yaw = yaw // 64 * 64
    if form == STILL:
        heading = yaw  # who stands has no way
    if air:  # carried in eighths of a metre a second
        vertical = vertical_step(vertical, HZ) * VERTICAL_STEP // HZ
    step = (
        2048 if tier and form != FREE and not whole and (form == TURNING or yaw % 256 == 0) else 512
    )
    x, z = ((value + step // 2) // step * step for value in (x, z))
    place = (x, (y + 256) // 512 * 512, z)
    return Motion(*place, yaw, heading, speed, Gait(gait), turn, bend, bool(air), vertical)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("frame_every", [1, 2, 4])
def test_the_kernel_writes_exactly_what_was_published(seed: int, frame_every: int) -> None:
    """Also while the overload ladder makes changes wait and late inputs move people about."""
    rng = random.Random(seed)
    world = TestWorld(budget=2000, view_m=60)
    world.snapshots.frame_every = frame_every
    for number in range(30):
        world.join(f"P{number}")
    compared, forms = 0, set()
    for _ in range(150):
        stir(world, rng)
        world.now += 1 / HZ
        for session, data in world.run():
            client = next(c for c in world.clients if c.session is session)
            client.line.write_frames(data)
            payloads = client.line.take()
            client.line.write_frames(b"".join(map(frame, payloads)))
            before = client.tick
            client.read()
            snapshot = client.snapshots[-1]
            assert encode_snapshot(snapshot, HZ, before) == payloads[-1], "one legal encoding"
            for record in snapshot.records:
                wanted = published(world, session.slot, record.slot, whole=record.whole)
                got = record.motion
                if not record.whole and not got.air:
                    got = replace(got, y=wanted.y)  # a walker's height is its floor's
                assert got == wanted, f"slot {record.slot}"
                forms.add(motion_form(got))
                compared += 1
    assert compared > 1000
    assert forms == {0, 1, 2, 3}, "every form was written"


def test_somebody_who_rewrites_the_past_again_and_again_is_seen_where_she_is() -> None:
    """Small jumps that add up while a record waits must not be read as another 4 m window."""
    places = iter([(0, 0, 0, 0)] + [(40 * 65536, 0, n * 65536, 0) for n in range(30)])
    world = TestWorld(flat_field(100), users=60, view_m=200, spawn=lambda spot: next(places))
    cheat = world.join("Cheat")
    crowd = [world.join(f"P{number}") for number in range(30)]
    world.snapshots.frame_every = 4
    rng, slot = random.Random(1), cheat.session.slot
    for _ in range(300):
        past = (world.simulation.tick + 1 - 9) % 65536
        world.walk(cheat, rng.randrange(1024), Gait.RUN, tick=past)
        for client in crowd:
            if world.simulation.tick % 8 == 0:
                world.wish(client)
        world.now += 1 / HZ
        for session, data in world.run():
            assert session.line is not None
            session.line.write_frames(data)
        for client in crowd:
            client.read()
            sent = client.snapshots[-1] if client.snapshots else None
            for record in sent.records if sent else ():
                if record.slot == slot and sent and sent.tick == world.simulation.tick % 65536:
                    whole = record.whole
                    wanted = published(world, client.session.slot, slot, whole=whole)
                    assert (record.motion.x, record.motion.z) == (wanted.x, wanted.z)

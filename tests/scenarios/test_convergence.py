"""Whatever happens — motion, tiny budgets, stalls, comings and goings, reused slots — every viewer
converges to the truth once bytes allow, and nobody is told of whom it should not see.
"""

import random

import pytest

from aukio_protocol import messages as m
from aukio_protocol.motion import Gait
from aukio_protocol.snapshot import encode_snapshot
from harness import HZ, Client, TestWorld


def stir(world: TestWorld, rng: random.Random) -> None:
    """One tick's worth of everything that can happen."""
    for client in list(world.clients):
        if rng.random() < 0.08:
            heading, gait = rng.randrange(1024), rng.choice(list(Gait)[:3])
            world.walk(client, heading, gait, jump=rng.random() < 0.1)
        elif world.simulation.tick % 8 == 0:
            world.wish(client)
        if rng.random() < 0.02:
            client.line.unsent_bytes = rng.choice([0, 0, 5000])
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
        else:
            assert away > 40, f"slot {slot} is {away:.1f} m near and unknown"
    alive = {client.session.slot for client in world.clients}
    assert set(viewer.entities) <= alive, "nobody who left is remembered"


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("budget", [600, 50_000])
def test_every_viewer_converges_to_the_truth(seed: int, budget: int) -> None:
    rng = random.Random(seed)
    spawn = random.Random(seed + 100)

    def anywhere() -> tuple[int, int, int, int]:
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


def test_the_kernel_writes_what_the_readable_encoder_writes() -> None:
    rng = random.Random(11)
    world = TestWorld(budget=2000)
    for number in range(30):
        world.join(f"P{number}")
    compared = 0
    for _ in range(100):
        stir(world, rng)
        world.now += 1 / HZ
        for session, data in world.ticker.run(world.now):
            client = next(c for c in world.clients if c.session is session)
            client.line.write_frames(data)
            payload = client.line.take()[-1] if client.line.frames else b""
            client.line.write_frames(data)
            before = len(client.snapshots)
            client.read()
            if len(client.snapshots) > before and payload[:1] == b"\x81":
                assert encode_snapshot(client.snapshots[-1], HZ) == payload
                compared += 1
    assert compared > 500, "many snapshots were compared"

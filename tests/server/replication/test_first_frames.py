"""First frames: a newcomer sees the others at once, not at the next tick."""

import random

from harness import Client, TestWorld, flat_field

REFRESH = 6  # ticks within which everybody's interest is renewed


def show(world: TestWorld) -> set[int]:
    """Sends the first frames; returns to whom."""
    out = world.ticker.first_frames()
    for n, slot in enumerate(out.slots.tolist()):
        session = world.registry[slot]
        assert session.line is not None
        session.line.write_frames(out.data[out.starts[n] : out.starts[n + 1]].tobytes())
    for client in world.clients:
        client.read()
    return set(out.slots.tolist())


def slots(*clients: Client) -> set[int]:
    return {client.session.slot for client in clients}


def test_a_newcomer_sees_the_others_before_the_next_tick() -> None:
    world = TestWorld(flat_field(30), 64, 10)
    others = [world.join(f"Guest {n}") for n in range(4)]
    world.step(3)
    aino = world.join("Aino")
    assert show(world) == slots(aino)
    assert set(aino.entities) == slots(*others)
    assert aino.tick == world.simulation.tick
    assert show(world) == set(), "once"
    world.step(REFRESH)
    assert set(others[0].entities) == slots(*others[1:], aino)


def test_who_came_since_the_last_tick_is_told_of_at_the_next() -> None:
    world = TestWorld(flat_field(30), 64, 10)
    there = world.join("Aino")
    world.step()
    first, second = world.join("Eero"), world.join("Liisa")
    assert show(world) == slots(first, second)
    assert set(first.entities) == set(second.entities) == slots(there)
    world.step(REFRESH)
    assert set(first.entities) == slots(there, second)
    assert set(second.entities) == slots(there, first)
    believed = first.entities[second.session.slot]
    assert (believed.x, believed.y, believed.z) == world.place(second)


def test_before_the_first_tick_there_is_nothing_to_show() -> None:
    world = TestWorld(flat_field(30), 64, 10)
    aino, eero = world.join("Aino"), world.join("Eero")
    assert show(world) == set()
    world.step(REFRESH)
    assert set(aino.entities) == slots(eero)


def test_first_frames_change_nothing_of_what_is_told_later() -> None:
    seed = random.randrange(1 << 30)
    print("seed", seed)
    rng = random.Random(seed)
    world = TestWorld(flat_field(30), 64, 30)
    here = [world.join(f"Guest {n}") for n in range(6)]
    for n in range(60):
        if rng.random() < 0.4 and len(here) < 20:
            here.append(world.join(f"Later {n}"))
            if rng.random() < 0.7:
                show(world)
        if rng.random() < 0.1:
            gone = here.pop(rng.randrange(len(here)))
            world.registry.leave(gone.session)
            world.clients.remove(gone)
        for client in here:
            if rng.random() < 0.3:
                world.walk(client, rng.randrange(1024))
        world.step()
    world.step(40)
    for client in here:
        assert set(client.entities) == slots(*here) - slots(client)
        for other in here:
            if other is not client:
                client.advance_to(world.simulation.tick)
                believed = client.entities[other.session.slot]
                x, _, z = world.place(other)
                assert abs(believed.x - x) < 65536 and abs(believed.z - z) < 65536

"""Times the kernels, some with their oracle beside. `python bench/kernel_times.py [NAME ...]`

Names: movement, crowd, decoding, compiling; none means all. Each figure is the median of seven
rounds in one process; run nothing else beside it.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("server", "protocol", "tests", "bench")]

from aukio.sim.commands import Move, Moves  # noqa: E402
from aukio.sim.simulation import Simulation  # noqa: E402
from aukio.world import compile_walk_field, load_world  # noqa: E402
from aukio_bench._decode import View  # noqa: E402
from aukio_bench.bots import empty_beliefs  # noqa: E402
from aukio_protocol.codec import encode  # noqa: E402
from aukio_protocol.messages import Introduce  # noqa: E402
from aukio_protocol.motion import Gait, Motion  # noqa: E402
from aukio_protocol.snapshot import (  # noqa: E402
    Record,
    Snapshot,
    decode_snapshot,
    encode_snapshot,
)
from harness import TestWorld, flat_field  # noqa: E402  the path is set above: this is a script
from movement_cases import rough_field  # noqa: E402
from oracles.movement import Ground, Walker, Wish, step  # noqa: E402

PEOPLE = 1000
BOTS = 2000
ROUNDS = 7


def median_us(action: Callable[[], None], times: int) -> float:
    """Microseconds of one call, the median of the rounds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(times):
            action()
        rounds.append((time.perf_counter() - start) / times * 1e6)
    return statistics.median(rounds)


def movement() -> None:
    """One walker for one tick over rough ground, kernel and oracle."""
    rng, field = random.Random(1), rough_field(1)
    simulation = Simulation(field, 1024, 20)
    for _ in range(PEOPLE):
        x, z = rng.randrange(-60 * 65536, 60 * 65536), rng.randrange(2 * 65536, 60 * 65536)
        ref = simulation.enter((x, 0, z, 0), (x, 0, z, 0))
        assert ref is not None
        heading = rng.randrange(1024)
        simulation.apply(Moves.of([Move(ref.slot, 1, 1, 0, heading * 64, heading, 1, False)]))
    each = median_us(lambda: simulation._movement.step(simulation.tick), 20) / PEOPLE
    ground, walker = Ground(field), Walker(65536, 0, 30 * 65536)
    slow = median_us(lambda: (step(walker, Wish(0, 100, 1), ground, 20), None)[1], 200)
    print(f"movement: {1000 * each:.0f} ns a walker and tick; oracle {slow:.0f} us")


def crowd() -> None:
    """Publishing, interest and encoding in a plaza where everybody sees everybody."""
    rng = random.Random(2)

    def anywhere(spot: str) -> tuple[int, int, int, int]:
        x, z = (rng.randrange(-60 * 65536, 60 * 65536) for _ in range(2))
        return (x, 0, z, 0)

    world = TestWorld(flat_field(100), 1024, PEOPLE, view_m=200, budget=5000, spawn=anywhere)
    for number in range(PEOPLE):
        world.join(f"P{number}")
    snapshots = world.snapshots
    for client in world.clients:
        world.walk(client, rng.randrange(1024))
    world.step(100, read=False)
    slots = snapshots.viewers
    publish = median_us(lambda: (snapshots._publication.publish(world.simulation.tick), None)[1], 5)
    scan = median_us(lambda: snapshots._relevance.refresh(slots[:1], world.simulation.tick), 200)
    note = median_us(lambda: snapshots._encoder.note(slots[:1]), 200)
    print(f"publish: {publish / PEOPLE * 1000:.0f} ns an entity and tick")
    print(f"interest: {scan:.1f} us a viewer of {PEOPLE} ({scan / PEOPLE * 1000:.2f} ns an entity)")
    print(f"note: {note:.2f} us a viewer and tick")
    times = []
    for _ in range(20):
        for client in world.clients:
            if rng.random() < 0.1:
                world.walk(client, rng.randrange(1024))
        start = time.perf_counter()
        world.step(1, read=False)
        times.append((time.perf_counter() - start) * 1000)
    print(f"whole tick in memory, {PEOPLE} viewers of {PEOPLE}: {statistics.median(times):.1f} ms")


def decoding() -> None:
    """A bot's snapshot of 32 records, every bot with slots of its own; the readable codec beside.

    What 2,000 bots believe of 2,000 people is 128 MB: more than any cache holds, as in a run.
    """
    rng, beliefs = random.Random(3), empty_beliefs(BOTS)
    places = [(rng.randrange(-90, 90) << 16, rng.randrange(-90, 90) << 16) for _ in range(BOTS)]
    enters = [
        encode_snapshot(
            Snapshot(n, tuple(Record(s, _news(rng, places[s]), (1, 0)) for s in slots)), 20, n - 1
        )
        for n, slots in enumerate((range(at, at + 200) for at in range(0, BOTS, 200)), 1)
    ]
    introductions = [encode(Introduce(s, 1, 0, "A", b"", 0)) for s in range(BOTS)]
    views = [View(4096, 4095, 0, 20, rows) for rows in beliefs]
    for view in views:
        for told in introductions:
            view.introduce(told)
        assert not any(view.apply(data) for data in enters)
    tick = len(enters)
    made = [_told(rng, places, tick + n) for n in range(ROUNDS + 1) for _ in range(97)]
    rounds = []
    for n in range(ROUNDS + 1):
        some = made[97 * n : 97 * n + 97]
        start = time.perf_counter()
        faults = sum(view.apply(some[at % 97]) for at, view in enumerate(views))
        rounds.append((time.perf_counter() - start) / BOTS * 1e6)
        assert not faults, "the frames are legal"
    believed = dict(enumerate(places))
    slow = median_us(lambda: (decode_snapshot(made[0], 20, tick - 1, believed), None)[1], 5)
    print(f"decode: {statistics.median(rounds[1:]):.2f} us a snapshot of 32; codec {slow:.0f} us")


def _told(rng: random.Random, places: list[tuple[int, int]], tick: int) -> bytes:
    """A snapshot of 32 known people, none of whom strays far from where it entered."""
    slots = sorted(rng.sample(range(BOTS), 32))
    records = (Record(s, _news(rng, places[s]), None, whole=False) for s in slots)
    return encode_snapshot(Snapshot(tick + 1, tuple(records)), 20, tick)


def _news(rng: random.Random, place: tuple[int, int]) -> Motion:
    """Half stand, a third walks, the rest turns."""
    x, z, yaw = place[0] + rng.randrange(512) * 512, place[1], rng.randrange(1024) * 64
    kind = rng.random()
    if kind < 0.5:
        return Motion(x, 0, z, yaw, yaw)
    if kind < 0.85:
        return Motion(x, 0, z, yaw, yaw, 45, Gait.WALK)
    return Motion(x, 0, z, yaw, yaw, 45, Gait.WALK, rng.choice((-9, 5, 9)), 12)


def compiling() -> None:
    """The walk field of a thousand solids on 200 x 200 m."""
    rng = random.Random(3)
    lines = [
        "world: 1\nid: many\nname: Many\nground: {size: [200, 200]}\nspawn: {here: {at: [0, 0]}}\n"
        "prefabs:\n  box:\n    params: {w: {type: number}, d: {type: number}, h: {type: number}}\n"
        '    parts: {body: {shape: box, size: ["{w}", "{d}", "{h}"]}}\nentities:\n'
    ]
    for k in range(1000):
        at = f"[{rng.uniform(3, 97):.2f}, {rng.uniform(-97, 97):.2f}]"
        size = f"w: {rng.uniform(0.2, 5):.2f}, d: {rng.uniform(0.2, 5):.2f}"
        tall = rng.choice([0.2, 0.5, 1, 3])
        lines.append(f"  e{k}: {{use: box, at: {at}, {size}, h: {tall}, facing: {k % 360}}}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "many"
        folder.mkdir()
        (folder / "world.yaml").write_text("".join(lines), encoding="utf-8")
        world = load_world(folder)
    took = median_us(lambda: (compile_walk_field(world), None)[1], 1)
    print(f"compile: {took / 1e6:.2f} s for 1,000 solids on 200 x 200 m")


if __name__ == "__main__":
    for timed in (movement, crowd, decoding, compiling):
        if timed.__name__ in sys.argv[1:] or not sys.argv[1:]:
            timed()

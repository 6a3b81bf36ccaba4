"""Times the server's kernels, the movement oracle beside its kernel. `python bench/kernel_times.py`

Each figure is the median of seven rounds in one process; run nothing else beside it.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("server", "protocol", "tests")]

from aukio.sim.commands import Move, Moves  # noqa: E402
from aukio.sim.simulation import Simulation  # noqa: E402
from harness import TestWorld, flat_field  # noqa: E402  the path is set above: this is a script
from movement_cases import rough_field  # noqa: E402
from oracles.movement import Ground, Walker, Wish, step  # noqa: E402

PEOPLE = 1000
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


if __name__ == "__main__":
    movement()
    crowd()

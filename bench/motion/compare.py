"""Recorded motion beside the synthetic one. `python bench/motion/compare.py`

Both walk over level ground by the server's own rule, and its own publication says when a record of
them is due. Prints a table, a row for each clip and one for the bots' `Wander`, all of one person:

- moving: share of the time with a speed
- starts, turns: a minute; a turn is a spell of a changing yaw while moving
- turning: share of the moving time with a changing yaw
- near, middle, far: records published a second in each tier; poses: poses published a second
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / name) for name in ("server", "protocol", "bench", "tests")]

from aukio.replication.publication import Publication  # noqa: E402  set above
from aukio.sim.commands import Move, Moves  # noqa: E402
from aukio.sim.entities import RING  # noqa: E402
from aukio.sim.simulation import Simulation  # noqa: E402
from aukio_bench.motion import Habits, Wander  # noqa: E402
from aukio_bench.replay import Clip, read_clips  # noqa: E402
from aukio_protocol.motion import UNIT, Gait  # noqa: E402
from harness import flat_field  # noqa: E402

HZ = 20
IN_HEADSET = 4
#: Yaw, heading, gait, jump and pose of everybody in one tick.
Wishes = list[tuple[int, int, int, bool, bytes | None]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What somebody's motion is like; see the top of this file."""

    moving: float
    starts: float
    turns: float
    turning: float
    near: float
    middle: float
    far: float
    poses: float


def wishes_of(clip: Clip) -> Iterator[Wishes]:
    """A clip, tick by tick; a pose comes when it is another than before."""
    for at in range(clip.ticks):
        is_new = clip.posed[at] and (at == 0 or (clip.poses[at] != clip.poses[at - 1]).any())
        pose = clip.poses[at].tobytes() if is_new else None
        numbers = (int(clip.yaw[at]), int(clip.heading[at]), int(clip.gait[at]))
        yield [(*numbers, bool(clip.jump[at]), pose)]


def wander(simulation: Simulation, slots: list[int], seconds: float, seed: int) -> Iterator[Wishes]:
    """The bots' own motion."""
    count = len(slots)
    bots = Wander(count, HZ, Habits(), np.random.default_rng(seed))
    for row in range(count):
        bots.begin(row, 0, (0.0, 0.0))
    for tick in range(round(seconds * HZ)):
        places = simulation.entities.states[slots, simulation.tick % RING].astype(np.float64) / UNIT
        bots.decide(slice(0, count), tick, places[:, 0], places[:, 2])
        yaw, heading, gait = bots.yaw.astype(int), bots.heading, bots.gait
        yield [(int(yaw[n]), int(heading[n]), int(gait[n]), False, None) for n in range(count)]


def measure(simulation: Simulation, slots: list[int], told: Iterator[Wishes]) -> Figures:
    """Lets them walk, and counts."""
    entities = simulation.entities
    publication = Publication(entities, HZ)
    for slot in slots:
        publication.renew(slot)
    simulation.step()
    publication.publish(simulation.tick)
    speeds, yaws, gaits = [], [], []
    published, poses, ticks = np.zeros(3), 0, 0
    for wishes in told:
        now, sequence = (simulation.tick + 1) % 65536, ticks % 65536
        moves = [
            Move(slot, sequence, now, 0, yaw, heading, gait, jump, pose=pose)
            for slot, (yaw, heading, gait, jump, pose) in zip(slots, wishes, strict=True)
        ]
        simulation.apply(Moves.of(moves))
        simulation.step()
        publication.publish(simulation.tick)
        at = simulation.tick % RING
        speeds.append(entities.turns[slots, at, 2].copy())
        yaws.append(entities.turns[slots, at, 0].copy())
        gaits.append([wish[2] for wish in wishes])
        published += [int(np.bitwise_count(tier).sum()) for tier in publication.published]
        poses += int(np.bitwise_count(publication.pose_published).sum())
        ticks += 1
    person_s = len(slots) * ticks / HZ
    near, middle, far = (published / person_s).tolist()
    moved = np.array(speeds) > 0
    turned = np.diff(np.array(yaws), axis=0, prepend=np.array(yaws)[:1]) != 0
    return Figures(
        moving=float(moved.mean()),
        starts=starts(np.array(gaits) != Gait.STAND) / person_s * 60,
        turns=starts(turned & moved) / person_s * 60,
        turning=float((turned & moved).sum() / max(1, moved.sum())),
        near=near,
        middle=middle,
        far=far,
        poses=poses / person_s,
    )


def starts(on: NDArray[np.bool_]) -> int:
    """How often something begins, for all columns together."""
    return int((on[1:] & ~on[:-1]).sum())


def enter(count: int, *, half_m: int = 250) -> tuple[Simulation, list[int]]:
    """Level ground with people on it."""
    simulation = Simulation(flat_field(half_m), max(64, count), HZ)
    slots = []
    for n in range(count):
        place = (n % 10 * 4 * UNIT, 0, n // 10 * 4 * UNIT, 0)
        ref = simulation.enter(place, place)
        assert ref is not None, "there is room"
        slots.append(ref.slot)
    return simulation, slots


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=HERE)
    parser.add_argument("--bots", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=60)
    asked = parser.parse_args()
    rows: dict[str, Figures] = {}
    for clip in read_clips(asked.folder, HZ):
        simulation, slots = enter(1)
        if clip.posed.any():
            simulation.hold(slots[0], IN_HEADSET)
        rows[clip.name] = measure(simulation, slots, wishes_of(clip))
    simulation, slots = enter(asked.bots)
    told = wander(simulation, slots, asked.seconds, seed=1)
    rows["Wander"] = measure(simulation, slots, told)
    print("| | moving | starts | turns | turning | near | middle | far | poses |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, one in rows.items():
        print(
            f"| {name} | {one.moving:.0%} | {one.starts:.1f} | {one.turns:.1f} | {one.turning:.0%}"
            f" | {one.near:.2f} | {one.middle:.2f} | {one.far:.2f} | {one.poses:.1f} |"
        )


if __name__ == "__main__":
    main()

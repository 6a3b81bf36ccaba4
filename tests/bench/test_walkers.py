"""The bots' own movement against the oracle of the movement rule."""

import random

import numpy as np

from aukio_bench.walkers import RING, Walkers
from aukio_protocol.snapshot import Correction, encode_correction
from oracles.movement import FREE, Ground, Walker, Wish, step

HZ = 20


class Plain(Ground):
    """Level ground without walls."""

    def __init__(self) -> None: ...

    def distance(self, x: int, z: int, layer: int) -> int:
        return FREE

    def layer_at(self, x: int, z: int, y: int) -> int:
        return 0

    def height(self, x: int, z: int, layer: int) -> int:
        return 0


def random_wishes(rng: random.Random, count: int) -> list[Wish]:
    wishes, wish = [], Wish()
    for _ in range(count):
        if rng.random() < 0.2:
            wish = Wish(rng.randrange(65536), rng.randrange(1024), rng.randrange(3))
        wishes.append(wish)
    return wishes


def walk(walkers: Walkers, tick: int, wish: Wish) -> None:
    yaw, heading, gait = (np.array([value]) for value in (wish.yaw, wish.heading, wish.gait))
    walkers.step(slice(0, 1), tick, yaw, heading, gait)


def test_bots_walk_as_the_oracle_says() -> None:
    rng, walkers, walker = random.Random(1), Walkers(1, HZ), Walker(0, 0, 0)
    walkers.place(0, 0, 0, 0, 0)
    for tick, wish in enumerate(random_wishes(rng, 300), 1):
        walk(walkers, tick, wish)
        walker = step(walker, wish, Plain(), HZ)
        assert (int(walkers.x[0]), int(walkers.z[0])) == (walker.x, walker.z), f"tick {tick}"
        assert int(walkers.xs[tick % RING, 0]) == walker.x


def test_sn2_a_correction_is_taken_over_and_the_later_wishes_walked_again() -> None:
    wishes = random_wishes(random.Random(2), 20)
    walkers, walker = Walkers(1, HZ), Walker(50_000, 0, -80_000)
    walkers.place(0, 65_530, 0, 0, 0)
    for tick, wish in enumerate(wishes, 65_531):
        walk(walkers, tick, wish)
    fix = Correction(65_540 % 65536, walker.x, 0, walker.z, 0, 0, walker.heading, walker.speed)
    walkers.correct(0, encode_correction(fix))
    for wish in wishes[10:]:
        walker = step(walker, wish, Plain(), HZ)
    assert (int(walkers.x[0]), int(walkers.z[0])) == (walker.x, walker.z)

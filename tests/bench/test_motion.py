"""The habits of the bots, as shares and spans of a seeded run."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from aukio_bench.motion import Habits, Wander, square_from_disc
from aukio_protocol.motion import UNIT, Gait

HZ = 20
BOTS = 400
SECONDS = 120
SEED = 3


@cache
def wander(seed: int = SEED, count: int = BOTS) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Gaits (T, N) and yaws (T, N) of bots in the middle of their plaza, after settling."""
    bots = Wander(count, HZ, Habits(), np.random.default_rng(seed))
    here = np.zeros(count)
    gaits, yaws = [], []
    for tick in range(SECONDS * HZ):
        bots.decide(slice(0, count), tick, here, here)
        gaits.append(bots.gait.copy())
        yaws.append(bots.yaw.copy())
    settled = 20 * HZ
    return np.array(gaits[settled:]), np.array(yaws[settled:])


def spans_s(flags: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How long each whole stretch of True lasts, over all columns."""
    found = []
    for column in flags.T:
        edges = np.flatnonzero(np.diff(column.astype(np.int8)))
        lengths = np.diff(edges) / HZ
        found.append(lengths[::2] if not column[0] else lengths[1::2])
    return np.concatenate(found)


@pytest.mark.slow
def test_half_of_the_bots_move_and_a_tenth_of_those_run() -> None:
    gaits, _ = wander()
    moving = (gaits != Gait.STAND).mean()
    running = (gaits == Gait.RUN).sum() / (gaits != Gait.STAND).sum()
    assert 0.45 <= moving <= 0.55, f"{moving:.3f} of the time"
    assert 0.07 <= running <= 0.13, f"{running:.3f} of the moving time"


def test_stops_last_one_to_six_seconds() -> None:
    gaits, _ = wander()
    stops = spans_s(gaits == Gait.STAND)
    assert stops.min() >= 0.95
    assert stops.max() <= 6.05
    assert 3.3 <= stops.mean() <= 3.7


def test_turns_have_45_to_120_degrees_a_second_and_are_a_third_of_the_changes() -> None:
    gaits, yaws = wander()
    steps = np.diff(yaws, axis=0)
    steps = (steps + UNIT / 2) % UNIT - UNIT / 2
    degrees_s = np.abs(steps) * 360 / UNIT * HZ
    walking = (gaits[1:] != Gait.STAND) & (gaits[:-1] != Gait.STAND)
    turning = walking & (degrees_s > 1) & (degrees_s < 125)
    jumping = walking & (degrees_s >= 125)
    assert degrees_s[turning].min() >= 44.9
    assert degrees_s[turning].max() <= 120.1
    turns = (np.diff(turning.astype(np.int8), axis=0) == 1).sum()
    share = turns / (turns + jumping.sum())
    assert 0.25 <= share <= 0.35, f"{share:.3f} of the changes are turns"


def test_some_of_those_who_stand_look_around() -> None:
    gaits, yaws = wander()
    moved = np.diff(yaws, axis=0) != 0
    standing = (gaits[1:] == Gait.STAND) & (gaits[:-1] == Gait.STAND)
    share = (moved & standing).sum() / standing.sum()
    assert 0.05 <= share <= 0.2, "30 % of the stops, with rests between the turns"


def test_nobody_leaves_the_plaza() -> None:
    bots = Wander(50, HZ, Habits(half_m=30), np.random.default_rng(SEED))
    x, z = np.zeros(50), np.zeros(50)
    for tick in range(SECONDS * HZ):
        bots.decide(slice(0, 50), tick, x, z)
        speed = np.array((0, 1.41, 4.0))[bots.gait] / HZ
        angle = bots.yaw * 2 * np.pi / UNIT
        x, z = x + speed * np.sin(angle), z - speed * np.cos(angle)
        assert max(np.abs(x).max(), np.abs(z).max()) < 29.5


def test_the_same_seed_gives_the_same_crowd() -> None:
    first, second = wander(count=20), wander(count=20)
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert (wander(seed=4, count=20)[1] != first[1]).any()


def test_a_disc_of_people_becomes_an_even_square() -> None:
    random = np.random.default_rng(SEED)
    away, angle = np.sqrt(random.random(20_000)), random.uniform(0, 2 * np.pi, 20_000)
    points = np.array(
        [
            square_from_disc(float(x), float(z))
            for x, z in zip(away * np.cos(angle), away * np.sin(angle), strict=True)
        ]
    )
    counts, _, _ = np.histogram2d(*points.T, bins=5, range=((-1, 1), (-1, 1)))
    assert counts.sum() == 20_000, "nobody is outside the square"
    assert counts.min() > 680 and counts.max() < 920, "800 are expected in each of 25 fields"
    moved = np.hypot(points[:, 0] - away * np.cos(angle), points[:, 1] - away * np.sin(angle))
    assert moved.max() < 0.5

"""Walkers and walls, honest clients far away, and those who cheat."""

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aukio.world import compile_walk_field, load_world
from aukio_protocol.messages import Notice
from aukio_protocol.motion import Gait
from harness import HZ, UNIT, Client, TestWorld, flat_field
from oracles.movement import Ground, Walker, Wish, step

ROOT = Path(__file__).parents[2]
RUN_TICK = 13107  # position units a runner covers in a tick


def slanted(degrees: float) -> Any:
    """Signed distance to a straight wall through the origin, free on its right-hand side."""
    nx, nz = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return lambda x, z: x * nx + z * nz + 0 * x * z


@pytest.mark.parametrize("gait", [Gait.WALK, Gait.RUN])
def test_a_walker_pushed_along_a_30_degree_wall_keeps_its_tangential_speed(gait: Gait) -> None:
    # The wall's line is turned by 30 degrees from north; walking north pushes into it.
    field = flat_field(60, slanted(30))
    world = TestWorld(field, spawn=lambda spot: (int(0.5 * UNIT), 0, int(0.2 * UNIT), 0))
    anna = world.join()
    world.walk(anna, 0, gait)
    world.step(20)  # until it leans on the wall
    start = world.place(anna)
    places = []
    for _ in range(60):
        world.step()
        places.append(world.place(anna))
    along = (math.sin(math.radians(30)), -math.cos(math.radians(30)))
    normal = (math.cos(math.radians(30)), math.sin(math.radians(30)))
    x, _, z = places[-1]
    travelled = (x - start[0]) * along[0] + (z - start[2]) * along[1]
    speed = (45 if gait is Gait.WALK else 128) / 32
    wanted = 3.0 * speed * math.cos(math.radians(30)) * UNIT
    strays = [abs((x * normal[0] + z * normal[1]) / UNIT - 0.3) for x, _, z in places]
    assert travelled >= 0.95 * wanted, f"kept {travelled / wanted:.1%} of the tangential speed"
    assert max(strays) <= 0.03, f"strayed {100 * max(strays):.1f} cm from the line"


class DistantClient:
    """A predicting client behind a delay that wavers, as an honest one would behave."""

    def __init__(self, world: TestWorld, client: Client, ground: Ground, seed: int) -> None:
        self.world, self.client, self.ground = world, client, ground
        self.random = random.Random(seed)
        x, y, z = world.place(client)
        self.tick = world.simulation.tick + 3  # its clock runs ahead by the way there: 150 ms
        self.walker = Walker(x, y, z)
        self.states = {self.tick: self.walker}
        self.wish = Wish()
        self.wishes: dict[int, Wish] = {}
        self.post: list[tuple[float, dict[str, Any]]] = []
        self.last = 0.0
        self.corrections: list[float] = []

    def run_tick(self) -> None:
        """Predicts one tick, and posts an input if the wish changed or half a second went by."""
        self.tick += 1
        if self.random.random() < 0.1:
            heading = self.random.randrange(1024)
            gait = self.random.choice([Gait.STAND, Gait.WALK, Gait.WALK, Gait.RUN])
            self.wish = Wish(heading * 64, heading, gait, self.random.random() < 0.1)
            self._post()
        elif self.tick % 10 == 0:
            self._post()
        self.wishes[self.tick] = self.wish
        self.walker = step(self.walker, self.wish, self.ground, HZ)
        self.states[self.tick] = self.walker
        self.wish = Wish(self.wish.yaw, self.wish.heading, self.wish.gait)

    def _post(self) -> None:
        claim = (self.walker.x // 256 % 65536, self.walker.z // 256 % 65536)
        delay = self.random.uniform(0.1, 0.2)
        self.last = max(self.last, self.world.now + delay)  # one ordered stream
        what = {
            "tick": self.tick % 65536,
            "yaw": self.wish.yaw,
            "heading": self.wish.heading,
            "gait": Gait(self.wish.gait),
            "jump": self.wish.jump,
            "claim": claim,
        }
        self.post.append((self.last, what))

    def deliver(self) -> None:
        """Hands over what has arrived by now."""
        while self.post and self.post[0][0] <= self.world.now:
            self.world.wish(self.client, **self.post.pop(0)[1])

    def check(self) -> None:
        """Notes how far a correction would move the client."""
        fix = self.client.correction
        if fix is not None:
            self.client.correction = None
            tick = self.tick - (self.tick - fix.tick) % 65536
            mine = self.states.get(tick)
            if mine is not None:
                self.corrections.append(math.hypot(mine.x - fix.x, mine.z - fix.z) / UNIT)


def blocks(x: Any, z: Any) -> Any:
    """Distance to a few round pillars."""
    away = np.full(np.broadcast(x, z).shape, 10.0)
    for px, pz, radius in ((3, 3, 1), (-4, 2, 0.5), (6, -5, 2), (-7, -7, 1.5), (0, 9, 0.8)):
        away = np.minimum(away, np.hypot(x - px, z - pz) - radius)
    return away


def yard() -> Any:
    """The example world as it is compiled: steps, ramps, a bridge, slanted walls."""
    return compile_walk_field(load_world(ROOT / "worlds/yard"))


@pytest.mark.slow
@pytest.mark.parametrize("field", [lambda: flat_field(20, blocks), yard], ids=["pillars", "yard"])
def test_an_honest_client_behind_150_ms_with_jitter_is_never_corrected_by_2_cm(
    field: Callable[[], Any],
) -> None:
    ground = field()
    world = TestWorld(ground, spawn=lambda spot: (0, 0, 6 * UNIT, 0))
    client = world.join()
    far = DistantClient(world, client, Ground(ground), seed=7)
    heights, places = set(), set()
    for _ in range(5 * 60 * HZ):
        far.run_tick()
        far.deliver()
        world.step()
        far.check()
        x, y, z = world.place(client)
        heights.add(y // (UNIT // 4))
        places.add((x // (4 * UNIT), z // (4 * UNIT)))
    assert len(places) >= 25, f"it walked about: {len(places)} squares of 4 m"
    assert len(heights) >= 2, "and off the level, at least in jumps"
    assert not [c for c in far.corrections if c > 0.02], f"corrected by {max(far.corrections)} m"


def test_running_faster_than_allowed_is_not_in_the_language_of_inputs() -> None:
    world = TestWorld()
    cheat = world.join()
    for _ in range(20):
        for _ in range(5):  # many inputs a tick gain nothing
            world.walk(cheat, 256, Gait.RUN)
        world.step()
    x, _, _ = world.place(cheat)
    assert x <= 20 * RUN_TICK, "twenty ticks of running, not more"


def test_back_dated_inputs_gain_no_distance() -> None:
    honest, cheat = TestWorld(), TestWorld()
    a, b = honest.join(), cheat.join()
    for tick in range(60):
        if tick % 3 == 0:
            honest.walk(a, 256, Gait.RUN)
            back = (cheat.simulation.tick + 1 - 10) % 65536
            cheat.walk(b, 256, Gait.RUN, tick=back)
        honest.step()
        cheat.step()
    start_gain = 10 * RUN_TICK  # one window's worth at the very start, if that
    assert cheat.place(b)[0] <= honest.place(a)[0] + start_gain
    assert cheat.place(b)[0] <= 60 * RUN_TICK, "never more ticks of walking than ticks of time"


def test_turning_back_time_again_and_again_never_outruns_the_clock() -> None:
    world = TestWorld()
    cheat = world.join()
    world.step(20)
    start = world.place(cheat)
    rng = random.Random(3)
    for tick in range(1, 200):
        for _ in range(3):
            back = (world.simulation.tick + 1 - rng.randrange(12)) % 65536
            world.walk(cheat, rng.choice([0, 256, 300]), Gait.RUN, tick=back)
        world.step()
        x, _, z = world.place(cheat)
        gone = math.hypot(x - start[0], z - start[2])
        assert gone <= (tick + 10) * RUN_TICK * 1.001, "the window bounds what is possible"


def test_a_wall_holds_against_any_input() -> None:
    field = flat_field(20, lambda x, z: 5.0 - x + 0 * z)  # a wall at 5 m east
    world = TestWorld(field)
    cheat = world.join()
    rng = random.Random(5)
    for _ in range(400):
        gait, jump = rng.choice([Gait.WALK, Gait.RUN]), rng.random() < 0.3
        back = (world.simulation.tick + 1 - rng.randrange(10)) % 65536
        world.walk(cheat, rng.choice([256, 250, 262, 200, 300]), gait, jump=jump, tick=back)
        world.step()
        assert world.place(cheat)[0] <= (5.0 - 0.28) * UNIT, "nobody comes nearer than 28 cm"


def test_nobody_can_fly() -> None:
    world = TestWorld()
    cheat = world.join()
    highest = 0
    for _ in range(200):
        world.walk(cheat, 0, jump=True)
        world.step()
        highest = max(highest, world.place(cheat)[1])
    assert highest <= 0.5 * UNIT, f"jumped {highest / UNIT:.2f} m"


def test_a_false_claim_moves_nobody_and_is_answered_by_the_truth() -> None:
    world = TestWorld()
    cheat = world.join()
    world.wish(cheat, claim=(5000, 5000))
    world.step(2)
    assert world.place(cheat) == (0, 0, 0)
    assert cheat.correction is not None
    assert (cheat.correction.x, cheat.correction.z) == (0, 0)


def test_ticks_far_from_now_hold_from_now_and_are_corrected() -> None:
    world = TestWorld()
    anna = world.join()
    world.step(30)
    world.walk(anna, 256, claim=(0, 0), tick=(world.simulation.tick - 30) % 65536)
    world.step(10)
    assert world.place(anna)[0] <= 10 * RUN_TICK
    assert anna.correction is not None, "a correction tells how it really was"


def test_who_falls_out_of_the_world_is_put_back() -> None:
    field = flat_field(20)
    field.heights[:] = np.where(field.distances > 64, field.heights, -32768)
    field.distances[:] = 127
    world = TestWorld(field)
    anna = world.join()
    for _ in range(20):
        world.walk(anna, 256, Gait.RUN)
        world.step(HZ // 2)
        assert world.place(anna)[1] > -21 * UNIT
    assert anna.of(Notice), "the person is told"
    assert any(s.correction and s.correction.moved for s in anna.snapshots)

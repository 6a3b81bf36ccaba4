"""The written inputs, and the rival's walkers on them against our own."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aukio_bench.motion import Habits
from aukio_bench.rivals.motion import TICK_HZ, Motion, wander
from aukio_bench.rivals.packages import SOURCES
from aukio_bench.walkers import Walkers
from aukio_protocol.motion import UNIT

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")

PATHS = """
import {{ Motion }} from "{sources}/motion.mjs";
import {{ Truth }} from "{sources}/truth.mjs";
const truth = new Truth(new Motion("{motion}"));
const path = [];
for (let tick = 0; tick < {ticks}; tick++) {{
  truth.step();
  const at = truth.at(tick);
  path.push(truth.walkers.map((walker, row) => [truth.xs[at + row], truth.zs[at + row]]));
}}
console.log(JSON.stringify(path));
"""

CORRECTED = """
import {{ Motion }} from "{sources}/motion.mjs";
import {{ Truth }} from "{sources}/truth.mjs";
import {{ packCorrection, readCorrection }} from "{sources}/wish.mjs";
const motion = new Motion("{motion}");
const [truth, server] = [new Truth(motion), new Truth(motion)];
const offset = 65500; // the server's ticks wrap meanwhile
for (let tick = 0; tick < 60; tick++) server.step();
server.walkers[1].x += 7 * 65536;
const correction = packCorrection(59 + offset, server.walkers[1]);
for (let tick = 60; tick < 70; tick++) server.step();
for (let tick = 0; tick < 70; tick++) truth.step();
truth.correct(1, readCorrection(correction), offset);
const at = truth.at(69);
const place = ({{ xs, zs }}) => [xs[at + 1], zs[at + 1]];
console.log(JSON.stringify([place(truth), place(server)]));
"""

WISHES = """
import {{ Walker }} from "{sources}/walking.mjs";
import {{ readWish, ticksBetween, writeWish }} from "{sources}/wish.mjs";
const walker = new Walker(0, 0);
const bytes = Buffer.alloc(6);
writeWish(bytes, 0, 65537, 65535, 1023, 2);
const tick = readWish(bytes, walker);
const long = readWish(Buffer.alloc(7), walker);
bytes[5] |= 0x0c; // gait 3: there is none
console.log(JSON.stringify([
  bytes.length, tick, walker.yaw, walker.wish, walker.gait, long, readWish(bytes, walker),
  ticksBetween(3, 65534), ticksBetween(65534, 3),
]));
"""


def run_node(script: str) -> Any:
    words = ["node", "--input-type=module", "--eval", script]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def our_path(motion: Motion) -> np.ndarray:
    ticks, count, _ = motion.wishes.shape
    walkers = Walkers(count, TICK_HZ)
    walkers.x[:], walkers.z[:] = motion.starts[:, 0], motion.starts[:, 1]
    path = np.empty((ticks, count, 2), np.int64)
    for tick, wish in enumerate(motion.wishes):
        walkers.step(slice(0, count), tick, wish[:, 0], wish[:, 1], wish[:, 2])
        path[tick, :, 0], path[tick, :, 1] = walkers.x, walkers.z
    return path


def test_people_are_all_over_the_plaza_and_half_of_them_move() -> None:
    motion = wander(400, 200, Habits(), seed=3)
    places = our_path(motion)
    assert np.abs(places).max() < 100 * UNIT, "nobody leaves the plaza"
    assert np.abs(motion.starts).max() > 80 * UNIT
    moving = (motion.wishes[:, :, 2] > 0).mean()
    assert 0.4 < moving < 0.6, moving


def test_the_same_seed_gives_the_same_motion() -> None:
    one, other, third = (wander(20, 50, Habits(), seed) for seed in (1, 1, 2))
    assert np.array_equal(one.wishes, other.wishes)
    assert np.array_equal(one.starts, other.starts)
    assert not np.array_equal(one.wishes, third.wishes)


@needs_node
@pytest.mark.slow
def test_the_rivals_walkers_walk_as_ours(tmp_path: Path) -> None:
    seed = int(np.random.default_rng().integers(1 << 31))
    print(f"seed {seed}")
    motion = wander(30, 400, Habits(run_share=0.4), seed)
    motion.write(tmp_path / "motion.bin")
    script = PATHS.format(sources=SOURCES, motion=tmp_path / "motion.bin", ticks=400)
    assert np.array_equal(np.array(run_node(script)), our_path(motion))


@needs_node
@pytest.mark.slow
def test_a_corrected_walker_walks_on_from_where_the_server_has_it(tmp_path: Path) -> None:
    wander(3, 80, Habits(), seed=5).write(tmp_path / "motion.bin")
    script = CORRECTED.format(sources=SOURCES, motion=tmp_path / "motion.bin")
    truth, server = run_node(script)
    assert truth == server


@needs_node
@pytest.mark.slow
def test_a_wish_is_packed_in_six_bytes_and_a_wrong_one_is_refused() -> None:
    found = run_node(WISHES.format(sources=SOURCES))
    assert found == [6, 1, 65535, 1023, 2, -1, -1, 5, -5]

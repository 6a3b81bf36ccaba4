"""Whom a view of the rival holds, against a slow twin."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from aukio_bench.rivals.packages import SOURCES

NEAREST = 50

SCRIPT = """
import {{ Interest }} from "{sources}/nearest.mjs";
const frames = {frames};
const count = frames[0][0].length;
const interest = new Interest(count);
const shown = new Uint8Array(count);
const found = frames.map(([xs, zs]) => {{
  const at = (values) => Float64Array.from(values, (value) => value ?? NaN);
  const entered = [], left = [];
  interest.renew(
    0, shown, at(xs), at(zs), count, (row) => entered.push(row), (row) => left.push(row),
  );
  return [[...shown], entered, left];
}});
console.log(JSON.stringify(found));
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_a_view_holds_the_nearest_and_keeps_whom_it_has_a_tenth_longer() -> None:
    seed = int(np.random.default_rng().integers(1 << 31))
    print(f"seed {seed}")
    random = np.random.default_rng(seed)
    count, places = 180, random.uniform(-50, 50, (180, 2))
    frames = []
    for _ in range(25):
        places = places + random.normal(0, 2, (count, 2))
        x = [*places[:-1, 0].tolist(), None]  # nobody has the last row
        frames.append([x, places[:, 1].tolist()])
    script = SCRIPT.format(sources=SOURCES, frames=json.dumps(frames))
    words = ["node", "--input-type=module", "-"]
    done = subprocess.run(
        words, input=script, capture_output=True, text=True, timeout=60, check=True
    )
    held: set[int] = set()
    for (x, z), (shown, entered, left) in zip(frames, json.loads(done.stdout), strict=True):
        wanted = slow_view(x, z, held)
        assert {row for row, is_shown in enumerate(shown) if is_shown} == wanted
        assert set(entered) == wanted - held
        assert set(left) == held - wanted
        assert len(wanted) == NEAREST + 1, "the fifty nearest and oneself"
        held = wanted


def slow_view(x: list[float | None], z: list[float | None], held: set[int]) -> set[int]:
    def away(row: int) -> float:
        there, here = (x[row], z[row]), (x[0], z[0])
        assert there[0] is not None and there[1] is not None
        assert here[0] is not None and here[1] is not None
        square = (there[0] - here[0]) ** 2 + (there[1] - here[1]) ** 2
        return square / (1.1 * 1.1) if row in held else square

    others = [row for row in range(1, len(x)) if x[row] is not None]
    return {0, *sorted(others, key=away)[:NEAREST]}

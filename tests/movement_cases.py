"""Writes tests/server/sim/movement_cases.json: courses of the movement rule over a rough field.

The oracle walks them; the kernel and the web client's tests must repeat them exactly.
`python tests/movement_cases.py` writes, `--check` compares only.
"""

import base64
import gzip
import json
import random
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("server", "protocol", "tests")]

import numpy as np  # noqa: E402  the path is set above: this is a script

from aukio.world import WalkField  # noqa: E402
from oracles.movement import Ground, Walker, Wish, step  # noqa: E402

FILE = ROOT / "tests/server/sim/movement_cases.json"
RATES = (10, 20, 60)
TICKS = 120


def rough_field(seed: int) -> WalkField:
    """Two tiles of hills and walls that no builder would make, the left one in two layers."""
    rng = np.random.default_rng(seed)

    def noise(low: float, high: float) -> Any:
        values = rng.uniform(low, high, (257, 257))
        for _ in range(3):
            around = [np.roll(values, shift, axis) for shift in (1, -1) for axis in (0, 1)]
            values = (values + sum(around)) / 5
        return values

    heights = np.stack([noise(-60, 60), noise(-60, 60) + 160, noise(-60, 60)]).astype(np.int16)
    heights[0][rng.random((257, 257)) < 0.001] = -32768
    heights[1][rng.random((257, 257)) < 0.02] = -32768
    distances = np.stack([noise(-150, 300) for _ in range(3)]).clip(-127, 127).astype(np.int8)
    table = np.array([[[0, 1], [2, -1]]], np.int32)
    return WalkField(
        heights=heights,
        distances=distances,
        table=table,
        tile_x0=-1,
        tile_z0=0,
        step=22,
        rescue=-2000,
    )


def wander(rng: random.Random, ticks: int) -> list[Wish]:
    """Wishes of somebody who changes their mind a few times a second."""
    wishes, wish = [], Wish()
    for _ in range(ticks):
        wish = replace(wish, jump=False)
        if rng.random() < 0.15:
            heading = rng.randrange(1024)
            yaw = heading * 64 if rng.random() < 0.7 else rng.randrange(65536)
            wish = Wish(yaw, heading, rng.choice([0, 1, 1, 2]), rng.random() < 0.3)
        wishes.append(wish)
    return wishes


def cases() -> dict[str, Any]:
    """The whole file's content."""
    field = rough_field(3)
    ground, rng = Ground(field), random.Random(5)
    found = []
    for number in range(24):
        hz = RATES[number % 3]
        x, z = rng.randrange(-60 * 65536, 60 * 65536), rng.randrange(4 * 65536, 60 * 65536)
        start = walker = Walker(x, rng.randrange(0, 4 * 65536), z)
        wishes, states = wander(rng, TICKS), []
        for wish in wishes:
            walker = step(walker, wish, ground, hz)
            states.append(list(map(int, asdict(walker).values())))
        plain = [[w.yaw, w.heading, w.gait, int(w.jump)] for w in wishes]
        name = f"course {number + 1} at {hz} Hz"
        found.append(
            {"name": name, "tick_hz": hz, "start": asdict(start), "wishes": plain, "states": states}
        )
    packed = gzip.compress(field.to_bytes(), 9, mtime=0)
    return {"field_gzip": base64.b64encode(packed).decode(), "cases": found}


def main() -> None:
    """Writes the file, or checks it."""
    text = json.dumps(cases(), separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n"
    if FILE.exists() and FILE.read_text() == text:
        return
    if "--check" in sys.argv:
        sys.exit(f"stale, run `make vectors`: {FILE.relative_to(ROOT)}")
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text)


if __name__ == "__main__":
    main()

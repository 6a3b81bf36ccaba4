"""Writes clients/web/src/state/jitter-trace.json: a walk as told over a line that jitters.

A real simulation and real snapshots; somebody walks as people do (legs, curves with the mouse,
runs, stops, a jump), and each snapshot arrives 40 to 140 ms after its tick, in order, as TCP
delivers.
`python tests/jitter_trace.py` writes, `--check` compares only.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("server", "protocol", "tests")]

from aukio_protocol.motion import Gait  # noqa: E402  the path is set above: this is a script
from harness import HZ, Client, TestWorld, flat_field  # noqa: E402

FILE = ROOT / "clients/web/src/state/jitter-trace.json"
SECONDS = 60
DELAY_MS, JITTER_MS = 40.0, 100.0
PING_MS = 500
TICK_MS = 1000 // HZ


class Walker:
    """Somebody with a mind of their own: changes course every second or two."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._heading, self._gait, self._bend, self._left = 0.0, Gait.WALK, 0.0, 20

    def wish(self, x: float, z: float) -> dict[str, Any]:
        self._left -= 1
        if self._left <= 0:
            self._left = self._rng.randrange(10, 50)
            self._gait = self._rng.choices((Gait.STAND, Gait.WALK, Gait.RUN), (2, 6, 2))[0]
            self._bend = self._rng.choice((0.0, 0.0, 0.0, -14.0, 9.0, 22.0))
            if self._rng.random() < 0.4:
                self._heading += self._rng.uniform(-300, 300)
            if max(abs(x), abs(z)) > 20:  # back to the middle
                self._heading = self._home(x, z)
        self._heading += self._bend
        jump = self._gait is not Gait.STAND and self._rng.random() < 0.01
        heading = round(self._heading) % 1024
        return {"heading": heading, "yaw": heading * 64, "gait": self._gait, "jump": jump}

    def _home(self, x: float, z: float) -> float:
        if abs(x) > abs(z):
            return 768 if x > 0 else 256
        return 0 if z > 0 else 512


def trace(seed: int) -> dict[str, Any]:
    """The walk, tick by tick: where one truly is, and what the viewer gets and when."""
    rng = random.Random(seed)
    world = TestWorld(flat_field(30), seed=seed)
    viewer, other = world.join("Viewer"), world.join("Walker")
    welcome = viewer.welcome
    assert welcome is not None
    mind, truth, arrivals = Walker(rng), [], []
    arrived = 0.0
    for _ in range(SECONDS * HZ):
        x, _, z = world.place(other)
        world.wish(viewer)
        world.wish(other, **mind.wish(x / 65536, z / 65536))
        world.step(read=False)
        other.read()
        truth.append(list(world.place(other)))
        at = world.simulation.tick * TICK_MS
        arrived = max(arrived, at + DELAY_MS + rng.uniform(0, JITTER_MS))
        arrivals += [[round(arrived, 1), data.hex()] for data in snapshots(viewer)]
    return {
        "tick_hz": HZ,
        "first_tick": welcome.tick,
        "slot": other.session.slot,
        "entity": viewer.session.slot,
        "truth": truth,
        "arrivals": arrivals,
        "pongs": list(pongs(rng)),
    }


def snapshots(viewer: Client) -> list[bytes]:
    return [data for data in viewer.line.take() if data[0] == 0x81]


def pongs(rng: random.Random) -> Any:
    """Clock pings every half second: when sent, when answered, and the tick and phase they tell."""
    for sent in range(100, SECONDS * 1000, PING_MS):
        up, down = (DELAY_MS + rng.uniform(0, JITTER_MS) for _ in range(2))
        ticks = (sent + up) / TICK_MS
        # The running tick is the one after the last that was simulated.
        yield [sent, round(sent + up + down, 1), int(ticks) + 1, int(ticks % 1 * 65536)]


def main() -> None:
    """Writes the trace, or checks it."""
    text = json.dumps(trace(7), separators=(",", ":")) + "\n"
    if "--check" not in sys.argv:
        FILE.write_text(text, encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != text:
        sys.exit(f"stale, run `make vectors`: {FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

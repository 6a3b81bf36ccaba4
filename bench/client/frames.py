"""What a frame costs in JavaScript with a crowd in view. `python bench/client/frames.py`

Two figures that say different things. *Script CPU*: what the page's main thread spent in script,
by Chromium's own counter of thread time (waits for the driver and for other programs do not count),
everything included (frames, steps between them, messages), divided by frames. *Own* and *render*:
wall time inside each frame, by the page's own clock, whose step is 0.1 ms; on a machine without a
graphics card `render` also waits for the driver.
"""

import argparse
import asyncio
import json
import os
import statistics
from pathlib import Path
from typing import Any

import square

BUDGET_MS = 4.0
SETTLE_S = 6.0


async def measure(
    bots: int, seconds: float, repeat: int, sight: square.Sight, profile: Path | None
) -> dict[str, Any]:
    """Brings the crowd in and measures `repeat` times."""
    async with (
        square.open_square() as address,
        square.crowded(address, bots, seed=1),
        square.watching(address, sight) as watcher,
    ):
        await watcher.until(f"aukio.others.length >= {bots}")
        await asyncio.sleep(SETTLE_S)
        runs = [await one_run(watcher, seconds) for _ in range(repeat)]
        if profile is not None:
            await record(watcher, seconds, profile)
        drawn = await watcher.see("aukio.others.length")
        work = await watcher.see("({...aukio.drawing})")
    return {
        "bots": bots,
        "drawn": drawn,
        "graphics": sight.graphics,
        "is_thin": sight.is_thin,
        "draws": work["draws"],
        "triangles": work["triangles"],
        "runs": runs,
        "load": os.getloadavg()[0],
    }


async def one_run(watcher: square.Watcher, seconds: float) -> dict[str, float]:
    """Figures of a few seconds, milliseconds."""
    before, first = await watcher.metrics(), await watcher.see("aukio.drawing.frames")
    await asyncio.sleep(seconds)
    after, last = await watcher.metrics(), await watcher.see("aukio.drawing.frames")
    measures = await watcher.see("aukio.measures")
    frames = last - first
    own, render = measures["own"][-frames:], measures["render"][-frames:]
    return {
        "frames": frames,
        "script_cpu_ms": (after["ScriptDuration"] - before["ScriptDuration"]) * 1000 / frames,
        "task_cpu_ms": (after["TaskDuration"] - before["TaskDuration"]) * 1000 / frames,
        "own_ms": statistics.median(own),
        "own_p95_ms": percentile(own, 0.95),
        "render_ms": statistics.median(render),
        "render_p95_ms": percentile(render, 0.95),
    }


async def record(watcher: square.Watcher, seconds: float, file: Path) -> None:
    """Writes a profile for the DevTools."""
    await watcher.devtools.send("Profiler.enable")
    await watcher.devtools.send("Profiler.setSamplingInterval", {"interval": 250})
    await watcher.devtools.send("Profiler.start")
    await asyncio.sleep(seconds)
    told = await watcher.devtools.send("Profiler.stop")
    await asyncio.to_thread(file.write_text, json.dumps(told["profile"]), "utf-8")


def percentile(values: list[float], share: float) -> float:
    """The value below which that share lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    """Prints JSON and a line; exit code 1 over the budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bots", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--graphics", default="low", choices=("low", "medium", "high"))
    parser.add_argument("--whole", action="store_true", help="draw every triangle; see square.py")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    parser.add_argument("--profile", type=Path, help="write a profile there (.cpuprofile)")
    asked = parser.parse_args()
    sight = square.Sight(graphics=asked.graphics, is_thin=not asked.whole)
    found = asyncio.run(measure(asked.bots, asked.seconds, asked.repeat, sight, asked.profile))
    middle = {
        name: statistics.median(run[name] for run in found["runs"]) for name in found["runs"][0]
    }
    text = json.dumps({**found, "median": middle}, indent=1)
    if asked.json is not None:
        asked.json.write_text(text + "\n", "utf-8")
    print(text)
    print(
        f"{found['drawn']} people at {asked.graphics}:"
        f" script {middle['script_cpu_ms']:.2f} ms CPU a frame"
        f" (wall: own {middle['own_ms']:.2f}, p95 {middle['own_p95_ms']:.2f};"
        f" render {middle['render_ms']:.2f}, p95 {middle['render_p95_ms']:.2f});"
        f" budget {BUDGET_MS} ms; load {found['load']:.1f}"
    )
    raise SystemExit(middle["script_cpu_ms"] > BUDGET_MS)


if __name__ == "__main__":
    main()

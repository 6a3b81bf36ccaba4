"""Does a page keep what people who left have used? `python bench/client/memory.py --minutes 20`

People come and go, about two a second, each with another name and look, while a page watches from
the square. Every half minute garbage is collected and the page's script memory, its HTML nodes and
what it holds on the graphics card are read. The first fifth is for warming up (code is compiled,
pools grow); after it a robust line through the samples must be flat.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import time
from pathlib import Path
from typing import Any

import square

EVERY_S = 30.0
CHURN_PER_S = 2.0
WARM_SHARE = 0.2
#: Growth an hour that counts as flat; a leak of one person's data for each join is far above it.
FLAT_MB_PER_H = 3.0
MEMORIES = ("heap_mb", "buffers_mb")
COUNTS = ("nodes", "listeners", "geometries", "textures", "programs")


async def watch(minutes: float, bots: int, sight: square.Sight) -> dict[str, Any]:
    """Lets people come and go, and samples."""
    async with (
        square.open_square() as address,
        square.crowded(address, bots, seed=1) as crowd,
        square.watching(address, sight) as watcher,
    ):
        churn = asyncio.create_task(come_and_go(crowd))
        began, samples = time.monotonic(), []
        try:
            while (passed := time.monotonic() - began) < minutes * 60:
                await asyncio.sleep(min(EVERY_S, minutes * 60 - passed))
                samples.append(await sample(watcher, time.monotonic() - began))
                print(json.dumps(samples[-1]), flush=True)
        finally:
            churn.cancel()
    return {"minutes": minutes, "bots": bots, "joins": crowd_joins(crowd), "samples": samples}


async def come_and_go(crowd: square.Crowd) -> None:
    """One leaves, and another comes in their place."""
    while True:
        row = crowd.random.randrange(crowd.party.count)
        crowd.leave(row)
        await crowd.join(row)
        await asyncio.sleep(1 / CHURN_PER_S)


async def sample(watcher: square.Watcher, at_s: float) -> dict[str, float]:
    """What the page holds after its garbage was collected."""
    for _ in range(2):
        await watcher.devtools.send("HeapProfiler.collectGarbage")
    usage = await watcher.devtools.send("Runtime.getHeapUsage")
    counters = await watcher.devtools.send("Memory.getDOMCounters")
    held = await watcher.see(
        "(({geometries, textures, programs}) => ({geometries, textures, programs,"
        " people: aukio.others.length, frames: aukio.drawing.frames, lines: aukio.chat.length}))"
        "(aukio.measures)"
    )
    return {
        "at_s": round(at_s),
        "heap_mb": round(usage["usedSize"] / 1e6, 3),
        "buffers_mb": round(usage.get("backingStorageSize", 0) / 1e6, 3),
        "nodes": counters["nodes"],
        "listeners": counters["jsEventListeners"],
        **held,
    }


def crowd_joins(crowd: square.Crowd) -> int:
    """How many have come in all."""
    return len(crowd.meter.joins_s)


def slope_per_h(samples: list[dict[str, float]], name: str) -> float:
    """Growth an hour: the median of the slopes between all pairs.

    Source: Sen, "Estimates of the regression coefficient based on Kendall's tau", 1968.
    """
    pairs = itertools.combinations(samples, 2)
    slopes = [
        (b[name] - a[name]) / (b["at_s"] - a["at_s"]) for a, b in pairs if b["at_s"] > a["at_s"]
    ]
    return statistics.median(slopes) * 3600


def judge(samples: list[dict[str, float]]) -> dict[str, Any]:
    """Whether what is held stays flat after warming up."""
    end = samples[-1]["at_s"]
    steady = [one for one in samples if one["at_s"] >= WARM_SHARE * end]
    growth = {name: slope_per_h(steady, name) for name in (*MEMORIES, *COUNTS)}
    middle = {name: statistics.median(one[name] for one in steady) for name in COUNTS}
    # Counts follow how many are in view; what leaks grows by more than a fifth of itself an hour.
    grows = [name for name in COUNTS if growth[name] > max(30.0, middle[name] * 0.2)]
    grows += [name for name in MEMORIES if growth[name] > FLAT_MB_PER_H]
    return {"growth_per_h": growth, "grows": grows, "steady_samples": len(steady)}


def main() -> None:
    """Prints the samples and a verdict; exit code 1 when something grows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--bots", type=int, default=60)
    parser.add_argument("--fps", type=int, default=15)
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    asked = parser.parse_args()
    sight = square.Sight(fps=asked.fps, is_thin=True)
    found = asyncio.run(watch(asked.minutes, asked.bots, sight))
    verdict = judge(found["samples"])
    if asked.json is not None:
        asked.json.write_text(json.dumps({**found, **verdict}, indent=1) + "\n", "utf-8")
    first, last = found["samples"][-verdict["steady_samples"]], found["samples"][-1]
    print(
        f"{found['joins']} joins in {asked.minutes:g} min:"
        f" heap {first['heap_mb']:.1f} to {last['heap_mb']:.1f} MB"
        f" ({verdict['growth_per_h']['heap_mb']:+.1f} MB an hour);"
        f" {'grows: ' + ', '.join(verdict['grows']) if verdict['grows'] else 'flat'}"
    )
    raise SystemExit(bool(verdict["grows"]))


if __name__ == "__main__":
    main()

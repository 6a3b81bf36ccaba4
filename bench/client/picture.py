"""A picture of a crowd on the square. `python bench/client/picture.py docs/pictures/crowd.jpg`

Near people are told of one by one, those beyond the view as heads in cells: the world is served
with a shorter view than it has, so that the picture shows both.
"""

import argparse
import asyncio
from pathlib import Path

import square

from aukio_bench.motion import Habits


async def take(
    bots: int, view_m: int, sight: square.Sight, hold_s: float, spot: str, file: Path
) -> None:
    """Lets the crowd come in and spread, and writes the picture."""
    all_over = Habits(half_m=44)
    async with (
        square.open_square(view_m, users=bots + 50, spread_m=42) as address,
        # The page first: it comes in before drawing everybody takes seconds a frame.
        square.watching(address, sight, spot) as watcher,
        square.crowded(address, bots, seed=4, habits=all_over),
    ):
        await asyncio.sleep(hold_s)
        told = await watcher.see(
            "({people: aukio.people, others: aukio.others.length,"
            " ...aukio.beyond, ...aukio.drawing})"
        )
        print(told)
        await watcher.page.screenshot(path=file, timeout=120_000)


def main() -> None:
    """Writes the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--bots", type=int, default=540)
    parser.add_argument("--view", type=int, default=40, help="metres")
    parser.add_argument("--spot", default="hall")
    parser.add_argument("--graphics", default="medium", choices=("low", "medium", "high"))
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=float, default=25.0, help="after the page is in")
    asked = parser.parse_args()
    width, height = (int(side) for side in asked.size.split("x"))
    sight = square.Sight(graphics=asked.graphics, width=width, height=height, fps=5)
    asyncio.run(take(asked.bots, asked.view, sight, asked.seconds, asked.spot, asked.file))


if __name__ == "__main__":
    main()

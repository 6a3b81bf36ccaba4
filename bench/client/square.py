"""The square with a crowd on it and a page that looks at it: what the client's benches share.

The server is a process of its own, the bots are ours, the page runs in Chromium without a graphics
card. What is asked of the page goes through `window.aukio` and the DevTools protocol.
"""

import asyncio
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / name) for name in ("server", "protocol", "bench")]

from playwright.async_api import CDPSession, Page, async_playwright  # noqa: E402  set above

from aukio_bench.bots import Crowd  # noqa: E402
from aukio_bench.connection import Address  # noqa: E402
from aukio_bench.crowd import acting  # noqa: E402
from aukio_bench.motion import Habits  # noqa: E402
from aukio_bench.party import Guise, Party  # noqa: E402
from aukio_bench.server import ServerProcess  # noqa: E402

WORLD = ROOT / "worlds/square"
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--enable-precise-memory-info",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Every draw call is made, with one triangle of what it would draw. Without a graphics card 150,000
#: triangles take 200 ms, so that each frame would carry the script of twelve: this way frames come
#: as on a machine that has one, and all script of ours and of three runs as it is.
THIN_DRAWS = """
const draws = WebGL2RenderingContext.prototype;
const { drawElements, drawArrays, drawElementsInstanced, drawArraysInstanced } = draws;
draws.drawElements = function (mode, count, type, offset) {
  drawElements.call(this, mode, Math.min(count, 3), type, offset);
};
draws.drawArrays = function (mode, first, count) {
  drawArrays.call(this, mode, first, Math.min(count, 3));
};
draws.drawElementsInstanced = function (mode, count, type, offset, times) {
  drawElementsInstanced.call(this, mode, Math.min(count, 3), type, offset, Math.min(times, 1));
};
draws.drawArraysInstanced = function (mode, first, count, times) {
  drawArraysInstanced.call(this, mode, first, Math.min(count, 3), Math.min(times, 1));
};
"""
STROLL = Habits(half_m=22)  # people stay on the square itself, in front of the page
JOINS_PER_S = 40
PATIENCE_S = 120.0
GIVEN = ("Aino", "Väinö", "Sofía", "Lars", "Ngozi", "Yusuf", "Mei", "Олена", "李明", "Zoë")
FAMILY = ("Virtanen", "Åkerblom", "García", "Okafor", "Demir", "Chen", "Шевченко", "Niemi")


@dataclass(frozen=True, slots=True)
class Sight:
    """How the page looks at the square."""

    graphics: str = "low"
    width: int = 320
    height: int = 180
    fps: int = 240
    is_thin: bool = False  # see THIN_DRAWS


class Watcher:
    """One person's page, and its DevTools."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self.page, self.devtools = page, devtools

    async def see(self, expression: str) -> Any:
        """What the page believes: an expression over `aukio`."""
        return await self.page.evaluate(
            f"(() => {{ const aukio = window.aukio; return {expression} }})()"
        )

    async def until(self, condition: str) -> None:
        """Waits until a condition over `aukio` holds.

        Raises:
            TimeoutError: it never does.
        """
        deadline = time.monotonic() + PATIENCE_S
        while not await self.see(condition):
            if time.monotonic() > deadline:
                believed = await self.see(
                    "JSON.stringify([aukio.state, aukio.reason, aukio.isInside, aukio.drawing])"
                )
                raise TimeoutError(f"never on the page: {condition}; it believes {believed}")
            await asyncio.sleep(0.25)

    async def metrics(self) -> dict[str, float]:
        """Chromium's own counters of the page; times are seconds of CPU of its main thread."""
        told = await self.devtools.send("Performance.getMetrics")
        return {metric["name"]: metric["value"] for metric in told["metrics"]}


def guises(seed: int) -> Any:
    """Names and looks that differ whenever somebody comes, as on an open square."""
    chance = random.Random(seed)

    def guise(_: int) -> Guise:
        name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)} {chance.randrange(100)}"
        return name, chance.randbytes(14)

    return guise


@asynccontextmanager
async def open_square(
    view_m: int | None = None, users: int = 500, spread_m: int | None = None
) -> AsyncIterator[Address]:
    """A server of our own with the square; ended when done.

    With `view_m` people further away than that are a far crowd; with `spread_m` they come in all
    over a disc so wide. None: as the world says.
    """
    with tempfile.TemporaryDirectory(prefix="aukio-square-") as folder:
        server = ServerProcess(square_as(Path(folder), view_m, users, spread_m), None)
        try:
            await server.start()
            yield Address("127.0.0.1", server.port, "/ws", is_secure=False)
        finally:
            complaint = await asyncio.to_thread(server.stop)
            if complaint:
                print(f"The server complained:\n{complaint}", file=sys.stderr)


def square_as(folder: Path, view_m: int | None, users: int, spread_m: int | None) -> Path:
    """The square as `open_square` wants it, written into `folder`."""
    worlds = folder / "worlds"
    shutil.copytree(WORLD.parent, worlds)
    file = worlds / WORLD.name / "world.yaml"
    text = re.sub(r"limits: \{users: \d+\}", f"limits: {{users: {users}}}", file.read_text("utf-8"))
    if view_m is not None:
        text = re.sub(r"^view: \d+$", f"view: {view_m}", text, flags=re.MULTILINE)
    if spread_m is not None:
        spawn = f"at: [0, 6], facing: 270, spread: {spread_m}, default: true"
        text = re.sub(r"at: [^a-z]*, facing: \d+, spread: \d+, default: true", spawn, text)
    file.write_text(text, "utf-8")
    return file.parent


@asynccontextmanager
async def crowded(
    address: Address, count: int, seed: int, habits: Habits = STROLL
) -> AsyncIterator[Crowd]:
    """So many bots stroll about the square; at the end they leave."""
    party = Party(count, habits, sample=0, guise=guises(seed))
    crowd = Crowd(address, party, seed, time.monotonic)
    async with acting(crowd):
        for row in range(count):
            await crowd.join(row)
            await asyncio.sleep(1 / JOINS_PER_S)
        yield crowd


@asynccontextmanager
async def watching(address: Address, sight: Sight, spot: str = "") -> AsyncIterator[Watcher]:
    """A page on the square, at a named spot of it, with everything built."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        try:
            size = {"width": sight.width, "height": sight.height}
            page = await browser.new_page(viewport=size)
            if sight.is_thin:
                await page.add_init_script(THIN_DRAWS)
            devtools = await page.context.new_cdp_session(page)
            await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
            await page.goto(
                f"http://{address.host}:{address.port}"
                f"/?graphics={sight.graphics}&fps={sight.fps}#{spot}"
            )
            await page.fill("#name", "Watcher")
            await page.press("#name", "Enter")
            watcher = Watcher(page, devtools)
            await watcher.until("aukio.isInside && aukio.drawing.frames > 20")
            await page.keyboard.press("Escape")
            yield watcher
        finally:
            await browser.close()

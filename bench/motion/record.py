"""Records the clips of this folder with the real client. `python bench/motion/record.py`

A scripted person uses the page as people do and lets it record by its own switch (`?record=60`):
three times at a desk (desk.py), once in an emulated headset (headset.py). Server and page are real;
draws are cut to a triangle each (bench/client/square.py), so that a machine without a graphics card
gives the frames of one that has it.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1] / name) for name in ("bench/client", "bench/motion")]

import square  # noqa: E402  set above
from desk import Desk  # noqa: E402
from headset import Plan  # noqa: E402
from playwright.async_api import Page, async_playwright  # noqa: E402

from aukio_bench.connection import Address  # noqa: E402

SPARE_S = 15.0  # the page ends the recording by itself; whoever records goes on a little longer
IWER = square.ROOT / "clients/web/node_modules/iwer/build/iwer.min.js"
WEAR = """
const device = new IWER.XRDevice(IWER.metaQuest3);
device.installRuntime({ forceInstall: true });
window.headset = device;
"""
#: Plays a plan into the emulated device: the newest frame that is due, on the page's own clock.
PLAY = """
(frames) => {
  const turned = (out, [yaw, pitch]) => {
    const [a, b] = [Math.sin(yaw / 2), Math.cos(yaw / 2)];
    const [c, d] = [Math.sin(pitch / 2), Math.cos(pitch / 2)];
    out.set(b * c, a * d, -a * c, b * d);
  };
  const began = performance.now();
  let at = 0;
  window.playing = setInterval(() => {
    while (at + 1 < frames.length && frames[at + 1].at <= performance.now() - began) at += 1;
    const { head, turn, hands, forward, aside } = frames[at];
    headset.position.set(...head);
    turned(headset.quaternion, turn);
    ["left", "right"].forEach((side, index) => {
      const controller = headset.controllers[side];
      controller.position.set(...hands[index].at);
      turned(controller.quaternion, hands[index].turn);
    });
    headset.controllers.right.updateAxis("thumbstick", "y-axis", forward);
    headset.controllers.left.updateAxis("thumbstick", "x-axis", aside);
  }, 1000 / 60);
}
"""


@asynccontextmanager
async def page_of(address: Address, seconds: float, *scripts: str) -> AsyncIterator[Page]:
    """A page inside the world that can record."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=square.CHROMIUM, args=square.CHROMIUM_ARGS
        )
        try:
            page = await browser.new_page(viewport={"width": 480, "height": 270})
            for script in (square.THIN_DRAWS, *scripts):
                await page.add_init_script(script)
            await page.goto(
                f"http://{address.host}:{address.port}/?graphics=low&fps=60&record={seconds:g}"
            )
            await page.fill("#name", "Recorder")
            await page.press("#name", "Enter")
            watcher = square.Watcher(page, await page.context.new_cdp_session(page))
            await watcher.until("aukio.isInside && aukio.drawing.frames > 20")
            await page.keyboard.press("Escape")
            yield page
        finally:
            await browser.close()


async def begin(page: Page) -> None:
    """Begins the recording. By events: the emulated headset lies over the page."""
    if await page.locator(".item.record").count() == 0:
        await page.dispatch_event("[data-opens=more]", "click")
    await page.wait_for_selector(".item.record", state="attached")
    await page.dispatch_event(".item.record", "click")
    await page.wait_for_selector(".recording", state="attached")
    await page.focus("#view")


async def record_desk(
    address: Address, seconds: float, seed: int, file: Path, *, is_first_person: bool
) -> None:
    """One clip of keyboard and mouse."""
    async with page_of(address, seconds) as page:
        async with page.expect_download(timeout=(seconds + SPARE_S) * 2000) as saved:
            await begin(page)
            ends = time.monotonic() + seconds + 1
            await Desk(page, seed, ends, is_first_person=is_first_person).live()
        await (await saved.value).save_as(file)
        await tell(page, file)


async def record_headset(address: Address, seconds: float, seed: int, file: Path) -> None:
    """One clip of head, hands and sticks."""
    wear = IWER.read_text("utf-8") + WEAR
    async with page_of(address, seconds, wear) as page:
        await page.dispatch_event("[data-opens=more]", "click")
        await page.wait_for_selector(".item.headset", state="attached")
        await page.dispatch_event(".item.headset", "click")
        await page.wait_for_selector(".banner >> text=headset", state="attached")
        async with page.expect_download(timeout=(seconds + SPARE_S) * 2000) as saved:
            await page.evaluate(PLAY, Plan(seed, seconds + SPARE_S).frames())
            await asyncio.sleep(1)
            await begin(page)
        await (await saved.value).save_as(file)
        await tell(page, file)


async def tell(page: Page, file: Path) -> None:
    """Prints what the line was like, so that a bad recording is seen."""
    network = await page.evaluate("({...aukio.network, frames: aukio.drawing.frames})")
    size = (await asyncio.to_thread(file.stat)).st_size
    print(
        f"{file.name}: {size / 1000:.1f} kB;"
        f" margin {network['inputMarginMs']:.0f} ms, {network['lateShare']:.1%} late,"
        f" {network['corrections']} corrections, {network['frames']} frames"
    )


async def record(seconds: float, seed: int, only: str, folder: Path) -> None:
    """Records one clip after the other on a server of our own."""
    async with square.open_square() as address:
        for number in (1, 2, 3):
            if only in ("", f"keyboard-{number}"):
                file = folder / f"keyboard-{number}.json"
                eyes = number == 2
                await record_desk(address, seconds, seed + number, file, is_first_person=eyes)
        if only in ("", "headset-1"):
            await record_headset(address, seconds, seed + 4, folder / "headset-1.json")


def main() -> None:
    """Writes the clips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="keyboard-1, keyboard-2, keyboard-3, headset-1")
    parser.add_argument("--folder", type=Path, default=HERE)
    asked = parser.parse_args()
    asyncio.run(record(asked.seconds, asked.seed, asked.only, asked.folder))


if __name__ == "__main__":
    main()

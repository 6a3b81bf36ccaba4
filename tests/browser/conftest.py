"""A real server and a real browser: what people do in their windows.

Chromium draws in software here, so windows are small, pixels coarse and frames few. Conditions are
waited for; the page tells what it believes through `window.aukio` (clients/web/README.md). One
Chromium serves the whole run; a file shares one server (`town`) unless its stories end servers.
"""

import asyncio
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).parents[2]
WORLD = ROOT / "worlds/yard"
SQUARE = ROOT / "worlds/square"
PAGE = ROOT / "clients/web/dist/index.html"
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Whoever has been here before is not greeted by the help card.
SEEN_THE_HELP = """try { localStorage.setItem("aukio.visited", "yes") } catch {}"""
START_S = 30
PATIENCE_S = 60  # software drawing on a busy machine; a healthy page needs a second or two
FRAMES = 4  # a second
PIXELS = 0.5  # drawn for each pixel of the page, across and down


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            # One loop for all, because the browser they share lives in it.
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class Server:
    """`aukio serve` as a process of its own, on one port for all its lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self.port = 0

    def start(self, *options: str, world: Path = WORLD) -> None:
        """Starts and returns when people can come; fails with the server's own words."""
        self._starts += 1
        said = self._folder / f"server-{self._starts}.log"
        command = [sys.executable, "-u", "-m", "aukio", "serve", str(world), "--no-qr"]
        place = [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--data",
            str(self._folder / "data"),
        ]
        with said.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *place, *options], stdout=log, stderr=subprocess.STDOUT, cwd=self._folder
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            found = re.search(r"http://[^\s:]+:(\d+)", said.read_text("utf-8", "replace"))
            if found:
                self.port = int(found[1])
                return
            time.sleep(0.05)
        self.stop()
        pytest.fail(f"the server did not start:\n{said.read_text('utf-8', 'replace')}")

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self._folder / "data"

    @property
    def log(self) -> str:
        """What it has said since its last start."""
        return (self._folder / f"server-{self._starts}.log").read_text("utf-8", "replace")

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it as an operator does; idempotent."""
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Window:
    """A person's window."""

    def __init__(self, page: Page, frames: int = FRAMES) -> None:
        self.page = page
        self.frames = frames
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda line: self.requests.append(line.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    async def open(self, port: int, path: str = "/", spot: str = "") -> None:
        asked = f"?fps={self.frames}&graphics=low"
        await self.page.goto(f"http://127.0.0.1:{port}{path}{asked}{spot}")

    async def come_in(self, port: int, name: str, spot: str = "") -> None:
        """Opens the page, gives a name and waits until one can walk."""
        await self.open(port, spot=spot)
        await self.page.fill("#name", name)
        await self.page.press("#name", "Enter")
        await self.inside(f"{name} comes in")

    async def panel(self, name: str) -> None:
        """Opens a panel by its button in the bar, or by the one behind "more"."""
        await self.page.wait_for_selector(".bar")
        if await self.page.locator(f".panel.{name}").count() == 0:
            await self.page.keyboard.press("Escape")
            in_bar = self.page.locator(f'.bar [data-opens="{name}"]')
            if await in_bar.count() > 0:
                await in_bar.click()
            else:
                await self.panel("more")
                await self.page.locator(f'.panel.more [data-opens="{name}"]').click()
        await self.page.wait_for_selector(f".panel.{name} [id=panel-title]")

    async def go_away(self) -> None:
        """Leaves the world, so that no avatar waits for its person to return, and closes."""
        if not self.page.is_closed() and await self.see("aukio?.state === 'joined'"):
            await self.page.evaluate("history.back()")
            await self.until("one has left", "aukio.state === 'left'")
        await self.page.context.close()

    async def inside(self, what: str) -> None:
        # The page follows at the next frame; until then the door's buttons would take a tap.
        door = "document.querySelector('main.join') === null"
        await self.until(what, f"aukio.isInside && aukio.drawing.frames > 1 && {door}")

    async def see(self, expression: str) -> Any:
        """What the page believes: an expression over `aukio`."""
        script = f"(() => {{ const aukio = window.aukio; return {expression} }})()"
        return await self.page.evaluate(script)

    async def until(self, what: str, condition: str, patience_s: float = PATIENCE_S) -> Any:
        """Waits until a condition over `aukio` holds; else fails with what the page believes.

        The page's own policy forbids evaluating text in it, so the waiting is done here.
        """
        deadline = asyncio.get_running_loop().time() + patience_s
        while not (found := await self.see(condition)):
            if asyncio.get_running_loop().time() > deadline:
                view = await self.see("({...aukio})")
                pytest.fail(
                    f"never: {what} ({condition})\n{json.dumps(view, indent=1)}\n{self.errors}"
                )
            await asyncio.sleep(0.05)
        return found

    async def place(self) -> tuple[float, float]:
        own = await self.see("aukio.self")
        return own["x"], own["z"]

    async def stand_still(self) -> tuple[float, float]:
        """Waits until neither this page nor the server moves the avatar any more; tells where."""
        while True:
            before = await self.place()
            tick = await self.see("aukio.network.clientTick")
            await self.until("time passes", f"aukio.network.clientTick > {tick + 15}")
            if await self.place() == before:
                return before

    async def walk(self, key: str, metres: float) -> None:
        """Holds a key until the avatar has come so far."""
        x, z = await self.place()
        await self.page.focus("#view")
        await self.page.keyboard.down(key)
        gone = f"Math.hypot(aukio.self.x - {x}, aukio.self.z - {z}) > {metres}"
        await self.until(f"{metres} m are walked", gone)
        await self.page.keyboard.up(key)

    async def say(self, text: str) -> None:
        await self.page.focus("#view")
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_selector(".say input")
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")
        spoken = f"line.isOwn && line.text === {json.dumps(text)}"
        await self.until("one's words come back", f"aukio.chat.some(line => {spoken})")
        await self.page.keyboard.press("Escape")

    async def read(self, words: str) -> None:
        """Waits until the banner says these words, among others."""
        await self.page.wait_for_selector(f".banner >> text={words}", timeout=PATIENCE_S * 1000)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of a test's own that has not been started yet."""
    yield from _serve(tmp_path)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server that the stories of a file share; whoever comes leaves again."""
    for made in _serve(tmp_path_factory.mktemp("town")):
        made.start()
        yield made


def _serve(folder: Path) -> Iterator[Server]:
    if not PAGE.is_file():
        pytest.fail("the web client is not built: run 'make setup' (npm run build in clients/web)")
    made = Server(folder)
    yield made
    made.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    _demand_chromium()
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=CHROMIUM_ARGS
        )
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def new_window(browser: Browser) -> AsyncIterator[Any]:
    """Makes windows, each of a person with a browser of their own; none may throw an error."""
    windows: list[Window] = []

    async def make(
        width: int = 480,
        height: int = 320,
        *,
        touch: bool = False,
        is_new: bool = False,
        frames: int = FRAMES,
        **options: Any,
    ) -> Window:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=PIXELS,
            has_touch=touch,
            is_mobile=touch,
            **options,
        )
        if not is_new:
            await context.add_init_script(SEEN_THE_HELP)
        window = Window(await context.new_page(), frames)
        windows.append(window)
        return window

    yield make
    for window in windows:
        await window.go_away()
    assert [error for window in windows for error in window.errors] == [], "a page threw errors"


def _demand_chromium() -> None:
    if not CHROMIUM.is_file():
        pytest.fail(f"{CHROMIUM} is missing: install Debian's chromium")


@pytest_asyncio.fixture(loop_scope="session")
async def plain_window() -> AsyncIterator[Window]:
    """A window in a browser that finds this machine as school.test: no secure page, as on a LAN."""
    _demand_chromium()
    rule = "--host-resolver-rules=MAP school.test 127.0.0.1"
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=[*CHROMIUM_ARGS, rule]
        )
        window = Window(await started.new_page(viewport={"width": 480, "height": 480}))
        yield window
        await started.close()
        assert window.errors == [], "nothing breaks for want of a secure page"

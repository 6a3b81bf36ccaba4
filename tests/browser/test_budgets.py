"""What the page may cost: bytes until one can walk, and draws and triangles of the square.

The budgets stand here alone. What a frame costs in script and whether memory stays flat needs a
crowd and minutes: `bench/client`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from aukio_bench.bots import Crowd
from aukio_bench.connection import Address
from aukio_bench.crowd import acting
from aukio_bench.motion import Habits
from aukio_bench.party import Party

from .conftest import SQUARE

KIB = 1024
SCRIPT_BUDGET = 300 * KIB  # gzip, until the avatar can walk
VISIT_BUDGET = 1_500_000  # everything of a first visit, as it is sent
DRAWS_BUDGET = 60  # a frame of the square at medium, shadows included
TRIANGLES_BUDGET = 150_000

SPOTS = ("", "#hall", "#tram", "#market", "#quay")
HANDFUL = 6
LISTED = 14
PATIENCE_S = 120

#: Every draw call is made, with one triangle of what it would draw: three counts what it asked for,
#: and a machine without a graphics card need not draw it.
THIN_DRAWS = """
const draws = WebGL2RenderingContext.prototype;
const { drawElements, drawArrays } = draws;
draws.drawElements = function (mode, count, type, offset) {
  drawElements.call(this, mode, Math.min(count, 3), type, offset);
};
draws.drawArrays = function (mode, first, count) {
  drawArrays.call(this, mode, first, Math.min(count, 3));
};
"""
#: More frames than a place needs to be built, and its pictures and letters to come.
BUILT_FRAMES = 80


@dataclass(frozen=True, slots=True)
class Transfer:
    """One answer: its path, what it is, and the bytes of its body as they were sent."""

    path: str
    kind: str
    body_bytes: int
    is_packed: bool


class Transfers:
    """Listens to everything that a page gets over HTTP."""

    def __init__(self, page: Any) -> None:
        self._requests: list[Any] = []
        page.on("requestfinished", lambda request: self._requests.append(request))

    async def all(self) -> list[Transfer]:
        """What has come so far, the largest first."""
        return sorted(
            await asyncio.gather(*map(self._measure, list(self._requests))),
            key=lambda one: -one.body_bytes,
        )

    async def _measure(self, request: Any) -> Transfer:
        response, sizes = await request.response(), await request.sizes()
        return Transfer(
            urlsplit(request.url).path,
            request.resource_type,
            sizes["responseBodySize"],
            response.headers.get("content-encoding", "identity") != "identity",
        )


def listing(transfers: list[Transfer]) -> str:
    """The largest, one a line."""
    lines = [f"  {one.body_bytes:>9,} B  {one.kind:<10} {one.path}" for one in transfers[:LISTED]]
    return "\n".join(lines)


async def test_a_first_visit_stays_within_its_bytes(server: Any, new_window: Any) -> None:
    server.start(world=SQUARE)
    window = await new_window()
    transfers = Transfers(window.page)
    await window.come_in(server.port, "Aino", spot="&graphics=low")
    await window.walk("KeyW", 0.5)

    found = await transfers.all()
    scripts = [one for one in found if one.kind == "script"]
    assert scripts, "the page has scripts"
    # A file of a few bytes grows by packing, and is sent as it is.
    unpacked = [one.path for one in scripts if not one.is_packed and one.body_bytes > 1000]
    assert not unpacked, "scripts are sent packed"
    size = sum(one.body_bytes for one in scripts)
    assert size <= SCRIPT_BUDGET, (
        f"script until one can walk: {size / KIB:.0f} KiB of {SCRIPT_BUDGET / KIB:.0f}:\n"
        + listing(scripts)
    )
    everything = sum(one.body_bytes for one in found)
    print(f"script {size / KIB:.0f} KiB, everything {everything:,} B")
    assert everything <= VISIT_BUDGET, (
        f"everything of a first visit: {everything:,} B of {VISIT_BUDGET:,}:\n" + listing(found)
    )


@asynccontextmanager
async def a_handful(port: int) -> AsyncIterator[Crowd]:
    """Some people who stroll about where they came in."""
    address = Address("127.0.0.1", port, "/ws", is_secure=False)
    loop = asyncio.get_running_loop()
    crowd = Crowd(address, Party(HANDFUL, Habits(half_m=22), sample=0), 1, loop.time)
    async with acting(crowd):
        for row in range(HANDFUL):
            await crowd.join(row)
        yield crowd


@pytest.mark.parametrize("spot", SPOTS)
async def test_the_square_at_medium_stays_within_its_draws(
    server: Any, new_window: Any, spot: str
) -> None:
    server.start(world=SQUARE)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(a_handful(server.port))
        window = await new_window()
        await window.page.add_init_script(THIN_DRAWS)
        await window.page.goto(f"http://127.0.0.1:{server.port}/?fps=30&graphics=medium{spot}")
        await window.page.fill("#name", "Aino")
        await window.page.press("#name", "Enter")
        await window.until("people are in view", f"aukio.others.length >= {HANDFUL}", PATIENCE_S)
        frames = await window.see("aukio.drawing.frames")
        built = f"aukio.drawing.frames > {frames + BUILT_FRAMES}"
        await window.until("all is drawn", built, PATIENCE_S)
        work = await window.see("({...aukio.drawing})")
        largest = await window.see("aukio.measures.largest")
    print(f"{spot or 'spawn'}: {work['draws']} draws, {work['triangles']:,} triangles")
    shown = "\n".join(
        f"  {one['triangles']:>9,.0f}  {one['name']}{' (and shadow)' * one['castsShadow']}"
        for one in largest[:LISTED]
    )
    assert work["level"] == "medium"
    assert work["draws"] <= DRAWS_BUDGET, f"{work['draws']} draw calls, largest meshes:\n{shown}"
    assert work["triangles"] <= TRIANGLES_BUDGET, (
        f"{work['triangles']:,} triangles, largest meshes:\n{shown}"
    )

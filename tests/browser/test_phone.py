"""The page on a phone, by touch."""

from typing import Any

import pytest

UPRIGHT = {"width": 390, "height": 844}
ON_ITS_SIDE = {"width": 844, "height": 390}
IS_INSIDE = """(() => {
  const {left, top, right, bottom} = document.querySelector(".panel").getBoundingClientRect();
  const isWhole = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
  return isWhole && document.documentElement.scrollWidth <= innerWidth;
})()"""
#: A jump is shorter than two looks from outside on a busy machine.
WATCH_HEIGHT = """() => { window.highest = 0; setInterval(() => {
  window.highest = Math.max(window.highest, window.aukio.self?.y ?? 0);
}, 20) }"""


class Fingers:
    """Touches of one page, by the browser's own input."""

    def __init__(self, session: Any) -> None:
        self._session = session

    async def put(self, x: float, y: float) -> None:
        await self._send("touchStart", [{"x": x, "y": y}])

    async def move(self, x: float, y: float) -> None:
        await self._send("touchMove", [{"x": x, "y": y}])

    async def lift(self) -> None:
        await self._send("touchEnd", [])

    async def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        await self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def walked_from(place: tuple[float, float]) -> str:
    return f"Math.hypot(aukio.self.x - {place[0]}, aukio.self.z - {place[1]})"


async def test_one_walks_looks_jumps_and_chats_by_touch(town: Any, new_window: Any) -> None:
    phone = await new_window(390, 844, touch=True, is_new=True)
    await phone.open(town.port)
    await phone.page.tap("button[type=submit]")
    await phone.inside("one comes in without typing")
    await phone.page.tap(".panel.help .main")
    fingers = Fingers(await phone.page.context.new_cdp_session(phone.page))

    begun = await phone.place()
    await fingers.put(90, 500)
    await fingers.move(90, 440)
    await phone.until("the left thumb walks", f"{walked_from(begun)} > 1")
    await fingers.lift()
    stood = await phone.stand_still()

    yaw = await phone.see("aukio.view.yaw")
    await fingers.put(300, 400)
    await fingers.move(200, 400)
    await phone.until("the right thumb looks round", f"Math.abs(aukio.view.yaw - {yaw}) > 5")
    await fingers.lift()
    assert await phone.place() == stood, "looking round does not walk"

    ground = await phone.see("aukio.self.y")
    await phone.page.evaluate(WATCH_HEIGHT)
    await phone.page.tap(".thumb")
    await phone.until("a tap jumps", f"window.highest > {ground} + 0.1")

    await phone.page.tap(".bar >> text=Chat")
    await phone.page.fill(".say input", "Hei puhelimesta")
    await phone.page.tap(".say >> text=Send")
    await phone.until(
        "the words come back", "aukio.chat.some(line => line.text === 'Hei puhelimesta')"
    )


async def test_a_tap_on_the_ground_walks_there(town: Any, new_window: Any) -> None:
    phone = await new_window(390, 844, touch=True)
    await phone.come_in(town.port, "Aino")
    begun = await phone.place()
    await phone.page.touchscreen.tap(280, 560)
    await phone.until("she goes there", f"{walked_from(begun)} > 1")
    there = await phone.stand_still()
    await phone.page.touchscreen.tap(280, 100)
    assert await phone.stand_still() == there, "a tap on the sky leads nowhere"


@pytest.mark.parametrize("panel", ["chat", "emotes", "people"])
async def test_a_phone_can_be_turned_while_a_panel_is_open(
    town: Any, new_window: Any, panel: str
) -> None:
    phone = await new_window(390, 844, touch=True)
    await phone.come_in(town.port, "Aino")
    await phone.panel(panel)
    for size in (ON_ITS_SIDE, UPRIGHT):
        await phone.page.set_viewport_size(size)
        await phone.until("the picture has its size", "aukio.drawing.frames > 0")
        await phone.until(f"{panel} fits {size}", IS_INSIDE)
        await phone.page.locator(".panel header .round").click(trial=True)
        await phone.page.locator(".bar [data-opens=chat]").click(trial=True)

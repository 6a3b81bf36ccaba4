"""The page on a phone, by touch."""

from typing import Any


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


async def test_one_walks_looks_jumps_and_chats_by_touch(server: Any, new_window: Any) -> None:
    server.start()
    phone = await new_window(390, 844, touch=True)
    await phone.open(server.port)
    await phone.page.tap("button[type=submit]")
    await phone.inside("one comes in without typing")
    await phone.page.tap(".panel.help .main")
    fingers = Fingers(await phone.page.context.new_cdp_session(phone.page))

    x, z = await phone.place()
    await fingers.put(90, 500)
    await fingers.move(90, 440)
    await phone.until(
        "the left thumb walks", f"Math.hypot(aukio.self.x - {x}, aukio.self.z - {z}) > 1"
    )
    await fingers.lift()
    await phone.stand_still()

    yaw = await phone.see("aukio.self.yaw")
    await fingers.put(300, 400)
    await fingers.move(200, 400)
    await phone.until("the right thumb turns", f"Math.abs(aukio.self.yaw - {yaw}) > 5")
    await fingers.lift()

    ground = await phone.see("aukio.self.y")
    await phone.page.tap("text=Jump")
    await phone.until("a tap jumps", f"aukio.self.y > {ground} + 0.1")

    await phone.page.tap(".bar >> text=Chat")
    await phone.page.fill(".say input", "Hei puhelimesta")
    await phone.page.tap(".say >> text=Send")
    await phone.until(
        "the words come back", "aukio.chat.some(line => line.text === 'Hei puhelimesta')"
    )
    wide = await phone.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, "nothing sticks out of the screen"

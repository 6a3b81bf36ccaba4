"""A person in a headset, as WebXR emulates one (iwer), and what others see of them."""

from pathlib import Path
from typing import Any

import pytest_asyncio

ROOT = Path(__file__).parents[2]
IWER = ROOT / "clients/web/node_modules/iwer/build/iwer.min.js"
WEAR = """
const device = new IWER.XRDevice(IWER.metaQuest3);
device.installRuntime({ forceInstall: true });
device.position.set(0, 1.7, 0);
device.controllers.left.position.set(-0.3, 1.2, -0.3);
device.controllers.right.position.set(0.3, 1.2, -0.3);
window.headset = device;
"""


async def wear(window: Any) -> None:
    """Gives a window an emulated headset; before its page is opened."""
    await window.page.add_init_script(IWER.read_text("utf-8") + WEAR)


async def enter(window: Any) -> None:
    """Presses the button that enters the headset."""
    await window.page.click("[data-opens=more]")
    await window.page.click(".item.headset")
    await window.page.wait_for_selector(".banner >> text=headset", timeout=60_000)


@pytest_asyncio.fixture(loop_scope="session")
async def two(town: Any, new_window: Any) -> tuple[Any, Any]:
    """Somebody in a headset, and somebody who watches."""
    aino, vaino = await new_window(), await new_window()
    await wear(aino)
    await aino.come_in(town.port, "Aino")
    await vaino.come_in(town.port, "Väinö")
    await enter(aino)
    return aino, vaino


async def test_a_hand_that_is_lifted_is_seen_lifted(two: Any) -> None:
    aino, vaino = two
    await vaino.until("Väinö sees Aino's head", "aukio.others[0]?.headset?.head.y > 1.5")
    await vaino.until(
        "her hand is where she holds it",
        "Math.abs(aukio.others[0].headset.right.y - aukio.others[0].y - 1.2) < 0.05",
    )
    await aino.page.evaluate("headset.controllers.right.position.y = 1.9")
    await vaino.until(
        "Väinö sees her hand go up",
        "Math.abs(aukio.others[0].headset.right.y - aukio.others[0].y - 1.9) < 0.05",
    )


async def test_who_teleports_runs_there_for_the_others_and_turns_in_steps(two: Any) -> None:
    aino, vaino = two
    x, z = await aino.place()
    await aino.page.evaluate("headset.controllers.right.updateAxis('thumbstick', 'y-axis', -1)")
    frames = await aino.see("aukio.drawing.frames")
    await aino.until("she aims", f"aukio.drawing.frames > {frames + 4}")
    await aino.page.evaluate("headset.controllers.right.updateAxis('thumbstick', 'y-axis', 0)")
    await vaino.until(
        "Väinö sees her come away",
        f"Math.hypot(aukio.others[0].x - {x}, aukio.others[0].z - {z}) > 1.5",
    )
    assert await aino.see("aukio.network.lastCorrection") < 0.3, "no rule was broken"
    yaw = await aino.see("aukio.self.yaw")
    await aino.page.evaluate("headset.controllers.left.updateAxis('thumbstick', 'x-axis', 1)")
    await aino.until("she turns by a step", f"Math.abs(aukio.self.yaw - {yaw}) > 20")


async def test_who_takes_the_headset_off_is_an_ordinary_avatar_again(two: Any) -> None:
    aino, vaino = two
    await vaino.until("Väinö sees her head", "aukio.others[0]?.headset !== null")
    await aino.page.evaluate("headset.controllers.right.updateButtonValue('b-button', 1)")
    await vaino.until("Väinö sees no headset", "aukio.others[0]?.headset === null")
    await aino.walk("w", 1)

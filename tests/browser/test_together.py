"""People together in a world: they see each other walk, and hear each other."""

from typing import Any

import pytest

ROUNDS = 3  # of a walk, until one is not disturbed


def apart(a: tuple[float, float], b: tuple[float, float]) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


async def shown_place(window: Any, name: str) -> tuple[float, float]:
    """Where a window shows somebody."""
    other = await window.see(f"aukio.others.find(one => one.name === '{name}')")
    return other["x"], other["z"]


async def test_two_windows_see_each_other_walk_and_hear_each_other(
    town: Any, new_window: Any
) -> None:
    aino, vaino = await new_window(), await new_window()
    await aino.come_in(town.port, "Aino")
    await vaino.come_in(town.port, "Väinö")
    await aino.until("Aino sees Väinö", "aukio.others.some(one => one.name === 'Väinö')")
    await vaino.until("Väinö sees Aino", "aukio.others.some(one => one.name === 'Aino')")
    assert await aino.see("aukio.people") == 2

    await aino.walk("s", 3)
    stood = await aino.stand_still()
    await vaino.until(
        "Väinö sees where Aino stopped",
        f"Math.hypot(aukio.others[0].x - {stood[0]}, aukio.others[0].z - {stood[1]}) < 0.05",
    )
    yaw = await vaino.see("aukio.others[0].yaw")
    assert abs(yaw - 180) < 6, "Aino faces the way she walked"

    await vaino.say("Hei Aino!")
    heard = "aukio.chat.some(line => line.name === 'Väinö' && line.text === 'Hei Aino!')"
    await aino.until("Aino hears Väinö", heard)
    await vaino.until("Väinö sees his own words", heard)
    await aino.page.wait_for_selector("[role=log] >> text=Hei Aino!")


async def test_walking_is_predicted_without_corrections(town: Any, new_window: Any) -> None:
    aino = await new_window()
    await aino.come_in(town.port, "Aino")
    tick = await aino.see("aukio.network.clientTick")
    await aino.until("the clock settles", f"aukio.network.clientTick > {tick + 60}")
    # Where the machine stands still for half a second an input comes too late for its tick, and is
    # corrected by right. A wrong prediction is wrong each time.
    for _ in range(ROUNDS):
        before = await aino.see("aukio.network.corrections")
        for key in ("w", "d", "s", "a"):
            await aino.walk(key, 1.5)
        await aino.stand_still()
        corrections = await aino.see("aukio.network.corrections") - before
        moved = await aino.see("aukio.network.lastCorrection")
        assert moved < 0.25, "a correction, if any, is one of timing on a busy machine"
        if corrections <= 1:
            break
    assert corrections <= 1


async def test_no_request_leaves_the_origin(town: Any, new_window: Any) -> None:
    aino = await new_window()
    await aino.come_in(town.port, "Aino")
    await aino.say("Hei")
    await aino.until("the words come back", "aukio.chat.length > 0")
    host = f"//127.0.0.1:{town.port}/"
    assert aino.requests, "requests are seen"
    assert [url for url in aino.requests if host not in url] == []


async def test_without_a_name_one_gets_one(town: Any, new_window: Any) -> None:
    guest = await new_window()
    await guest.come_in(town.port, "")
    assert await guest.see("aukio.self.name") != ""


async def test_a_page_loaded_anew_goes_on_where_it_was(town: Any, new_window: Any) -> None:
    aino = await new_window()
    await aino.come_in(town.port, "Aino")
    await aino.walk("w", 1)
    stood = await aino.stand_still()
    await aino.page.reload()
    await aino.inside("Aino is back without asking")
    assert await aino.see("aukio.self.name") == "Aino"
    assert await aino.see("aukio.network.wasResumed")
    assert apart(await aino.place(), stood) < 0.1


@pytest.mark.parametrize(
    "name", ["x" * 96, "Åke 👩‍🚀", "a\u0308"], ids=["long", "joined", "decomposed"]
)
async def test_unusual_names_come_in(town: Any, new_window: Any, name: str) -> None:
    window = await new_window()
    await window.come_in(town.port, name)
    assert await window.see("aukio.self.name") != ""

"""A bad line, a dead server, a no: what the page says and how it comes back."""

from random import Random
from typing import Any

from aukio.transport.conditioner import Conditioner

from .test_together import apart, shown_place

BLACK_HOLE_S = 20.0


async def test_a_window_that_hears_nothing_for_20_s_returns_to_its_place(
    server: Any, new_window: Any
) -> None:
    server.start()
    conditioner = Conditioner("127.0.0.1", server.port, random=Random(7))
    await conditioner.start()
    try:
        aino, vaino = await new_window(), await new_window()
        await vaino.come_in(server.port, "Väinö")
        await aino.come_in(conditioner.port, "Aino")
        await aino.walk("w", 2)
        stood = await aino.stand_still()
        slot = await aino.see("aukio.self.slot")

        conditioner.upstream.black_hole()
        conditioner.downstream.black_hole()
        conditioner.play(
            [(BLACK_HOLE_S, conditioner.upstream.heal), (BLACK_HOLE_S, conditioner.downstream.heal)]
        )
        await aino.until("the silence is noticed", "aukio.state === 'lost'")
        await aino.read("connection")

        await aino.until("Aino is back", "aukio.isInside && aukio.network.joins > 1", 90)
        assert await aino.see("aukio.network.wasResumed"), "it is the same session"
        assert await aino.see("aukio.self.slot") == slot, "and the same avatar"
        assert apart(await aino.stand_still(), stood) < 0.1
        await vaino.until("Väinö sees Aino", "aukio.others.some(one => one.name === 'Aino')")
        assert apart(await shown_place(vaino, "Aino"), stood) < 0.1
        await aino.walk("s", 1)
    finally:
        await conditioner.stop()


async def test_a_killed_server_comes_back_and_both_carry_on(server: Any, new_window: Any) -> None:
    server.start()
    aino, vaino = await new_window(), await new_window()
    await aino.come_in(server.port, "Aino")
    await vaino.come_in(server.port, "Väinö")
    await aino.walk("w", 1.5)
    places = [await window.stand_still() for window in (aino, vaino)]
    tick = await aino.see("aukio.network.clientTick")
    await aino.until("what was walked is stored", f"aukio.network.clientTick > {tick + 40}")
    loaded = [await window.page.evaluate("performance.timeOrigin") for window in (aino, vaino)]

    server.kill()
    for window in (aino, vaino):
        await window.until("the loss is noticed", "aukio.state !== 'joined'")
    await aino.read("The connection")
    server.start()
    for window in (aino, vaino):
        await window.until("the window is back", "aukio.isInside && aukio.network.joins > 1", 90)

    assert [
        await window.page.evaluate("performance.timeOrigin") for window in (aino, vaino)
    ] == loaded
    for window, place in zip((aino, vaino), places, strict=True):
        assert await window.see("aukio.network.wasResumed")
        assert apart(await window.stand_still(), place) < 0.1
    await vaino.until("Väinö sees Aino", "aukio.others.some(one => one.name === 'Aino')")
    await aino.say("Still here")
    await vaino.until("Väinö hears her", "aukio.chat.some(line => line.text === 'Still here')")


async def test_a_no_is_shown_in_words(server: Any, new_window: Any) -> None:
    server.start()
    window = await new_window()
    await window.open(server.port, "/w/nowhere")
    await window.page.press("#name", "Enter")
    await window.read("There is no such world here.")
    assert await window.see("aukio.state") == "refused"
    assert await window.page.is_visible("#name"), "one can try again"


async def test_a_full_world_lets_one_in_as_soon_as_there_is_room(
    server: Any, new_window: Any
) -> None:
    server.start("--users", "1")
    first, second = await new_window(), await new_window()
    await first.come_in(server.port, "Aino")
    await second.open(server.port)
    await second.page.press("#name", "Enter")
    await second.read("You come in by yourself as soon as there is room.")
    await second.read("The next try is")
    await first.page.click(".bar >> text=More")
    await first.page.click(".panel >> text=Leave")
    await second.inside("the second comes in after the first has left")


async def test_the_same_place_in_two_tabs_goes_on_in_the_newer_one(
    server: Any, new_window: Any
) -> None:
    server.start()
    old = await new_window()
    await old.come_in(server.port, "Aino")
    secret = await old.page.evaluate("sessionStorage.getItem('aukio.secret')")
    new = await new_window()
    await new.page.add_init_script(f"sessionStorage.setItem('aukio.secret', '{secret}')")
    await new.open(server.port)
    await new.page.press("#name", "Enter")
    await new.inside("the copy goes on")
    assert await new.see("aukio.self.name") == "Aino"
    await old.until("the old window knows", "aukio.state === 'refused'")
    await old.read("another window")

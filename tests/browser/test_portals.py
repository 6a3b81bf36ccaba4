"""Through a portal: into another world, to a spot, and to the door of another server."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import Server

WORLD = """\
world: 1
id: {id}
name: {{en: {name}}}
view: 60
ground: {{size: [40, 40]}}
spawn:
  middle: {{at: [0, 0], facing: 0, spread: 0.5}}
  corner: {{at: [15, 15], facing: 90, spread: 0.5, name: {{en: The corner}}}}
prefabs:
  arch:
    alt: {{en: An arch}}
    portal: {{circle: 1}}
    parts:
      top: {{shape: box, at: [0, 0, 2.4], size: [2.6, 0.2, 0.2], colour: "#c8553d"}}
entities: {entities}
"""


@pytest.fixture
def worlds(tmp_path: Path) -> Path:
    hall = """
  east: {use: arch, at: [0, 3], to: quay}
  out: {use: arch, at: [-4, 0], to: "https://other.example/w/far#pier"}
  lost: {use: arch, at: [4, 0], to: nowhere}
"""
    quay = '{back: {use: arch, at: [0, 3], to: "#corner"}}'
    for world, name, entities in (("hall", "The hall", hall), ("quay", "The quay", quay)):
        (tmp_path / "worlds" / world).mkdir(parents=True)
        text = WORLD.format(id=world, name=name, entities=entities)
        (tmp_path / "worlds" / world / "world.yaml").write_text(text)
    return tmp_path / "worlds"


async def test_a_portal_leads_into_another_world_and_on(
    server: Server, new_window: Any, worlds: Path
) -> None:
    server.start(world=worlds)
    aino, vaino = await new_window(900, 600), await new_window()
    await vaino.open(server.port, "/w/quay")
    await vaino.page.fill("#name", "Väinö")
    await vaino.page.press("#name", "Enter")
    await vaino.inside("he is on the quay")
    await aino.open(server.port, "/w/hall")
    await aino.page.fill("#name", "Aino")
    await aino.page.press("#name", "Enter")
    await aino.inside("she is in the hall")

    await aino.page.focus("#view")
    await aino.page.keyboard.down("w")
    await aino.until("the portal takes her to the quay", "aukio.world === 'quay' && aukio.isInside")
    await aino.page.keyboard.up("w")
    assert aino.page.url.split("?")[0].endswith("/w/quay"), "the address is one to pass on"
    await vaino.until("he sees her by her name", "aukio.nearby.length >= 0 && aukio.people === 2")
    assert await vaino.see("aukio.others.map(one => one.name)") == ["Aino"]
    assert await aino.see("aukio.self.name") == "Aino"

    await aino.page.keyboard.down("w")
    await aino.until("the next one to the corner", "aukio.self.x > 13 && aukio.self.z < -13")
    await aino.page.keyboard.up("w")
    assert await aino.see("aukio.world") == "quay"

    # Back leads to the door one came in by, and that is the hall's.
    await aino.page.go_back()
    await aino.page.wait_for_selector("#name")
    await aino.page.wait_for_selector("h1 >> text=The hall")
    await vaino.until("she has left", "aukio.people === 1")
    await aino.page.press("#name", "Enter")
    await aino.until("she comes into the hall", "aukio.world === 'hall' && aukio.isInside")


async def test_one_is_asked_before_another_server_and_stays_where_nothing_is(
    server: Server, new_window: Any, worlds: Path
) -> None:
    server.start(world=worlds)
    aino = await new_window(900, 600)
    await aino.open(server.port, "/w/hall")
    await aino.page.fill("#name", "Aino")
    await aino.page.press("#name", "Enter")
    await aino.inside("she is in the hall")
    await aino.panel("places")
    doors = aino.page.locator(".doors .who")
    assert await doors.count() == 3, "who does not walk well finds the portals, too"
    await doors.nth(1).click()
    await aino.page.wait_for_selector(".panel.passage")
    link = aino.page.locator(".panel.passage a")
    assert await link.get_attribute("href") == "https://other.example/w/far#pier"
    assert "noreferrer" in str(await link.get_attribute("rel"))
    assert "other.example" in await link.inner_text()
    await aino.page.keyboard.press("Escape")
    await aino.page.locator(".panel.passage").wait_for(state="detached")
    assert await aino.see("aukio.world") == "hall"

    await aino.panel("places")
    await doors.nth(2).click()
    await aino.page.wait_for_selector(".remark >> text=It is closed there at the moment.")
    assert await aino.see("aukio.world === 'hall' && aukio.isInside")

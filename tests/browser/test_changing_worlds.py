"""A builder saves a file, and the place changes round those who stand in it."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import Server

WORLD = """\
world: 1
id: place
name: {{en: The place}}
view: 60
ground: {{size: [40, 40]}}
spawn: {{gate: {{at: [0, -14], facing: 0, spread: 1}}}}
prefabs:
  rock:
    alt: {{en: A rock}}
    parts: {{body: {{shape: box, size: [4, 4, 3], colour: "#888888"}}}}
entities: {entities}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    (folder / "world.yaml").write_text(WORLD.format(entities="{}"))
    return folder


async def test_a_rock_that_is_saved_into_the_world_stands_in_the_way(
    server: Server, new_window: Any, place: Path
) -> None:
    server.start(world=place)
    aino, vaino = await new_window(), await new_window()
    await aino.come_in(server.port, "Aino")
    await vaino.come_in(server.port, "Väinö")
    await aino.walk("w", 3.5)
    await vaino.walk("w", 8)
    await aino.stand_still()
    await vaino.stand_still()
    before, place_before = (
        await vaino.see("aukio.network.corrections"),
        await vaino.see("aukio.place"),
    )

    (place / "world.yaml").write_text(WORLD.format(entities="{rock: {use: rock, at: [0, -10]}}"))
    await aino.page.wait_for_selector(".remark >> text=This place has been changed.")
    x, z = await aino.stand_still()
    assert max(abs(x), abs(z - 10)) > 2.2, "she was put beside the rock that came where she stood"
    await vaino.until("he is in it, too", f"aukio.place !== '{place_before}'")
    assert await vaino.see("aukio.network.joins") == 1, "nobody had to come in again"

    # His own page knows the rock: he walks against it and is not corrected.
    await vaino.page.focus("#view")
    await vaino.page.keyboard.down("s")
    await vaino.until("he is before it", "aukio.self.z > 7.5")
    tick = await vaino.see("aukio.network.clientTick")
    await vaino.until("he goes on trying", f"aukio.network.clientTick > {tick + 30}")
    await vaino.page.keyboard.up("s")
    x, z = await vaino.stand_still()
    assert z < 7.9 or abs(x) > 2, "through the rock nobody gets"
    assert await vaino.see("aukio.network.corrections") <= before + 1

    # A mistake changes nothing, and mending it is enough.
    (place / "world.yaml").write_text(WORLD.format(entities="{rock: {use: rokc, at: [0, -10]}}"))
    await server_says(server, r'did you mean "rock"\?')
    (place / "world.yaml").write_text(WORLD.format(entities="{}"))
    await aino.until("it is gone again", f"aukio.place === '{place_before}'")


async def server_says(server: Server, pattern: str) -> None:
    """Waits until the server's log has said something."""
    for _ in range(600):
        if re.search(pattern, server.log):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"the server did not say {pattern}:\n{server.log}")

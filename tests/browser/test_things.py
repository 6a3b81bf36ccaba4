"""Doors, buttons and what is collected: by click, by key, by the list; with a role and without."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Server

WORLD = """\
world: 1
id: room
name: {en: The room}
view: 60
ground: {size: [24, 24]}
spawn:
  gate: {at: [0, -6], facing: 0, spread: 0.3}
roles: {teacher: {can: [speak, use, kick, silence]}}
counters: {leaves: {most: 2}}
prefabs:
  wall:
    alt: {en: Wall}
    params: {w: {type: number}}
    parts: {body: {shape: box, size: ["{w}", 0.3, 2.6]}}
  door:
    alt: {en: Door}
    states: [closed, open]
    on_use: next
    parts:
      leaf:
        shape: box
        size: [1.4, 0.1, 2.2]
        colour: "#a5673f"
        states: {open: {at: [0.7, 0.7], turn: 90}}
  leaf:
    alt: {en: Leaf}
    states: [there, taken]
    collect: 0.9
    parts:
      body: {shape: sphere, size: [0.25], at: [0, 0, 0.4], in: there, solid: false}
  button:
    alt: {en: Button}
    states: [off, on]
    on_use: next
    parts:
      body: {shape: cylinder, size: [0.2, 1], states: {on: {colour: "#40c040", glow: 1}}}
entities:
  west: {use: wall, at: [-4.2, 0], w: 7}
  east: {use: wall, at: [4.2, 0], w: 7}
  door: {use: door, at: [0, 0], name: {en: The yellow door}}
  safe: {use: button, at: [-3, -6], for: teacher, name: {en: The safe}}
  leaf: {use: leaf, at: [0, 5]}
rules:
  found:
    when: {collect: leaf}
    do: [{count: leaves}, {say: {en: "{leaves} of 2 leaves", fi: "{leaves} lehteä"}}]
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "worlds/room").mkdir(parents=True)
    (tmp_path / "worlds/room/world.yaml").write_text(WORLD)
    return tmp_path / "worlds/room"


def link(room: Path, data: Path) -> str:
    command = [sys.executable, "-m", "aukio", "link", str(room), "--role", "teacher"]
    done = subprocess.run(
        [*command, "--data", str(data)], capture_output=True, text=True, check=True
    )
    found = re.search(r"#t=(\S+)", done.stdout)
    assert found is not None
    return found[1]


async def test_a_door_is_opened_by_key_and_both_walk_through(
    server: Server, new_window: Any, room: Path
) -> None:
    server.start(world=room)
    aino, vaino = await new_window(900, 600), await new_window()
    await aino.come_in(server.port, "Aino")
    await vaino.come_in(server.port, "Väinö")
    await aino.page.focus("#view")
    await aino.page.keyboard.down("w")
    await aino.until("the closed door stops her", "aukio.self.z < 0.6 && aukio.usable === 'door'")
    await aino.page.keyboard.up("w")
    assert await aino.see("aukio.self.z") > 0.2
    assert "The yellow door" in await aino.page.inner_text("button.use")
    before = await aino.see("aukio.network.corrections")
    await aino.page.keyboard.press("f")
    for one in (aino, vaino):
        await one.until("both see it open", "aukio.things.door === 'open'")
    await aino.page.wait_for_selector("text=The yellow door is open")
    await aino.page.keyboard.down("w")
    await aino.until("she walks through and finds a leaf", "aukio.self.z < -4.4")
    await aino.page.keyboard.up("w")
    await vaino.until("he sees her behind it", "aukio.others[0]?.z < -3")
    assert await aino.see("aukio.network.corrections") - before <= 1, "she walked as the server did"
    for one in (aino, vaino):
        await one.until("the leaf is gone for both", "aukio.things.leaf === 'taken'")
    await aino.page.wait_for_selector("text=1 of 2 leaves")

    # What was done outlives a crash.
    server.kill()
    server.start(world=room)
    for one in (aino, vaino):
        await one.inside("they are back")
        await one.until(
            "as it was", "aukio.things.door === 'open' && aukio.things.leaf === 'taken'"
        )


async def test_who_does_not_walk_well_uses_the_list(
    server: Server, new_window: Any, room: Path
) -> None:
    server.start(world=room)
    aino = await new_window(900, 600)
    await aino.come_in(server.port, "Aino")
    await aino.panel("places")
    things = aino.page.locator(".things .who")
    assert await things.count() == 2
    names = [await things.nth(n).get_attribute("aria-label") for n in range(2)]
    assert any("The yellow door" in str(name) for name in names), names
    await aino.page.locator(".things .who >> text=The yellow door").click()
    await aino.until("she walks there and opens it", "aukio.things.door === 'open'")


async def test_a_signed_link_makes_a_teacher_and_leaves_the_address(
    server: Server, new_window: Any, room: Path, tmp_path: Path
) -> None:
    server.start(world=room)
    guest, teacher = await new_window(900, 600), await new_window(900, 600)
    await guest.come_in(server.port, "Aino")
    await guest.until("the safe is near", "aukio.isInside")
    await guest.panel("places")
    await guest.page.locator(".things .who >> text=The safe").click()
    await guest.page.wait_for_selector("text=Your role here may not do that.")
    assert await guest.see("aukio.things.safe") == "off"

    data = Path(server.data)
    await teacher.open(server.port, "/w/room", f"#t={link(room, data)}")
    await teacher.page.fill("#name", "Opettaja")
    assert "#t=" not in teacher.page.url, "the ticket does not stay in the address"
    await teacher.page.press("#name", "Enter")
    await teacher.inside("the teacher is in")
    assert await teacher.see("aukio.role") == "teacher"
    await teacher.panel("places")
    await teacher.page.locator(".things .who >> text=The safe").click()
    await guest.until("the guest sees it", "aukio.things.safe === 'on'")

    await teacher.page.reload()
    await teacher.inside("a reload keeps the role")
    assert await teacher.see("aukio.role") == "teacher"
    assert not guest.errors + teacher.errors

    stranger = await new_window()
    await stranger.open(server.port, "/w/room", "#t=forged.ticket")
    await stranger.page.fill("#name", "Joku")
    await stranger.page.press("#name", "Enter")
    await stranger.page.wait_for_selector("text=This link is not valid")
    await stranger.page.fill("#name", "Joku")
    await stranger.page.press("#name", "Enter")
    await stranger.inside("as a guest")
    assert await stranger.see("aukio.role") == "guest"


async def test_a_teacher_takes_the_word_and_puts_somebody_out(
    server: Server, new_window: Any, room: Path
) -> None:
    server.start(world=room)
    pupil, teacher = await new_window(900, 600), await new_window(900, 600)
    await pupil.come_in(server.port, "Pekka")
    await teacher.open(server.port, "/w/room", f"#t={link(room, server.data)}")
    await teacher.page.fill("#name", "Opettaja")
    await teacher.page.press("#name", "Enter")
    await teacher.inside("the teacher is in")
    await teacher.until("she sees him", "aukio.others.length === 1")
    assert await pupil.page.locator("[aria-label='Put Opettaja out']").count() == 0

    await teacher.panel("people")
    await teacher.page.click("[aria-label='Take the word of Pekka']")
    await pupil.page.wait_for_selector("text=You may not write here for the moment.")
    await pupil.panel("chat")
    await pupil.page.fill(".panel.chat input, .panel.chat textarea", "Am I heard?")
    await pupil.page.keyboard.press("Enter")
    await pupil.page.wait_for_selector("text=Your role here may not do that.")
    await teacher.page.click("[aria-label='Give Pekka the word back']")
    await pupil.page.wait_for_selector("text=You may write here again.")
    await pupil.page.fill(".panel.chat input, .panel.chat textarea", "Thank you")
    await pupil.page.keyboard.press("Enter")
    await teacher.until("now he is heard", "aukio.chat.some(line => line.text === 'Thank you')")
    assert not await teacher.see("aukio.chat.some(line => line.text === 'Am I heard?')")

    kick = teacher.page.locator("[aria-label='Put Pekka out'], [aria-label^='Press again']")
    await kick.click()
    assert await teacher.see("aukio.people") == 2, "the first press only asks"
    await kick.click()
    await pupil.page.wait_for_selector("text=You were put out of this place.")
    await teacher.until("he is gone", "aukio.people === 1")
    await pupil.page.press("#name", "Enter")
    await pupil.page.wait_for_selector("text=You were put out of this place.")
    assert await teacher.see("aukio.people") == 1, "and does not come back"

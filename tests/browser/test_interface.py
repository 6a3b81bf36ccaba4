"""What a person does with the page itself: languages, links, people, settings."""

import re
from typing import Any

import pytest

from .conftest import ROOT

ENGLISH = ROOT / "clients/web/src/ui/texts/en.ts"
GENERATED = ROOT / "clients/web/src/protocol/messages.gen.ts"
PANELS = ("chat", "people", "emotes", "places", "more", "share", "settings", "help", "look")


def english_sentences() -> set[str]:
    """English texts of more than one word; single words may be the same in other languages."""
    texts = re.findall(r'[\w"]+: "((?:[^"\\]|\\.)*)"', ENGLISH.read_text("utf-8"))
    return {text for text in texts if " " in text and "{{" not in text}


async def test_two_people_meet_wave_and_chat(town: Any, new_window: Any) -> None:
    aino, vaino = await new_window(), await new_window()
    await aino.come_in(town.port, "Aino")
    await vaino.come_in(town.port, "Väinö")
    await aino.panel("emotes")
    await aino.page.click(".wheel >> text=Wave")
    await vaino.until("he sees it", "aukio.chat.some(line => line.text === 'Aino waves')")
    await vaino.say("Hei!")
    await aino.page.wait_for_selector(".bar .badge >> text=1")
    await aino.panel("chat")
    assert await aino.page.locator(".bar .badge").count() == 0, "what was read is not unread"
    await aino.page.fill(".say input", "x" * 5000)
    assert len(await aino.page.input_value(".say input")) == 500
    await aino.page.wait_for_selector(".say .hint >> text=too long")


async def test_a_raised_hand_shows_in_the_list_and_a_hidden_person_is_gone(
    town: Any, new_window: Any
) -> None:
    aino, vaino = await new_window(900, 600), await new_window()
    await vaino.come_in(town.port, "Väinö")
    await aino.come_in(town.port, "Aino")
    await vaino.page.click(".bar >> text=Hand")
    await aino.panel("people")
    await aino.until("the hand is up", "aukio.nearby.some(one => one.isHandUp)")
    await aino.page.wait_for_selector(".row .sign[title='hand up']")

    await aino.page.fill(".search input", "nobody")
    await aino.page.wait_for_selector(".empty >> text=nobody")
    await aino.page.fill(".search input", "vaino")
    await aino.page.click("[aria-label='Hide Väinö for me']")
    await aino.until("he is hidden", "aukio.nearby.every(one => one.isHidden)")
    before = await aino.see("aukio.chat.length")
    await vaino.say("Can you hear me?")
    await vaino.until("it was said", "aukio.chat.some(line => line.text === 'Can you hear me?')")
    # His hand goes down after his words: once she sees it, whatever came of them has come.
    await vaino.page.click(".bar >> text=Hand")
    await aino.until("the hand is down", "aukio.nearby.every(one => !one.isHandUp)")
    await aino.page.click("[aria-label='Show Väinö again']")
    await aino.until("he is back", "aukio.nearby.every(one => !one.isHidden)")
    await vaino.say("And now?")
    await aino.until("she reads him again", "aukio.chat.some(line => line.text === 'And now?')")
    assert await aino.see("aukio.chat.length") == before + 1, "what was hidden stays unread"


async def test_a_deep_link_leads_to_its_spot_and_back_leads_out(town: Any, new_window: Any) -> None:
    window = await new_window()
    await window.come_in(town.port, "Aino", spot="#gate")
    x, z = await window.place()
    assert abs(x) < 4 and z > 22, "the gate of the yard lies 26 m south"
    await window.page.evaluate("location.hash = '#terrace'")
    await window.until("another # leads there", "aukio.self.z < -10")
    await window.page.go_back()
    await window.until("Back leads to the spot before", "aukio.self.z > 22")
    await window.page.evaluate("location.hash = '#attic'")
    unknown = "aukio.chat.some(line => line.text.includes('no place of that name'))"
    await window.until("an unknown one is told", unknown)
    assert await window.see("aukio.isInside"), "and one stays"
    await window.page.click(".bar [data-opens=more]")
    await window.page.click(".item.leave")
    await window.page.wait_for_selector("#name")
    assert await window.see("aukio.state") == "left"
    await window.page.go_forward()
    await window.inside("forward comes in again")


@pytest.mark.parametrize("language", ["fi", "sv"])
async def test_nothing_is_left_in_english(town: Any, new_window: Any, language: str) -> None:
    window = await new_window(1024, 720, locale=language)
    english = english_sentences()
    assert len(english) > 100, "the texts are found"
    await window.open(town.port)
    await window.page.wait_for_selector(".choices")
    shown = [await visible_texts(window)]
    await window.page.press("#name", "Enter")
    await window.inside("one comes in")
    for panel in PANELS:
        await window.panel(panel)
        shown.append(await visible_texts(window))
    assert {text for texts in shown for text in texts} & english == set()
    assert await window.page.evaluate("document.documentElement.lang") == language


async def visible_texts(window: Any) -> list[str]:
    """Texts, labels and hints of the page as they are shown."""
    script = """() => [...document.querySelectorAll("#page *, #view")].flatMap((one) => [
      ...[...one.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim()),
      one.getAttribute("aria-label"), one.getAttribute("title"), one.getAttribute("placeholder"),
    ]).filter((text) => text)"""
    return list(await window.page.evaluate(script))


async def test_settings_survive_a_reload(town: Any, new_window: Any) -> None:
    window = await new_window(900, 600)
    await window.come_in(town.port, "Aino")
    await window.panel("settings")
    await window.page.check('.panel.settings [lang="fi"] input')
    await window.page.wait_for_selector("html[lang=fi]")
    await window.page.check(".panel.settings input[value=light]")
    await window.page.click("[aria-label^='Hyppää']")
    await window.page.keyboard.press("j")
    await window.page.wait_for_selector("[aria-label='Hyppää: J. Vaihda']")
    await window.page.reload()
    await window.inside("one is back")
    assert await window.page.evaluate("document.documentElement.dataset.theme") == "light"
    ground = await window.see("aukio.self.y")
    await window.page.focus("#view")
    await window.page.keyboard.press("j")
    await window.until("the new key jumps", f"aukio.self.y > {ground} + 0.1")
    await window.panel("settings")
    await window.page.wait_for_selector("[aria-label='Hyppää: J. Vaihda']")


async def test_a_newer_version_is_loaded_once(town: Any, new_window: Any) -> None:
    window = await new_window()
    schema = re.findall(r'SCHEMA = "(\w+)"', GENERATED.read_text("utf-8"))[0]

    async def older(route: Any) -> None:
        answer = await route.fetch()
        text = await answer.text()
        await route.fulfill(response=answer, body=text.replace(schema, "0" * 16))

    await window.page.route("**/assets/*.js", older)
    await window.open(town.port)
    opened = await window.page.evaluate("performance.timeOrigin")
    await window.page.press("#name", "Enter")
    await window.read("different versions")
    assert await window.page.evaluate("performance.timeOrigin") > opened, "it was loaded anew"


async def test_of_several_worlds_one_is_chosen(server: Any, new_window: Any) -> None:
    server.start(world=ROOT / "worlds")
    window = await new_window(900, 600)
    await window.open(server.port)
    cards = window.page.locator(".world")
    await cards.first.wait_for()
    names = await cards.locator("b").all_text_contents()
    assert names == ["The lab", "The square", "The school yard"]
    shown = (
        "() => [...document.querySelectorAll('.world img')].every((one) => one.naturalWidth > 0)"
    )
    assert await window.page.evaluate(shown), "each is known by its map"
    await cards.nth(2).focus()
    await window.page.keyboard.press("Enter")
    await window.page.fill("#name", "Aino")
    await window.page.press("#name", "Enter")
    await window.inside("she comes into the yard")
    assert await window.see("aukio.world") == "yard"
    await window.page.click(".bar [data-opens=more]")
    await window.page.click(".item.leave")
    await window.page.click(".others")
    await cards.first.wait_for()

"""The page for those who see, point or move differently: axe, the keyboard, narrow and large."""

from typing import Any

from .conftest import ROOT

AXE = ROOT / "clients/web/node_modules/axe-core/axe.min.js"
PANELS = ("chat", "people", "emotes", "places", "more", "share", "settings", "help", "look")
#: Longer words in both colours each would find what these find, in twice the time.
LANGUAGES = {"en": ("dark", "light"), "fi": ("dark",), "sv": ("light",)}
CHECK = """async () => {
  const rules = {"target-size": {enabled: true}};
  const {violations} = await axe.run(document, {rules, resultTypes: ["violations"]});
  return violations.flatMap(({id, nodes}) => nodes.map(
    ({html, failureSummary}) => `${id}: ${html.slice(0, 160)} ${failureSummary}`));
}"""

STICKING = """[...document.querySelectorAll('#page *')].filter((one) => one.checkVisibility()
  && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))"""


async def check(window: Any, what: str, *schemes: str) -> None:
    """Fails when axe finds anything, in the dark or in the light."""
    for scheme in schemes:
        await window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await window.page.wait_for_selector(f"html[data-theme={scheme}]")
        found = await window.page.evaluate(CHECK)
        assert found == [], f"{what}, {scheme}"


async def speak(window: Any, language: str) -> None:
    """Chooses a language in the settings and waits until the page speaks it."""
    await window.panel("settings")
    await window.page.check(f'.panel.settings [lang="{language}"] input')
    await window.page.wait_for_selector(f"html[lang={language}]")


async def axe_window(new_window: Any) -> Any:
    # The page's own policy lets no foreign script in, and axe is one.
    window = await new_window(1024, 720, bypass_csp=True, frames=1)
    await window.page.context.add_init_script(path=str(AXE))
    return window


async def test_axe_finds_nothing_on_the_join_page(town: Any, new_window: Any) -> None:
    window = await axe_window(new_window)
    await window.open(town.port)
    await window.page.wait_for_selector(".choices")
    await window.page.click("#options-title")
    for language, schemes in LANGUAGES.items():
        await window.page.check(f'.fold.options [lang="{language}"] input')
        await window.page.wait_for_selector(f"html[lang={language}]")
        await check(window, f"join page in {language}", *schemes)


async def test_axe_finds_nothing_in_any_panel(town: Any, new_window: Any) -> None:
    other, window = await new_window(), await axe_window(new_window)
    await other.come_in(town.port, "Väinö")
    await window.come_in(town.port, "Aino")
    await other.say("Hei! https://aukio.example/")
    await window.until("Aino reads it", "aukio.chat.length > 0")
    await other.go_away()
    for language, schemes in LANGUAGES.items():
        await speak(window, language)
        for panel in PANELS:
            await window.panel(panel)
            await check(window, f"{panel} in {language}", *schemes)
        await window.page.keyboard.press("Escape")
        await check(window, f"no panel, in {language}", *schemes)


async def test_the_keyboard_reaches_everything_and_comes_back(town: Any, new_window: Any) -> None:
    window = await new_window(1024, 720)
    await window.come_in(town.port, "Aino")
    await window.page.focus("#view")
    reached = []
    for _ in range(12):
        await window.page.keyboard.press("Tab")
        reached.append(await window.page.evaluate("document.activeElement.innerText"))
    for name in ("Chat", "People", "Emotes", "Hand", "Sit", "Places", "More"):
        assert name in reached, f"Tab reaches {name}"

    await window.page.focus('.bar [data-opens="emotes"]')
    await window.page.keyboard.press("Enter")
    focused = "document.activeElement.closest('.panel')?.className ?? ''"
    assert "emotes" in await window.page.evaluate(focused), "the keys go in"
    await window.page.keyboard.press("ArrowRight")
    assert "Clap" in await window.page.evaluate("document.activeElement.innerText")
    await window.page.keyboard.press("Escape")
    back = await window.page.evaluate("document.activeElement.dataset.opens")
    assert back == "emotes", "and come back to what opened it"


async def test_nothing_sticks_out_at_320_pixels_with_large_text(town: Any, new_window: Any) -> None:
    window = await new_window(320, 568, locale="fi")
    await window.page.context.add_init_script(
        """localStorage.setItem("aukio.settings", '{"textSize":"larger"}')"""
    )
    await window.open(town.port)
    await window.page.wait_for_selector("#name")
    assert await window.page.evaluate(STICKING) == [], "join page"
    await window.page.press("#name", "Enter")
    await window.inside("one comes in")
    for panel in PANELS:
        await window.panel(panel)
        assert await window.page.evaluate(STICKING) == [], panel

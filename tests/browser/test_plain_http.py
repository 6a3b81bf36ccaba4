"""A school's network without certificates: the page works, and says what only https could give."""

from typing import Any


async def test_a_page_over_plain_http_works_and_says_what_is_missing(
    server: Any, plain_window: Any
) -> None:
    server.start()
    await plain_window.page.goto(f"http://school.test:{server.port}/?fps=4")
    assert not await plain_window.page.evaluate("isSecureContext"), "the page is not a secure one"
    await plain_window.page.wait_for_selector("text=/microphone/i")
    await plain_window.page.fill("#name", "Aino")
    await plain_window.page.press("#name", "Enter")
    await plain_window.inside("Aino comes in")
    await plain_window.page.keyboard.press("Escape")
    await plain_window.page.wait_for_selector(".panel", state="detached")
    await plain_window.walk("w", 1)
    await plain_window.say("Hei")
    await plain_window.until("she is heard", "aukio.chat.some(line => line.text === 'Hei')")

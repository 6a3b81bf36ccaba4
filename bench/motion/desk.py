"""Somebody at a desk: keyboard and mouse, with the timing of people (timing.py)."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

from playwright.async_api import Page
from timing import Timing, minimum_jerk

MOUSE_HZ = 60
#: The page's own: radians for each pixel that is dragged.
RADIANS_PER_PIXEL = 0.0052
LINES = ("hello there", "shall we go to the fountain?", "yes", "wait for me", "over here")


class Desk:
    """Walks, runs, strafes, turns, looks around, jumps and chats until its time is over.

    Each thing comes as often as its share of a deck that is shuffled anew when it is through, so
    that a minute holds some of everything. Through one's own eyes the body turns with the view;
    seen from behind it stays while one looks around.
    """

    def __init__(self, page: Page, seed: int, until: float, *, is_first_person: bool) -> None:
        self._page, self._until = page, until
        self._is_first_person = is_first_person
        self._timing = Timing(seed)
        self._random = self._timing.random

    async def live(self) -> None:
        """Does one thing after another."""
        if self._is_first_person:
            await self._tap("KeyV")
        walks, looks = [self._walk] * 4, [self._look_around] * 2
        acts = [*walks, *looks, self._run, self._strafe, self._chat, self._jump]
        deck: list[Callable[[], Awaitable[None]]] = []
        while not self._is_over():
            if not deck:
                deck = self._random.sample(acts, len(acts))
            await deck.pop()()
            await self._wait(self._timing.reaction())
            if self._random.random() < 0.5:
                await self._wait(self._timing.rest())

    async def _walk(self) -> None:
        """Forward for a bout; now and then a turn while walking, or a step aside."""
        await self._hold(["KeyW"], self._timing.bout())

    async def _run(self) -> None:
        await self._hold(["ShiftLeft", "KeyW"], min(6.0, self._timing.bout()))

    async def _strafe(self) -> None:
        side = self._random.choice(["KeyA", "KeyD"])
        keys = [side] if self._random.random() < 0.5 else ["KeyW", side]
        await self._hold(keys, self._random.lognormvariate(math.log(0.9), 0.5), turns=False)

    async def _look_around(self) -> None:
        for _ in range(self._random.randint(1, 3)):
            await self._turn(self._random.uniform(20, 110) * self._random.choice([-1, 1]))
            await self._wait(self._timing.reaction())

    async def _chat(self) -> None:
        await self._tap("Enter")
        await self._wait(self._timing.reaction())
        for letter in self._random.choice(LINES):
            await self._page.keyboard.type(letter)
            await self._wait(self._timing.between_keys())
        await self._tap("Enter")
        await self._wait(self._timing.reaction())
        await self._tap("Escape")

    async def _jump(self) -> None:
        await self._tap("Space")

    async def _hold(self, keys: list[str], seconds: float, *, turns: bool = True) -> None:
        """Holds keys; two fingers never land at the same moment."""
        ends = time.monotonic() + seconds
        for key in keys:
            await self._page.keyboard.down(key)
            await self._wait(self._random.uniform(0.01, 0.05))
        while turns and time.monotonic() < ends and not self._is_over():
            await self._wait(min(self._random.expovariate(1 / 1.8), ends - time.monotonic()))
            if time.monotonic() < ends:
                await self._turn(self._random.gauss(0, 50))
        await self._wait(ends - time.monotonic())
        for key in reversed(keys):
            await self._page.keyboard.up(key)
            await self._wait(self._random.uniform(0.01, 0.05))

    async def _turn(self, degrees: float) -> None:
        """Drags the view by so much; the hand ends a little off, and sets it right."""
        over = degrees * self._random.gauss(1.0, 0.06)
        await self._drag(over, self._timing.turn(over))
        if abs(degrees - over) > 3:
            await self._wait(self._random.uniform(0.08, 0.2))
            await self._drag(degrees - over, self._timing.turn(degrees - over))

    async def _drag(self, degrees: float, seconds: float) -> None:
        size = self._page.viewport_size or {"width": 320, "height": 180}
        x, y = 0.7 * size["width"], 0.5 * size["height"]  # beside what lies over the picture
        pixels = math.radians(degrees) / RADIANS_PER_PIXEL
        wobble = self._random.gauss(0, 0.03) * pixels
        mouse = self._page.mouse
        await mouse.move(x, y)
        await mouse.down()
        began = time.monotonic()
        share = 0.0
        moves = []
        while share < 1:
            await asyncio.sleep(1 / MOUSE_HZ)
            share = min(1.0, (time.monotonic() - began) / seconds)
            done = minimum_jerk(share)
            # Not awaited: a hand does not wait for the page's next frame.
            move = mouse.move(x + pixels * done, y + wobble * math.sin(math.pi * share))
            moves.append(asyncio.ensure_future(move))
        await asyncio.gather(*moves)
        await mouse.up()

    async def _tap(self, key: str) -> None:
        await self._page.keyboard.down(key)
        await self._wait(self._random.gauss(0.09, 0.015))
        await self._page.keyboard.up(key)

    async def _wait(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds))

    def _is_over(self) -> bool:
        return time.monotonic() > self._until

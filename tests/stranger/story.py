"""What two strangers do together."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from stranger.client import Refused, StrangerClient
from stranger.wire import REASONS, SCHEMA, Motion, decode_control, encode_control


async def until(holds: Callable[[], Any], sentence: str, seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"within {seconds} s {sentence}"
        await asyncio.sleep(0.02)


async def last_words(url: str, data: bytes) -> tuple[str, str, int | None]:
    """Send one message as the first of a connection: the kind and the reason of the answer, and the close code."""
    kind, fields = "", {"reason": 0}
    async with open_websocket(
        url, subprotocols=[Subprotocol("aukio.1")], compression=None
    ) as socket:
        await socket.send(data)
        try:
            async for answer in socket:
                kind, fields = decode_control(bytes(answer))
        except ConnectionClosed:
            pass
    return kind, REASONS[fields["reason"]], socket.close_code


def apart(a: Motion | None, b: Motion | None) -> float:
    """Metres on the ground."""
    return math.hypot(a.x - b.x, a.z - b.z) / 65536 if a and b else math.inf


async def story(url_base: str, restart: Callable[[], Awaitable[None]] | None = None) -> None:
    """Two people meet, walk, talk, are cut off and come back; others break the rules."""
    url = f"{url_base}/ws"
    aino, bertta = StrangerClient(), StrangerClient()
    try:
        mark = f"{time.time_ns() % 10**6:06}"
        both = (aino, f"Aino {mark}"), (bertta, f"Bertta {mark}")
        names = [(await who.connect(url, name))["name"] for who, name in both]
        slot = aino.welcome["entity"]
        await until(
            lambda: bertta.seen(names[0]) and aino.seen(names[1]), "the two see each other by name"
        )
        await until(
            lambda: aino.count >= 2 and bertta.count >= 2, "both are told that two people are here"
        )

        start = aino.place
        seen = bertta.seen(names[0])
        assert seen.yaw == aino.welcome["yaw"] // 64 * 64, "the record faces where the welcome does"
        await aino.walk(heading=512, gait=2)
        await until(
            lambda: apart(bertta.seen(names[0]), start) > 3, "Bertta sees Aino run three metres"
        )
        await aino.walk(heading=512, gait=0)
        await until(
            lambda: aino.place.speed == 0 and bertta.seen(names[0]).speed == 0,
            "Aino comes to a stand",
        )
        await asyncio.sleep(1)
        assert apart(aino.place, start) > 3, "Aino's own place moved as well"
        gap = apart(aino.place, bertta.seen(names[0]))
        assert gap < 0.3, (
            f"after a second of standing both have Aino at one place, not {gap:.2f} m apart"
        )
        ground = aino.place.y
        await aino.jump()
        await until(lambda: aino.place.y > ground + 6554, "Aino jumps")
        await until(lambda: bertta.people[slot].motion.air, "Bertta sees the jump")
        await until(
            lambda: not aino.place.air and not bertta.people[slot].motion.air, "Aino lands for both"
        )

        await aino.say("Hei, Bertta! 👋")
        line = (names[0], "Hei, Bertta! 👋")
        await until(lambda: line in aino.chat and line in bertta.chat, "both hear what Aino says")
        await bertta.gesture(6)
        dance = (bertta.welcome["entity"], 6)
        await until(
            lambda: dance in aino.gestures and dance in bertta.gestures, "both see Bertta dance"
        )

        await until(lambda: aino.saved, "Aino's session is saved", 10)
        before = aino.place
        await aino.cut()
        cut = time.monotonic()
        assert apart(bertta.seen(names[0]), before) < 0.3, (
            "who was cut off stands on for the others"
        )
        back = await aino.connect(url, "Somebody else", aino.secret)
        assert time.monotonic() - cut < 10, "coming back takes less than ten seconds"
        assert back["resumed"] and back["entity"] == slot, "a secret brings back to the same slot"
        assert back["name"] == names[0], "who comes back keeps the name"
        assert apart(aino.place, before) < 0.3, "who comes back stands where the avatar stood"
        await until(lambda: aino.seen(names[1]), "who comes back is told of everybody anew")

        try:
            await StrangerClient().connect(url, "Wrong", schema=bytes(8))
            raise AssertionError("a hello with a wrong schema is welcomed")
        except Refused as refused:
            assert refused.reason == "VERSION", (
                f"a wrong schema is refused with VERSION, not {refused}"
            )
            assert refused.fields["schema"] == SCHEMA, "the refusal carries the server's own schema"
        early = await last_words(url, encode_control("Say", text="hello?"))
        assert early == ("Refuse", "WRONG_STATE", 4003), f"a say before hello ends with {early}"
        broken = await last_words(url, b"\x10\xc0")
        assert broken == ("Refuse", "MALFORMED", 4001), f"a malformed hello ends with {broken}"
        third = StrangerClient()
        await third.connect(url, f"Third {mark}")
        await until(lambda: aino.seen(third.welcome["name"]), "a third person is seen")
        await third.socket.send(b"\x1f\xc0")
        await until(lambda: third.code is not None, "a malformed message ends the connection")
        assert (third.ended, third.code) == ("MALFORMED", 4001), (
            f"the third ends with {third.ended} {third.code}"
        )
        await third.close()

        if restart is not None:
            await until(lambda: aino.saved and bertta.saved, "both sessions are saved", 10)
            places = aino.place, bertta.place
            await restart()
            await until(
                lambda: aino.code is not None and bertta.code is not None,
                "a killed server is gone for both",
            )
            for who, name, place in zip((aino, bertta), names, places, strict=True):
                back = await who.connect(url, "Somebody else", who.secret)
                assert back["resumed"] and back["name"] == name, (
                    f"{name} resumes after the restart as {back}"
                )
                strayed = apart(who.place, place)
                assert strayed < 0.3, (
                    f"{name} stands {strayed:.2f} m from where the restart met her"
                )
            await until(
                lambda: bertta.seen(names[0]) and aino.seen(names[1]),
                "the two see each other again",
            )
        await aino.leave()
        await until(lambda: bertta.seen(names[0]) is None, "who leaves is gone at once")
        await bertta.leave()
        assert (bertta.ended, bertta.code) == ("LEFT", 1000), (
            f"leaving ends with {bertta.ended} {bertta.code}"
        )
    finally:
        await aino.close()
        await bertta.close()

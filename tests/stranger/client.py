"""A client that takes part, written from SPEC.md alone. It does not predict itself."""

from __future__ import annotations

import asyncio
import math
import time
import unicodedata
from dataclasses import dataclass, replace
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from stranger.wire import (
    CLOSE_CODES,
    REASONS,
    SCHEMA,
    VERSION,
    Broken,
    Input,
    Motion,
    Snapshot,
    advance,
    decode_control,
    decode_snapshot,
    encode_control,
    encode_input,
    need,
)


class Refused(Exception):
    """No welcome; `reason` names why and `fields` are those of the refusal, if it came."""

    def __init__(self, reason: str, fields: dict[str, Any]) -> None:
        super().__init__(f"{reason}: {fields.get('detail', 'by close code')}")
        self.reason, self.fields = reason, fields


@dataclass
class Person:
    """What is known of a slot: the motion holds after `tick`."""

    generation: int
    kind: int
    motion: Motion
    tick: int
    pose: dict[str, Any] | None = None

    def at(self, tick: int, hz: int) -> Motion:
        return advance(self.motion, hz, max(0, later(tick, self.tick)))


def later(a: int, b: int) -> int:
    """How much later tick `a` is than tick `b` (CV5)."""
    return (a - b + 32768) % 65536 - 32768


class StrangerClient:
    """One person in the world. It predicts nothing: its own place is what the server corrects it to."""

    def __init__(self) -> None:
        self.secret: bytes = b""
        self.welcome: dict[str, Any] = {}
        self.socket: ClientConnection | None = None
        self.tasks: list[asyncio.Task[None]] = []

    async def connect(
        self, url: str, name: str, secret: bytes | None = None, schema: bytes = SCHEMA
    ) -> dict[str, Any]:
        """Join, or come back with a secret; the fields of the welcome."""
        await self.close()
        self.people: dict[int, Person] = {}
        self.introduced: dict[tuple[int, int], dict[str, Any]] = {}
        self.chat: list[tuple[str, str]] = []
        self.gestures: list[tuple[int, int]] = []
        self.count, self.saved, self.margin = 0, False, 0
        self.ended: str | None = None
        self.code: int | None = None
        self.wish, self.jumps, self.changed = Input(), False, asyncio.Event()
        self.clock, self.trip = (
            (0.0, 0.0),
            math.inf,
        )  # server ticks at a local time, and the round trip that told
        self.socket = await open_websocket(
            url,
            subprotocols=[Subprotocol("aukio.1")],
            compression=None,
            open_timeout=5,
            close_timeout=2,
        )
        await self._send("Hello", version=VERSION, schema=schema, name=name, look=b"", language="en", ticket="",
                         secret=secret or b"", spot="")  # fmt: skip
        self.arrived: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.tasks = [asyncio.create_task(self._read())]
        self.welcome = await asyncio.wait_for(asyncio.shield(self.arrived), 5)
        self.tasks.append(asyncio.create_task(self._pulse()))
        await self.ping()
        return self.welcome

    async def walk(self, heading: int, gait: int) -> None:
        self.wish.heading, self.wish.yaw, self.wish.gait = heading % 1024, heading % 1024 * 64, gait
        self.changed.set()

    async def jump(self) -> None:
        self.jumps = True
        self.changed.set()

    async def say(self, text: str) -> None:
        await self._send("Say", text=unicodedata.normalize("NFC", text))

    async def gesture(self, kind: int) -> None:
        await self._send("Gesture", kind=kind)

    async def ping(self) -> None:
        await self._send("ClockPing", time=int(time.monotonic() * 1000) % 2**32)

    async def leave(self) -> None:
        """Leave for good; the secret is worthless from now on. The server closes."""
        await self._send("Leave")
        await asyncio.wait([self.tasks[0]], timeout=2)
        await self.close()

    async def close(self, how: str = "CLOSED") -> None:
        """Close without leaving: the avatar stays for a while and the secret holds."""
        if self.socket is not None:
            self.ended = self.ended or how
            await self.socket.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.socket, self.tasks = None, []

    async def cut(self) -> None:
        """End as a lost network does, without any goodbye."""
        if self.socket is not None:
            self.socket.transport.abort()
        await self.close("CUT")

    @property
    def now(self) -> float:
        """Server time in ticks (CK1)."""
        ticks, moment = self.clock
        return ticks + (time.monotonic() - moment) * self.welcome["tick_hz"]

    @property
    def place(self) -> Motion:
        """Where the own avatar is: the last correction, going on as the server last said."""
        return self.own.at(math.floor(self.now) % 65536, self.welcome["tick_hz"])

    def seen(self, name: str) -> Motion | None:
        """Where somebody in view is now."""
        found = next(
            (person for slot, person in self.people.items() if self.name_of(slot) == name), None
        )
        return found and found.at(math.floor(self.now) % 65536, self.welcome["tick_hz"])

    def name_of(self, slot: int) -> str | None:
        person = self.people.get(slot)
        return self.introduced[slot, person.generation]["name"] if person else None

    async def _send(self, kind: str, /, **fields: Any) -> None:
        assert self.socket is not None, f"{kind} needs a connection"
        await self.socket.send(encode_control(kind, **fields))

    async def _pulse(self) -> None:
        """Inputs: at each change, and otherwise more than twice a second."""
        hz = self.welcome["tick_hz"]
        while self.socket is not None:
            self.changed.clear()
            tick = math.floor(self.now + min(self.trip, 0.1) * hz / 2 + 0.2) + 1
            tick = self.wish.tick + max(0, later(tick % 65536, self.wish.tick))
            self.wish = replace(self.wish, sequence=(self.wish.sequence + 1) % 65536, tick=tick % 65536,
                                seen=self.applied, jump=self.jumps)  # fmt: skip
            self.jumps = False
            try:
                await self.socket.send(encode_input(self.wish))
                await asyncio.sleep(0.05)
                await asyncio.wait_for(self.changed.wait(), 0.35)
            except TimeoutError:
                pass
            except ConnectionClosed:
                return

    async def _read(self) -> None:
        socket = self.socket
        assert socket is not None, "reading needs a connection"
        fields: dict[str, Any] = {}
        try:
            async for data in socket:
                if not isinstance(data, bytes):
                    raise Broken("MALFORMED", "a text message")
                if data[:1] == b"\x81" and self.welcome:
                    self._apply(
                        decode_snapshot(data, self.welcome["tick_hz"], self.applied, self._believe)
                    )
                    continue
                kind, fields = decode_control(data)
                self._hear(kind, fields)
        except Broken as broken:
            self.ended = self.ended or str(broken)
            await socket.close(CLOSE_CODES[broken.reason], str(broken)[:100])
        except ConnectionClosed:
            pass
        finally:
            self.code = socket.close_code
            by_code = {code: name for name, code in CLOSE_CODES.items()}
            self.ended = self.ended or by_code.get(self.code or 1006, "LOST")
            if not self.arrived.done():
                self.arrived.set_exception(Refused(self.ended, fields))

    def _believe(self, slot: int, tick: int) -> tuple[int, int, int] | None:
        if slot not in self.people:
            return None
        motion = self.people[slot].at(tick, self.welcome["tick_hz"])
        return motion.x, motion.y, motion.z

    def _apply(self, shot: Snapshot) -> None:
        self.applied = shot.tick
        if shot.answer:
            self.margin = shot.answer["margin"]
        for slot in shot.leaves:
            self.people.pop(slot, None)
        for record in shot.records:
            if record.enter:
                self.people[record.slot] = Person(*record.enter, record.motion, shot.tick)
            person = self.people.get(record.slot)
            need(person is not None, f"slot {record.slot} never entered")
            need(
                (record.slot, person.generation) in self.introduced,
                f"slot {record.slot} was never introduced",
            )
            person.motion, person.tick = record.motion, shot.tick
        for slot, pose in shot.poses:
            if slot in self.people:
                self.people[slot].pose = pose
        if shot.correction:
            c = shot.correction
            self.own = replace(self.own, tick=c["tick"], motion=Motion(
                *(c[key] for key in ("x", "y", "z", "yaw", "heading", "speed")),
                gait=c["gait"], air=c["air"], vertical=c["vertical"],
            ))  # fmt: skip

    def _hear(self, kind: str, fields: dict[str, Any]) -> None:
        match kind:
            case "Welcome":
                self.welcome, self.secret, self.applied = fields, fields["secret"], fields["tick"]
                self.clock, self.wish.tick = (
                    (float(fields["tick"]), time.monotonic()),
                    fields["tick"],
                )
                place = Motion(fields["x"], fields["y"], fields["z"], fields["yaw"], fields["yaw"])
                self.own = Person(fields["generation"], 0, place, fields["tick"])
                self.arrived.set_result(fields)
            case "Refuse" | "Goodbye":
                self.ended = (*REASONS, "INTERNAL")[min(fields["reason"], len(REASONS))]
            case "ClockPong":
                now = time.monotonic()
                trip = (int(now * 1000) - fields["time"]) % 2**32 / 1000
                if trip <= self.trip:
                    ticks = (
                        fields["tick"]
                        - 1
                        + fields["phase"] / 65536
                        + trip / 2 * self.welcome["tick_hz"]
                    )
                    self.trip, self.clock = trip, (ticks, now)
            case "Introduce":
                self.introduced[fields["entity"], fields["generation"]] = fields
            case "Said":
                self.chat.append((fields["name"], fields["text"]))
            case "Gestured":
                self.gestures.append((fields["entity"], fields["kind"]))
            case "People":
                self.count = fields["count"]
            case "Saved":
                self.saved = self.saved or fields["what"] == 0


# The golden bytes

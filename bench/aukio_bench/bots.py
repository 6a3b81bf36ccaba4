"""Bots: each a client of its own with its own socket; they share a clock and their arithmetic.

All bots run in one process and on one loop, so what a client estimates for itself, the server's
time, is estimated once. Wishes and predictions of a group are arrays; what a bot hears is its own.
"""

import asyncio
import math
import random
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aukio_bench._decode import FAULTS, View
from aukio_bench.connection import Address, Connection
from aukio_bench.meters import JUMP, Meter, Truth, Watch
from aukio_bench.motion import BORDER_M, Habits, Wander, square_from_disc
from aukio_bench.walkers import Walkers
from aukio_protocol import messages as m
from aukio_protocol.codec import decode, encode
from aukio_protocol.errors import ProtocolError, Reason
from aukio_protocol.motion import INPUT_LEAD, UNIT
from aukio_protocol.version import VERSION, schema_hash

CAPACITY = 4096  # slots a server can have
JOIN_NEAREST = 50  # a join is done when so many of the nearest are decoded
HEARTBEAT_TICKS = 9  # an input at least so often: twice a second with room to spare
MARGIN_TICKS = 0.2  # inputs arrive this long before their tick (CK2)
GROUP = 150  # bots that act at one moment
PING_S = 0.5  # one bot or another asks for the server's time this often
SAY_S, GESTURE_S = 60.0, 30.0  # a bot says something and makes an emote about so often
LINES = ("Hello!", "Over here.", "What a fine square.", "See you at the fountain?", "Yes.")

_FRAME = np.dtype(
    [
        *(("head", "u1"), ("size", "u1"), ("mask", "<u4"), ("id", "u1"), ("sequence", "<u2")),
        *(("tick", "<u2"), ("seen", "<u2"), ("yaw", "<u2"), ("flags", "<u2")),
        *(("x", "<u2"), ("z", "<u2")),
    ]
)
_MASKED = _FRAME.itemsize - 6


class ServerClock:
    """The server's time in ticks, from clock pongs: the one with the least round trip wins."""

    def __init__(self) -> None:
        self.tick_hz = 20
        self._heard: deque[tuple[float, float]] = deque(maxlen=16)
        self._offset = 0.0

    def note(self, sent: float, received: float, tick: int, phase: int) -> None:
        """Takes a pong: the server's tick (unwrapped) and its phase, and when it was asked."""
        trip = received - sent
        offset = tick - 1 + phase / 65536 - (sent + trip / 2) * self.tick_hz
        if self._heard and offset < self._offset - 1 - trip * self.tick_hz:
            self._heard.clear()  # the server dropped time: what was heard before is void
        self._heard.append((trip, offset))
        self._offset = min(self._heard)[1]

    def start(self, now: float, tick: int) -> None:
        """A first guess, from a welcome."""
        if not self._heard:
            self._offset = tick - now * self.tick_hz

    def ticks(self, now: float) -> float:
        """The server's time at `now`."""
        return self._offset + now * self.tick_hz

    def time_of(self, ticks: float) -> float:
        """When the server's time is `ticks`."""
        return (ticks - self._offset) / self.tick_hz


Guise = tuple[str, bytes]  # a name and a look


def plain_guise(row: int) -> Guise:
    """The same for a bot however often it comes."""
    return f"Bot {row}", bytes((row * 7 + n) % 5 for n in range(8))


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes: how many, how they behave, how they spread from where they enter."""

    count: int
    habits: Habits
    spread_m: float = 0.0  # of the disc they enter in: from it they first run all over the plaza
    sample: float = 0.05  # share of the bots that is compared with the truth, at least 5
    guise: Callable[[int], Guise] = plain_guise  # of a row; asked anew whenever it joins


class Crowd:
    """All bots of a run. `act` runs until cancelled; `join` and `leave` take a row."""

    def __init__(
        self, address: Address, party: Party, seed: int, timer: Callable[[], float]
    ) -> None:
        count = party.count
        self.party, self.timer, self.clock = party, timer, ServerClock()
        self.walkers = Walkers(count, self.clock.tick_hz)
        self.truth = Truth(self.walkers, count, CAPACITY)
        self.meter = Meter(self.truth)
        self.seen = np.zeros(count, np.int64)
        self.active = np.zeros(count, np.bool_)
        self.random = random.Random(seed)
        self.generator = np.random.default_rng(seed)
        self.wander = Wander(count, self.clock.tick_hz, party.habits, self.generator)
        sampled = max(5, round(count * party.sample))
        rows = range(count)
        self._sampled = frozenset(self.random.sample(rows, min(sampled, count)))
        self._address = address
        self._secure = ssl.create_default_context() if address.is_secure else None
        self._last = np.zeros((count, 3), np.int64)  # yaw, heading, gait last sent
        self._sent = np.zeros(count, np.int64)
        self._sequence = np.zeros(count, np.int64)
        self._speaks = self.generator.uniform(0, SAY_S, count)
        self._gestures = self.generator.uniform(0, GESTURE_S, count)
        self._began = timer()
        self._pinged = 0.0
        self.anybody, self.everybody = asyncio.Event(), asyncio.Event()
        self.bots = [Bot(self, row) for row in rows]

    @property
    def received_bytes(self) -> int:
        """Websocket bytes that all bots have received."""
        return sum(bot.received_bytes for bot in self.bots)

    async def join(self, row: int) -> None:
        """Opens a bot's connection; it says hello by itself."""
        bot, loop = self.bots[row], asyncio.get_running_loop()
        connection = Connection(self._address, bot, self.timer, self.random.randbytes(16))
        bot.begin(connection, is_sampled=row in self._sampled)
        host, port = self._address.host, self._address.port
        # Many addresses of the loopback: one has too few ports, and a server's limit on each.
        local = (f"127.0.0.{2 + row // 1000}", 0) if host in {"127.0.0.1", "localhost"} else None
        try:
            await loop.create_connection(
                lambda: connection, host, port, ssl=self._secure, local_addr=local
            )
        except OSError as error:
            self.meter.errors[f"connect_{type(error).__name__}"] += 1

    def leave(self, row: int, *, politely: bool = True) -> None:
        """Ends a bot's connection, with or without a word."""
        bot = self.bots[row]
        if self.active[row]:
            self.active[row] = False
            self.truth.leave(row)
            if politely:
                bot.send(m.Leave())
        bot.finish(hangs_up=not politely)

    def settled(self, row: int, welcome: m.Welcome, tick: int) -> None:
        """A bot was welcomed: its avatar begins to walk."""
        self.walkers.place(row, tick, welcome.x, welcome.z, welcome.yaw)
        self.truth.enter(row, welcome.entity, tick)
        self.wander.begin(row, tick + 2, self._way(welcome.x / UNIT, welcome.z / UNIT))
        self._last[row] = -1
        self._sent[row] = 0
        self.seen[row] = tick
        self.active[row] = True
        self.anybody.set()
        if self.active.all():
            self.everybody.set()

    def lost(self, row: int) -> None:
        """A bot's connection ended by itself."""
        if self.active[row]:
            self.active[row] = False
            self.truth.leave(row)

    async def act(self) -> None:
        """Lets every bot act at every tick, each group at its own moment shortly before it."""
        await self.anybody.wait()
        count = self.party.count
        groups = [slice(at, min(at + GROUP, count)) for at in range(0, count, GROUP)]
        window = min(0.6, count / 5000)
        leads = [MARGIN_TICKS + window * (1 - n / len(groups)) for n in range(len(groups))]
        tick = math.ceil(self.clock.ticks(self.timer())) + INPUT_LEAD
        while True:
            for rows, lead in zip(groups, leads, strict=True):
                due = self.clock.time_of(tick - lead)
                await asyncio.sleep(max(0.0, due - self.timer()))
                now = self.timer()
                if self.meter.is_on:
                    self.meter.lags_s.append(max(0.0, now - due))
                self._act(rows, tick)
            self._talk(self.timer())
            self.meter.settle(tick)
            tick += 1

    # Within.

    def _way(self, x_m: float, z_m: float) -> tuple[float, float]:
        """From where a bot entered to its place, so that all are spread evenly over the plaza."""
        spread, half = self.party.spread_m, self.party.habits.half_m - 2 * BORDER_M
        if not spread:
            return 0.0, 0.0
        x, z = square_from_disc(x_m / spread, z_m / spread)
        limit = max(1.0, abs(x), abs(z))  # who entered beside the disc stays on the plaza
        return x / limit * half - x_m, z / limit * half - z_m

    def _act(self, rows: slice, tick: int) -> None:
        walkers, wander = self.walkers, self.wander
        wander.decide(rows, tick, walkers.x[rows] / UNIT, walkers.z[rows] / UNIT)
        yaw = wander.yaw[rows].astype(np.int64)
        wish = np.empty((yaw.size, 3), np.int64)
        wish[:, 0], wish[:, 1], wish[:, 2] = yaw, wander.heading[rows], wander.gait[rows]
        differs = (wish != self._last[rows]).any(axis=1)
        due = self.active[rows] & (differs | (tick - self._sent[rows] >= HEARTBEAT_TICKS))
        found = np.flatnonzero(due)
        if found.size:
            self._send(found + rows.start, wish[found], tick)
        walkers.step(rows, tick, wish[:, 0], wish[:, 1], wish[:, 2])

    def _send(self, rows: NDArray[np.int64], wish: NDArray[np.int64], tick: int) -> None:
        """Sends inputs; the claims are of where the avatars are before `tick`."""
        last = self._last[rows]
        twist = np.abs((wish[:, 0] - last[:, 0] + UNIT // 2) % UNIT - UNIT // 2)
        changes = (wish[:, 2] != last[:, 2]) | ((twist > JUMP) & (wish[:, 2] > 0))
        changes &= last[:, 0] >= 0
        self._last[rows], self._sent[rows] = wish, tick
        self._sequence[rows] = (self._sequence[rows] + 1) % 65536
        frames = self._frames(rows, wish, tick)
        size, bots, timer = _FRAME.itemsize, self.bots, self.timer
        for n, (row, is_change) in enumerate(zip(rows.tolist(), changes.tolist(), strict=True)):
            if is_change:
                self.truth.change(row, tick, timer())
            bots[row].write(frames[n * size : (n + 1) * size])

    def _frames(self, rows: NDArray[np.int64], wish: NDArray[np.int64], tick: int) -> bytes:
        frames = np.zeros(rows.size, _FRAME)
        frames["head"], frames["size"], frames["id"] = 0x82, 0x80 | _MASKED, m.INPUT_ID
        frames["mask"] = self.generator.integers(0, 1 << 32, rows.size, np.uint32)
        frames["sequence"], frames["tick"] = self._sequence[rows], tick % 65536
        frames["seen"], frames["yaw"] = self.seen[rows] % 65536, wish[:, 0]
        frames["flags"] = wish[:, 1] | wish[:, 2] << 10 | 1 << 13
        frames["x"], frames["z"] = self.walkers.claims(rows)
        raw = frames.view(np.uint8).reshape(rows.size, _FRAME.itemsize)
        raw[:, 6:] ^= np.resize(raw[:, 2:6], (rows.size, 4))[:, np.arange(_MASKED) % 4]
        return raw.tobytes()

    def _talk(self, now: float) -> None:
        since = now - self._began
        for row in np.flatnonzero((self._speaks <= since) & self.active).tolist():
            self._speaks[row] = since + self.random.uniform(0.5, 1.5) * SAY_S
            self.bots[row].send(m.Say(self.random.choice(LINES)))
        for row in np.flatnonzero((self._gestures <= since) & self.active).tolist():
            self._gestures[row] = since + self.random.uniform(0.5, 1.5) * GESTURE_S
            self.bots[row].send(m.Gesture(self.random.randrange(8)))
        if now - self._pinged >= PING_S and self.active.any():
            self._pinged = now
            row = self.random.choice(np.flatnonzero(self.active).tolist())
            self.bots[row].ping(now)


class Bot:
    """One client: it takes what it is sent at its word and complains of what is wrong."""

    __slots__ = (
        "_connection",
        "_crowd",
        "_earlier_bytes",
        "_is_sampled",
        "_pings",
        "_row",
        "_targets",
        "_view",
        "_watch",
    )

    def __init__(self, crowd: Crowd, row: int) -> None:
        self._crowd = crowd
        self._row = row
        self._connection: Connection | None = None
        self._view: View | None = None
        self._watch: Watch | None = None
        self._is_sampled = False
        self._targets: NDArray[np.int32] | None = None
        self._pings: dict[int, float] = {}
        self._earlier_bytes = 0

    @property
    def received_bytes(self) -> int:
        """Websocket bytes of all connections this bot has had."""
        now = self._connection.received_bytes if self._connection is not None else 0
        return self._earlier_bytes + now

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, welcomed or not."""
        return self._connection is not None

    def begin(self, connection: Connection, *, is_sampled: bool) -> None:
        """Starts anew with a connection that is about to open."""
        self._connection, self._is_sampled = connection, is_sampled
        self._view = self._watch = self._targets = None
        self._pings.clear()

    def finish(self, *, hangs_up: bool) -> None:
        """Forgets the connection; the server closes it after a `Leave`, else we hang up."""
        if self._connection is not None:
            self._earlier_bytes += self._connection.received_bytes
            if hangs_up:
                self._connection.close()
            else:
                self._connection.retire()
            self._connection = None

    def write(self, frame: bytes) -> None:
        """Sends a masked frame."""
        if self._connection is not None:
            self._connection.write(frame)

    def send(self, message: m.Message) -> None:
        """Sends a control message."""
        if self._connection is not None:
            self._connection.send(encode(message))

    def ping(self, now: float) -> None:
        """Asks for the server's time."""
        stamp = int(now * 1000) & 0xFFFFFFFF
        self._pings[stamp] = now
        self.send(m.ClockPing(stamp))

    # What the connection tells.

    def opened(self) -> None:
        """Says hello."""
        name, look = self._crowd.party.guise(self._row)
        self.send(m.Hello(VERSION, schema_hash(), name, look, "en", "", b"", ""))

    def message(self, payload: bytes, now: float) -> None:
        """Takes one message."""
        kind = payload[0] if payload else 0
        if kind == m.SNAPSHOT_ID:
            self._snapshot(payload, now)
            return
        if kind == m.Introduce.ID and self._view is not None:
            fault = self._view.introduce(payload)
            if fault:
                self._wrong(FAULTS[fault])
            if not self._is_sampled:
                return  # all of them decode who it is and when; the sample checks every byte
        try:
            self._hear(decode(payload, m.Sender.SERVER), now)
        except ProtocolError as error:
            self._wrong(f"decode_{type(error).__name__}")

    def ended(self, how: str) -> None:
        """The connection ended by itself."""
        if self._connection is not None:
            self._crowd.meter.errors[f"ended_{how}"] += 1
            self.finish(hangs_up=True)
            self._crowd.lost(self._row)

    # Within.

    def _hear(self, message: m.Message, now: float) -> None:
        crowd = self._crowd
        match message:
            case m.Welcome():
                self._welcome(message, now)
            case m.ClockPong(time, tick, phase):
                sent = self._pings.pop(time, None)
                if sent is not None and self._view is not None:
                    late = (tick - self._view.tick + 32768) % 65536 - 32768
                    crowd.clock.note(sent, now, self._view.tick + late, phase)
            case m.Refuse(reason):
                crowd.meter.errors[f"refused_{Reason(reason).name.lower()}"] += 1
                self.finish(hangs_up=True)
            case m.Goodbye(reason):
                crowd.meter.errors[f"goodbye_{Reason(reason).name.lower()}"] += 1
                self.finish(hangs_up=True)
                crowd.lost(self._row)
            case m.Notice(code):
                crowd.meter.counts[f"notice_{m.NoticeCode(code).name.lower()}"] += 1
            case _:
                crowd.meter.counts[type(message).__name__.lower()] += 1

    def _welcome(self, welcome: m.Welcome, now: float) -> None:
        crowd = self._crowd
        known = round(crowd.clock.ticks(now)) if crowd.active.any() else welcome.tick
        tick = known + (welcome.tick - known + 32768) % 65536 - 32768
        crowd.clock.start(now, tick)
        self._view = View(CAPACITY, welcome.entity, tick, welcome.tick_hz)
        crowd.settled(self._row, welcome, tick)
        if self._is_sampled:
            self._watch = Watch(CAPACITY, crowd.generator)
        others = np.flatnonzero(crowd.active)
        rows = crowd.truth.nearest(self._row, tick, others, JOIN_NEAREST)
        self._targets = crowd.truth.slots[rows]
        self._check_join(now)
        self.ping(now)

    def _snapshot(self, payload: bytes, now: float) -> None:
        view, watch, crowd, row = self._view, self._watch, self._crowd, self._row
        if view is None:
            self._wrong("snapshot_before_welcome")
            return
        if watch is not None and len(payload) > 2:
            ahead = (payload[1] | payload[2] << 8) - view.tick
            tick = view.tick + (ahead + 32768) % 65536 - 32768
            crowd.meter.look(row, view, watch, tick)
        fault = view.apply(payload)
        if fault:
            self._wrong(FAULTS[fault])
            return
        crowd.seen[row] = view.tick
        if view.correction is not None:
            crowd.meter.counts["corrections"] += crowd.meter.is_on
            crowd.walkers.correct(row, view.correction)
        if watch is not None:
            crowd.meter.margins[view.margin] += crowd.meter.is_on
            crowd.meter.reflect(view, watch, now)
        if self._targets is not None:
            self._check_join(now)

    def _check_join(self, now: float) -> None:
        view, connection = self._view, self._connection
        if view is None or connection is None or self._targets is None:
            return
        if view.rows["known"][self._targets].all():
            self._crowd.meter.joins_s.append(now - connection.request_written)
            self._targets = None

    def _wrong(self, what: str) -> None:
        """The server broke the protocol: this is counted, and nothing it says is good any more."""
        self._crowd.meter.errors[what] += 1
        self.finish(hangs_up=True)
        self._crowd.lost(self._row)

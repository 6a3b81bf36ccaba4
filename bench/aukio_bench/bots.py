"""Bots: each a client of its own with its own socket; they share a clock and their arithmetic.

All bots run in one process and on one loop, so what a client estimates for itself, the server's
time, is estimated once. Wishes and predictions of a group are arrays, their lines are a swarm's;
what a bot hears is its own.
"""

import asyncio
import math
import mmap
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aukio_bench._decode import BELIEF, View
from aukio_bench._inputs import STRIDE, pack_inputs
from aukio_bench._swarm import Swarm
from aukio_bench._wander import note_wishes
from aukio_bench.bot import CAPACITY, Bot
from aukio_bench.clock import ServerClock
from aukio_bench.connection import Address, Refused, SecureLine, open_plain
from aukio_bench.headset import Headsets
from aukio_bench.hearing import GESTURE, SAYING, Hearing
from aukio_bench.meters import JUMP, Meter, Truth
from aukio_bench.motion import BORDER_M, Motion, Wander, square_from_disc
from aukio_bench.party import Party, Role
from aukio_bench.replay import Replay
from aukio_bench.walkers import Walkers
from aukio_protocol import messages as m
from aukio_protocol.motion import INPUT_LEAD, UNIT

HEARTBEAT_TICKS = 9  # an input at least so often: twice a second with room to spare
MARGIN_TICKS = 0.2  # inputs arrive this long before their tick (CK2)
GROUP = 150  # bots that act at one moment, at least
MOST_GROUPS = 8
SPAN_TICKS = 0.3  # the groups of 3,000 act within this part of a tick
LEAP_TICKS = 400  # a clock that is so far ahead has leapt: nobody catches up with that
LOOKS = 700  # of each of the sample are judged in a tick at most; it takes some 450
PING_S = 0.5  # one bot or another asks for the server's time this often
MOMENT_S = 0.001  # between two looks at what has come
EARLY_S = 0.002  # the loop's timers are of whole milliseconds: the rest is waited for by the swarm
SAY_S, GESTURE_S = 60.0, 30.0  # a bot says something and makes an emote about so often
LINES = ("Hello!", "Over here.", "What a fine square.", "See you at the fountain?", "Yes.")


@dataclass(frozen=True, slots=True)
class Part:
    """The bots of one role: their rows, what they wish, their heads and hands."""

    rows: slice
    role: Role
    motion: Motion
    headsets: Headsets | None


class Crowd:
    """All bots of a run. `act` runs until cancelled; `join` and `leave` take a row.

    Shapes: active (N,) bool: who has an avatar; beliefs (N, S) of BELIEF: what each knows.
    """

    def __init__(
        self, address: Address, party: Party, seed: int, timer: Callable[[], float]
    ) -> None:
        count = party.count
        self.party, self.timer, self.clock = party, timer, ServerClock()
        self.walkers = Walkers(count, self.clock.tick_hz)
        self.truth = Truth(self.walkers, count, CAPACITY)
        self.meter = Meter(self.truth, self.clock.tick_hz)
        self.swarm = Swarm(count, CAPACITY, self._hear)
        self.hearing = Hearing(self.swarm)
        self.beliefs = empty_beliefs(count)
        self.active = np.zeros(count, np.bool_)
        self.stalled = np.zeros(count, np.bool_)  # who has stopped reading
        self.random = random.Random(seed)
        self.generator = np.random.default_rng(seed)
        self.parts = [self._part(rows, role) for rows, role in party.parts()]
        sampled = max(5, round(count * party.sample)) if party.sample else 0
        rows, some = range(count), range(party.first or count)
        self.sampled = frozenset(self.random.sample(some, min(sampled, len(some))))
        self._address = address
        self._secure = address.tls()
        self._last = np.zeros((count, 4), np.int64)  # yaw, heading, gait, jump last sent
        self._sent = np.zeros(count, np.int64)
        self._sequence = np.zeros(count, np.int64)
        self._poses = np.zeros((count, 17), np.uint8)
        self._posed = np.zeros(count, np.uint8)
        self._speaks = self.generator.uniform(0, SAY_S, count)
        self._gestures = self.generator.uniform(0, GESTURE_S, count)
        if party.is_silent:
            self._speaks[:] = self._gestures[:] = np.inf
        self._began = timer()
        self._pinged = 0.0
        self._due = math.inf  # when somebody acts next
        self._opening: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._failure: BaseException | None = None
        self.anybody, self.everybody = asyncio.Event(), asyncio.Event()
        self.expected = party.first or count  # `everybody`: so many of the first rows are in
        self.bots = [Bot(self, row, is_sampled=row in self.sampled) for row in rows]

    @property
    def received_bytes(self) -> int:
        """Websocket bytes that all bots have received."""
        return int(self.swarm.received.sum())

    @property
    def sampled_views(self) -> list[View]:
        """What those of the sample who are in know."""
        bots = (self.bots[row] for row in sorted(self.sampled) if self.active[row])
        return [bot.view for bot in bots if bot.view is not None]

    def populations(self) -> list[float]:
        """For each of the sample: individuals and far counts together, against all who are in."""
        people = max(1, int(self.active.sum()))
        bots = (self.bots[row] for row in sorted(self.sampled) if self.active[row])
        return [
            (bot.view.known + 1 + bot.far_heads) / people for bot in bots if bot.view is not None
        ]

    async def join(self, row: int) -> None:
        """Begins to open a bot's connection; it says hello by itself."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.call_later(MOMENT_S, self._turn)
        self._begin(row)
        await asyncio.sleep(0)

    def leave(self, row: int, *, politely: bool = True) -> None:
        """Ends a bot's connection, with or without a word."""
        bot = self.bots[row]
        if self.active[row]:
            self.active[row] = False
            self.truth.leave(row)
            if politely:
                bot.send(m.Leave())
        bot.finish(hangs_up=not politely)
        bot.came_at = 0.0

    def close(self) -> None:
        """Ends every line without a word; idempotent."""
        if self._loop is not None:
            self._loop = None
        for task in self._opening:
            task.cancel()
        self.swarm.close()

    def settled(self, row: int, welcome: m.Welcome, tick: int) -> None:
        """A bot was welcomed: its avatar begins to walk."""
        self.walkers.place(row, tick, welcome.x, welcome.z, welcome.yaw)
        self.truth.enter(row, welcome.entity, tick)
        part = self.part_of(row)
        part.motion.begin(row, tick + 2, self._way(part, welcome.x / UNIT, welcome.z / UNIT))
        self._last[row] = -1
        self._sent[row] = 0
        self.swarm.seen[row] = tick
        self.active[row] = True
        self.anybody.set()
        if self.active[: self.expected].all():
            self.everybody.set()

    def part_of(self, row: int) -> Part:
        """The role's part that a bot belongs to."""
        return next(part for part in self.parts if row < part.rows.stop)

    def posture(self, row: int) -> int:
        """How a bot holds itself from its welcome on (see `messages.Posture`)."""
        part = self.part_of(row)
        held = m.Posture.SITTING if part.role.habits.sits else m.Posture.STANDING
        clip = part.motion if isinstance(part.motion, Replay) else None
        if part.role.headset or (clip is not None and clip.wears_headset(row)):
            held |= m.Posture.IN_HEADSET
        return int(held)

    def lost(self, row: int) -> None:
        """A bot's connection ended by itself; its avatar stands there for a while."""
        if self.active[row]:
            self.active[row] = False
            self.truth.leave(row, parks=True)
            self.everybody.clear()

    def come_back(self, row: int, wait_s: float) -> None:
        """Lets a bot open its connection anew, some time from now."""
        if self._loop is not None:
            self._loop.call_later(wait_s, self._join_again, row)

    async def act(self) -> None:
        """Lets every bot act at every tick, each group at its own moment shortly before it.

        Who is due acts at once: between two groups nothing else has a turn unless there is time.
        """
        await self.anybody.wait()
        groups, leads = act_groups([part.rows for part in self.parts])
        leads = [lead + self.party.lead_ticks for lead in leads]
        tick = math.ceil(self.clock.ticks(self.timer())) + INPUT_LEAD
        looks = LOOKS * max(1, len(self.sampled))
        while True:
            has_rested = False
            for part in self.parts:  # all at once: what is rare costs as much for few as for many
                x, z = self.walkers.x[part.rows] / UNIT, self.walkers.z[part.rows] / UNIT
                part.motion.decide(part.rows, tick, x, z)
            for rows, lead in zip(groups, leads, strict=True):
                due = self.clock.time_of(tick - lead)
                now = self.timer()
                if now < due:
                    has_rested, self._due = True, due
                    await asyncio.sleep(max(0.0, due - now - EARLY_S))
                    self.swarm.attend_until(due)
                    now = self.timer()
                if self.meter.is_on:
                    self.meter.lags_s.append(max(0.0, now - due))
                self._act(rows, tick)
            self.meter.settle(tick, looks)  # when all have acted: nobody waits for the judge
            if not has_rested:
                await asyncio.sleep(0)
            if self.clock.ticks(now) - tick > LEAP_TICKS:  # a server that was started again
                tick = math.ceil(self.clock.ticks(now)) + INPUT_LEAD
            if self._failure is not None:
                raise self._failure
            self._talk(self.timer())
            tick += 1

    # Within.

    def _turn(self) -> None:
        if self._loop is None:
            return
        # Nobody sleeps on the lines: to wake us up for each frame would cost the server more than
        # to send it.
        self._loop.call_later(MOMENT_S, self._turn)
        try:
            self.swarm.turn(self._due if self._due > self.timer() else math.inf)
        except Exception as error:  # a bug of ours: `act` raises it where somebody waits for it
            self._failure = error

    def _hear(self, row: int, told: int, what: Any, now: float) -> None:
        self.bots[row].hear(told, what, now)

    def _join_again(self, row: int) -> None:
        if self._loop is not None and not self.bots[row].is_connected:
            self._begin(row)

    def _begin(self, row: int) -> None:
        attempt = self.bots[row].begin()
        opens = self._open if self._secure is None else self._open_secure
        task = asyncio.create_task(opens(row, attempt))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, row: int, attempt: int) -> None:
        bot, address = self.bots[row], self._address
        try:
            opened = await open_plain(
                address, address.source(row), self.random.randbytes(16), self.timer
            )
        except (OSError, Refused) as error:
            how = str(error) if isinstance(error, Refused) else f"connect_{type(error).__name__}"
            if bot.attempt == attempt and bot.is_connected:
                bot.failed(how)
            return
        if bot.attempt != attempt or not bot.is_connected:
            os.close(opened.descriptor)
            return
        self.swarm.open(row, opened.descriptor, opened.rest, self.timer())
        bot.opened(opened.request_written)

    async def _open_secure(self, row: int, attempt: int) -> None:
        bot, address = self.bots[row], self._address
        seat = _Seat(self, row, attempt)
        line = SecureLine(address, seat, self.timer, self.random.randbytes(16))
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: line, address.host, address.port, ssl=self._secure
            )
        except OSError as error:
            if bot.attempt == attempt and bot.is_connected:
                bot.failed(f"connect_{type(error).__name__}")

    def _part(self, rows: slice, role: Role) -> Part:
        party, hz, count = self.party, self.clock.tick_hz, self.party.count
        wander = Wander(count, hz, role.habits, self.generator)
        clips = list(party.clips)
        motion = Replay(wander, clips, count) if clips and not role.habits.sits else wander
        sets = Headsets(count, hz, self.generator) if role.headset else None
        return Part(rows, role, motion, sets)

    def _way(self, part: Part, x_m: float, z_m: float) -> tuple[float, float]:
        """From where a bot entered to its place, so that all are spread evenly over the plaza."""
        spread, half = self.party.spread_m, part.role.habits.half_m - 2 * BORDER_M
        if not spread or part.role.habits.sits:
            return 0.0, 0.0
        x, z = square_from_disc(x_m / spread, z_m / spread)
        limit = max(1.0, abs(x), abs(z))  # who entered beside the disc stays on the plaza
        return x / limit * half - x_m, z / limit * half - z_m

    def _act(self, rows: slice, tick: int) -> None:
        walkers, part = self.walkers, self.part_of(rows.start)
        motion = part.motion
        count = rows.stop - rows.start
        wish, is_due = np.empty((count, 4), np.int64), np.empty(count, np.uint8)
        note_wishes(
            rows.start,
            tick - HEARTBEAT_TICKS,
            motion.yaw,
            motion.ways(rows),
            motion.gait,
            motion.jump,
            self._last,
            self._sent,
            wish,
            is_due,
        )
        due = is_due.view(np.bool_)
        self._pose(part, rows, tick, due)
        due &= self.active[rows]
        found = np.flatnonzero(due)
        if found.size:
            self._send(found + rows.start, wish[found], tick)
        walkers.step(rows, tick, wish[:, 0], wish[:, 1], wish[:, 2])

    def _pose(self, part: Part, rows: slice, tick: int, due: NDArray[np.bool_]) -> None:
        """Gives inputs their poses; who has a new one has something to send."""
        if part.headsets is not None:
            posed = part.headsets.due(rows, tick)
            self._poses[rows], self._posed[rows] = part.headsets.poses(rows, tick), posed
        elif isinstance(part.motion, Replay):
            poses = part.motion.poses[rows]
            posed = part.motion.posed[rows] & (poses != self._poses[rows]).any(axis=1)
            posed &= (np.arange(rows.start, rows.stop) + tick) % 2 == 0  # ten a second at most
            self._poses[rows], self._posed[rows] = (
                np.where(posed[:, None], poses, self._poses[rows]),
                posed,
            )
        else:
            return
        due |= posed

    def _send(self, rows: NDArray[np.int64], wish: NDArray[np.int64], tick: int) -> None:
        """Sends inputs; the claims are of where the avatars are before `tick`."""
        last = self._last[rows]
        twist = np.abs((wish[:, 0] - last[:, 0] + UNIT // 2) % UNIT - UNIT // 2)
        changes = (wish[:, 2] != last[:, 2]) | ((twist > JUMP) & (wish[:, 2] > 0))
        changes &= last[:, 0] >= 0
        self._last[rows], self._sent[rows] = wish, tick
        self._sequence[rows] = (self._sequence[rows] + 1) % 65536
        size = rows.size
        frames, sizes = np.empty((size, STRIDE), np.uint8), np.empty(size, np.int32)
        masks = self.generator.integers(0, 1 << 32, size, np.uint32)
        claims = np.stack(self.walkers.claims(rows), axis=1)
        pack_inputs(
            tick,
            self._sequence[rows],
            self.swarm.seen[rows],
            wish,
            claims,
            self._poses[rows],
            self._posed[rows],
            masks,
            frames,
            sizes,
        )
        stamps = np.empty(size)
        self.swarm.send_all(rows, frames, sizes, stamps)
        self.truth.change(rows[changes], tick, stamps[changes])

    def _talk(self, now: float) -> None:
        """Lets those speak and gesture whose moment comes before the next tick, at that moment."""
        since, loop = now - self._began, asyncio.get_running_loop()
        until = since + 1 / self.clock.tick_hz
        for row in np.flatnonzero((self._speaks <= until) & self.active).tolist():
            loop.call_later(max(0.0, float(self._speaks[row]) - since), self._say, row)
            self._speaks[row] = until + self.random.uniform(0.5, 1.5) * SAY_S
        for row in np.flatnonzero((self._gestures <= until) & self.active).tolist():
            loop.call_later(max(0.0, float(self._gestures[row]) - since), self._gesture, row)
            self._gestures[row] = until + self.random.uniform(0.5, 1.5) * GESTURE_S
        if now - self._pinged >= PING_S and self.active.any():
            self._pinged = now
            row = self.random.choice(np.flatnonzero(self.active).tolist())
            self.bots[row].ping(now)

    def _say(self, row: int) -> None:
        if self.active[row]:
            sent = self.bots[row].send(m.Say(self.random.choice(LINES)))
            self.hearing.listen(SAYING, self.bots[row].slot, sent, counts=self.meter.is_on)

    def _gesture(self, row: int) -> None:
        if self.active[row]:
            sent = self.bots[row].send(m.Gesture(self.random.randrange(8)))
            self.hearing.listen(GESTURE, self.bots[row].slot, sent, counts=self.meter.is_on)


class _Seat:
    """A bot's line over TLS on its way to the swarm (see `connection.Receiver`)."""

    def __init__(self, crowd: Crowd, row: int, attempt: int) -> None:
        self._crowd, self._row, self._attempt, self._seat = crowd, row, attempt, -1

    def opened(self, line: SecureLine) -> None:
        bot = self._crowd.bots[self._row]
        if bot.attempt != self._attempt or not bot.is_connected:
            line.close()
            return
        self._seat = self._crowd.swarm.open_through(self._row, line)
        bot.opened(line.request_written)

    def received(self, data: bytes, now: float) -> None:
        if self._seat >= 0:
            self._crowd.swarm.feed(self._seat, data, now)

    def ended(self, how: str, now: float) -> None:
        bot = self._crowd.bots[self._row]
        if self._seat >= 0:
            self._crowd.swarm.lost(self._seat, how, now)
        elif bot.attempt == self._attempt and bot.is_connected:
            bot.failed(how)


def empty_beliefs(count: int) -> NDArray[Any]:
    """What so many bots know, (count, CAPACITY) of BELIEF: nothing yet.

    One piece of memory on huge pages: what each bot believes of somebody lies far from all else,
    and a look-up should miss the cache alone and not the page tables too.
    """
    memory = mmap.mmap(-1, max(1, count) * CAPACITY * BELIEF.itemsize)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, BELIEF).reshape(-1, CAPACITY)


def act_groups(parts: list[slice]) -> tuple[list[slice], list[float]]:
    """Which bots act together, and how many ticks before a tick each group does.

    A group is of one part. The more bots, the wider the groups are spread before the margin.
    """
    count = parts[-1].stop
    size = max(GROUP, math.ceil(count / MOST_GROUPS))
    groups = [
        slice(at, min(at + size, part.stop))
        for part in parts
        for at in range(part.start, part.stop, size)
    ]
    span = SPAN_TICKS * min(1.0, count / 3000)
    leads = [MARGIN_TICKS + span * (1 - n / len(groups)) for n in range(len(groups))]
    return groups, leads

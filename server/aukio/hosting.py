"""One world as it runs: its simulation, sessions, snapshots, storage and tick loop."""

import asyncio
import gc
import logging
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine

from aukio.clock import Schedule
from aukio.keeping import Keeping
from aukio.metrics import Metrics
from aukio.overload import SharedLoad
from aukio.replication.snapshots import Snapshots
from aukio.session.lines import Sending
from aukio.session.registry import Place, Registry
from aukio.session.secrets import RandomBytes
from aukio.settings import Settings
from aukio.sim.entities import EntityRef
from aukio.sim.events import Enclosed, Event
from aukio.sim.simulation import Placement, Simulation
from aukio.sim.units import UNIT, position
from aukio.tick import Outgoing, Tick
from aukio.world import WalkField, World
from aukio.world.spots import nearest_spot
from aukio_protocol import messages as m

SEND_CHUNK = 256  # viewers sent to before the loop may do something else
CLEAR_S = 0.002  # before a tick, messages for many wait for its frames
DROPPED_S = 5.0  # everybody is told at most this often that time was dropped
SPAWN_TRIES = 10  # places drawn for whoever comes in; the one with the most room is taken
NOTICE_S = 2.0  # people know so long before their world changes: time to get its files
HOMES_A_TICK = 50  # so many are given a place to be put when they fall out, 0.05 ms each
PUT_A_TICK = 2  # who stands in a wall then is put elsewhere, so many a tick: 1-4 ms each
SPARE_SLOTS = 64  # for avatars that ended but are still known to a slow client
COLLECT_S = 30.0  # the oldest generation of garbage is collected this often, between ticks
logger = logging.getLogger("aukio.hosting")


@dataclass(frozen=True, slots=True)
class Entropy:
    """Randomness and clocks, handed in from the outermost layer.

    `wall` is seconds since 1970; `timer` fine monotonic seconds, the time of ticks and sessions.
    """

    random_bytes: RandomBytes
    random: random.Random
    wall: Callable[[], float]
    timer: Callable[[], float]


@dataclass(slots=True)
class _Change:
    """Another world that takes the place of this one at a tick, and who it leaves in a wall."""

    world: World
    walk_field: WalkField
    place: Place
    tick: int
    done: asyncio.Future[int]  # how many were put elsewhere
    misplaced: list[int] | None = None  # slots; none before it has happened
    homeless: list[int] = field(default_factory=list)  # whose home is one of the world before
    moved: int = 0


class Hosting:
    """Runs one world. `start` before anything else; `stop` once, at the end."""

    def __init__(
        self,
        world: World,
        field: WalkField,
        place: Place,
        settings: Settings,
        metrics: Metrics,
        engine: AsyncEngine,
        entropy: Entropy,
        sending: Sending | None = None,
        collect: Callable[[], object] | None = None,
        *,
        tidies_up: bool = True,
        load: SharedLoad | None = None,
        role_of: Callable[[str], str | None] = lambda _: None,
    ) -> None:
        users = settings.users or world.users
        capacity = -(-(users + SPARE_SLOTS) // 64) * 64
        view_m = settings.view_m or world.view_m
        self.world = world
        self._place = place
        self._settings = settings
        self._metrics = metrics
        self._entropy = entropy
        self._tidies_up = tidies_up  # of the worlds of a process one collects garbage for all
        self._collect = collect  # takes in what has arrived by now
        self._simulation = Simulation(
            field,
            min(capacity, 4096),
            world.tick_hz,
            list(world.portals.values()),
            world.script,
        )
        individuals = settings.individuals or world.individuals
        self._snapshots = Snapshots(self._simulation, view_m, settings.budget, individuals)
        self._keeping = Keeping(
            engine,
            world,
            self._simulation,
            wall=entropy.wall,
            kept=lambda name, version: self.registry.tell_kept(name, version),
        )
        self._was_healthy = True
        self._ran_due = 0.0  # when the tick that ran last was due
        self._is_ticking = False
        self._newcomers = False  # whether some wait for their first snapshot
        self.failed = asyncio.Event()
        self.registry = Registry(
            place,
            self._simulation,
            self,
            capacity=users,
            spawn=self._spawn,
            spots=world.spawns.keys(),
            random_bytes=entropy.random_bytes,
            save=self._keeping.save,
            erase=self._keeping.erase,
            tally=metrics,
            phase=self._phase,
            tell=self._event,
            sending=sending,
            later=self._later,
            role_of=role_of,
        )
        self._tick = Tick(
            self._simulation,
            self.registry,
            self._snapshots,
            metrics,
            entropy.timer,
            collect,
            load,
            self._happened,
        )
        self._change: _Change | None = None
        self._schedule: Schedule | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, phase_s: float = 0.0) -> int:
        """Restores former sessions and begins to tick, so long from now; returns how many were
        restored."""
        now = self._entropy.timer()
        restored = self.registry.restore(await self._keeping.start(), now)
        self._schedule = Schedule(now + phase_s, self.world.tick_hz)
        self._task = asyncio.create_task(self._run(), name=f"world {self.world.id}")
        self._task.add_done_callback(self._ended)
        return restored

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A tick that raises is our own bug: the world ends loudly instead of standing still."""
        if not task.cancelled() and task.exception() is not None:
            logger.critical("world=%s a tick failed", self.world.id, exc_info=task.exception())
            self.failed.set()

    async def stop(self) -> None:
        """Ends the ticks and stores every session; idempotent."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None
            self._keeping.save_all(self.registry)
        await self._keeping.close()

    async def change(self, world: World, field: WalkField, place: Place) -> int:
        """Makes another state of this world the one that people are in.

        They are told first, so that they have it by then. Who is inside a wall then, or has no
        floor beneath, is put on the nearest place to stand; returns how many. What was settled at
        the start, such as the number of people, stays until the next.
        """
        assert self._change is None, "one change after the other"
        tick = self._simulation.tick + round(NOTICE_S * self.world.tick_hz)
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._change = _Change(world, field, place, tick, done)
        self.registry.announce(place, tick)
        return await done

    @property
    def problem(self) -> str | None:
        """What keeps this world from being healthy, in plain words."""
        if self._task is None or self._task.done():
            return "the world does not tick"
        return None if self._keeping.healthy else "sessions cannot be saved"

    @property
    def entry(self) -> dict[str, Any]:
        """What a page shows of this world before one has entered it."""
        return {
            "id": self.world.id,
            "name": dict(self.world.name),
            "people": self.registry.people,
            "capacity": self.registry.capacity,
            "scene": self._place.scene,
            "walk": self._place.walk,
        }

    # What the registry tells of comings and goings (see `registry.Audience`).

    def attach(self, slot: int) -> int:
        """A client begins to receive; returns the tick it is told of at first."""
        tick = self._snapshots.attach(slot)
        if not self._newcomers:
            asyncio.get_running_loop().call_soon(self._show_newcomers)
        self._newcomers = True
        return tick

    def detach(self, slot: int) -> None:
        """A client is gone."""
        self._snapshots.detach(slot)

    def introduce(self, ref: EntityRef, frame: bytes) -> None:
        """An avatar has appeared, or it is no longer who it was."""
        self._snapshots.introduce(ref, frame)

    def end(self, slot: int) -> None:
        """An avatar has left."""
        self._snapshots.end(slot)

    # Within.

    async def _run(self) -> None:
        schedule, timer = self._schedule, self._entropy.timer
        assert schedule is not None
        since_dropped = schedule.due - DROPPED_S
        since_people = since_collect = schedule.due
        while True:
            await asyncio.sleep(max(0.0, schedule.due - timer()))
            self._is_ticking = True
            began = timer()
            if self._collect is not None:
                self._collect()
            if self._change is not None:
                self._go_on_changing(self._change)
            now = timer()
            self._metrics.began(began - schedule.due)
            self._ran_due = schedule.due
            frames = self._tick.run(now, began)
            sending = timer()
            await self._send(frames)
            self._tick.sent(timer() - sending)
            self._is_ticking = False
            lost = schedule.ran(timer())
            if lost:
                self._metrics.missed.inc(lost)
                if now - since_dropped >= DROPPED_S:
                    since_dropped = now
                    self.registry.notify(m.NoticeCode.TIME_DROPPED, "The server had to skip time.")
            if now - since_people >= 1:
                since_people = now
                self.registry.tell_people()
                self.registry.expire(now)
                self._tell_health()
            self._show_newcomers()
            self.registry.lines.go_on()
            self._keeping.move(self.registry)
            if self._tidies_up and now - since_collect >= COLLECT_S:
                since_collect = now
                gc.collect()

    async def _send(self, out: Outgoing) -> None:
        """Step 6: every frame that was encoded is sent, in chunks with the loop in between."""
        count = len(out.slots)
        for start in range(0, count, SEND_CHUNK):
            await asyncio.sleep(0)
            if self._collect is not None:
                self._collect()  # chat does not wait for all the others' snapshots
            self._send_part(out, start, min(start + SEND_CHUNK, count))

    def _send_part(self, out: Outgoing, start: int = 0, end: int | None = None) -> None:
        end = len(out.slots) if end is None else end
        self.registry.lines.send_each(
            out.slots[start:end],
            out.epochs[start:end],
            out.data,
            out.starts[start : end + 1],
        )

    def _go_on_changing(self, change: _Change) -> None:
        """Changes the world when its tick comes, and then puts people elsewhere, a few a tick."""
        simulation = self._simulation
        if change.misplaced is None:
            if simulation.tick + 1 < change.tick:
                return
            self.world, self._place = change.world, change.place
            portals = list(change.world.portals.values())
            change.misplaced = simulation.walk_on(change.walk_field, portals, change.world.script)
            self.registry.change(change.place, change.world.spawns.keys())
            change.homeless = simulation.entities.live.tolist()
        for slot in change.homeless[:HOMES_A_TICK]:
            simulation.settle(slot, self._spawn(""))
        del change.homeless[:HOMES_A_TICK]
        for slot in change.misplaced[:PUT_A_TICK]:
            if simulation.is_misplaced(slot):  # and has not left or gone elsewhere since
                self._put_near(slot)
                change.moved += 1
        del change.misplaced[:PUT_A_TICK]
        if not change.misplaced and not change.homeless:
            self._change = None
            if not change.done.done():
                change.done.set_result(change.moved)

    def _put_near(self, slot: int) -> None:
        """Puts somebody on the nearest place to stand; in a world without any, on a spawn."""
        x, y, z, yaw = self._simulation.placement(slot)
        spot = nearest_spot(self._simulation.field, (x / UNIT, y / UNIT, z / UNIT))
        home = self._spawn("")
        if spot is not None:
            x, y, z = (position(metres) for metres in spot)
        place = home if spot is None else (x, y, z, yaw)
        for event in self._simulation.put(slot, place):
            self._tick.tell(event)

    def _happened(self, event: Event) -> None:
        """What concerns the world itself: what it has to keep, and who stands in a new wall."""
        if isinstance(event, Enclosed):
            self._put_near(event.slot)
        else:
            self._keeping.keep(event)

    def _show_newcomers(self) -> None:
        """Sends first snapshots between ticks; during one they wait for its end."""
        if self._newcomers and not self._is_ticking:
            self._newcomers = False
            self._send_part(self._tick.first_frames())

    def _event(self, event: Event) -> None:
        self._tick.tell(event)

    def _later(self, turn: Callable[[], None]) -> bool:
        """Lets messages for many go on in the next turn of the loop.

        Unless a tick is near: its frames carry them, and it must not begin late for them.
        """
        assert self._schedule is not None, "nobody is joined before the first tick"
        if self._is_ticking or self._entropy.timer() >= self._schedule.due - CLEAR_S:
            return False
        asyncio.get_running_loop().call_soon(turn)
        return True

    def _phase(self, now: float) -> int:
        """How much of the running tick has passed, in 1/65536."""
        passed = (now - self._ran_due) * self.world.tick_hz
        return max(0, min(65535, int(passed * 65536)))

    def _spawn(self, spot: str) -> Placement:
        """Somewhere on a spot, away from who is there; "" is the world's default one.

        Of a few places drawn by lot the one furthest from anybody is taken: a class that comes
        in at once stands side by side and not in each other.
        Source: Mitchell, "Spectrally optimal sampling for distribution ray tracing", 1991.
        """
        spawn = self.world.spawns[spot or self.world.default_spawn]
        random = self._entropy.random
        there = self._simulation.places()[:, ::2] / UNIT
        tries = SPAWN_TRIES if there.size else 1
        # Even over the disc.
        away = np.array([spawn.spread * math.sqrt(random.random()) for _ in range(tries)])
        angles = np.array([random.uniform(0, 2 * math.pi) for _ in range(tries)])
        places = np.stack([away * np.cos(angles), away * np.sin(angles)], axis=1)
        places += (spawn.x, spawn.z)
        squares = ((there - places[:, None]) ** 2).sum(axis=2)
        best = int(squares.min(axis=1).argmax()) if there.size else 0
        x, z = places[best].tolist()
        return position(x), position(spawn.y), position(z), spawn.yaw

    def _tell_health(self) -> None:
        if self._was_healthy and not self._keeping.healthy:
            self.registry.notify(m.NoticeCode.READ_ONLY, "Nothing can be saved at the moment.")
        self._was_healthy = self._keeping.healthy

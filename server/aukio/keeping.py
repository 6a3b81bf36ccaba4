"""What of a world survives its server: sessions, where their avatars are, states, what is due."""

from collections.abc import Callable

import numpy as np
from sqlalchemy.ext.asyncio import AsyncEngine

from aukio.session.registry import Registry
from aukio.session.saved import SavedSession
from aukio.session.session import Session
from aukio.sim.events import Event, ObjectChanged, Postponed
from aukio.sim.simulation import Simulation
from aukio.storage.worlds import WorldStore
from aukio.world import World
from aukio_protocol import messages as m

STORE_PARTS = 2  # of the sessions, one of which is stored at a time
IDLE_SAVE_S = 10  # who stands still is stored this often, who moves each second
OBJECT, AFTER = "object", "after"  # kinds of state, as their names begin in the store


class Keeping:
    """Notes what one world has to keep. `start` before its first tick, `close` after its last.

    Args:
        kept: is told the name and version of each object whose state is on disk.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        world: World,
        simulation: Simulation,
        *,
        wall: Callable[[], float],
        kept: Callable[[str, int], None],
    ) -> None:
        self._simulation = simulation
        self._tick_hz = world.tick_hz
        self._wall = wall
        self._tell_kept = kept
        self._store = WorldStore(engine, world.id, saved=self._saved, kept=self._kept, wall=wall)
        self._sessions: dict[str, Session] = {}
        entities = simulation.entities.capacity
        self._stored = np.zeros((entities, 4), np.int32)  # by slot, the placement stored last
        self._stored_at = np.zeros(entities, np.int64)  # and at which tick

    @property
    def healthy(self) -> bool:
        """Whether the disk takes what it is given."""
        return self._store.healthy

    async def start(self) -> list[SavedSession]:
        """Takes over the state of a former run, and returns its sessions."""
        now, objects, due = self._wall(), dict[str, str](), dict[str, int]()
        for name, value in (await self._store.load_states()).items():
            kind, _, key = name.partition("/")
            if kind == OBJECT:
                objects[key] = value
            elif kind == AFTER:
                ticks = round((float(value) - now) * self._tick_hz)
                due[key] = self._simulation.tick + max(1, ticks)
        self._simulation.restore(objects, due)
        rows = await self._store.load()
        self._store.start()
        return rows

    async def close(self) -> None:
        """Commits what is noted; idempotent."""
        await self._store.close()

    def keep(self, event: Event) -> None:
        """Notes an event that has to survive; others are nothing to it."""
        match event:
            case ObjectChanged(name, version, state):
                self._store.keep(f"{OBJECT}/{name}", state, version)
            case Postponed(key, due):
                # By the clock on the wall: the time in which no server runs counts, too.
                ticks = 0 if due is None else due - self._simulation.tick
                at = self._wall() + ticks / self._tick_hz
                self._store.keep(f"{AFTER}/{key}", None if due is None else f"{at:.3f}")

    def save(self, session: Session, saved: SavedSession) -> None:
        """Notes a session."""
        self._sessions[saved.key] = session
        self._stored[session.slot] = saved.placement
        self._stored_at[session.slot] = self._simulation.tick
        self._store.save(saved)

    def save_all(self, registry: Registry) -> None:
        """Notes every session as it is now."""
        for _, saved in registry.saveable():
            self._store.save(saved)

    def erase(self, key: str) -> None:
        """Forgets a session that has ended."""
        self._sessions.pop(key, None)
        self._store.erase(key)

    def move(self, registry: Registry) -> None:
        """Notes half of the sessions twice a second: those of it that moved.

        Everybody at once would cost a large world most of a tick; a few in every tick would cost
        ten commits a second.
        """
        tick, hz = self._simulation.tick, self._tick_hz
        turn, rest = divmod(tick, hz // STORE_PARTS)
        if rest:
            return
        slots = registry.slots
        slots = slots[slots % STORE_PARTS == turn % STORE_PARTS]
        places = self._simulation.placements(slots)
        due = (places != self._stored[slots]).any(axis=1)
        due |= tick - self._stored_at[slots] >= IDLE_SAVE_S * hz
        slots, places = slots[due], places[due]
        self._stored[slots], self._stored_at[slots] = places, tick
        for slot, (x, y, z, yaw) in zip(slots.tolist(), places.tolist(), strict=True):
            self._store.move(registry[slot].key, (x, y, z, yaw))

    def _saved(self, key: str, version: int) -> None:
        """A session is on disk: its client may count on it, and is told once per version."""
        session = self._sessions.get(key)
        if session is not None and session.version == version and session.told_version < version:
            session.told_version = version
            session.send(m.Saved(m.SavedWhat.SESSION, version, ""))

    def _kept(self, name: str, version: int) -> None:
        """A state is on disk: everybody may count on it."""
        kind, _, key = name.partition("/")
        if kind == OBJECT:
            self._tell_kept(key, version)

"""What a world keeps on disk, its sessions and its state: written in groups."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql.compiler import SQLCompiler

from aukio.session.saved import SavedSession
from aukio.storage.schema import sessions, states

GROUP_S = 0.1  # what must be saved waits at most this long for company
KEPT_S = 60.0  # rows not seen for longer are erased
RETRY_S = 1.0  # pause after a failed commit
STALE_S = 2.0  # what is stale is looked for this often

logger = logging.getLogger("aukio.storage")

Placement = tuple[int, int, int, int]
"""x, y, z and yaw as in `SavedSession.placement`."""

#: Where many are, in one statement: rows arrive as JSON. One for each row would hand the
#: interpreter's lock over and back for each, beside a tick that wants it.
_MOVE = sa.text(
    "UPDATE sessions SET x = there.x, y = there.y, z = there.z, yaw = there.yaw, seen_at = :now"
    " FROM (SELECT value ->> 0 AS key, value ->> 1 AS x, value ->> 2 AS y, value ->> 3 AS z,"
    " value ->> 4 AS yaw FROM json_each(:places)) AS there WHERE sessions.key = there.key"
)


def _upsert() -> sa.Insert:
    statement = insert(sessions).values({c.name: sa.bindparam(c.name) for c in sessions.columns})
    changes = {c.name: c for c in statement.excluded if c.name != "key"}
    return statement.on_conflict_do_update(index_elements=["key"], set_=changes)


class WorldStore:
    """Saves the sessions and the state of one world in groups.

    `save`, `move`, `erase` and `keep` only note; a task commits what was noted within GROUP_S and
    then calls `saved(key, version)` for each saved session of it, and `kept(name, version)` for
    each state. Sessions are erased when their time is over; states stay. When the disk refuses,
    nothing is lost from memory: `healthy` turns false and the group is tried again.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        world: str,
        *,
        saved: Callable[[str, int], None],
        kept: Callable[[str, int], None] = lambda name, version: None,
        wall: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._world = world
        self._saved = saved
        self._kept = kept
        self._wall = wall
        self._rows: dict[str, SavedSession] = {}
        self._moved: dict[str, Placement] = {}
        self._erased: set[str] = set()
        self._states: dict[str, tuple[str | None, int]] = {}
        self._noted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.healthy = True
        self._swept_at = 0.0  # when what is stale was last looked for
        # A school comes in at once: compiled once, and given rows as the driver takes them, which
        # costs a fifth.
        self._upsert = _upsert().compile(dialect=engine.dialect)

    async def load(self) -> list[SavedSession]:
        """Rows of a former run that are still good; erases the others."""
        async with self._engine.begin() as connection:
            await connection.execute(self._stale())
            found = await connection.execute(
                sa.select(sessions).where(sessions.c.world == self._world)
            )
            return [
                SavedSession(
                    row.key,
                    row.secret_hash,
                    row.former_hash,
                    row.name,
                    row.look,
                    (row.x, row.y, row.z, row.yaw),
                    posture=row.posture,
                    role=row.role,
                    silenced=row.silenced,
                )
                for row in found
            ]

    async def load_states(self) -> dict[str, str]:
        """The state that a former run kept, by name."""
        async with self._engine.connect() as connection:
            found = await connection.execute(
                sa.select(states.c.name, states.c.value).where(states.c.world == self._world)
            )
            return {row.name: row.value for row in found}

    def start(self) -> None:
        """Begins to commit what is noted."""
        self._task = asyncio.create_task(self._run(), name="world store")

    def save(self, row: SavedSession) -> None:
        """Notes a row to be written."""
        self._erased.discard(row.key)
        self._moved.pop(row.key, None)
        self._rows[row.key] = row
        self._noted.set()

    def move(self, key: str, place: Placement) -> None:
        """Notes where the avatar of a session that was saved is now."""
        self._moved[key] = place
        self._noted.set()

    def erase(self, key: str) -> None:
        """Notes a row to be erased."""
        self._rows.pop(key, None)
        self._moved.pop(key, None)
        self._erased.add(key)
        self._noted.set()

    def keep(self, name: str, value: str | None, version: int = 0) -> None:
        """Notes a state to be written, or (None) to be erased."""
        self._states[name] = value, version
        self._noted.set()

    async def close(self) -> None:
        """Commits what is still noted and ends; idempotent."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._rows or self._moved or self._erased or self._states:
            await self._commit()

    async def _run(self) -> None:
        while True:
            await self._noted.wait()
            await asyncio.sleep(GROUP_S / 2)
            if not await self._commit():
                await asyncio.sleep(RETRY_S)

    async def _commit(self) -> bool:
        self._noted.clear()
        rows, moved, erased = self._rows, self._moved, self._erased
        self._rows, self._moved, self._erased = {}, {}, set()
        kept, self._states = self._states, {}
        try:
            # Shielded: a cancelled task must not leave a half-told group behind.
            await asyncio.shield(self._write(rows.values(), moved, erased, kept))
        except Exception as error:  # whatever it is, the store must go on, and say so
            if self.healthy:
                logger.error("nothing can be saved: %s", getattr(error, "orig", error))
            self.healthy = False
            former = {k: v for k, v in moved.items() if k not in self._erased | self._rows.keys()}
            self._moved = former | self._moved
            self._rows = {k: v for k, v in rows.items() if k not in self._erased} | self._rows
            self._erased |= erased - self._rows.keys()
            self._states = kept | self._states
            self._noted.set()
            return False
        if not self.healthy:
            logger.warning("all is saved again")
        self.healthy = True
        for row in rows.values():
            self._saved(row.key, row.version)
        for name, (_, version) in kept.items():
            self._kept(name, version)
        return True

    async def _write(
        self,
        rows: Collection[SavedSession],
        moved: Mapping[str, Placement],
        erased: set[str],
        kept: Mapping[str, tuple[str | None, int]],
    ) -> None:
        now = self._wall()
        async with self._engine.begin() as connection:
            if erased:
                await connection.execute(
                    sa.delete(sessions).where(sessions.c.key == sa.bindparam("gone")),
                    [{"gone": key} for key in erased],
                )
            if rows:
                values = [self._values(row, now) for row in rows]
                await self._execute(connection, self._upsert, values)
            if moved:
                places = msgspec.json.encode([(key, *place) for key, place in moved.items()])
                await connection.execute(_MOVE, {"now": now, "places": places.decode()})
            if kept:
                await self._write_states(connection, kept)
            if now - self._swept_at >= STALE_S:
                self._swept_at = now
                await connection.execute(self._stale())

    async def _write_states(
        self, connection: AsyncConnection, kept: Mapping[str, tuple[str | None, int]]
    ) -> None:
        gone = [{"gone": name} for name, (value, _) in kept.items() if value is None]
        if gone:
            await connection.execute(
                sa.delete(states).where(
                    states.c.world == self._world, states.c.name == sa.bindparam("gone")
                ),
                gone,
            )
        rows = [
            {"world": self._world, "name": name, "value": value}
            for name, (value, _) in kept.items()
            if value is not None
        ]
        if rows:
            put = insert(states)
            same = [states.c.world, states.c.name]
            await connection.execute(
                put.on_conflict_do_update(index_elements=same, set_={"value": put.excluded.value}),
                rows,
            )

    async def _execute(
        self, connection: AsyncConnection, statement: sa.Compiled, rows: list[dict[str, object]]
    ) -> None:
        order = cast(SQLCompiler, statement).positiontup
        values: Any = rows if order is None else [tuple(row[n] for n in order) for row in rows]
        await connection.exec_driver_sql(str(statement), values)

    def _values(self, row: SavedSession, now: float) -> dict[str, object]:
        x, y, z, yaw = row.placement
        return {
            "key": row.key,
            "world": self._world,
            "secret_hash": row.secret_hash,
            "former_hash": row.former_hash,
            "name": row.name,
            "look": row.look,
            "x": x,
            "y": y,
            "z": z,
            "posture": row.posture,
            "role": row.role,
            "silenced": row.silenced,
            "yaw": yaw,
            "seen_at": now,
        }

    def _stale(self) -> sa.Delete:
        return sa.delete(sessions).where(
            sessions.c.world == self._world, sessions.c.seen_at < self._wall() - KEPT_S
        )

"""Opening the database: SQLite by default, brought to the present schema."""

import asyncio
import fcntl
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from aukio.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=2000",
    "secure_delete=ON",
    "temp_store=MEMORY",
)


class Database:
    """An open database and the lock that keeps a second server out of its folder."""

    def __init__(self, engine: AsyncEngine, lock: IO[bytes]) -> None:
        self.engine = engine
        self._lock = lock

    async def close(self) -> None:
        """Closes all connections and gives up the folder; idempotent."""
        await self.engine.dispose()
        self._lock.close()


async def open_database(folder: Path) -> Database:
    """Opens `aukio.db` in a folder, making both if need be.

    Raises:
        StorageError: the folder or file cannot be written, another server uses it, or the file is
            no database of ours, or one of a newer version.
    """
    path = folder / "aukio.db"
    lock = await asyncio.to_thread(_lock, folder)
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    sa.event.listen(engine.sync_engine, "connect", _prepare)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    except (SQLAlchemyError, OSError, CommandError) as error:
        await engine.dispose()
        lock.close()
        cause = getattr(error, "orig", None) or error
        raise StorageError(
            f"{path}: cannot be used ({cause}); move it away to begin anew, free the disk,"
            " or use the version of Aukio that wrote it"
        ) from error
    return Database(engine, lock)


def _lock(folder: Path) -> IO[bytes]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "aukio.lock").open("ab")
    except OSError as error:
        raise StorageError(f"{folder}: cannot be made: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StorageError(
            f"{folder}: another server uses this folder; stop it, or name another with --data"
        ) from error
    return lock


def _prepare(connection: object, _record: object) -> None:
    # WAL with synchronous=FULL: a commit survives a power cut, and readers do not block it.
    # What a statement needs beside goes to memory: it would be a file made and removed each time.
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DB-API connection, untyped
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""Opening the database: SQLite by default, brought to the present schema."""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from aukio.errors import StorageError

MIGRATIONS = Path(__file__).parent / "migrations"


async def open_database(folder: Path) -> AsyncEngine:
    """Opens `aukio.db` in a folder, making both if need be.

    Raises:
        StorageError: the folder or file cannot be written, or the file is no database of ours.
    """
    path = folder / "aukio.db"
    try:
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: cannot be made: {error.strerror}") from error
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    sa.event.listen(engine.sync_engine, "connect", _prepare)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_migrate)
    except (SQLAlchemyError, OSError) as error:
        await engine.dispose()
        cause = getattr(error, "orig", None) or error
        raise StorageError(
            f"{path}: cannot be used ({cause}); move it away to begin anew, or free the disk"
        ) from error
    return engine


def _prepare(connection: object, _record: object) -> None:
    # WAL with synchronous=FULL: a commit survives a power cut, and readers do not block it.
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DB-API connection, untyped
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=2000", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(connection: sa.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

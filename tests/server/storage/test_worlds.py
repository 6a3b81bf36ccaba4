"""Sessions on disk, on a real SQLite file."""

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from aukio.errors import StorageError
from aukio.session.saved import SavedSession
from aukio.storage.database import open_database
from aukio.storage.worlds import WorldStore

ROW = SavedSession("k1", b"h" * 32, b"", "Väinö", b"\1", (1, -2, 3, 4), 1)


class Told:
    """Collects what was saved, and lets a test wait for it."""

    def __init__(self) -> None:
        self.saved: list[tuple[str, int]] = []
        self.came = asyncio.Event()

    def __call__(self, key: str, version: int) -> None:
        self.saved.append((key, version))
        self.came.set()


async def test_a_saved_session_is_there_after_a_crash(tmp_path: Path) -> None:
    database, told = await open_database(tmp_path), Told()
    engine = database.engine
    store = WorldStore(engine, "yard", saved=told, wall=lambda: 1000.0)
    store.start()
    store.save(ROW)
    await asyncio.wait_for(told.came.wait(), 5)
    assert told.saved == [("k1", 1)]
    # A second connection sees it now: nothing of the first one was closed in an orderly way.
    with sqlite3.connect(tmp_path / "aukio.db") as other:
        assert other.execute("select name, y from sessions").fetchall() == [("Väinö", -2)]
        assert other.execute("pragma journal_mode").fetchone() == ("wal",)
    other.close()
    await store.close()
    await database.close()


async def test_where_somebody_has_gone_is_saved_without_the_rest(tmp_path: Path) -> None:
    database = await open_database(tmp_path)
    store = WorldStore(database.engine, "yard", saved=Told(), wall=lambda: 1000.0)
    store.save(ROW)
    store.move("k1", (5, 6, -7, 8))
    store.move("nobody", (1, 1, 1, 1))
    await store.close()
    later = WorldStore(database.engine, "yard", saved=Told(), wall=lambda: 1050.0)
    later.move("k1", (6, 6, -7, 65535))
    await later.close()
    last = WorldStore(database.engine, "yard", saved=Told(), wall=lambda: 1100.0)
    (row,) = await last.load()
    assert row.placement == (6, 6, -7, 65535), "and it was seen at that time"
    assert (row.name, row.secret_hash) == ("Väinö", b"h" * 32)
    last.move("k1", (0, 0, 0, 0))
    last.save(ROW)
    await last.close()
    assert (await last.load())[0].placement == ROW.placement, "what was noted last holds"
    await database.close()


async def test_rows_not_seen_for_a_minute_are_erased(tmp_path: Path) -> None:
    database = await open_database(tmp_path)
    engine = database.engine
    store = WorldStore(engine, "yard", saved=Told(), wall=lambda: 1000.0)
    store.save(ROW)
    await store.close()
    fresh = WorldStore(engine, "yard", saved=Told(), wall=lambda: 1059.0)
    (row,) = await fresh.load()
    assert (row.name, row.placement, row.secret_hash) == ("Väinö", (1, -2, 3, 4), b"h" * 32)
    late = WorldStore(engine, "yard", saved=Told(), wall=lambda: 1061.0)
    assert await late.load() == []
    await database.close()


async def test_an_erased_session_is_gone(tmp_path: Path) -> None:
    database = await open_database(tmp_path)
    engine = database.engine
    store = WorldStore(engine, "yard", saved=Told(), wall=lambda: 1000.0)
    store.save(ROW)
    await store.close()
    store.erase("k1")
    await store.close()
    assert await store.load() == []
    await database.close()


async def test_another_worlds_sessions_are_left_alone(tmp_path: Path) -> None:
    database = await open_database(tmp_path)
    engine = database.engine
    store = WorldStore(engine, "yard", saved=Told(), wall=lambda: 1000.0)
    store.save(ROW)
    await store.close()
    assert await WorldStore(engine, "hall", saved=Told(), wall=lambda: 1000.0).load() == []
    await database.close()


async def test_a_refusing_disk_loses_nothing_and_is_said(tmp_path: Path) -> None:
    database, told = await open_database(tmp_path), Told()
    engine = database.engine
    store = WorldStore(engine, "yard", saved=told, wall=lambda: 1000.0)
    with sqlite3.connect(tmp_path / "aukio.db") as lock:
        lock.execute("drop table sessions")
    lock.close()
    store.save(ROW)
    store.move("k2", (1, 2, 3, 4))
    await store.close()
    assert not store.healthy
    assert told.saved == [], "nobody is told that something is saved when it is not"
    assert store._rows == {"k1": ROW}
    assert store._moved == {"k2": (1, 2, 3, 4)}
    await database.close()


async def test_a_file_that_is_no_database_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "aukio.db").write_bytes(b"this is not a database, it is a text file" * 100)
    with pytest.raises(StorageError, match="move it away"):
        await open_database(tmp_path)


async def test_a_second_server_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    first = await open_database(tmp_path)
    with pytest.raises(StorageError, match="another server"):
        await open_database(tmp_path)
    await first.close()
    await (await open_database(tmp_path)).close()


async def test_a_database_of_a_newer_version_is_refused_in_plain_words(tmp_path: Path) -> None:
    await (await open_database(tmp_path)).close()
    with sqlite3.connect(tmp_path / "aukio.db") as other:
        other.execute("update alembic_version set version_num = '9999'")
    other.close()
    with pytest.raises(StorageError, match="version of Aukio that wrote it"):
        await open_database(tmp_path)


async def test_a_folder_that_cannot_be_made_is_refused_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="cannot be made"):
        await open_database(tmp_path / "file" / "data")


async def test_a_database_from_before_postures_is_brought_up_to_date(tmp_path: Path) -> None:
    database = await open_database(tmp_path)
    store = WorldStore(database.engine, "yard", saved=Told(), wall=lambda: 1000.0)
    store.save(ROW)
    await store.close()
    await database.close()
    with sqlite3.connect(tmp_path / "aukio.db") as old:  # as version 0001 left it
        old.execute("alter table sessions drop column posture")
        old.execute("alter table sessions drop column role")
        old.execute("alter table sessions drop column silenced")
        old.execute("drop table states")
        old.execute("update alembic_version set version_num = '0001'")
    old.close()
    database = await open_database(tmp_path)
    store = WorldStore(database.engine, "yard", saved=Told(), wall=lambda: 1000.0)
    (row,) = await store.load()
    assert (row.name, row.posture, row.role) == ("Väinö", 0, "guest")
    store.save(replace(ROW, posture=3))
    await store.close()
    (row,) = await store.load()
    assert row.posture == 3, "and keeps postures from now on"
    await database.close()

"""Database maintenance: warnings about SQLite, and backups."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from monitor import failpoints
from monitor.domain.errors import StoreError
from monitor.store.database.transactions import Database

# The first SQLite version in which a concurrent write and checkpoint can't damage the file.
_SAFE_SQLITE = (3, 51, 3)


def warnings(database: Database) -> list[str]:
    """Problems of this database, one sentence each."""
    if not database.is_sqlite:
        return []
    return sqlite_warnings(sqlite3.sqlite_version_info, database.journal_mode())


def sqlite_warnings(version: tuple[int, ...], journal_mode: str) -> list[str]:
    """Warnings about this SQLite version and journal mode."""
    sentences = []
    if journal_mode == "wal" and version < _SAFE_SQLITE:
        number = ".".join(map(str, version))
        sentences.append(
            f"SQLite {number} has a rare fault, fixed in 3.51.3, that can damage the database "
            "when two processes write to it at the same instant: keep backups "
            "(`monitor db backup`), and use PostgreSQL when several processes use the database"
        )
    if journal_mode not in ("wal", "memory"):
        sentences.append(
            f"the database works without a write-ahead log (its journal mode is {journal_mode}): "
            "is it on a network drive? Put it on a local disk"
        )
    return sentences


def backup(database: Database, path: Path) -> None:
    """Write a consistent copy that only its owner may read, to a path that does not exist yet.

    The copy gets its name when it is complete: a killed backup leaves a `.part` file, which the
    next backup replaces.  Raise StoreError for PostgreSQL and for a path that can't be written.
    """
    if not database.is_sqlite:
        raise StoreError("a PostgreSQL database is backed up with its own tool: pg_dump")
    if path.exists():
        raise StoreError(f"{path}: exists already: name a new file")
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        file = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: can't be written: {error.strerror}") from error
    try:
        database.vacuum_into(part)
        os.fsync(file)
        failpoints.hit(failpoints.Point.BACKING_UP)
        part.rename(path)
    except BaseException:
        part.unlink()
        raise
    finally:
        os.close(file)

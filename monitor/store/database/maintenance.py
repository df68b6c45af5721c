"""What an operator does with a database now and then: look after its health, copy it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from monitor import failpoints
from monitor.domain.errors import StoreError
from monitor.store.database.transactions import Database

# The first SQLite in which two processes that write and tidy up at once can't damage the file.
_SAFE_SQLITE = (3, 51, 3)


def warnings(database: Database) -> list[str]:
    """What is not as it should be, a sentence each."""
    if not database.is_sqlite:
        return []
    return sqlite_warnings(sqlite3.sqlite_version_info, database.journal_mode())


def sqlite_warnings(version: tuple[int, ...], journal_mode: str) -> list[str]:
    """What to know about this SQLite, in this journal mode."""
    found = []
    if journal_mode == "wal" and version < _SAFE_SQLITE:
        number = ".".join(map(str, version))
        found.append(
            f"SQLite {number} has a rare fault, mended in 3.51.3, that can damage the database "
            "when two processes write to it at the same instant: keep backups "
            "(`monitor db backup`), and use PostgreSQL when several processes shall work on it"
        )
    if journal_mode not in ("wal", "memory"):
        found.append(
            f"the database works without a write-ahead log (its journal mode is {journal_mode}): "
            "is it on a network drive? Put it on a local disk"
        )
    return found


def backup(database: Database, path: Path) -> None:
    """Write a whole copy of one instant, for its owner's eyes only, where there is nothing yet.

    It has its name when it is whole: a backup that was killed leaves a `.part` behind, which the
    next one takes.
    """
    if not database.is_sqlite:
        raise StoreError("a PostgreSQL database is backed up with its own tool: pg_dump")
    if path.exists():
        raise StoreError(f"{path}: is there already: name a file that is not")
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

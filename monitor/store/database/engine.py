"""Database engines: one for SQLite or PostgreSQL, configured so that a commit is durable."""

from __future__ import annotations

import os
import sqlite3
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from monitor.domain.errors import ConfigError, StoreError
from monitor.store.database.columns import json_text, json_value

# Of the lock file beside a database, which a service leaves when it ends.
SERVICE_LOCK_SUFFIX = ".services"

_SQLITE = {"sqlite", "sqlite+pysqlite"}
_POSTGRESQL = {"postgresql", "postgresql+psycopg", "postgres"}
_HOW_TO = (
    "database.url must look like sqlite:///watchpost.db (four slashes for an absolute path) "
    "or postgresql://user:password@host/database"
)

# A dead network is noticed within half a minute.  Parameters in the URL take precedence.
_POSTGRESQL_DEFAULTS = {
    "application_name": "watchpost",
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "tcp_user_timeout": "30000",
}


def read_url(text: str) -> URL:
    """Parse a database address.  Raise ConfigError, whose text never contains the address."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigError(_HOW_TO) from None
    if url.drivername in _SQLITE and not (url.host or url.username or url.query):
        return url.set(drivername="sqlite+pysqlite")
    if url.drivername in _POSTGRESQL:
        return url.set(drivername="postgresql+psycopg")
    raise ConfigError(_HOW_TO)


def connect(url: URL, *, patience: timedelta, cache_mb: int) -> Engine:
    """An engine that connects at its first use.

    `patience` is how long to wait for a lock, `cache_mb` how many megabytes of the file a SQLite
    connection keeps in memory.  Raise ConfigError when a driver is missing.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url, patience, cache_mb)
    return _postgresql_engine(url, patience)


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite address; None for a database in memory, and for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────


def prepare_file(path: Path, *, create: bool) -> None:
    """Check that SQLite can use this file; create an empty one that only its owner may read.

    The database holds the secrets of webhooks.  Raise StoreError with one sentence otherwise.
    """
    folder = path.resolve().parent
    if not folder.is_dir():
        raise StoreError(f"{path}: the folder {folder} does not exist: create it")
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; database.url must name a file")
    if not path.exists():
        if not create:
            raise StoreError(f"{path}: there is no such database; `monitor db upgrade` creates it")
        _create(path)
    for place in (path, folder):  # the folder too: the write-ahead log lies beside the file
        if not os.access(place, os.W_OK):
            raise StoreError(f"{path}: can't be written: {place} is read-only for this user")


def file_id(path: Path | None) -> tuple[int, int] | None:
    """Device and inode: another file of this name has others.  None where there is none."""
    try:
        status = path.stat() if path else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None


def _create(path: Path) -> None:
    for suffix in ("-wal", "-shm", SERVICE_LOCK_SUFFIX):
        trace = path.with_name(path.name + suffix)
        if trace.exists():
            raise StoreError(
                f"{path}: the file is gone, but {trace.name} shows that a service used it: restore"
                f" the file or a backup, or remove {trace.name} to begin with an empty database"
            )
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(f"{path}: can't be created: {error.strerror}") from error


def _sqlite_engine(url: URL, patience: timedelta, cache_mb: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,  # one connection: SQLite has one writer, and this queue is fair
        pool_size=1,
        max_overflow=0,
        pool_timeout=patience.total_seconds(),
        connect_args={"check_same_thread": False, "timeout": patience.total_seconds()},
        json_serializer=json_text,
        json_deserializer=json_value,
        hide_parameters=True,  # an error's text must hold no secret
    )
    event.listen(engine, "connect", partial(_set_up_sqlite, cache_mb=cache_mb))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any, *, cache_mb: int) -> None:
    connection.isolation_level = None  # `_begin_sqlite` begins transactions, not the driver
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # a commit survives a power cut
    connection.execute("PRAGMA wal_autocheckpoint = 4000")  # 16 MB: one checkpoint for a big commit
    connection.execute(f"PRAGMA cache_size = -{cache_mb * 1_000}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin a write transaction with its lock: a reader that later writes would fail when busy.

    The driver itself begins no transaction before DDL: a killed migration would leave half a
    schema.
    """
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────


def _postgresql_engine(url: URL, patience: timedelta) -> Engine:
    defaults = {
        name: value for name, value in _POSTGRESQL_DEFAULTS.items() if name not in url.query
    }
    try:
        engine = create_engine(
            url.update_query_dict(defaults),
            pool_size=1,
            max_overflow=4,
            pool_timeout=patience.total_seconds(),
            pool_pre_ping=True,
            json_serializer=json_text,
            json_deserializer=json_value,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise ConfigError(
            "database.url asks for PostgreSQL, whose driver is not installed: "
            'pip install "watchpost[postgres]"'
        ) from error
    lock_timeout = f"SET LOCAL lock_timeout = {int(patience / timedelta(milliseconds=1))}"

    def begin(connection: Connection) -> None:
        # for each transaction, not for the session: connection poolers share sessions
        if connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql(lock_timeout)

    event.listen(engine, "begin", begin)
    return engine

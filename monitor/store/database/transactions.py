"""Database transactions: a call gets a connection; all its changes are committed, or none."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    Table,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import sqlite

from monitor.domain.errors import StoreError
from monitor.net import backoff
from monitor.store.database import database_errors, engine, postgresql_values

T = TypeVar("T")

# Pauses between tries of a transaction whose connection was lost: a restart takes 1 to 2 seconds.
_FIRST_PAUSE = timedelta(milliseconds=50)
_LONGEST_PAUSE = timedelta(seconds=1)

# Of a SQLite file, in the memory of a connection: new keys are spread over the whole of each index.
CACHE_MB = 16

# Steps of SQLite's machine between two looks at the clock: some 10 µs.
_PROGRESS_STEPS = 1_000

# Keys in one statement: SQLite takes 32,766 parameters, and each new length is compiled anew.
_CHUNK = 500
# Rows that are written by one call of a statement.
_STEP = 100


_GONE = (
    "was deleted or replaced while this process used it: restore the file or a backup, and restart"
)


class _Undo(Exception):
    """Rolls a transaction back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joined:
    """The open transaction that several reads and writes share."""

    connection: Connection
    last_calls: list[Callable[[Connection], None]] = field(default_factory=list)

    def run(self, call: Callable[[Connection], T]) -> T:
        """Run a part; what one that raises an exception has changed is undone."""
        before = len(self.last_calls)
        try:
            with self.connection.begin_nested():
                return call(self.connection)
        except BaseException:
            del self.last_calls[before:]
            raise


class Database:
    """A SQLite or PostgreSQL database; only this class begins and commits transactions."""

    def __init__(self, url: URL, *, patience: timedelta, cache_mb: int = CACHE_MB) -> None:
        self.engine = engine.connect(url, patience=patience, cache_mb=cache_mb)
        self.file = engine.sqlite_file(url)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        shown = url.set(drivername=url.get_backend_name())  # without the name of the driver
        self.name = str(self.file or shown.render_as_string(hide_password=True))
        self._patience = patience
        self._file_id = engine.file_id(self.file)
        self._joined: _Joined | None = None

    def before_statements(self, call: Callable[[], None]) -> None:
        """Call this before each statement from now on, within transactions, too."""

        def listener(*_context: object) -> None:
            call()

        event.listen(self.engine, "before_cursor_execute", listener)

    def read(self, call: Callable[[Connection], T], *, limit: timedelta | None = None) -> T:
        """Run `call` on one snapshot (SQLite) or on the committed rows (PostgreSQL).

        `limit` is the time that SQLite may take for all statements, PostgreSQL for each.  Raise
        TookTooLong after it, and StoreBusy or StoreError, never an exception of a driver.
        """

        def limited(connection: Connection) -> T:
            with self._time_limit(connection, limit):
                return call(connection)

        return self._transact(limited, writing=False)

    @contextmanager
    def _time_limit(self, connection: Connection, limit: timedelta | None) -> Iterator[None]:
        if limit is None:
            yield
            return
        if not self.is_sqlite:
            milliseconds = max(1, round(limit.total_seconds() * 1_000))
            connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
            yield
            return
        end = time.monotonic() + limit.total_seconds()
        driver: Any = connection.connection.driver_connection
        driver.set_progress_handler(lambda: time.monotonic() > end, _PROGRESS_STEPS)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)

    def write(self, call: Callable[[Connection], T]) -> T:
        """Run `call` in a transaction and commit it.

        `call` runs again when the connection is lost or the server breaks a deadlock, so it must
        change nothing but the database.  Raise StoreBusy or StoreError: then nothing was stored,
        except perhaps when the connection broke during the commit itself.
        """
        return self._transact(call, writing=True)

    def together(self, call: Callable[[], T]) -> T:
        """Run `call`, whose reads and writes of this database are one transaction, and commit it.

        `call` runs again as that of `write` does.  A write in it that raises an exception changes
        nothing by itself, whether or not `call` handles the exception.
        """
        if self._joined is not None:
            return call()

        def run(connection: Connection) -> T:
            joined = self._joined = _Joined(connection=connection)
            try:
                result = call()
            finally:
                self._joined = None
            for last_call in joined.last_calls:
                last_call(connection)
            return result

        return self.write(run)

    def run_last(self, connection: Connection, call: Callable[[Connection], None]) -> None:
        """Run `call` at the end of the transaction: now, unless this is a part of a longer one.

        For locks that all transactions take last, so that no two wait for each other.
        """
        if self._joined is None:
            call(connection)
        else:
            self._joined.last_calls.append(call)

    def rehearse(self, call: Callable[[Connection], object]) -> None:
        """Run `call` in a transaction and undo it; raise what `write` would."""

        def undone(connection: Connection) -> None:
            call(connection)
            raise _Undo

        with suppress(_Undo):
            self.write(undone)

    def _transact(self, call: Callable[[Connection], T], *, writing: bool) -> T:
        if self._joined is not None:
            return self._joined.run(call)
        self._check_file()
        give_up = time.monotonic() + self._patience.total_seconds()
        failures = 0
        while True:
            try:
                with self.engine.connect() as connection:
                    connection.execution_options(writing=writing)
                    with connection.begin():
                        return call(connection)
            except database_errors.DRIVER_ERRORS as error:
                if database_errors.leaves_file_unusable(error):
                    self.engine.dispose()  # the next transaction opens the file anew
                if not database_errors.is_transient(error) or time.monotonic() > give_up:
                    raise database_errors.explain(error, self.name) from error
            pause = backoff.doubled(_FIRST_PAUSE, failures, longest=_LONGEST_PAUSE)
            failures += 1
            time.sleep(pause.total_seconds())  # for the other writer; the store has its own thread

    def _check_file(self) -> None:
        """Raise StoreError when the file is not the one that was opened.

        An open connection would go on with a file that no program can open any more.
        """
        if self._file_id is not None and engine.file_id(self.file) != self._file_id:
            error = StoreError(f"{self.name}: {_GONE}")
            error.cause = _GONE
            raise error

    def use_write_ahead_log(self) -> None:
        """Switch a SQLite file to WAL, so that readers and the writer do not block each other."""
        if self.file and self._driver(_journal_mode) != "wal":
            self._driver(lambda driver: driver.execute("PRAGMA journal_mode = WAL"))

    def journal_mode(self) -> str:
        """SQLite only: "wal", where the file system allows it."""
        return self._driver(_journal_mode)

    def without_foreign_keys(self, call: Callable[[Connection], None]) -> None:
        """SQLite only: `write`, with the references checked once, at the end.

        A table is altered by making a copy and dropping the original, which would also delete the
        rows that refer to it.  The switch works only outside a transaction.
        """

        def checked(connection: Connection) -> None:
            call(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken:
                raise StoreError(f"{self.name}: a row of {broken[0]} refers to nothing: {broken!r}")

        self._driver(lambda driver: driver.execute("PRAGMA foreign_keys = OFF"))
        try:
            self.write(checked)
        finally:
            self._driver(lambda driver: driver.execute("PRAGMA foreign_keys = ON"))

    def vacuum_into(self, path: Path) -> None:
        """SQLite only: write a consistent copy into an empty file."""
        self._driver(lambda driver: driver.execute("VACUUM INTO ?", (str(path),)))

    def empty_write_ahead_log(self) -> None:
        """Move what the write-ahead log of SQLite holds into the file, and cut it to nothing.

        Readers of older rows make it wait; the next one that succeeds does the rest.
        """
        if self.file:
            self._driver(lambda driver: driver.execute("PRAGMA wal_checkpoint(TRUNCATE)"))

    def vacuum(self) -> None:
        """SQLite only: give the space of removed rows back to the file system."""
        self._driver(lambda driver: driver.execute("VACUUM"))

    def _driver(self, call: Callable[[sqlite3.Connection], T]) -> T:
        """SQLite only: run `call` outside any transaction."""
        try:
            with self.engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                return call(driver)
        except database_errors.DRIVER_ERRORS as error:
            raise database_errors.explain(error, self.name) from error

    def insert(self, table: Table) -> Any:
        """An INSERT of this database's dialect, which has the `on_conflict_…` methods."""
        if self.is_sqlite:
            return sqlite.insert(table)
        from sqlalchemy.dialects import postgresql  # most use SQLite, and need not import it

        return postgresql.insert(table)

    def insert_new(self, connection: Connection, table: Table, rows: Sequence[Any]) -> int:
        """Insert the rows that break no unique constraint; return how many were inserted."""
        if not rows:
            return 0
        statement = self.insert(table).on_conflict_do_nothing()
        statement = statement.execution_options(preserve_rowcount=True)
        return sum(connection.execute(statement, step).rowcount for step in steps(rows))

    def list_contains(self, column: Column[Any], item: str) -> ColumnElement[bool]:
        """The condition that the JSON list in `column` contains this text."""
        if self.is_sqlite:
            items = func.json_each(column).table_valued("value")
            return select(items.c.value).where(items.c.value == item).exists()
        return postgresql_values.jsonb(column).contains([item])

    def close(self) -> None:
        self.engine.dispose()


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """The items without duplicates, in lists short enough for one statement."""
    unique = list(dict.fromkeys(items))
    for start in range(0, len(unique), _CHUNK):
        yield unique[start : start + _CHUNK]


def steps(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """The rows in parts of some milliseconds each: between statements work gives way to pages."""
    for start in range(0, len(rows), _STEP):
        yield rows[start : start + _STEP]


def select_in(
    connection: Connection, query: Select[Any], column: Column[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """The rows of `query` whose `column` has one of `values`; asked in chunks."""
    for chunk in chunks(values):
        yield from connection.execute(query.where(column.in_(_of_common_length(chunk))))


def _of_common_length(values: list[T]) -> list[T]:
    """The values, the last one repeated up to a power of two.

    A driver prepares a statement for each number of parameters and keeps them: up to 128 of SQLite,
    2 MB of each connection of a console that was used.
    """
    length = 1 << (len(values) - 1).bit_length()
    return values + values[-1:] * (length - len(values))


def _journal_mode(driver: sqlite3.Connection) -> str:
    return str(driver.execute("PRAGMA journal_mode").fetchone()[0])

"""Each error of a driver becomes a StoreError that names the remedy."""

from __future__ import annotations

import sqlite3
from datetime import timedelta

import psycopg.errors
import pytest
from sqlalchemy import exc

from monitor.domain.errors import StoreBusy, StoreError
from monitor.store.database.database_errors import Unstorable, explain, is_transient
from monitor.store.store import Store


def of_postgresql(state: str) -> exc.DBAPIError:
    """An error as SQLAlchemy raises it: with the statement and its values."""
    cause = psycopg.errors.lookup(state)("the server's words\nDETAIL: more of them")
    values = {"secret": "whsec_x"}
    return exc.DBAPIError.instance("UPDATE feeds", values, cause, psycopg.Error, dialect=_dialect())


def _dialect():
    from sqlalchemy.dialects.postgresql import psycopg as dialect

    return dialect.dialect(dbapi=psycopg)


@pytest.mark.parametrize(
    ("state", "kind", "text", "is_retried"),
    [
        ("08006", StoreBusy, "the server does not answer", True),
        ("57P01", StoreBusy, "the server does not answer", True),
        ("57P03", StoreBusy, "the server does not answer", True),
        ("53300", StoreBusy, "the server does not answer", True),
        ("40P01", StoreBusy, "another process has locked it", True),
        ("40001", StoreBusy, "another process has locked it", True),
        ("55P03", StoreBusy, "another process has locked it", False),
        ("25006", StoreError, "read-only", False),
        ("42501", StoreError, "lacks a right", False),
        ("53100", StoreError, "the disk is full", False),
        ("XX001", StoreError, "is damaged", False),
        ("42P01", StoreError, "the server's words", False),
        ("22021", Unstorable, "a value can't be stored: the server's words", False),
        ("23505", Unstorable, "a value can't be stored: the server's words", False),
    ],
)
def test_an_error_of_postgresql_is_explained(
    state: str, kind: type[StoreError], text: str, is_retried: bool
) -> None:
    error = of_postgresql(state)
    explained = explain(error, "postgresql://user:***@host/x")
    assert type(explained) is kind
    assert text in str(explained)
    assert str(explained).startswith("postgresql://user:***@host/x: ")
    assert is_transient(error) is is_retried
    assert "whsec_x" not in str(explained)
    assert "\n" not in str(explained)


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusy, "another process has locked it"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy, "another process has locked it"),
        (sqlite3.SQLITE_LOCKED, StoreBusy, "another process has locked it"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreError, "read-only"),
        (sqlite3.SQLITE_FULL, StoreError, "the disk is full"),
        (sqlite3.SQLITE_CANTOPEN, StoreError, "does its folder exist"),
        (sqlite3.SQLITE_NOTADB, StoreError, "is not a SQLite database"),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreError, "is damaged"),
        (sqlite3.SQLITE_IOERR_READ, StoreError, "the disk reports an error"),
    ],
)
def test_an_error_of_sqlite_is_explained(code: int, kind: type[StoreError], text: str) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    explained = explain(error, "/srv/watchpost.db")
    assert type(explained) is kind
    assert str(explained).startswith("/srv/watchpost.db: ")
    assert text in str(explained)
    assert not is_transient(error)


@pytest.mark.parametrize(
    ("words", "kind", "cause"),
    [
        (
            'connection to server at "127.0.0.1", port 1 failed: Connection refused',
            StoreBusy,
            "(nothing listens at this host and port)",
        ),
        ("failed to resolve host 'db.example': [Errno -2]", StoreBusy, "(its host has no address)"),
        ("connection timeout expired", StoreBusy, "(no answer in time)"),
        ("connection failed: No route to host", StoreBusy, "(its host can't be reached)"),
        ("the connection is closed", StoreBusy, "is database.url right?"),
        ('FATAL: password authentication failed for user "a"', StoreError, "this user name or"),
        ('FATAL: database "x" does not exist', StoreError, "no database of this name"),
        ('FATAL: role "a" does not exist', StoreError, "no user of this name"),
        ('no pg_hba.conf entry for host "10.0.0.1"', StoreError, "no connection of this user"),
    ],
)
def test_a_refused_connection_is_explained_in_our_own_words(
    words: str, kind: type[StoreError], cause: str
) -> None:
    error = exc.DBAPIError.instance(
        None, None, psycopg.OperationalError(words), psycopg.Error, dialect=_dialect()
    )
    explained = explain(error, "postgresql://a:***@db.example/x")
    assert type(explained) is kind
    assert cause in str(explained)
    assert words not in str(explained)


def test_a_server_that_does_not_run_is_named_without_driver_and_password() -> None:
    url = "postgresql://reader:sesame@127.0.0.1:1/news"
    with pytest.raises(StoreBusy) as refused:
        Store.open(url, patience=timedelta(seconds=0.1))
    assert str(refused.value) == (
        "postgresql://reader:***@127.0.0.1:1/news: the server does not answer; is it running, and"
        " is database.url right? (nothing listens at this host and port)"
    )


def test_a_value_that_no_column_accepts_is_unstorable() -> None:
    error = exc.StatementError("no time zone", "INSERT", {"secret": "whsec_x"}, ValueError("naive"))
    explained = explain(error, "x.db")
    assert isinstance(explained, Unstorable)
    assert str(explained) == "x.db: a value can't be stored: naive"


def test_an_exhausted_pool_is_busy() -> None:
    assert isinstance(explain(exc.TimeoutError("pool"), "x.db"), StoreBusy)
    assert not is_transient(exc.TimeoutError("pool"))

"""Database errors: each exception of a driver becomes a StoreError with one sentence."""

from __future__ import annotations

import re
import sqlite3

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from monitor.domain.errors import StoreBusy, StoreError


class Unstorable(StoreError):
    """The database refuses these values: the row is at fault, not the database."""


class TookTooLong(StoreError):
    """A read was ended at its time limit; the database itself works."""


# The exceptions that `explain` translates; any other is a bug and keeps its traceback.
DRIVER_ERRORS = (StatementError, PoolTimeout, sqlite3.Error)

_BUSY = "another process has locked it for too long; try again"
_READ_ONLY = "can't be written: the file, its folder or the whole database is read-only"
_FULL = "the disk is full: free some space; this call stored nothing"
_DAMAGED = "is damaged: restore a backup"
_SILENT = "the server does not answer; is it running, and is database.url right?"

# by primary result code, https://sqlite.org/rescode.html
_SQLITE = {
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "can't be read or written: the disk reports an error",
    sqlite3.SQLITE_CANTOPEN: "can't be opened: does its folder exist, and may it be written?",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database; it was left as it is",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
}

# by SQLSTATE, else by its class, the first two characters:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "25006": _READ_ONLY,
    "42501": "the database user lacks a right: let it own the database",
    "53100": _FULL,
    "XX": _DAMAGED,
}
_CANCELLED = "57014"  # statement_timeout
# Transient: lock time-outs, deadlocks, lost connections, servers that start or stop.
_TRANSIENT = re.compile(r"08|40|53300|55P03|57P0")
# Refused before a session began, hence without an SQLSTATE; waiting does not help.
_REFUSED = re.compile(r"does not exist|authentication failed|no pg_hba|not permitted|permission")

# What the driver says where there is no session, and so no SQLSTATE → the cause in our words.
_NO_SESSION = (
    (re.compile("connection refused", re.IGNORECASE), "nothing listens at this host and port"),
    (re.compile("resolve host|translate host name"), "its host has no address"),
    (re.compile("timeout|timed out"), "no answer in time"),
    (re.compile("no route|unreachable", re.IGNORECASE), "its host can't be reached"),
    (re.compile("authentication failed"), "the server refuses this user name or password"),
    (re.compile('database ".*" does not exist'), "the server has no database of this name"),
    (re.compile('role ".*" does not exist'), "the server has no user of this name"),
    (re.compile("pg_hba"), "the server allows no connection of this user from here (pg_hba.conf)"),
    (re.compile("SSL|certificate"), "no encrypted connection: check sslmode and the certificates"),
)


def is_transient(error: Exception) -> bool:
    """Whether the transaction may be retried: PostgreSQL's connection was lost, or a deadlock.

    Not for a lock of SQLite, which has waited for it already (busy_timeout).
    """
    if not isinstance(error, DBAPIError) or isinstance(error.orig, sqlite3.Error):
        return False
    state = _state(error)
    if state is None:
        lost = isinstance(error, OperationalError | InterfaceError)
        return lost and not _REFUSED.search(str(error.orig))
    return bool(_TRANSIENT.match(state)) and state != "55P03"  # the lock was waited for


def leaves_file_unusable(error: Exception) -> bool:
    """Whether this connection to a SQLite file may go on failing after its cause has ended.

    SQLite opens a file that it may not write for reading only, and then never writes it.
    """
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def explain(error: Exception, where: str) -> StoreError:
    """The error to raise instead; `where` names the database, without secrets."""
    cause = getattr(error, "orig", None) or error
    if _was_ended(error, cause):
        return TookTooLong(f"{where}: a read took longer than it may")
    if isinstance(error, PoolTimeout):
        return StoreBusy(f"{where}: {_BUSY}")
    if isinstance(error, DataError | IntegrityError):
        return Unstorable(f"{where}: a value can't be stored: {_first_line(error)}")
    if isinstance(cause, sqlite3.Error):
        return _explain_sqlite(cause, where)
    if isinstance(error, DBAPIError):
        return _explain_postgresql(error, where)
    return Unstorable(f"{where}: a value can't be stored: {_first_line(error)}")


def _was_ended(error: Exception, cause: object) -> bool:
    """Whether the statement was ended at its time limit."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT
    return isinstance(error, DBAPIError) and _state(error) == _CANCELLED


def _explain_sqlite(error: sqlite3.Error, where: str) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _error(StoreBusy, where, _BUSY, error)
    return _error(StoreError, where, _SQLITE.get(code, ""), error)


def _explain_postgresql(error: DBAPIError, where: str) -> StoreError:
    state = _state(error)
    if state is None:  # no session: the driver, the server or the network wrote the message
        cause = _no_session_cause(error)
        if not is_transient(error):
            return _error(StoreError, where, cause, error)
        return _error(StoreBusy, where, f"{_SILENT}{f' ({cause})' if cause else ''}", error)
    if _TRANSIENT.match(state):
        is_locked = state == "55P03" or state.startswith("40")
        return _error(StoreBusy, where, _BUSY if is_locked else _SILENT, error)
    sentence = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2], "")
    return _error(StoreError, where, sentence, error)


def _error(kind: type[StoreError], where: str, cause: str, error: Exception) -> StoreError:
    """An error with the cause in our words, else in those of the driver."""
    explained = kind(f"{where}: {cause or _first_line(error)}")
    explained.cause = cause
    return explained


def _no_session_cause(error: DBAPIError) -> str:
    """Why there is no connection; empty where the driver's words are not known."""
    text = str(error.orig)
    return next((cause for pattern, cause in _NO_SESSION if pattern.search(text)), "")


def cause_of_driver_error(error: BaseException) -> str:
    """The cause of an error of PostgreSQL's driver in our words, else in those of the driver."""
    state = getattr(error, "sqlstate", None) or ""
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2], "") or str(error).strip()


def _state(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def _first_line(error: Exception) -> str:
    """The cause in one line: SQLAlchemy's own text would add the statement and its values."""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip().splitlines() or [type(cause).__name__])[0]

"""Advisory locks of PostgreSQL: what one transaction after another does, in whatever process.

SQLite has one writer anyway.
"""

from __future__ import annotations

import enum

from sqlalchemy import Connection, text

_LOCK = text("SELECT pg_advisory_xact_lock(:number)")


@enum.unique
class AdvisoryLock(enum.IntEnum):
    """What is done by one transaction at a time; the numbers are ours, and mean nothing.

    Processes of another version have to know them, so they never change.
    """

    MIGRATIONS = 7_238_061_113
    ARTICLE_NUMBERS = 7_238_061_114
    EVENTS = 7_238_061_115  # the last lock of a transaction: see `events.event_writes`
    FEED_CLAIMS = 7_238_061_116
    JOB_ENGINE = 7_238_061_117  # its installation
    COPY_CANDIDATES = 7_305_108_203


def take_lock(connection: Connection, lock: AdvisoryLock) -> None:
    """Wait until no other transaction has this lock, and hold it until this one ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"number": lock.value})

"""Advisory locks on a real server, and none on SQLite."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, literal, select

from monitor.store.database.advisory_locks import AdvisoryLock, take_lock
from monitor.store.database.engine import connect, read_url
from monitor.store.database.transactions import CACHE_MB


@pytest.mark.parametrize("lock", AdvisoryLock)
def test_a_lock_is_held_until_its_transaction_ends_and_keeps_no_other_one_waiting(
    postgresql_url: str, lock: AdvisoryLock
):
    engine = connect(read_url(postgresql_url), patience=timedelta(seconds=5), cache_mb=CACHE_MB)
    with engine.connect() as first, engine.connect() as second:
        take_lock(first, lock)
        is_free = {
            each: second.scalar(select(func.pg_try_advisory_xact_lock(literal(each.value))))
            for each in AdvisoryLock
        }
        assert is_free == {each: each is not lock for each in AdvisoryLock}
        first.rollback()
        second.rollback()
        take_lock(second, lock)
    engine.dispose()


def test_sqlite_needs_no_lock():
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        take_lock(connection, AdvisoryLock.EVENTS)
    engine.dispose()

"""A connection to a fresh database of each kind, for tests of tables and rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from monitor.store.database.engine import connect, read_url
from monitor.store.database.transactions import CACHE_MB


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection whose changes are undone at the end, to SQLite and to PostgreSQL."""
    engine = connect(read_url(database_url), patience=timedelta(seconds=5), cache_mb=CACHE_MB)
    with engine.connect() as opened:
        yield opened
    engine.dispose()

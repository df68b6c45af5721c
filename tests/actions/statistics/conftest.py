"""An empty store on both databases: figures are counted by them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.store.store import Store


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A database without feeds."""
    with Store.open(database_url) as opened:
        yield opened

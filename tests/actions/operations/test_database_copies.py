"""Copies of whole databases: refused while somebody uses one of the two."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.operations.database_copies import copy_database, unused
from monitor.domain.errors import ConfigError, StoreError
from monitor.runtime.service_lock import service_lock
from monitor.store.store import Store
from tests.store.builders import a_feed, a_subscription


def test_a_file_is_copied_to_a_server_and_back(
    sqlite_url: str, postgresql_url: str, tmp_path: Path
):
    with Store.open(sqlite_url) as source:
        source.feeds.add(a_feed())
        source.subscriptions.add(a_subscription())
        copied = copy_database(source, postgresql_url)
        assert copied.as_json()["rows"] == source.row_counts()
        assert copied.total == 2
        back = f"sqlite:///{tmp_path / 'back.db'}"
        with Store.open(postgresql_url) as server:
            assert copy_database(server, back).rows == copied.rows
        with Store.open(back) as again:
            assert again.feeds.list() == source.feeds.list()
            assert again.subscriptions.list() == source.subscriptions.list()


@pytest.mark.parametrize("used", ["source", "target"])
def test_a_service_on_one_of_the_files_refuses_the_copy(sqlite_url: str, tmp_path: Path, used):
    target = f"sqlite:///{tmp_path / 'target.db'}"
    Store.open(target).close()
    with Store.open(sqlite_url) as source:
        file = source.file if used == "source" else tmp_path / "target.db"
        assert file is not None
        # a process's own locks do not refuse it, but it sees that the file is shared
        with service_lock(file), pytest.raises(StoreError, match="a service uses it"):
            copy_database(source, target)


def test_a_connection_to_the_server_refuses_the_copy(sqlite_url: str, postgresql_url: str):
    with Store.open(sqlite_url) as source, Store.open(postgresql_url) as service:
        service.feeds.list()
        with pytest.raises(StoreError, match="another Watchpost process is connected"):
            copy_database(source, postgresql_url)


def test_the_database_itself_is_no_target(sqlite_url: str):
    with Store.open(sqlite_url) as source, pytest.raises(ConfigError, match="--to names"):
        copy_database(source, sqlite_url)


def test_no_service_starts_while_a_file_is_in_use_by_a_copy(sqlite_url: str):
    with Store.open(sqlite_url) as store, unused(store):
        assert store.file is not None
        with service_lock(store.file) as is_shared:
            assert is_shared

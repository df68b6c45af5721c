"""Upgrading and copying the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.operations.backups import back_up_database, upgrade_database
from monitor.domain.errors import MonitorError
from monitor.settings.sections import Settings
from monitor.store.store import Store


def test_an_upgrade_returns_the_revision(settings: Settings, store: Store):
    assert upgrade_database(settings) == store.schema.current()


def test_a_backup_is_a_database_of_its_own_and_never_overwrites(store: Store, tmp_path: Path):
    copy = tmp_path / "copy.db"
    back_up_database(store, copy)
    with Store.open(f"sqlite:///{copy}") as copied:
        assert [feed.title for feed in copied.feeds.list()] == ["Harbour Wire"]
    with pytest.raises(MonitorError, match="copy"):
        back_up_database(store, copy)

"""Restores: checked whole, then done; nothing is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.access.caller import local_caller
from monitor.actions.operations.restores import RestoredBackup, restore
from monitor.actions.operations.whole_backups import back_up
from monitor.domain.errors import ConfigError, StoreError
from monitor.runtime.service_lock import service_lock
from monitor.settings import loader
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_subscription

ME = local_caller("anna", NOW)
HOOK = a_subscription("hook", signing_secret="whsec_b2xk")


@pytest.fixture
def backup(sqlite_url: str, tmp_path: Path) -> Path:
    """A backup of a feed and a webhook, with its configuration."""
    work = tmp_path / "work"
    work.mkdir()
    (work / "monitor.toml").write_text('[poll]\ncontact = "me@watch.example"\n')
    with Store.open(sqlite_url) as store:
        store.feeds.add(a_feed())
        store.subscriptions.add(HOOK)
        settings = loader.load(work / "monitor.toml", environment={})
        back_up(store, settings, tmp_path / "backup.tar.gz", NOW)
    return tmp_path / "backup.tar.gz"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to restore into."""
    (tmp_path / "new").mkdir()
    return tmp_path / "new"


def restored(backup: Path, folder: Path, **options: bool) -> RestoredBackup:
    return restore(backup, folder, ME, NOW, **options)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".services"))


def test_an_empty_folder_gets_everything_with_its_secrets(backup: Path, folder: Path):
    result = restored(backup, folder)
    assert result.as_json() == {
        "created_at": "2025-06-17T12:00:00Z",
        "database": str(folder / "watchpost.db"),
        "files": [str(folder / "monitor.toml")],
        "feeds": 1,
        "articles": 0,
        "waiting": 0,
    }
    assert names(folder) == ["monitor.toml", "watchpost.db"]
    assert (folder / "watchpost.db").stat().st_mode & 0o777 == 0o600
    with Store.open(f"sqlite:///{folder / 'watchpost.db'}") as store:
        assert store.feeds.list() == [a_feed()]
        assert store.subscriptions.list() == [HOOK]
        (entry,) = store.audit_log.list(AuditFilter(), 5)
    assert (entry.act, entry.target) == ("restore backup", "backup.tar.gz")


def test_a_second_restore_changes_nothing(backup: Path, folder: Path):
    restored(backup, folder)
    before = (folder / "watchpost.db").read_bytes()
    with pytest.raises(StoreError, match="is not empty, it has rows of"):
        restored(backup, folder)
    assert (folder / "watchpost.db").read_bytes() == before
    assert names(folder) == ["monitor.toml", "watchpost.db"]


def test_a_damaged_backup_changes_nothing(backup: Path, folder: Path):
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 0xFF
    backup.write_bytes(bytes(content))
    with pytest.raises(StoreError):
        restored(backup, folder)
    assert names(folder) == []


def test_another_configuration_is_kept_only_when_it_is_asked_for(backup: Path, folder: Path):
    (folder / "monitor.toml").write_text('[database]\nurl = "sqlite:///mine.db"\n')
    with pytest.raises(ConfigError, match="differs: move it away, or keep it with --keep-settings"):
        restored(backup, folder)
    assert names(folder) == ["monitor.toml"]
    restored(backup, folder, keep_settings=True)
    assert names(folder) == ["mine.db", "monitor.toml"]
    assert "mine.db" in (folder / "monitor.toml").read_text()


def test_there_must_be_a_configuration_to_keep(backup: Path, folder: Path):
    with pytest.raises(ConfigError, match="there is no configuration to keep"):
        restored(backup, folder, keep_settings=True)


def test_a_backup_is_restored_into_an_empty_server(backup: Path, folder: Path, postgresql_url: str):
    (folder / "monitor.toml").write_text(f'[database]\nurl = "{postgresql_url}"\n')
    result = restored(backup, folder, keep_settings=True)
    assert result.database.startswith("postgresql://")
    with Store.open(postgresql_url) as store:
        assert store.subscriptions.list() == [HOOK]
    with pytest.raises(StoreError, match="is not empty"):
        restored(backup, folder, keep_settings=True)


def test_an_empty_database_is_replaced_unless_a_service_uses_it(backup: Path, folder: Path):
    database = folder / "watchpost.db"
    Store.open(f"sqlite:///{database}").close()
    with service_lock(database), pytest.raises(StoreError, match="a service uses it"):
        restored(backup, folder)
    assert restored(backup, folder).feeds == 1

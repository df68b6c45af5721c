"""Whole backups: of either database, with what lies beside the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.operations.backup_archive import read_archive
from monitor.actions.operations.whole_backups import back_up, check_folder
from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed


def test_a_backup_of_either_database_holds_a_file_of_sqlite(database_url: str, tmp_path: Path):
    work = tmp_path / "work"
    work.mkdir()
    (work / "monitor.toml").write_text('[topic]\npack = "dprk-russia"\n')
    (work / "packs/dprk-russia").mkdir(parents=True)
    (work / "packs/dprk-russia/in-use.json").write_text("{}")
    (work / "alerts").mkdir()
    (work / "alerts/1.eml").write_text("not in a backup")
    environment = {"MONITOR_EMAIL__SENDER": "me@watch.example"}
    settings = loader.load(work / "monitor.toml", environment=environment)
    file = tmp_path / "backup.tar.gz"
    with Store.open(database_url) as store:
        store.feeds.add(a_feed())
        backup = back_up(store, settings, file, NOW)
    assert (backup.files, backup.size) == (2, file.stat().st_size)
    assert backup.left_out == ("set by the environment, and not in the backup: email.sender",)
    target = tmp_path / "target"
    target.mkdir()
    facts = read_archive(file, target)
    assert facts.settings == "monitor.toml"
    assert sorted(facts.digests) == [
        "database.db",
        "files/monitor.toml",
        "files/packs/dprk-russia/in-use.json",
    ]
    with Store.open(f"sqlite:///{target / 'database.db'}") as copy:
        assert copy.feeds.list() == [a_feed()]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_what_lies_elsewhere_is_named(sqlite_url: str, tmp_path: Path):
    file = tmp_path / "monitor.toml"
    file.write_text('[topic]\npack = "/srv/packs/mine"\n[email]\ndkim_key = "keys/dkim.pem"\n')
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/dkim.pem").write_text("a key")
    settings = loader.load(file, environment={})
    with Store.open(sqlite_url) as store:
        backup = back_up(store, settings, tmp_path / "b.tar.gz", NOW)
    assert backup.files == 2
    (remark,) = backup.as_json()["left_out"]
    assert remark.endswith("not in the backup: /srv/packs/mine")


def test_the_folder_of_a_backup_must_be_there(tmp_path: Path):
    check_folder(tmp_path / "b.tar.gz")
    with pytest.raises(ConfigError, match="its folder does not exist"):
        check_folder(tmp_path / "none/b.tar.gz")

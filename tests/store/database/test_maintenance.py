"""Warnings about the SQLite in use, and backups."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from monitor.domain.errors import StoreError
from monitor.store.database.maintenance import sqlite_warnings
from monitor.store.store import Store
from tests.store.builders import (
    a_feed,
    a_poll,
    a_subscription,
    an_article,
)


class TestWarnings:
    @pytest.mark.parametrize(
        ("version", "mode", "warned"),
        [
            ((3, 40, 1), "wal", ["SQLite 3.40.1 has a rare fault"]),
            ((3, 51, 2), "wal", ["SQLite 3.51.2 has a rare fault"]),
            ((3, 51, 3), "wal", []),
            ((3, 40, 1), "memory", []),
            ((3, 40, 1), "delete", ["its journal mode is delete"]),
        ],
    )
    def test_name_the_risks_of_this_sqlite(
        self, version: tuple[int, ...], mode: str, warned: list[str]
    ) -> None:
        sentences = sqlite_warnings(version, mode)
        assert len(sentences) == len(warned)
        assert all(text in sentence for text, sentence in zip(warned, sentences, strict=True))

    def test_are_of_this_machine(self, sqlite_url: str) -> None:
        with Store.open(sqlite_url) as store:
            assert store.warnings() == sqlite_warnings(sqlite3.sqlite_version_info, "wal")

    def test_are_none_of_postgresql(self, postgresql_url: str) -> None:
        with Store.open(postgresql_url) as store:
            assert store.warnings() == []


class TestBackup:
    def test_restores(self, sqlite_url: str, tmp_path: Path) -> None:
        with Store.open(sqlite_url) as store:
            store.feeds.add(a_feed())
            store.subscriptions.add(a_subscription(signing_secret="whsec_x"))
            store.commit([a_poll(a_feed(), an_article())])
            copy = tmp_path / "copy.db"
            store.backup(copy)
            store.feeds.remove(a_feed().key)  # not in the copy any more
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with Store.open(f"sqlite:///{copy}", upgrade=False) as restored:
            assert restored.articles.list() == [an_article()]
            assert restored.subscriptions.list() == [a_subscription(signing_secret="whsec_x")]
            assert len(restored.feeds.list()) == 1

    def test_never_overwrites(self, sqlite_url: str, tmp_path: Path) -> None:
        existing = tmp_path / "there.db"
        existing.write_text("precious")
        with Store.open(sqlite_url) as store, pytest.raises(StoreError, match="exists already"):
            store.backup(existing)
        assert existing.read_text() == "precious"

    def test_needs_a_folder(self, sqlite_url: str, tmp_path: Path) -> None:
        with Store.open(sqlite_url) as store, pytest.raises(StoreError, match="can't be written"):
            store.backup(tmp_path / "nowhere" / "copy.db")

    def test_that_fails_leaves_nothing(self, sqlite_url: str, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        with Store.open(sqlite_url) as store:
            path = tmp_path / "watchpost.db"
            damaged = bytearray(path.read_bytes())
            damaged[4096:] = b"\xff" * (len(damaged) - 4096)
            path.write_bytes(damaged)
            with pytest.raises(StoreError, match="damaged"):
                store.backup(copy)
        assert not copy.exists()

    def test_of_postgresql_names_its_own_tool(self, postgresql_url: str, tmp_path: Path) -> None:
        with Store.open(postgresql_url) as store, pytest.raises(StoreError, match="pg_dump"):
            store.backup(tmp_path / "copy.db")

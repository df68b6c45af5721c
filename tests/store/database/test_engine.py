"""Engines: the address of a database, the file of SQLite, and one sentence for each refusal."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.domain.errors import ConfigError, StoreError
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.store import Store
from tests.store.builders import a_feed
from tests.store_fixtures import Postgresql

NOBODY = 65_534


@contextmanager
def unprivileged_user() -> Iterator[None]:
    """Run as a user who may not write, because root may write anything."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may read."""
    folder = Path(tempfile.mkdtemp(prefix="watchpost-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("address", "driver"),
    [
        ("sqlite:///a.db", "sqlite+pysqlite"),
        ("sqlite+pysqlite:///a.db", "sqlite+pysqlite"),
        ("postgres://host/x", "postgresql+psycopg"),
        ("postgresql://host/x", "postgresql+psycopg"),
        ("postgresql+psycopg://host/x", "postgresql+psycopg"),
    ],
)
def test_an_address_names_its_driver(address: str, driver: str) -> None:
    assert engine.read_url(address).drivername == driver


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("sqlite:///a.db", Path("a.db")),
        ("sqlite:////var/a.db", Path("/var/a.db")),
        ("sqlite://", None),
        ("sqlite:///:memory:", None),
        ("postgresql://host/x", None),
    ],
)
def test_only_a_sqlite_database_on_disk_has_a_file(address: str, file: Path | None) -> None:
    assert engine.sqlite_file(engine.read_url(address)) == file


def test_a_new_file_is_empty_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    engine.prepare_file(path, create=True)
    assert (stat.S_IMODE(path.stat().st_mode), path.stat().st_size) == (0o600, 0)


@pytest.mark.parametrize("log", ["lost.db-wal", "lost.db-shm"])
def test_no_file_is_made_where_the_log_of_a_lost_one_lies(tmp_path: Path, log: str) -> None:
    (tmp_path / log).touch()
    with pytest.raises(StoreError, match=f"{log} shows that a service used it: restore"):
        engine.prepare_file(tmp_path / "lost.db", create=True)
    assert not (tmp_path / "lost.db").exists()


def test_a_file_that_takes_the_place_of_another_has_another_id(tmp_path: Path) -> None:
    path, other = tmp_path / "x.db", tmp_path / "other.db"
    path.touch()
    other.touch()
    before = engine.file_id(path)
    assert before == engine.file_id(path) != engine.file_id(other)
    other.rename(path)
    assert engine.file_id(path) != before
    assert engine.file_id(tmp_path / "none.db") is engine.file_id(None) is None


class TestRefusal:
    """One line that names the file and the cause; the file is not changed."""

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "watchpost.db",
            "::::",
            "sqlite://two-slashes.db",
            "sqlite:///x.db?mode=ro",
            "mysql://root:hunter2@localhost/x",
            "postgresql://user:hunter2@localhost:port/x",
        ],
    )
    def test_of_an_invalid_address(self, url: str) -> None:
        with pytest.raises(ConfigError, match=r"database\.url must look like") as refusal:
            Store.open(url)
        assert "hunter2" not in str(refusal.value)

    def test_of_a_file_that_is_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "letter.txt"
        path.write_bytes(b"Dear Sir or Madam, " * 500)
        before = path.read_bytes()
        with pytest.raises(StoreError, match=r"letter.txt: is not a SQLite database") as refusal:
            Store.open(f"sqlite:///{path}")
        assert "\n" not in str(refusal.value)
        assert path.read_bytes() == before

    def test_of_another_programs_database(self, tmp_path: Path) -> None:
        path = tmp_path / "browser.db"
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE cookies (name TEXT)")
        before = path.read_bytes()
        with pytest.raises(StoreError, match="another program's tables"):
            Store.open(f"sqlite:///{path}")
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]

    def test_of_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="is a folder"):
            Store.open(f"sqlite:///{tmp_path}")

    def test_of_a_folder_that_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=r"the folder .*nowhere does not exist: create it"):
            Store.open(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")

    def test_of_a_header_with_a_flipped_byte(self, tmp_path: Path) -> None:
        path = tmp_path / "x.db"
        Store.open(f"sqlite:///{path}").close()
        damaged = bytearray(path.read_bytes())
        damaged[3] ^= 0xFF
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match="not a SQLite database"):
            Store.open(f"sqlite:///{path}")
        assert path.read_bytes() == damaged

    def test_of_damaged_pages(self, tmp_path: Path) -> None:
        path = tmp_path / "x.db"
        Store.open(f"sqlite:///{path}").close()
        damaged = bytearray(path.read_bytes())
        damaged[4096:] = b"\xff" * (len(damaged) - 4096)
        path.write_bytes(damaged)
        with pytest.raises(StoreError, match="is damaged: restore a backup"):
            Store.open(f"sqlite:///{path}")

    def test_of_a_file_that_may_only_be_read(self, open_folder: Path) -> None:
        path = open_folder / "x.db"
        Store.open(f"sqlite:///{path}").close()
        path.chmod(0o444)
        with (
            unprivileged_user(),
            pytest.raises(StoreError, match=r"x.db is read-only for this user"),
        ):
            Store.open(f"sqlite:///{path}")

    def test_of_a_folder_that_may_only_be_read(self, open_folder: Path) -> None:
        path = open_folder / "x.db"
        Store.open(f"sqlite:///{path}").close()
        path.chmod(0o666)
        open_folder.chmod(0o555)
        with unprivileged_user(), pytest.raises(StoreError, match="is read-only for this user"):
            Store.open(f"sqlite:///{path}")
        with (
            unprivileged_user(),
            pytest.raises(StoreError, match="can't be created: Permission denied"),
        ):
            Store.open(f"sqlite:///{open_folder / 'new.db'}")

    def test_of_a_database_that_turned_read_only(self, sqlite_url: str) -> None:
        with Store.open(sqlite_url) as store:
            store._database._driver(lambda driver: driver.execute("PRAGMA query_only = ON"))
            with pytest.raises(StoreError, match="the whole database is read-only"):
                store.feeds.add(a_feed())

    def test_of_a_file_that_was_read_only_for_a_while(self, open_folder: Path) -> None:
        path = open_folder / "x.db"
        Store.open(f"sqlite:///{path}").close()
        path.chmod(0o444)
        database = Database(engine.read_url(f"sqlite:///{path}"), patience=timedelta(seconds=1))
        create = text("CREATE TABLE written (number INTEGER)")
        with unprivileged_user(), pytest.raises(StoreError, match="read-only"):
            database.write(lambda connection: connection.execute(create))
        path.chmod(0o644)
        database.write(lambda connection: connection.execute(create))
        database.engine.dispose()

    def test_of_postgresql_without_its_driver(self) -> None:
        opening = textwrap.dedent("""
            import sys
            sys.modules["psycopg"] = None  # as if it were not installed
            from monitor.domain.errors import ConfigError
            from monitor.store.store import Store
            try:
                Store.open("postgresql://user:hunter2@localhost/x")
            except ConfigError as error:
                print(error)
        """)
        output = subprocess.run(
            [sys.executable, "-c", opening], capture_output=True, text=True, timeout=30, check=True
        ).stdout
        assert 'pip install "watchpost[postgres]"' in output
        assert "hunter2" not in output

    @pytest.mark.parametrize(
        ("changed", "message"),
        [
            ("/no_such_database?", "the server has no database of this name"),
            ("//stranger:hunter2@/postgres?", "the server has no user of this name"),
            ("//postgres@/postgres?nonsense=1&", 'invalid connection option "nonsense"'),
        ],
    )
    def test_of_a_server_that_refuses_the_connection(
        self, postgresql: Postgresql, changed: str, message: str
    ) -> None:
        query = postgresql.url("x").partition("?")[2]
        prefix = "postgresql:" if changed.startswith("//") else "postgresql://postgres@"
        with pytest.raises(StoreError, match=message) as refusal:
            Store.open(f"{prefix}{changed}{query}")
        assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("cache_mb", [4, 16])
def test_a_sqlite_connection_keeps_as_much_in_memory_as_is_asked(
    tmp_path: Path, cache_mb: int
) -> None:
    url = engine.read_url(f"sqlite:///{tmp_path / 'w.db'}")
    sqlite = engine.connect(url, patience=timedelta(seconds=1), cache_mb=cache_mb)
    with sqlite.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA cache_size").scalar() == -cache_mb * 1_000
    sqlite.dispose()

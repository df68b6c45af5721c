"""Opening and counting a database; one sentence for each fault of it."""

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
from pathlib import Path

import pytest

from monitor.domain.alerts import Outcome
from monitor.domain.errors import ConfigError, StoreError
from monitor.domain.feeds import FeedState
from monitor.store.store import Store, StoreCounts
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_rejected_article,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)
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


def pragma(store: Store, name: str) -> object:
    return store._database._driver(lambda driver: driver.execute(f"PRAGMA {name}").fetchone()[0])


class TestOpen:
    def test_creates_a_durable_file_that_only_its_owner_may_read(self, tmp_path: Path) -> None:
        path = tmp_path / "new.db"
        with Store.open(f"sqlite:///{path}") as store:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert pragma(store, "journal_mode") == "wal"
            assert pragma(store, "synchronous") == 2  # FULL
            assert pragma(store, "foreign_keys") == 1
            assert pragma(store, "busy_timeout") == 10_000

    def test_again_finds_the_stored_rows(self, database_url: str) -> None:
        with Store.open(database_url) as store:
            store.feeds.add(a_feed())
        with Store.open(database_url) as store:
            assert store.feeds.list() == [a_feed()]

    def test_can_work_in_memory(self) -> None:
        with Store.open("sqlite://") as store:
            store.feeds.add(a_feed())
            assert store.feeds.list() == [a_feed()]
            assert store.warnings() == []

    def test_follows_a_link_to_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "link.db").symlink_to(tmp_path / "real" / "x.db")
        Store.open(f"sqlite:///{tmp_path / 'real' / 'x.db'}").close()
        Store.open(f"sqlite:///{tmp_path / 'link.db'}", upgrade=False).close()

    @pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
    def test_accepts_every_usual_scheme_of_postgresql(
        self, postgresql_url: str, scheme: str
    ) -> None:
        Store.open(postgresql_url.replace("postgresql", scheme, 1)).close()

    def test_without_upgrade_creates_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "none.db"
        with pytest.raises(StoreError, match="there is no such database; `monitor db upgrade`"):
            Store.open(f"sqlite:///{path}", upgrade=False)
        assert not path.exists()


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


def test_a_full_disk_is_reported_and_the_store_recovers() -> None:
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("only root may mount a small disk")
    filling = textwrap.dedent("""
        import sys
        from pathlib import Path
        from monitor.domain.errors import StoreError
        from monitor.store.store import Store
        from tests.store.builders import a_feed, a_poll, an_article

        folder, stored = Path(sys.argv[1]), 0
        with Store.open(f"sqlite:///{folder / 'x.db'}") as store:
            store.feeds.add(a_feed())
            (folder / "filler").write_bytes(b"x" * 1_000_000)
            try:
                for number in range(10_000):
                    articles = [an_article(f"{number} {part}") for part in range(50)]
                    (done,) = store.commit([a_poll(a_feed(), *articles)])
                    stored += len(done.articles)
            except StoreError as error:
                print(error)
            assert store.articles.count() == stored
            (folder / "filler").unlink()
            store.commit([a_poll(a_feed(), an_article("after"))])
            assert store.articles.count() == stored + 1
            check = "PRAGMA integrity_check"
            print(store._database._driver(lambda driver: driver.execute(check).fetchall()))
    """)
    with tempfile.TemporaryDirectory() as folder:
        mounted = 'mount -t tmpfs -o size=3m tmpfs "$1" && exec "$2" -c "$3" "$1"'
        ended = subprocess.run(
            ["unshare", "-m", "sh", "-c", mounted, "sh", folder, sys.executable, filling],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONPATH": "."},
        )
    if "mount" in ended.stderr:
        pytest.skip(f"no small disk can be mounted here: {ended.stderr.strip()}")
    assert ended.returncode == 0, ended.stderr
    assert "the disk is full: free some space" in ended.stdout
    assert "('ok',)" in ended.stdout


def test_counts_are_the_totals_by_state(store: Store) -> None:
    feeds = [a_feed("new"), a_feed("read"), a_feed("paused", paused=True)]
    asker = a_subscription()
    store.feeds.add_all(feeds)
    store.subscriptions.add(asker)
    articles = [an_article(str(number), feeds[1]) for number in range(3)]
    alerts = tuple(an_alert(article, asker) for article in articles)
    store.commit([a_poll(feeds[1], *articles, a_rejected_article(feed=feeds[1]), alerts=alerts)])
    claims = store.outbox.claim(NOW, limit=2, per_subscription=2, lease=MINUTE)
    for claimed, outcome in zip(claims, (Outcome.SENT, Outcome.DEAD), strict=True):
        attempt = an_attempt(claimed.alert, outcome)
        store.outbox.record(attempt, token=claimed.token, due_at=None)
    states = dict.fromkeys(FeedState, 0)
    states |= {FeedState.NEW: 1, FeedState.OK: 1, FeedState.PAUSED: 1}
    alerts = {"pending": 1, "sent": 1, "dead": 1, "held": 0, "silenced": 0}
    assert store.counts() == StoreCounts(feeds=states, articles=4, flagged=3, **alerts)

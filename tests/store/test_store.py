"""Opening and counting a database; one sentence for each fault of it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from monitor.domain.alerts import Outcome
from monitor.domain.errors import StoreError
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


def test_work_can_give_way_within_its_transaction(store: Store) -> None:
    store.feeds.add_all([a_feed("read")])
    seen: list[int] = []

    def count_statements() -> None:
        seen.append(len(seen))

    store.commit([a_poll(a_feed("read"), an_article("1", a_feed("read")))])
    assert not seen
    store.before_statements(count_statements)
    store.commit([a_poll(a_feed("read"), an_article("2", a_feed("read")))])
    assert len(seen) > 5
    assert store.counts().articles == 2


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

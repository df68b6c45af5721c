"""Transactions are atomic, wait for locks, and are repeated after a lost connection."""

from __future__ import annotations

import itertools
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text

from monitor.domain.errors import StoreBusy, StoreError
from monitor.store.database import engine
from monitor.store.database.database_errors import TookTooLong
from monitor.store.database.transactions import Database, chunks
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, an_article
from tests.store_fixtures import Postgresql

SHORT = timedelta(milliseconds=200)
BOUND = 20  # seconds: the longest wait of a test


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(engine.read_url(database_url), patience=timedelta(seconds=10))
    yield opened
    opened.close()


class TestWrite:
    def test_is_atomic(self, store: Store) -> None:
        def fail(connection: Connection) -> None:
            connection.execute(text("DELETE FROM feeds"))
            raise RuntimeError("power cut")

        store.feeds.add(a_feed())
        with pytest.raises(RuntimeError, match="power cut"):
            store._database.write(fail)
        assert store.feeds.list() == [a_feed()]

    def test_returns_the_result_of_the_call(self, database: Database) -> None:
        assert database.write(lambda connection: connection.scalar(text("SELECT 42"))) == 42

    def test_an_error_is_one_line_without_values(self, database: Database) -> None:
        with pytest.raises(StoreError, match="no_such_table") as fault:
            database.read(
                lambda connection: connection.execute(text("SELECT * FROM no_such_table"))
            )
        assert "\n" not in str(fault.value)


class TestTogether:
    def test_a_part_that_fails_is_undone_alone(self, store: Store) -> None:
        database = store._database
        ends: list[str] = []

        def fail(connection: Connection) -> None:
            connection.execute(text("DELETE FROM feeds"))
            database.run_last(connection, lambda _connection: ends.append("failed"))
            raise RuntimeError("no")

        def change() -> None:
            store.feeds.add(a_feed("first"))
            with pytest.raises(RuntimeError):
                database.write(fail)
            store.feeds.add(a_feed("second"))

        database.together(change)
        assert {feed.key for feed in store.feeds.list()} == {
            a_feed("first").key,
            a_feed("second").key,
        }
        assert ends == []

    def test_what_comes_last_comes_after_all_parts(self, database: Database) -> None:
        order: list[str] = []

        def part(connection: Connection) -> None:
            database.run_last(connection, lambda _connection: order.append("last"))
            order.append("part")

        database.together(lambda: [database.write(part) for _ in range(2)])
        assert order == ["part", "part", "last", "last"]
        database.write(part)
        assert order[4:] == ["last", "part"]

    def test_a_rehearsal_in_it_changes_nothing(self, store: Store) -> None:
        delete = text("DELETE FROM feeds")
        store.feeds.add(a_feed())
        store._database.together(
            lambda: store._database.rehearse(lambda connection: connection.execute(delete))
        )
        assert store.feeds.list() == [a_feed()]

    def test_is_repeated_as_a_whole_after_a_lost_connection(
        self, postgresql: Postgresql, postgresql_url: str
    ) -> None:
        with Store.open(postgresql_url) as store:
            tries: list[int] = []

            def change() -> None:
                store.feeds.add(a_feed("first"))
                tries.append(len(store.feeds.list()))
                if len(tries) == 1:
                    postgresql.disconnect(postgresql_url)
                store.feeds.add(a_feed("second"))

            store._database.together(change)
            assert (tries, len(store.feeds.list())) == ([1, 1], 2)


class TestSqliteLocks:
    def test_are_waited_for(self, sqlite_url: str) -> None:
        with Store.open(sqlite_url) as store, closing(_other(sqlite_url)) as other:
            other.execute("BEGIN IMMEDIATE")
            with ThreadPoolExecutor() as pool:
                waiting = pool.submit(store.feeds.add, a_feed())
                time.sleep(0.05)  # so that the writer waits; the test also passes without waiting
                other.execute("COMMIT")
                assert waiting.result(timeout=BOUND)

    def test_that_last_too_long_are_busy(self, sqlite_url: str) -> None:
        with (
            Store.open(sqlite_url, patience=SHORT) as store,
            closing(_other(sqlite_url)) as other,
        ):
            other.execute("BEGIN EXCLUSIVE")
            started = time.monotonic()
            with pytest.raises(StoreBusy, match="has locked it for too long"):
                store.feeds.add(a_feed())
            assert 0.1 < time.monotonic() - started < 5
            other.execute("ROLLBACK")
            assert store.feeds.add(a_feed())

    def test_do_not_stop_readers(self, sqlite_url: str) -> None:
        with (
            Store.open(sqlite_url, patience=SHORT) as store,
            closing(_other(sqlite_url)) as other,
        ):
            store.feeds.add(a_feed())
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM feeds")
            assert store.feeds.list() == [a_feed()]

    def test_between_threads_of_one_process_are_waited_for(self, sqlite_url: str) -> None:
        with Store.open(sqlite_url) as store, ThreadPoolExecutor(8) as pool:
            store.feeds.add_all(a_feed(str(number)) for number in range(100))
            claims = [
                pool.submit(store.feeds.claim, NOW, limit=10, lease=MINUTE) for _ in range(12)
            ]
            keys = []
            for future in claims:
                keys += [claim.feed.key for claim in future.result(timeout=BOUND)]
        assert len(keys) == len(set(keys)) == 100

    def test_held_by_a_thread_of_this_process_are_busy_too(self, sqlite_url: str) -> None:
        held, done = threading.Event(), threading.Event()

        def hold(connection: Connection) -> None:
            held.set()
            assert done.wait(BOUND)

        with Store.open(sqlite_url, patience=SHORT) as store, ThreadPoolExecutor() as pool:
            holding = pool.submit(store._database.write, hold)
            assert held.wait(BOUND)
            with pytest.raises(StoreBusy):
                store.feeds.add(a_feed())
            done.set()
            holding.result(timeout=BOUND)


class TestPostgresqlLocks:
    def test_that_last_too_long_are_busy(self, postgresql_url: str) -> None:
        with (
            Store.open(postgresql_url, patience=SHORT) as store,
            psycopg.connect(postgresql_url) as other,
        ):
            store.feeds.add(a_feed())
            other.execute("SELECT * FROM feeds FOR UPDATE")
            with pytest.raises(StoreBusy, match="has locked it for too long"):
                store.feeds.remove(a_feed().key)
            other.rollback()
            assert store.feeds.remove(a_feed().key)

    def test_of_rows_are_skipped_by_a_claim(self, postgresql_url: str) -> None:
        with Store.open(postgresql_url) as store, psycopg.connect(postgresql_url) as other:
            store.feeds.add_all([a_feed("one"), a_feed("two")])
            held = "SELECT * FROM feeds WHERE url = %s FOR UPDATE"
            other.execute(held, [a_feed("one").url])
            claimed = store.feeds.claim(NOW, limit=2, lease=MINUTE)
        assert [claim.feed for claim in claimed] == [a_feed("two")]

    def test_a_deadlock_is_retried(self, postgresql_url: str) -> None:
        barrier = threading.Barrier(2)

        def touch(first: str, second: str) -> int:
            rounds = []

            def cross(connection: Connection) -> int:
                rounds.append(1)
                paused = text("UPDATE feeds SET failures = failures + 1 WHERE url = :url")
                connection.execute(paused, {"url": first})
                if len(rounds) == 1:
                    barrier.wait(BOUND)
                connection.execute(paused, {"url": second})
                return len(rounds)

            with Store.open(postgresql_url) as store:
                return store._database.write(cross)

        first_feed, second_feed = a_feed("one"), a_feed("two")
        with Store.open(postgresql_url) as store, ThreadPoolExecutor() as pool:
            store.feeds.add_all([first_feed, second_feed])
            urls = (first_feed.url, second_feed.url)
            ends = [pool.submit(touch, *urls), pool.submit(touch, *reversed(urls))]
            assert sorted(end.result(timeout=BOUND) for end in ends) == [1, 2]
            assert [feed.poll.failures for feed in store.feeds.list()] == [2, 2]


class TestLostConnection:
    def test_is_not_noticed_between_calls(
        self, postgresql: Postgresql, postgresql_url: str
    ) -> None:
        with Store.open(postgresql_url) as store:
            store.feeds.add(a_feed())
            postgresql.disconnect(postgresql_url)
            assert store.feeds.list() == [a_feed()]

    def test_in_a_transaction_repeats_it(self, postgresql: Postgresql, postgresql_url: str) -> None:
        rounds = []

        def interrupted(connection: Connection) -> None:
            rounds.append(1)
            connection.execute(text("UPDATE feeds SET failures = failures + 1"))
            if len(rounds) == 1:
                postgresql.disconnect(postgresql_url)
            connection.execute(text("UPDATE feeds SET failures = failures + 1"))

        with Store.open(postgresql_url) as store:
            store.feeds.add(a_feed())
            store._database.write(interrupted)
            assert store.feeds.list()[0].poll.failures == 2
        assert len(rounds) == 2

    def test_by_a_restart_of_the_server_is_retried(
        self, postgresql: Postgresql, postgresql_url: str
    ) -> None:
        with Store.open(postgresql_url) as store, ThreadPoolExecutor() as pool:
            store.feeds.add(a_feed())
            postgresql.stop()
            try:
                waiting = pool.submit(store.commit, [a_poll(a_feed(), an_article())])
            finally:
                postgresql.start()
            (done,) = waiting.result(timeout=BOUND)
            assert done.articles == (an_article(),)
            assert store.articles.count() == 1

    def test_for_longer_than_the_patience_is_busy(
        self, postgresql: Postgresql, postgresql_url: str
    ) -> None:
        with Store.open(postgresql_url, patience=SHORT) as store:
            postgresql.stop()
            try:
                with pytest.raises(StoreBusy, match="the server does not answer") as fault:
                    store.feeds.list()
                with pytest.raises(StoreBusy, match="the server does not answer"):
                    Store.open(postgresql_url, patience=SHORT)
            finally:
                postgresql.start()
            assert "\n" not in str(fault.value)
            assert store.feeds.list() == []


def test_chunks_have_no_duplicates_and_lose_nothing() -> None:
    parts = list(chunks([*range(1_200), *range(600)]))
    assert [len(part) for part in parts] == [500, 500, 200]
    assert list(itertools.chain.from_iterable(parts)) == list(range(1_200))


def _other(url: str) -> sqlite3.Connection:
    """Another program's connection to the same file."""
    path = url.removeprefix("sqlite:///")
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_deleted_or_replaced_is_an_error_at_once(sqlite_url, replaced):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with Store.open(sqlite_url) as store:
        copy = path.with_name("copy.db")
        store.backup(copy)
        path.unlink()
        if replaced:
            copy.rename(path)
        for use in (store.counts, lambda: store.record_heartbeat(NOW)):
            with pytest.raises(StoreError, match="was deleted or replaced while this process"):
                use()


def test_no_empty_database_takes_the_place_of_one_that_is_gone(sqlite_url):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with Store.open(sqlite_url) as store:
        store.record_heartbeat(NOW)
        path.unlink()
        with pytest.raises(StoreError, match=r"the file is gone, but .*-wal shows"):
            Store.open(sqlite_url)
    assert not path.exists()


class TestTimeLimit:
    def test_ends_a_read_that_takes_longer(self, database: Database) -> None:
        endless = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
            if database.is_sqlite
            else "SELECT pg_sleep(60)"
        )
        begin = time.monotonic()
        with pytest.raises(TookTooLong):
            database.read(lambda opened: opened.execute(text(endless)).all(), limit=SHORT)
        assert time.monotonic() - begin < BOUND

    def test_is_that_of_one_read_alone(self, database: Database) -> None:
        database.read(lambda opened: opened.execute(text("SELECT 1")).all(), limit=SHORT)
        longer = (
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1500000)"
            " SELECT max(i) FROM n"
            if database.is_sqlite
            else "SELECT pg_sleep(0.4)"
        )
        assert database.read(lambda opened: opened.execute(text(longer)).all())

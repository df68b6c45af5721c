"""Events get their numbers in the order of commits, on both databases."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from monitor.domain.alerts import AlertState
from monitor.domain.events.event_types import EventType, NewEvent
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.events import event_writes
from monitor.store.store import PATIENCE, Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

EVENT = NewEvent(type=EventType.FEED_STATE_CHANGED, at=NOW, data={"key": "f"})
WRITERS, COMMITS = 4, 12
BOUND = 60  # seconds
ROOT = Path(__file__).parents[3]


def test_whoever_numbers_events_makes_others_wait_until_the_commit(
    postgresql_url: str,
) -> None:
    """Without the lock a second transaction would commit a higher number first."""
    database = Database(engine.read_url(postgresql_url), patience=PATIENCE)
    with database.engine.connect() as slow, database.engine.connect() as quick:
        event_writes.add(database, slow, [EVENT])
        quick.execute(text("SET lock_timeout = '20ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            event_writes.add(database, quick, [EVENT])
        quick.rollback()
        slow.commit()
        event_writes.add(database, quick, [EVENT])
        quick.commit()
    database.close()


def write(url: str, writer: int) -> None:
    """Commit articles, held alerts and pauses, one after another."""
    feed = a_feed(f"of {writer}")
    desk = a_subscription(f"desk {writer}")
    with Store.open(url) as store:
        store.feeds.add(feed)
        store.subscriptions.add(desk)
        for number in range(COMMITS):
            article = an_article(f"{writer} {number}", feed)
            store.commit([a_poll(feed, article, alerts=(an_alert(article, desk),))])
            store.feeds.set_paused(feed.key, number % 2 == 0, NOW)


def test_a_reader_beside_many_writers_misses_nothing_and_gets_nothing_twice(
    store: Store, database_url: str
) -> None:
    threads = [threading.Thread(target=write, args=(database_url, n)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    seen, at = [], 0
    while any(thread.is_alive() for thread in threads):
        page = store.event_log.since(at, 5)
        seen += page.events
        at = page.reached
    for thread in threads:
        thread.join(BOUND)
    while (page := store.event_log.since(at, 5)).events:
        seen += page.events
        at = page.reached
    numbers = [event.number for event in seen]
    assert numbers == sorted(set(numbers))
    flagged = [event.data["title"] for event in seen if event.type is EventType.ARTICLE_FLAGGED]
    expected = {f"{writer} {number}" for writer in range(WRITERS) for number in range(COMMITS)}
    assert len(flagged) == len(expected)
    assert set(flagged) == expected
    pauses = [event for event in seen if event.type is EventType.FEED_STATE_CHANGED]
    assert len(pauses) == WRITERS * (COMMITS + 1)  # and each feed was read for the first time


def test_a_transaction_that_is_undone_leaves_no_event(store: Store, database_url: str) -> None:
    database = Database(engine.read_url(database_url), patience=PATIENCE)
    before = store.event_log.newest()
    database.rehearse(lambda connection: event_writes.add(database, connection, [EVENT]))
    assert store.event_log.newest() == before
    database.write(lambda connection: event_writes.add(database, connection, [EVENT]))
    (event,) = store.event_log.since(before.number, 10).events
    assert event.data == {"key": "f"}
    database.close()


_KILLED = """
import sys
from monitor import failpoints
from monitor.store.store import Store
from tests.store.builders import *
with Store.open(sys.argv[1]) as store:
    (claim,) = store.outbox.claim(NOW, limit=1, per_subscription=1, lease=MINUTE)
    failpoints.arm({failpoints.VARIABLE: failpoints.Point.RECORDING})
    store.outbox.record(an_attempt(claim.alert), token=claim.token, due_at=None)
"""


def test_a_kill_between_the_change_and_its_event_leaves_neither(
    store: Store, database_url: str
) -> None:
    feed, desk = a_feed(), a_subscription()
    article = an_article("one", feed)
    store.feeds.add(feed)
    store.subscriptions.add(desk)
    store.commit([a_poll(feed, article, alerts=(an_alert(article, desk),))])
    before = store.event_log.newest().number
    command = [sys.executable, "-c", _KILLED, database_url]
    killed = subprocess.run(command, cwd=ROOT, timeout=BOUND, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert store.event_log.since(before, 10).events == ()
    assert store.outbox.counts()[AlertState.PENDING] == 1
    later = NOW + 2 * MINUTE
    (claim,) = store.outbox.claim(later, limit=1, per_subscription=1, lease=MINUTE)
    store.outbox.record(an_attempt(claim.alert), token=claim.token, due_at=None)
    (event,) = store.event_log.since(before, 10).events
    assert event.type is EventType.DELIVERY_SENT

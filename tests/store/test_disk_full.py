"""A disk that fills up: SQLite's own limit of pages stands for it, with SQLite's own error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState, Attempt
from monitor.domain.errors import StoreError
from monitor.store.store import Store
from tests.store.builders import (
    NOW,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

MANY = 400  # articles: more than the last page has room for


@contextmanager
def full_disk(store: Store) -> Iterator[None]:
    """As long as this lasts the file may not grow."""
    driver = store._database._driver
    pages = driver(lambda sqlite: sqlite.execute("PRAGMA page_count").fetchone()[0])
    most = driver(lambda sqlite: sqlite.execute("PRAGMA max_page_count").fetchone()[0])
    driver(lambda sqlite: sqlite.execute(f"PRAGMA max_page_count = {pages}"))
    try:
        yield
    finally:
        driver(lambda sqlite: sqlite.execute(f"PRAGMA max_page_count = {most}"))


@pytest.fixture
def kept(sqlite_url: str) -> Iterator[Store]:
    with Store.open(sqlite_url) as store:
        store.feeds.add(a_feed())
        store.subscriptions.add(a_subscription())
        yield store


def test_a_poll_is_kept_whole_or_not_at_all_and_the_next_one_makes_up_for_it(kept: Store):
    articles = [an_article(f"story {number}") for number in range(MANY)]
    alerts = tuple(an_alert(article, a_subscription()) for article in articles)
    poll = a_poll(a_feed(), *articles, alerts=alerts)
    with full_disk(kept), pytest.raises(StoreError, match="the disk is full: free some space"):
        kept.commit([poll])
    assert (list(kept.articles.oldest_first()), kept.outbox.list()) == ([], [])
    kept.commit([poll])
    assert len(list(kept.articles.oldest_first())) == len(kept.outbox.list(limit=1_000)) == MANY


def test_an_attempt_that_could_not_be_kept_is_kept_when_there_is_room(kept: Store):
    article = an_article("told")
    kept.commit([a_poll(a_feed(), article, alerts=(an_alert(article, a_subscription()),))])
    (claimed,) = kept.outbox.claim(NOW, limit=1, per_subscription=1, lease=timedelta(minutes=5))
    said = an_attempt(claimed.alert, detail="y" * 900)
    with full_disk(kept), pytest.raises(StoreError, match="the disk is full"):
        fill(kept, said)
    assert kept.outbox.list()[0].state is AlertState.PENDING
    assert kept.outbox.record(said, token=claimed.token, due_at=None)
    assert kept.outbox.list()[0].state is AlertState.SENT


def fill(store: Store, attempt: Attempt) -> None:
    """Record attempts of another's lease until the last page is full."""
    for number in range(MANY):
        store.outbox.record(attempt, token=f"another's {number}", due_at=None)

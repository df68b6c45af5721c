"""A full disk, simulated by SQLite's page limit, which raises the same error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState, Attempt, Outcome
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
    """The file may not grow while the context is open."""
    driver = store._database._driver
    pages = driver(lambda sqlite: sqlite.execute("PRAGMA page_count").fetchone()[0])
    page_limit = driver(lambda sqlite: sqlite.execute("PRAGMA max_page_count").fetchone()[0])
    driver(lambda sqlite: sqlite.execute(f"PRAGMA max_page_count = {pages}"))
    try:
        yield
    finally:
        driver(lambda sqlite: sqlite.execute(f"PRAGMA max_page_count = {page_limit}"))


@pytest.fixture
def store_on_disk(sqlite_url: str) -> Iterator[Store]:
    with Store.open(sqlite_url) as store:
        store.feeds.add(a_feed())
        store.subscriptions.add(a_subscription())
        yield store


def test_a_poll_is_stored_whole_or_not_at_all_and_can_be_repeated(store_on_disk: Store):
    articles = [an_article(f"story {number}") for number in range(MANY)]
    alerts = tuple(an_alert(article, a_subscription()) for article in articles)
    poll = a_poll(a_feed(), *articles, alerts=alerts)
    with (
        full_disk(store_on_disk),
        pytest.raises(StoreError, match="the disk is full: free some space"),
    ):
        store_on_disk.commit([poll])
    assert (list(store_on_disk.articles.oldest_first()), store_on_disk.outbox.list()) == ([], [])
    store_on_disk.commit([poll])
    assert (
        len(list(store_on_disk.articles.oldest_first()))
        == len(store_on_disk.outbox.list(limit=1_000))
        == MANY
    )


def test_an_attempt_that_could_not_be_stored_is_stored_when_there_is_room(store_on_disk: Store):
    article = an_article("told")
    store_on_disk.commit([a_poll(a_feed(), article, alerts=(an_alert(article, a_subscription()),))])
    (claimed,) = store_on_disk.outbox.claim(
        NOW, limit=1, per_subscription=1, lease=timedelta(minutes=5)
    )
    attempt = an_attempt(claimed.alert, detail="y" * 900)
    with full_disk(store_on_disk), pytest.raises(StoreError, match="the disk is full"):
        fill(store_on_disk, attempt)
    assert store_on_disk.outbox.list()[0].state is AlertState.PENDING
    assert store_on_disk.outbox.record(attempt, token=claimed.token, due_at=None)
    assert store_on_disk.outbox.list()[0].state is AlertState.SENT


def fill(store: Store, attempt: Attempt) -> None:
    """Record attempts of another's lease, which change no alert, until the last page is full."""
    later = replace(attempt, outcome=Outcome.LATER)
    for number in range(MANY):
        store.outbox.record(later, token=f"another's {number}", due_at=NOW)

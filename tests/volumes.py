"""Stored articles of earlier weeks, by which volumes are compared."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product

from monitor.domain.articles import Article
from monitor.store.store import Store
from tests.store.builders import a_feed, a_poll, an_article

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
FEED = a_feed("f")


def flagged(name: str, number: int, at: datetime) -> list[Article]:
    """So many flagged articles about troops, seen at this time."""
    return [an_article(f"{name} {count}", FEED, seen_at=at) for count in range(number)]


def stored(store: Store, *articles: Article, at: datetime) -> None:
    """Commit a poll of this time with these articles."""
    store.commit([a_poll(FEED, *articles, at=at)])


def usual_weeks(store: Store, now: datetime, *, articles: int, weeks: int = 8) -> None:
    """Polls around this time of the earlier weeks, each with so many flagged articles."""
    for week, hour in product(range(1, weeks + 1), range(-5, 3)):
        stored(store, at=now - week * WEEK + hour * HOUR)
    for week in range(1, weeks + 1):
        at = now - week * WEEK - 1.5 * HOUR
        stored(store, *flagged(f"week {week}", articles, at), at=at)

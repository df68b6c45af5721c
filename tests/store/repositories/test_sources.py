"""The sources of an article: every feed with the same copy key, each once."""

from __future__ import annotations

import pytest

from monitor.domain.articles import Article
from monitor.domain.feeds import Feed
from monitor.store.repositories import sources
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, an_article

WIRE, PAPER, BLOG = (a_feed(name, title=name.title()) for name in ("wire", "paper", "blog"))


def a_copy(feed: Feed, minutes: int, name: str = "") -> Article:
    """A copy of one story in this feed, with another address in each."""
    name = name or f"copy in {feed.title}"
    seen_at = NOW + minutes * MINUTE
    return an_article(name, feed, copy_key="c" * 64, alias=f"alias {name}", seen_at=seen_at)


def stored(store: Store, *articles: Article) -> None:
    store.feeds.add_all([WIRE, PAPER, BLOG])
    for article in articles:
        feed = next(feed for feed in (WIRE, PAPER, BLOG) if feed.key == article.feed_key)
        store.commit([a_poll(feed, article)])


def test_each_feed_is_a_source_once_by_its_first_copy_the_oldest_first(store: Store):
    original, copy = a_copy(WIRE, 5), a_copy(PAPER, 2)
    again, other = a_copy(PAPER, 3, "again"), an_article("another story", BLOG)
    stored(store, original, copy, again, other)
    by_key = store.articles.sources([original, other])
    assert [(source.feed_title, source.article_key) for source in by_key[original.key]] == [
        ("Paper", copy.key), ("Wire", original.key),
    ]  # fmt: skip
    assert [source.feed_title for source in by_key[other.key]] == ["Blog"]


def test_a_source_is_named_by_the_title_of_a_feed_that_was_removed(store: Store):
    original = a_copy(WIRE, 0)
    stored(store, original)
    store.feeds.remove(WIRE.key)
    (source,) = store.articles.sources([original])[original.key]
    assert (source.feed_title, source.url, source.seen_at) == ("Wire", original.entry.url, NOW)


def test_a_text_that_everybody_copies_has_a_bounded_number_of_sources(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sources, "MAX_SOURCES", 2)
    copies = [a_copy(feed, minutes) for minutes, feed in enumerate((WIRE, PAPER, BLOG))]
    stored(store, *copies)
    shown = store.articles.sources([copies[2]])[copies[2].key]
    assert [source.feed_title for source in shown] == ["Wire", "Paper"]

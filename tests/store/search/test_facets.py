"""Facets are counts over what a question finds, and no more articles than a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.search.grammar import parse
from monitor.search.question import Sort
from monitor.store.schema.tables import articles
from monitor.store.search import facets
from monitor.store.search.facets import Facets
from monitor.store.search.numbered_query import NumberedQuery
from monitor.store.store import Store
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article

FEED, OTHER = a_feed("one"), a_feed("two")


@pytest.fixture
def filled(store: Store) -> Store:
    """Four articles of two feeds, three languages and two months."""
    store.feeds.add_all([FEED, OTHER])
    rows = [(FEED, "ko", ("arms",), 0), (FEED, "ko-KR", ("arms", "troops"), 0),
            (OTHER, None, (), 30), (OTHER, "ru", ("troops",), 30)]  # fmt: skip
    for number, (feed, language, labels, days) in enumerate(rows):
        article = an_article(str(number), feed, seen_at=NOW + timedelta(days=days))
        article = replace(
            article,
            entry=replace(article.entry, language=language),
            decision=a_decision(labels=labels),
        )
        store.commit([a_poll(feed, article)])
    return store


def counted(store: Store) -> Facets:
    query = NumberedQuery(select(articles), None, Sort.NEW)
    return store._database.read(lambda connection: facets.count(store._database, connection, query))


def test_each_article_counts_for_its_themes_language_feed_and_month(filled: Store):
    result = counted(filled)
    assert (result.total, result.is_capped) == (4, False)
    assert result.themes == {"arms": 2, "troops": 2}
    assert result.languages == {"ko": 2, "": 1, "ru": 1}
    assert result.feeds == {FEED.key: 2, OTHER.key: 2}
    assert result.months == {"2025-06": 2, "2025-07": 2}


def test_the_largest_feeds_come_first_and_equal_ones_by_their_keys(filled: Store):
    result = replace(counted(filled), feeds={"c": 2, "a": 1, "b": 2})
    assert result.largest_feeds(2) == ["b", "c"]
    assert result.largest_feeds(9) == ["b", "c", "a"]


@pytest.mark.parametrize(("limit", "total", "is_capped"), [(3, 3, True), (4, 4, False)])
def test_beyond_the_limit_articles_are_not_counted_and_it_says_so(
    filled: Store, monkeypatch: pytest.MonkeyPatch, limit: int, total: int, is_capped: bool
):
    monkeypatch.setattr(facets, "MOST_COUNTED", limit)
    result = counted(filled)
    assert (result.total, result.is_capped) == (total, is_capped)
    assert sum(result.feeds.values()) == total


@pytest.mark.parametrize("sort", ["", " sort:old", " sort:score"])
@pytest.mark.parametrize("question", ["theme:troops", "is:flagged", "1 OR 2 OR 3 theme:troops"])
def test_the_total_begins_where_the_facets_ended(
    filled: Store, monkeypatch: pytest.MonkeyPatch, question: str, sort: str
):
    search = filled.search  # imported here, with the usual limit of a count
    monkeypatch.setattr(facets, "MOST_COUNTED", 1)
    asked = parse(question + sort, NOW)
    first = search.facets(asked)
    assert first.is_capped
    assert first.last is not None or filled._database.is_sqlite
    whole = search.count(asked)
    assert whole > 1
    assert search.total(asked, first, most=10) == whole
    assert search.total(asked, first, most=2) == min(2, whole)

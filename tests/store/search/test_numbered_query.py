"""Numbered queries: the same rows, order and counts in one statement and window by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from monitor.domain.feeds import Entry
from monitor.search.question import SearchPosition, Sort
from monitor.store.schema.tables import article_numbers, articles
from monitor.store.search.gin_candidates import WordSearch
from monitor.store.search.numbered_query import NumberedQuery
from monitor.store.store import Store
from tests.store.builders import a_decision, a_feed, a_poll, an_article

ARTICLES = 90
ORDERS = {
    Sort.NEW: lambda row: -row.number,
    Sort.OLD: lambda row: row.number,
    Sort.SCORE: lambda row: (-row.score, -row.number),
}


@pytest.fixture
def filled(store: Store, connection: Connection) -> Connection:
    """90 articles whose headline has a word; their numbers begin with 1."""
    feed = a_feed()
    store.feeds.add_all([feed])
    stored = [
        an_article(
            str(number), feed, entry=Entry(title="harbour"),
            decision=a_decision(score=number % 7 / 10, relevant=False, labels=()),
        )
        for number in range(1, ARTICLES + 1)
    ]  # fmt: skip
    store.commit([a_poll(feed, *stored)])
    return connection


@pytest.fixture(params=["one statement", "window by window"])
def query(request: pytest.FixtureRequest, store: Store) -> NumberedQuery:
    source = article_numbers.join(articles, articles.c.key == article_numbers.c.key)
    rows = select(article_numbers.c.number, *articles.c).select_from(source)
    whole = NumberedQuery(rows, article_numbers.c.number, Sort.NEW)
    if request.param == "one statement":
        return whole
    if store._database.is_sqlite:
        pytest.skip("SQLite reads one statement to the end of a page")
    return replace(whole, words=WordSearch("'harbour'", (), timedelta(seconds=9), most_hits=40))


def numbers(rows: Sequence[object]) -> list[int]:
    return [row.number for row in rows]


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_have_every_row_once_in_the_order_of_the_sort(filled, query, sort):
    query = replace(query, sort=sort)
    shown = []
    page = query.rows(filled, 12)
    while page:
        shown += numbers(page)
        last = page[-1]
        page = query.after(SearchPosition(last.number, last.score)).rows(filled, 12)
    every_row = filled.execute(query.select).all()
    assert len(every_row) == ARTICLES
    assert shown == numbers(sorted(every_row, key=ORDERS[sort]))


@pytest.mark.parametrize("most", [1, 50, ARTICLES, ARTICLES + 1])
def test_rows_are_counted_as_far_as_they_are_asked_for(filled, query, most):
    assert query.count(filled, most) == min(most, ARTICLES)


def test_chosen_columns_are_read_alone(filled, query):
    rows = query.rows(filled, 3, (article_numbers.c.number, articles.c.score))
    assert [row._fields for row in rows] == [("number", "score")] * 3
    assert numbers(rows) == [90, 89, 88]

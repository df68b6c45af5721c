"""Candidates of the GIN index: window by window, no hit lost, narrower where hits are many."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.database.database_errors import TookTooLong
from monitor.store.search import gin_candidates, text_queries
from monitor.store.search.gin_candidates import HitCache, NumberSpan, WordSearch
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, an_article


@pytest.fixture
def filled(store: Store, connection: Connection) -> Connection:
    if store._database.is_sqlite:
        pytest.skip("SQLite has no GIN index")
    feed = a_feed()
    store.feeds.add_all([feed])
    entries = [Entry(title=f"market {number}", text="rare" * (number < 3)) for number in range(60)]
    store.commit([a_poll(feed, *(an_article(entry.title, feed, entry=entry) for entry in entries))])
    return connection


def numbers_by_window(
    connection: Connection, words: str, rows: int, **changes: object
) -> list[list[int]]:
    """The numbers of each window, counted from the first article."""
    query = text_queries.ts_query(parse(words, NOW).tree)
    divided = gin_candidates.in_parts(connection)
    search = WordSearch(query, divided, timedelta(seconds=9))
    oldest_first = bool(changes.pop("oldest_first", False))
    span = gin_candidates.every_number(connection)
    windows = gin_candidates.windows(
        connection, replace(search, **changes), span, rows, oldest_first=oldest_first
    )
    return [list(window) for window in windows]


def test_frequent_words_are_looked_up_in_the_newest_articles_first(filled: Connection):
    assert [len(window) for window in numbers_by_window(filled, "market", 1)] == [
        16,
        2,
        3,
        6,
        12,
        21,
    ]
    first = next(iter(numbers_by_window(filled, "market", 1)))
    assert first == list(range(45, 61))


def test_rare_words_are_soon_looked_up_in_every_article(filled: Connection):
    hits = [number for window in numbers_by_window(filled, "rare", 1) for number in window]
    assert (len(hits), len(numbers_by_window(filled, "rare", 60))) == (3, 1)


def test_a_rest_that_promises_few_hits_is_one_window(filled: Connection):
    assert [len(window) for window in numbers_by_window(filled, "market", 3)] == [48, 12]


def test_the_hits_of_a_page_are_not_looked_up_again(filled: Connection):
    span = gin_candidates.every_number(filled)
    query = text_queries.ts_query(parse("market", NOW).tree)
    search = WordSearch(query, (), timedelta(seconds=9), cache=HitCache.empty(span))
    second_page = span.after(30, oldest_first=False)
    assert max(next(gin_candidates.windows(filled, search, second_page, 1))) == 29
    assert search.cache.numbers == []  # those of the first page would be missing
    page = next(gin_candidates.windows(filled, search, span, 1))
    facets = gin_candidates.windows(filled, search, span, 30)
    assert next(facets) == page
    assert [number for window in facets for number in window] == list(range(1, 45))
    older = span.after(5, oldest_first=False)
    assert list(gin_candidates.windows(filled, search, older, 9)) == [[1, 2, 3, 4]]
    assert len(search.cache.numbers) == 60


def test_the_oldest_articles_come_first_where_they_are_asked_for(filled: Connection):
    windows = numbers_by_window(filled, "market", 1, oldest_first=True)
    assert [number for window in windows for number in window] == list(range(1, 61))


def test_a_window_with_very_many_hits_is_made_narrower_and_loses_none(filled: Connection):
    windows = numbers_by_window(filled, "market", 2, most_hits=5)
    assert all(len(window) <= 5 for window in windows)
    assert sorted(number for window in windows for number in window) == list(range(1, 61))


def test_windows_end_at_the_time_limit_of_the_search(filled: Connection):
    with pytest.raises(TookTooLong):
        numbers_by_window(filled, "market", 1, limit=timedelta(seconds=-1))


def test_the_settings_hold_for_the_transaction_alone(filled: Connection):
    def settings() -> list[str]:
        return [
            filled.scalar(text(f"SHOW {name}"))
            for name in ("enable_indexscan", "enable_hashjoin", "enable_sort", "jit")
        ]

    with gin_candidates.by_index(filled):
        assert settings() == ["off", "on", "on", "on"]
    gin_candidates.look_up_by_key(filled)
    assert settings() == ["on", "off", "on", "off"]
    gin_candidates.walk(filled)
    assert settings() == ["on", "off", "off", "off"]
    filled.rollback()
    assert settings() == ["on", "on", "on", "on"]


def test_a_long_article_is_in_its_window_whatever_its_parts_say(store: Store, filled: Connection):
    long = Entry(title="long", text=" ".join(f"a b{number}" for number in range(2_000)))
    feed = a_feed()
    store.commit([a_poll(feed, an_article("long", feed, entry=long))])
    divided, *others = numbers_by_window(filled, "rare", 1)
    assert (divided, sum(map(len, others))) == ([61], 3)
    assert len(gin_candidates.in_parts(filled)) == 1


@pytest.mark.parametrize(
    ("number", "oldest_first", "rest"),
    [(5, False, (1, 5)), (5, True, (6, 11)), (99, False, (1, 11)), (0, True, (1, 11))],
)
def test_a_page_goes_on_after_the_number_of_the_last_one(number, oldest_first, rest):
    after = NumberSpan(1, 11).after(number, oldest_first=oldest_first)
    assert (after.low, after.high) == rest

"""Candidates of the GIN index: all articles with rare words, none for frequent ones."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.search import gin_candidates
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


def test_rare_words_have_candidates_and_frequent_ones_none(filled: Connection):
    rare, market = parse("rare", NOW).tree, parse("market", NOW).tree
    candidates = gin_candidates.find(filled, rare, rows=1)
    assert candidates is not None
    assert (len(candidates.numbers), candidates.are_exact) == (3, True)
    assert gin_candidates.find(filled, market, rows=1) is None
    assert len(gin_candidates.find(filled, market, rows=60).numbers) == 60
    assert gin_candidates.find(filled, None, rows=1) is None


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


def test_a_long_article_is_a_candidate_that_is_looked_at(store: Store, filled: Connection):
    long = Entry(title="long", text=" ".join(f"a b{number}" for number in range(2_000)))
    feed = a_feed()
    store.commit([a_poll(feed, an_article("long", feed, entry=long))])
    candidates = gin_candidates.find(filled, parse("rare", NOW).tree, rows=1)
    assert (len(candidates.numbers), candidates.are_exact) == (4, False)
    assert len(gin_candidates.in_parts(filled)) == 1

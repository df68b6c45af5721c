"""Planner statistics: PostgreSQL knows of a filled table at once, and nothing is analysed twice."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from monitor.store import planner_statistics
from monitor.store.store import Store
from tests.store.builders import a_feed, a_poll, an_article

ARTICLES = 1_200  # more than the least change that counts


@pytest.fixture
def grown(postgresql_url: str):
    """A store on PostgreSQL with articles that autovacuum has not seen."""
    with Store.open(postgresql_url) as store:
        feed = a_feed()
        store.feeds.add_all([feed])
        articles = [an_article(str(number), feed) for number in range(ARTICLES)]
        store.commit([a_poll(feed, *articles)])
        report_changes(store)
        yield store


def report_changes(store: Store) -> None:
    """Let the connection report its counts of changes now, not within ten seconds."""
    store._database.write(lambda connection: connection.execute(_FLUSH))


_FLUSH = text("SELECT pg_stat_force_next_flush()")
_PLANNED = text("SELECT reltuples FROM pg_class WHERE relname = 'articles'")


def planned_articles(store: Store) -> float:
    """The number of articles that the planner reckons with; -1 while it knows nothing."""
    rows = store._database.read(lambda connection: connection.scalar(_PLANNED))
    return float(rows or 0)


def test_a_table_that_grew_is_analysed_once(grown: Store) -> None:
    assert "articles" in grown.outdated_statistics()
    assert planned_articles(grown) < ARTICLES
    assert {"articles", "article_numbers", "article_words"} <= set(grown.refresh_statistics())
    assert planned_articles(grown) == ARTICLES
    report_changes(grown)
    assert grown.outdated_statistics() == []
    assert grown.refresh_statistics() == []


def test_a_few_changes_are_left_to_autovacuum(grown: Store) -> None:
    grown.refresh_statistics()
    feed = a_feed("other")
    grown.feeds.add_all([feed])
    grown.commit([a_poll(feed, *[an_article(f"other-{n}", feed) for n in range(20)])])
    report_changes(grown)
    assert grown.outdated_statistics() == []


def test_a_copy_is_analysed_whole(sqlite_url: str, postgresql_url: str) -> None:
    with Store.open(sqlite_url) as source, Store.open(postgresql_url) as target:
        feed = a_feed()
        source.feeds.add_all([feed])
        source.commit([a_poll(feed, an_article("one", feed), an_article("two", feed))])
        source.copy_to(target)
        assert planned_articles(target) == 2


def test_every_table_of_the_schema_is_known(postgresql_url: str) -> None:
    with Store.open(postgresql_url) as store:
        query = text("SELECT relname FROM pg_stat_user_tables")
        present = store._database.read(lambda connection: set(connection.scalars(query)))
    assert present - {"alembic_version"} == set(planner_statistics._TABLES)


def test_sqlite_plans_without_statistics(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        assert store.outdated_statistics() == []
        assert store.refresh_statistics() == []

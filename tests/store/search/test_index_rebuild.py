"""The index of stored articles: made in steps, the newest first, right after edits in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, delete, inspect, update

from monitor.domain.feeds import Entry, Feed
from monitor.search.grammar import parse
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import article_numbers, search_indexes
from monitor.store.schema.tables import articles as articles_table
from monitor.store.store import PATIENCE, Store
from tests.store.builders import NOW, a_feed, a_poll, an_article
from tests.store.test_migrations import upgrade_to


def titles(store: Store, question: str) -> list[str]:
    page = store.search.find(parse(question, NOW), limit=50)
    return [article.entry.title for article in page.articles]


def test_it_is_rebuilt_in_steps_while_articles_arrive_and_change(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    articles = [an_article(f"news {number}", feed) for number in range(5)]
    for article in articles:
        store.commit([a_poll(feed, article)])
    older = update(search_indexes).values(tokeniser=0)
    store._database.write(lambda connection: connection.execute(older))
    assert store.search.progress().indexed == 0
    assert store.search.rebuild_step(2).indexed == 2
    assert titles(store, "news") == ["news 4", "news 3"]
    for number in (1, 4):  # one that is not indexed yet, and one that is
        entry = Entry(title=f"edited {number}")
        edited = replace(articles[number], entry=entry, edits=1, edited_at=NOW)
        store.commit([a_poll(feed, edited=(edited,))])
    store.commit([a_poll(feed, an_article("news 5", feed))])
    page = store.search.find(parse("news", NOW), limit=50)
    assert page.incomplete is not None
    assert (page.incomplete.indexed, page.incomplete.articles) == (3, 6)
    while not store.search.rebuild_step(2).is_complete:
        pass
    assert titles(store, "news") == ["news 5", "news 3", "news 2", "news 0"]
    assert titles(store, "edited") == ["edited 4", "edited 1"]
    assert store.search.find(parse("news", NOW), limit=1).incomplete is None


def test_an_index_that_was_rebuilt_takes_edits(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    article = an_article("news", feed)
    store.commit([a_poll(feed, article)])
    older = update(search_indexes).values(tokeniser=0)
    store._database.write(lambda connection: connection.execute(older))
    store.search.rebuild_step()
    edited = replace(article, entry=Entry(title="other"), edits=1, edited_at=NOW)
    store.commit([a_poll(feed, edited=(edited,))])
    assert (titles(store, "news"), titles(store, "other")) == ([], ["other"])


def test_articles_of_an_older_database_are_numbered_and_indexed(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'old.db'}"
    feed = a_feed()
    database = Database(engine.read_url(url), patience=PATIENCE)
    upgrade_to(database, "0019")
    database.write(lambda connection: _insert_as_then(connection, feed))
    database.close()
    with Store.open(url) as store:
        assert store.search.progress().indexed == 0
        assert len(titles(store, "")) == 2
        assert titles(store, "first") == []
        assert store.search.rebuild_step().is_complete
        assert titles(store, "first") == ["first"]


def _insert_as_then(connection: Connection, feed: Feed) -> None:
    """Insert two articles with the columns that the table has at this version."""
    columns = {column["name"] for column in inspect(connection).get_columns("articles")}
    for name in ("first", "second"):
        values = article_rows.article_values(an_article(name, feed, seen_at=NOW))
        row = {column: value for column, value in values.items() if column in columns}
        connection.execute(articles_table.insert().values(row))


def test_an_article_whose_number_is_gone_is_not_found(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    store.commit([a_poll(feed, an_article("news", feed))])
    store._database.write(lambda connection: connection.execute(delete(article_numbers)))
    assert titles(store, "news") == titles(store, "") == []

"""Plans of searches: rare words by their index, frequent ones along the numbers, never all rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, an_article

ARTICLES = 2_000


@pytest.fixture
def filled(store: Store) -> Store:
    """2,000 articles: "market" is in all of them, "volcano" in five."""
    feed = a_feed()
    store.feeds.add_all([feed])
    for start in range(0, ARTICLES, 500):
        entries = [
            Entry(title=f"market {number}", text="volcano" if number % 400 == 0 else "harbour")
            for number in range(start, start + 500)
        ]
        articles = [an_article(entry.title, feed, entry=entry) for entry in entries]
        store.commit([a_poll(feed, *articles)])
    store._database.write(lambda opened: opened.execute(text("ANALYZE")))
    return store


@contextmanager
def plans(store: Store) -> Iterator[list[str]]:
    """The plan of each search statement that is executed meanwhile, as it is executed."""
    explained: list[str] = []
    prefix = "EXPLAIN QUERY PLAN " if store._database.is_sqlite else "EXPLAIN "

    def explain(connection, cursor, statement, parameters, context, executemany) -> None:
        is_search = "article_words" in statement or "articles.text" in statement
        if statement.startswith("SELECT") and is_search:
            cursor.execute(prefix + statement, parameters)
            explained.append("\n".join(str(row[-1]) for row in cursor.fetchall()))

    engine = store._database.engine
    event.listen(engine, "before_cursor_execute", explain)
    try:
        yield explained
    finally:
        event.remove(engine, "before_cursor_execute", explain)


def find(store: Store, question: str) -> tuple[int, list[str]]:
    with plans(store) as explained:
        page = store.search.find(parse(question, NOW), limit=50)
    return len(page.articles), explained


@pytest.mark.parametrize(
    ("question", "hits"), [("volcano", 5), ("volcano is:flagged", 5), ("market", 50), ("none", 0)]
)
def test_no_question_reads_every_row(filled: Store, question: str, hits: int):
    titles, explained = find(filled, question)
    assert titles == hits
    for plan in explained:
        assert "Seq Scan" not in plan
        assert "SCAN articles" not in plan
        assert "SCAN article_numbers" not in plan


def test_a_rare_word_is_asked_of_its_index_first(filled: Store):
    _, explained = find(filled, "volcano")
    if filled._database.is_sqlite:
        (plan,) = explained
        assert "VIRTUAL TABLE INDEX" in plan
        assert "TEMP B-TREE" not in plan  # in the order of numbers already
        return
    candidates, *_, page = explained
    assert "Bitmap Index Scan on ix_article_words_words" in candidates
    assert "pk_article_numbers" in page
    assert "ix_article_words_words" not in page


def test_a_frequent_word_is_found_by_a_walk_along_the_numbers(filled: Store):
    _, explained = find(filled, "market")
    if filled._database.is_sqlite:
        (plan,) = explained
        assert "VIRTUAL TABLE INDEX" in plan
        assert "TEMP B-TREE" not in plan
        return
    *_, page = explained
    assert "Index Scan Backward using pk_article_numbers" in page
    assert "Sort" not in page
    assert "Hash" not in page

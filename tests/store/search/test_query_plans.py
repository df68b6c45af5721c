"""Plans of searches: rare words by their index, frequent ones along the numbers, never all rows."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from monitor.domain.articles import Decision
from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.store import Store
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article
from tests.store.query_plans import plans

ARTICLES = 2_000
_SEARCHED = ("article_words", "FROM articles", "FROM article_numbers JOIN")


@pytest.fixture
def filled(store: Store) -> Store:
    """2,000 articles: "market" is in all of them, "volcano" in five; one in 20 is flagged."""
    feed = a_feed()
    store.feeds.add_all([feed])
    for start in range(0, ARTICLES, 500):
        entries = [
            Entry(title=f"market {number}", text="volcano" if number % 400 == 0 else "harbour")
            for number in range(start, start + 500)
        ]
        articles = [
            an_article(entry.title, feed, entry=entry, decision=_decision(number))
            for number, entry in enumerate(entries)
        ]
        store.commit([a_poll(feed, *articles)])
    store._database.write(lambda opened: opened.execute(text("ANALYZE")))
    return store


def _decision(number: int) -> Decision:
    if number % 20 == 0:
        return a_decision(relevant=True, score=0.9)
    return a_decision(relevant=False, score=0.46 if number % 20 == 1 else 0.1, labels=())


def find(store: Store, question: str) -> tuple[int, list[str]]:
    with plans(store, *_SEARCHED) as explained:
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
    *candidates, page = explained
    assert any("Bitmap Index Scan on ix_article_words_words" in plan for plan in candidates)
    assert "pk_article_numbers" in page
    assert "ix_article_words_words" not in page


def test_a_frequent_word_is_looked_up_in_the_newest_numbers(filled: Store):
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


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("is:flagged", "ix_article_numbers_relevant"),
        ("is:flagged is:unmarked lang:ko", "ix_article_numbers_relevant"),
        ("is:near", "ix_article_numbers_near_line"),
        ("is:near lang:ko", "ix_article_numbers_near_line"),
        ("is:review lang:ko", "ix_article_numbers_in_review"),
    ],
)
def test_a_queue_is_walked_along_its_own_numbers(filled: Store, question: str, index: str):
    _, explained = find(filled, question)
    *_, page = explained
    assert index in page
    assert "TEMP B-TREE" not in page
    assert "Sort" not in page


@pytest.mark.parametrize(
    ("question", "by_time", "by_number"),
    [
        ("is:flagged", "ix_articles_relevant", "ix_article_numbers_relevant"),
        ("is:near is:unmarked", "ix_articles_near_line", "ix_article_numbers_near_line"),
    ],
)
def test_a_queue_is_counted_along_an_index_of_its_own(
    filled: Store, question: str, by_time: str, by_number: str
):
    with plans(filled, *_SEARCHED) as explained:
        filled.search.count(parse(question, NOW))
    *_, count = explained
    if filled._database.is_sqlite:
        assert by_time in count
        assert "article_numbers" not in count
        return
    assert by_number in count
    assert "Sort" not in count


def test_a_theme_is_looked_for_among_the_articles_with_themes(filled: Store):
    for question in ("theme:troops", "market theme:troops"):
        with plans(filled, *_SEARCHED) as explained:
            page = filled.search.find(parse(question, NOW), limit=200)
            counted = filled.search.facets(parse(question, NOW))
        assert len(page.articles) == counted.total == ARTICLES // 20
        assert all(
            "article_numbers_themes" in plan or "article_words" in plan for plan in explained
        )
        for plan in explained:
            assert "Seq Scan" not in plan
            assert "SCAN articles" not in plan


def test_sqlite_counts_the_hits_of_a_theme_without_a_look_at_them(filled: Store):
    if not filled._database.is_sqlite:
        pytest.skip("PostgreSQL looks up a window of hits by their numbers")
    with plans(filled, *_SEARCHED) as explained:
        assert filled.search.count(parse("market theme:troops", NOW)) == ARTICLES // 20
    (plan,) = explained
    assert "ix_article_numbers_themes" in plan
    assert "articles_1" not in plan
    with plans(filled, *_SEARCHED) as explained:
        parsed = parse("market theme:troops", NOW)
        assert filled.search.count(parsed, fold_copies=True) == ARTICLES // 20
    assert "articles" in explained[-1]

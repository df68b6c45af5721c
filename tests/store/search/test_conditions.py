"""Conditions on fields: those that brute force can't show, because nothing has no value."""

from __future__ import annotations

import pytest

from monitor.domain.articles import Term
from monitor.domain.feeds import Entry
from monitor.search import evaluator
from monitor.search.grammar import parse
from monitor.store.store import Store
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article


@pytest.mark.parametrize(
    "question", ["lang:en", "site:a.example", "published:2025", "theme:none>=0", "author:kim"]
)
def test_an_article_without_a_value_is_found_by_the_opposite_alone(store: Store, question: str):
    feed = a_feed()
    store.feeds.add_all([feed])
    store.commit([a_poll(feed, an_article("bare", feed, entry=Entry(title="bare")))])
    assert store.search.find(parse(question, NOW), limit=5).articles == ()
    assert len(store.search.find(parse(f"-{question}", NOW), limit=5).articles) == 1


def test_a_host_is_compared_whole(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    urls = ("https://news.a.example/x", "https://bada.example/", "https://b.example/a.example/")
    entries = [Entry(title=url, url=url) for url in urls]
    articles = [an_article(entry.title, feed, entry=entry) for entry in entries]
    store.commit([a_poll(feed, *articles)])
    page = store.search.find(parse("site:a.example", NOW), limit=5)
    assert [article.entry.title for article in page.articles] == [urls[0]]


@pytest.mark.parametrize(
    "term", ["kursk", "KURSK", "north korean Troops", "курск", "КУРСК", "курская область", "북한군"]
)
def test_a_term_is_found_in_any_capitals(store: Store, term: str):
    feed = a_feed()
    store.feeds.add_all([feed])
    names = ("Kursk", "North Korean troops", "Курск", "Курская область", "북한군")
    decision = a_decision(terms=tuple(Term(text=name, weight=1.0) for name in names))
    article = an_article("found", feed, decision=decision)
    store.commit([a_poll(feed, article, an_article("other", feed))])
    question = parse(f'term:"{term}"', NOW)
    assert [hit.key for hit in store.search.find(question, limit=5).articles] == [article.key]
    assert question.tree is not None
    assert evaluator.evaluate(
        question.tree, lambda leaf: evaluator.meets_condition(article, leaf, {})
    )

"""The index follows edits and removals, in the same transaction."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.search import index_writes
from monitor.store.store import Store
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article


def titles(store: Store, question: str) -> list[str]:
    page = store.search.find(parse(question, NOW), limit=50)
    return [article.entry.title for article in page.articles]


def test_an_edit_replaces_the_words(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    article = an_article("first words", feed)
    store.commit([a_poll(feed, article)])
    edited = replace(article, entry=Entry(title="second words"), edits=1, edited_at=NOW)
    store.commit([a_poll(feed, edited=(edited,))])
    assert titles(store, "words") == titles(store, "second") == ["second words"]
    assert titles(store, "first") == titles(store, "about") == []


def test_a_removed_article_is_not_found(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    article = an_article("kursk", feed)
    store.commit([a_poll(feed, article, an_article("seoul", feed))])
    database = store._database
    database.write(lambda connection: index_writes.remove(database, connection, [article.key]))
    assert titles(store, "kursk") == []
    assert titles(store, "") == ["seoul"]


def test_an_edit_replaces_the_outcome_by_which_queues_are_walked(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    article = an_article("words", feed, decision=a_decision(relevant=True, score=0.9))
    store.commit([a_poll(feed, article)])
    assert titles(store, "is:flagged") == ["words"]
    assert titles(store, "is:near") == titles(store, "is:rejected") == []
    below = a_decision(relevant=False, score=0.46)
    edited = replace(article, decision=below, edits=1, edited_at=NOW)
    store.commit([a_poll(feed, edited=(edited,))])
    assert titles(store, "is:flagged") == []
    assert titles(store, "is:near") == titles(store, "is:rejected") == ["words"]

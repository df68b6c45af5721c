"""The index follows edits and removals, in the same transaction."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from monitor.domain.feeds import Entry
from monitor.search.grammar import parse
from monitor.store.schema.tables import article_numbers
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


def numbered_with_themes(store: Store) -> list[str]:
    query = select(article_numbers.c.key).where(article_numbers.c.themes.is_not(None))
    return store._database.read(lambda connection: list(connection.scalars(query)))


def test_themes_of_any_topic_are_found_beside_the_number_also_after_an_edit(store: Store):
    feed = a_feed()
    store.feeds.add_all([feed])
    themed = replace(a_decision(relevant=True, score=0.9), labels=("arms",))
    none = replace(a_decision(relevant=False, score=0.1), labels=())
    leading = an_article("leading", feed, decision=themed)
    further = an_article("further", feed, decision=none)
    further = replace(further, other_decisions=(replace(themed, pack="cables@1"),))
    without = an_article("without", feed, decision=none)
    store.commit([a_poll(feed, leading, further, without)])
    assert set(numbered_with_themes(store)) == {leading.key, further.key}
    assert set(titles(store, "theme:arms")) == {"leading", "further"}
    edits = [
        replace(leading, decision=none, edits=1, edited_at=NOW),
        replace(further, other_decisions=(replace(none, pack="cables@1"),), edits=1, edited_at=NOW),
        replace(
            without, other_decisions=(replace(themed, pack="cables@1"),), edits=1, edited_at=NOW
        ),
    ]
    store.commit([a_poll(feed, edited=tuple(edits))])
    assert numbered_with_themes(store) == [without.key]
    assert titles(store, "theme:arms") == ["without"]


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

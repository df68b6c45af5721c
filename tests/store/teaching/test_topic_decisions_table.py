"""Decisions of one topic are read whether they lead their article or not, on both databases."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import true

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Mark
from monitor.store.schema.tables import articles, marks
from monitor.store.store import Store
from monitor.store.teaching.topic_decisions_table import answers_for_leading, decisions_on
from tests.fakes import NOW, article, feed


def led_by_wolves(key: str, *, lynxes: float | None) -> Article:
    """An article with a score for lynxes beside, where it was judged for them."""
    base = article(key)
    leading = replace(base.decision, pack="wolves@1", score=0.9, pack_score=0.8)
    if lynxes is None:
        return replace(base, decision=leading)
    beside = replace(leading, relevant=lynxes > 0.5, score=lynxes, pack_score=0.1, pack="lynxes@1")
    return replace(base, decision=leading, other_decisions=(beside,))


def filled(store: Store) -> Store:
    stored = (led_by_wolves("a", lynxes=0.2), led_by_wolves("b", lynxes=None))
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=stored)])
    return store


def test_the_decisions_of_a_topic_are_read_wherever_they_stand(store: Store) -> None:
    database = filled(store)._database

    def rows(topic: str) -> list[tuple[object, ...]]:
        query = decisions_on(database, topic, true())
        decided = database.read(lambda connection: connection.execute(query).all())
        return sorted((row.key, bool(row.relevant), row.score, row.pack_score) for row in decided)

    assert rows("wolves") == [("a", True, 0.9, 0.8), ("b", True, 0.9, 0.8)]
    assert rows("lynxes") == [("a", False, 0.2, 0.1)]
    assert rows("bears") == []


def test_a_mark_answers_for_the_leading_topic_or_for_another(store: Store) -> None:
    filled(store)
    store.marks.add(Mark(article_key="a", relevant=True, marked_at=NOW))
    store.marks.add(Mark(article_key="a", topic="lynxes", relevant=False, marked_at=NOW))
    alike = Mark(article_key="a", topic="w_lves", relevant=False, marked_at=NOW, by="Ana")
    store.marks.add(alike)
    joined = articles.join(marks, marks.c.article_key == articles.c.key)
    query = joined.select().where(answers_for_leading(articles))
    rows = store._database.read(lambda connection: connection.execute(query).all())
    assert [row.marked_by for row in rows] == ["operator"]
    assert rows[0].topic == "wolves"

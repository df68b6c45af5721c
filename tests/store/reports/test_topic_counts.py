"""Counts by topic, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, DecisionReason, Mark
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.store.store import Store
from tests.fakes import NOW, article, feed

DAY = timedelta(days=1)


def judged(key: str, *, wolves: float, lynxes: float) -> Article:
    """An article judged for two topics, from 0.5 on flagged and from 0.2 on in review."""
    base = article(key, copy_key=key)
    decisions = [
        replace(
            base.decision,
            relevant=score >= 0.5,
            reason=DecisionReason.SCORE if score >= 0.5 else DecisionReason.BELOW,
            score=score,
            pack_score=score,
            threshold=0.5,
            review_threshold=0.2,
            pack=f"{topic}@1",
        )
        for topic, score in (("wolves", wolves), ("lynxes", lynxes))
    ]
    return with_decisions(base, decisions)


def filled(store: Store) -> Store:
    articles = (
        judged("both", wolves=0.9, lynxes=0.8),
        judged("lynxes", wolves=0.1, lynxes=0.7),
        judged("doubt", wolves=0.1, lynxes=0.3),
        judged("none", wolves=0.1, lynxes=0.1),
    )
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    return store


def test_an_article_of_two_topics_counts_for_both(store: Store) -> None:
    counts = filled(store).topic_counts
    assert counts.flagged(NOW - DAY) == {"wolves": 1, "lynxes": 2}
    assert counts.flagged(NOW + DAY) == {}
    assert counts.in_review(NOW - DAY) == {"lynxes": 1}


def test_marks_count_for_the_topic_that_they_answer_for(store: Store) -> None:
    filled(store)

    def mark(key: str, topic: str, *, relevant: bool, by: str = "ann") -> None:
        store.marks.add(Mark(article_key=key, topic=topic, relevant=relevant, marked_at=NOW, by=by))

    mark("both", "wolves", relevant=True)
    mark("both", "lynxes", relevant=False)
    mark("lynxes", "lynxes", relevant=True)
    mark("lynxes", "wolves", relevant=True)  # it was not flagged for wolves
    counts = store.topic_counts
    assert counts.marked_flagged(NOW - DAY) == {"wolves": (1, 1), "lynxes": (1, 2)}
    mark("lynxes", "lynxes", relevant=False, by="bo")
    assert counts.marked_flagged(NOW - DAY) == {"wolves": (1, 1), "lynxes": (0, 1)}

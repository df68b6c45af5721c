"""Marks with the score of the pack, in the order of the marks, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.store.store import Store
from monitor.store.teaching.mark_summaries import MarkSummary
from tests.fakes import NOW, article, entry, feed


def test_a_summary_has_what_counts_and_progress_need(store: Store) -> None:
    store.feeds.add_all([feed("f")])
    judged = article("a", entry=entry("Sappers leave", language="en"))
    decision = replace(judged.decision, score=0.9, pack_score=0.4, threshold=0.5, pack="wolves@0")
    judged = replace(judged, decision=decision)
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(judged,))])
    later = NOW + timedelta(minutes=1)
    store.marks.add(Mark(article_key="a", relevant=True, marked_at=NOW, themes=(), by="ann"))
    store.marks.add(Mark(article_key="a", relevant=False, marked_at=later, themes=(), by="bo"))
    newest, oldest = store.mark_summaries.list()
    assert newest == MarkSummary(
        article_key="a",
        title="Sappers leave",
        language="en",
        by="bo",
        relevant=False,
        marked_at=later,
        score=0.4,
        threshold=0.5,
        pack="wolves@0",
        topic="wolves",
    )
    assert (oldest.by, oldest.relevant, oldest.marked_at) == ("ann", True, NOW)


def test_a_mark_on_a_topic_beside_the_leading_one_has_its_score(store: Store) -> None:
    store.feeds.add_all([feed("f")])
    plain = article("a")
    leading = replace(plain.decision, pack="wolves@0")
    beside = replace(leading, relevant=False, pack_score=0.3, threshold=0.6, pack="lynxes@1")
    of_two_topics = replace(plain, decision=leading, other_decisions=(beside,))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(of_two_topics,))])
    store.marks.add(Mark(article_key="a", topic="lynxes", relevant=True, marked_at=NOW))
    (summary,) = store.mark_summaries.list()
    assert (summary.score, summary.threshold) == (0.3, 0.6)
    assert (summary.pack, summary.topic) == ("lynxes@1", "lynxes")

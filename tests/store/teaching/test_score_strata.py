"""Strata of the score: counted and sampled by range, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, DecisionReason
from monitor.store.store import Store
from monitor.store.teaching.score_strata import RangeSample, ScoreRange
from tests.fakes import NOW, article, feed

RANGES = {
    "low": ScoreRange(flagged=False, drawn=2, high=0.1),
    "near": ScoreRange(flagged=False, drawn=2, low=0.1),
    "flagged": ScoreRange(flagged=True, drawn=2),
}


def scored(key: str, score: float, **changes: object) -> Article:
    base = article(key, **changes)
    relevant = score >= 0.5
    decision = replace(base.decision, score=score, pack_score=score, relevant=relevant)
    return replace(base, decision=decision)


def filled(store: Store, *articles: Article) -> None:
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])


def test_each_range_is_counted_and_the_smallest_keys_are_drawn(store: Store) -> None:
    filled(
        store,
        scored("c", 0.02),
        scored("a", 0.04),
        scored("b", 0.06),
        scored("d", 0.1),
        scored("e", 0.9),
    )
    samples = store.score_strata.samples(
        RANGES, since=NOW - timedelta(days=1), until=NOW + timedelta(days=1)
    )
    low = samples["low"]
    assert (low.articles, round(low.mean_score, 3), low.keys) == (3, 0.04, ("a", "b"))
    assert samples["near"].keys == ("d",)
    assert samples["flagged"].keys == ("e",)


def test_other_weeks_backlog_and_unjudged_articles_are_left_out(store: Store) -> None:
    unjudged = scored("u", 0.0)
    unjudged = replace(
        unjudged, decision=replace(unjudged.decision, reason=DecisionReason.UNJUDGED)
    )
    filled(
        store,
        scored("old", 0.02, seen_at=NOW - timedelta(days=9)),
        scored("backlog", 0.02, backlog=True),
        scored("in", 0.02),
        unjudged,
    )
    samples = store.score_strata.samples(
        RANGES, since=NOW - timedelta(days=1), until=NOW + timedelta(days=1)
    )
    assert samples["low"].keys == ("in",)
    assert samples["flagged"] == RangeSample(articles=0, mean_score=0.0, keys=())


def test_of_one_topic_the_scores_of_its_decisions_count(store: Store) -> None:
    base = scored("a", 0.9)
    leading = replace(base.decision, pack="wolves@1")
    beside = replace(leading, relevant=False, score=0.05, pack_score=0.04, pack="lynxes@1")
    article_of_two = replace(base, decision=leading, other_decisions=(beside,))
    filled(store, article_of_two, scored("b", 0.02))
    samples = store.score_strata.samples(
        RANGES, since=NOW - timedelta(days=1), until=NOW + timedelta(days=1) ,
        topic="lynxes",
    )  # fmt: skip
    assert samples["low"] == RangeSample(articles=1, mean_score=0.04, keys=("a",))
    assert samples["flagged"] == RangeSample(articles=0, mean_score=0.0, keys=())

"""Measured recall: the weekly sample is drawn, proposed, marked and estimated."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.actions.teaching.recall_measurement import measure_recall, propose_sample
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article, Mark
from monitor.store.store import Store
from tests.fakes import article, feed

WEDNESDAY = datetime(2025, 6, 18, 9, 0, tzinfo=UTC)
LAST_WEEK = WEDNESDAY - timedelta(days=7)


def scored(key: str, score: float, at: datetime) -> Article:
    base = article(key, seen_at=at)
    decision = replace(
        base.decision, score=score, pack_score=score, threshold=0.5, relevant=score >= 0.5
    )
    return replace(base, decision=decision)


@pytest.fixture
def filled_store(store: Store) -> Store:
    """Twelve articles far below, six near and six flagged in the last week; one of this week."""
    articles = [scored(f"deep-{number:02}", 0.002, LAST_WEEK) for number in range(12)]
    articles += [scored(f"near-{number}", 0.3, LAST_WEEK) for number in range(6)]
    articles += [scored(f"yes-{number}", 0.9, LAST_WEEK) for number in range(6)]
    articles.append(scored("this-week", 0.3, WEDNESDAY))
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=tuple(articles))])
    return store


def mark(store: Store, key: str, *, relevant: bool, by: str = "ann") -> None:
    store.marks.add(Mark(article_key=key, relevant=relevant, marked_at=WEDNESDAY, by=by))


def test_a_few_articles_of_each_range_of_completed_weeks_are_proposed(filled_store: Store) -> None:
    proposed = propose_sample(filled_store, WEDNESDAY, number=50)
    assert Counter(row.reason for row in proposed) == {
        "weekly sample: rejected, below 0.01": 10,
        "weekly sample: rejected, from 0.2": 2,
        "weekly sample: flagged": 2,
    }
    assert "this-week" not in {row.article.key for row in proposed}
    again = propose_sample(filled_store, WEDNESDAY + timedelta(days=1), number=50)
    assert [row.article.key for row in again] == [row.article.key for row in proposed]


def test_marked_articles_are_not_proposed_again(filled_store: Store) -> None:
    before = propose_sample(filled_store, WEDNESDAY, number=50)
    mark(filled_store, before[0].article.key, relevant=False)
    after = propose_sample(filled_store, WEDNESDAY, number=50)
    assert [row.article.key for row in after] == [row.article.key for row in before[1:]]


def test_without_marks_the_recall_is_unknown(filled_store: Store) -> None:
    measured = measure_recall(filled_store, WEDNESDAY)
    assert measured.estimate is None
    assert measured.as_json()["recall"] is None
    assert measured.sentence.startswith("No drawn article is marked")


def test_the_marks_on_the_sample_give_the_estimate(filled_store: Store) -> None:
    for row in propose_sample(filled_store, WEDNESDAY, number=50):
        mark(filled_store, row.article.key, relevant=row.article.decision.relevant)
    measured = measure_recall(filled_store, WEDNESDAY)
    by_name = {stratum.name: stratum for stratum in measured.strata}
    flagged = by_name["flagged"]
    assert (flagged.articles, flagged.drawn, flagged.answered, flagged.relevant) == (6, 2, 2, 2)
    assert by_name["rejected, below 0.01"].articles == 12
    shown = measured.as_json()
    low, high = shown["interval"]
    assert 0.5 < low <= shown["recall"] <= high == 1.0
    assert "of the relevant articles were flagged" in measured.sentence


def test_contested_marks_are_no_answer(filled_store: Store) -> None:
    key = propose_sample(filled_store, WEDNESDAY, number=1)[0].article.key
    mark(filled_store, key, relevant=True)
    mark(filled_store, key, relevant=False, by="bo")
    assert measure_recall(filled_store, WEDNESDAY).estimate is None


def test_an_empty_store_has_no_sample(store: Store) -> None:
    assert propose_sample(store, WEDNESDAY, number=10) == []
    assert measure_recall(store, WEDNESDAY).estimate is None


def test_the_recall_of_a_topic_rests_on_its_decisions_and_its_marks(store: Store) -> None:
    articles = []
    for number in range(8):
        base = scored(f"{number}", 0.002, LAST_WEEK)
        leading = replace(base.decision, pack="wolves@1", relevant=False)
        score = 0.9 if number < 4 else 0.3
        beside = replace(leading, pack="lynxes@1", score=score, relevant=score > 0.5)
        decisions = (beside, leading) if beside.relevant else (leading, beside)
        articles.append(replace(base, decision=decisions[0], other_decisions=decisions[1:]))
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=tuple(articles))])
    drawn = propose_sample(store, WEDNESDAY, number=50, topic="lynxes")
    assert [row.article.key for row in drawn] == ["4", "5", "0", "1"]
    for row in drawn:
        key, topic = row.article.key, "lynxes" if row.article.key != "5" else "wolves"
        store.marks.add(Mark(article_key=key, topic=topic, relevant=key < "5", marked_at=WEDNESDAY))
    measured = measure_recall(store, WEDNESDAY, topic="lynxes")
    by_name = {stratum.name: stratum for stratum in measured.strata}
    assert (by_name["flagged"].answered, by_name["flagged"].relevant) == (2, 2)
    rejected = by_name["rejected, from 0.2"]
    assert (rejected.drawn, rejected.answered, rejected.relevant) == (2, 1, 1)
    assert "flagged for lynxes (95 % interval" in measured.sentence
    assert measured.sentence.endswith("monitor marks next --sample --topic lynxes")
    assert measured.as_json()["topic"] == "lynxes"

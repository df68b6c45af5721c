"""Score distribution, and what another threshold would change."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.statistics.score_distribution import score_distribution
from monitor.charts.score_bars import ScoreCount
from monitor.domain.articles import DecisionReason
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article


def keep(store, *decisions):
    store.feeds.add(a_feed())
    articles = [
        an_article(f"story {place}", decision=decision) for place, decision in enumerate(decisions)
    ]
    store.commit([a_poll(a_feed(), *articles)])


def flagged(score, reason=DecisionReason.SCORE):
    return a_decision(score=score, reason=reason)


def rejected(score, reason=DecisionReason.BELOW):
    return a_decision(score=score, reason=reason, relevant=False, labels=())


def test_scores_are_counted_on_both_sides_of_the_line(store):
    keep(store, flagged(0.9), flagged(0.902), flagged(0.52), rejected(0.48), rejected(0.1))
    scores = score_distribution(store, NOW)
    assert scores.counts == {
        90: ScoreCount(flagged=2),
        52: ScoreCount(flagged=1),
        48: ScoreCount(rejected=1),
        10: ScoreCount(rejected=1),
    }
    assert (scores.threshold, scores.near) == (0.5, 2)
    assert scores.change is None


@pytest.mark.parametrize(
    ("threshold", "gained", "lost", "sentence"),
    [
        (0.53, 0, 1, "At 53 %: 1 fewer would be flagged."),
        (0.48, 1, 0, "At 48 %: 1 more would be flagged."),
        (0.5, 0, 0, "At 50 %: no change."),
        (0.0, 2, 0, "At 0 %: 2 more would be flagged."),
    ],
)
def test_another_threshold_moves_what_rests_on_the_score_alone(
    store, threshold, gained, lost, sentence
):
    keep(
        store,
        flagged(0.9),
        flagged(0.52),
        flagged(0.2, DecisionReason.FLAGGED),
        rejected(0.48),
        rejected(0.1),
        rejected(0.95, DecisionReason.DROPPED),
    )
    change = score_distribution(store, NOW, other_threshold=threshold).change
    assert change is not None
    assert (change.gained, change.lost, change.sentence) == (gained, lost, sentence)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(store, threshold):
    with pytest.raises(InvalidOption, match="between 0 and 1"):
        score_distribution(store, NOW, other_threshold=threshold)


def test_articles_from_before_the_span_do_not_count(store):
    keep(store, flagged(0.9))
    assert score_distribution(store, NOW + timedelta(days=31)).counts == {}


def test_without_articles_the_line_lies_in_the_middle(store):
    scores = score_distribution(store, NOW)
    assert scores.threshold == 0.5
    assert scores.as_json()["finding"] == "No article was judged in this time."


def test_the_json_has_the_counts_and_the_change(store):
    keep(store, flagged(0.9), rejected(0.1))
    document = score_distribution(store, NOW, other_threshold=0.95).as_json()
    assert document["scores"] == [
        {"percent": 10, "flagged": 0, "rejected": 1},
        {"percent": 90, "flagged": 1, "rejected": 0},
    ]
    assert document["change"] == {"threshold": 0.95, "gained": 0, "lost": 1}

"""Numbers, codes and decisions read as phrases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from monitor.deliver.messages import phrases
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Decision, DecisionReason, RuleAction, RuleHit


@pytest.mark.parametrize(
    ("probability", "word", "percent"),
    [
        (1.0, "almost certain", "100%"),
        (0.997, "almost certain", ">99%"),
        (0.94, "very likely", "94%"),
        (0.61, "likely", "61%"),
        (0.5, "about even", "50%"),
        (0.3, "possible", "30%"),
        (0.004, "unlikely", "<1%"),
        (0.0, "unlikely", "0%"),
        (float("nan"), "unknown", "?"),
    ],
)
def test_a_probability_has_a_word_and_is_never_overstated(
    probability: float, word: str, percent: str
) -> None:
    assert phrases.likelihood(probability) == word
    assert phrases.percent(probability) == percent


def test_an_instant_is_shown_in_utc() -> None:
    seoul = datetime(2025, 1, 5, 8, 7, tzinfo=timezone(timedelta(hours=9)))
    assert phrases.instant(seoul) == "4 Jan 2025, 23:07 UTC"
    assert phrases.instant(datetime(2025, 12, 31, 9, 5, tzinfo=UTC)) == "31 Dec 2025, 09:05 UTC"


@pytest.mark.parametrize(
    ("reason", "score", "sentence"),
    [
        (DecisionReason.SCORE, 0.93, "93%; the threshold is 50%."),
        (DecisionReason.SCORE, 0.5, "50%; the threshold is 50%."),
        (DecisionReason.BELOW, 0.31, "31%, below the threshold of 50%."),
        (DecisionReason.BELOW, 0.497, "49.7%, below the threshold of 50.0%."),
        (
            DecisionReason.BOOSTED,
            0.55,
            "55% with keyword rules; the threshold is 50%.",
        ),
        (
            DecisionReason.FLAGGED,
            0.2,
            "A keyword rule flags it at any score (20%; the threshold is 50%).",
        ),
        (DecisionReason.DROPPED, 0.9, "A keyword rule drops it at any score (90%)."),
    ],
)
def test_the_reason_is_a_sentence(
    decision: Callable[..., Decision], reason: DecisionReason, score: float, sentence: str
) -> None:
    assert phrases.decision(decision(reason=reason, score=score)) == sentence


@pytest.mark.parametrize(
    ("hit", "words"),
    [
        ({"action": RuleAction.FLAG}, "“sappers” flags it for: Sapper, deminer"),
        ({"action": RuleAction.DROP, "terms": ()}, "“sappers” drops it"),
        (
            {"action": RuleAction.BOOST, "boost": 0.1},
            "“sappers” adds 10 points for: Sapper, deminer",
        ),
        (
            {"action": RuleAction.BOOST, "boost": -0.25},
            "“sappers” takes 25 points off for: Sapper, deminer",
        ),
    ],
)
def test_a_rule_names_its_effect_and_its_terms(hit: dict[str, Any], words: str) -> None:
    usual = {"rule": "sappers", "terms": ("Sapper", "deminer")}
    assert phrases.rule(RuleHit(**(usual | hit))) == words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "everything on this topic"),
        ({"themes": {"arms"}}, "Arms"),
        ({"topics": {"cables", "wolves"}}, "everything on cables or wolves"),
        ({"topics": {"cables"}, "themes": {"arms"}}, "Arms, on cables"),
        (
            {"themes": {"troops", "arms", "other"}, "languages": {"ko", "en"}},
            "Arms, Troops or other, in English or Korean",
        ),
        (
            {"feeds": {"a", "b"}, "min_score": 0.6},
            "everything on this topic, from 2 chosen sources, with a score of 60% or more",
        ),
        ({"feeds": {"a"}}, "everything on this topic, from one chosen source"),
    ],
)
def test_the_criteria_of_a_subscription_are_words(
    subscription: Callable[..., Subscription],
    theme_titles: dict[str, str],
    fields: dict[str, Any],
    words: str,
) -> None:
    frozen = {name: frozenset(v) if isinstance(v, set) else v for name, v in fields.items()}
    assert phrases.criteria(subscription(**frozen), theme_titles) == words


def test_a_weight_has_its_sign() -> None:
    assert [phrases.weight(value) for value in (2.14, -0.42)] == ["+2.1", "−0.4"]

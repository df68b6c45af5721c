"""Does it matter, all told?"""

from __future__ import annotations

import pytest

from monitor.classify.rules.decision import decide
from monitor.domain.articles import DecisionReason, RuleAction, RuleHit
from monitor.domain.tiers import Tier
from tests.fakes import verdict


def hit(action: RuleAction, *, boost: float = 0.0, theme: str | None = None) -> RuleHit:
    return RuleHit(rule=f"a {action} rule", action=action, terms=("x",), boost=boost, theme=theme)


FLAG, DROP = hit(RuleAction.FLAG), hit(RuleAction.DROP)
UP, DOWN = hit(RuleAction.BOOST, boost=0.3), hit(RuleAction.BOOST, boost=-0.3)


@pytest.mark.parametrize(
    ("score", "hits", "relevant", "reason"),
    [
        (0.5, [], True, DecisionReason.SCORE),
        (0.49, [], False, DecisionReason.BELOW),
        (0.3, [UP], True, DecisionReason.BOOSTED),
        (0.7, [DOWN], False, DecisionReason.BOOSTED),
        (0.1, [UP], False, DecisionReason.BELOW),
        (0.6, [UP], True, DecisionReason.SCORE),
        (0.3, [UP, DOWN], False, DecisionReason.BELOW),
        (0.0, [FLAG], True, DecisionReason.FLAGGED),
        (1.0, [DROP], False, DecisionReason.DROPPED),
        (1.0, [FLAG, DROP], False, DecisionReason.DROPPED),
    ],
)
def test_drop_wins_over_flag_and_flag_over_the_score(score, hits, relevant, reason):
    decision = decide(verdict(score), hits, config="c")
    assert (decision.relevant, decision.reason) == (relevant, reason)


def test_a_boosted_score_stays_a_probability():
    assert decide(verdict(0.9), [UP], config="c").score == 1.0
    assert decide(verdict(0.1), [DOWN], config="c").score == 0.0


def test_a_relevant_article_counts_for_every_theme_at_its_threshold():
    themes = {"troops": 0.6, "labour": 0.7, "arms": 0.1}
    decided = decide(verdict(0.9, themes=themes), [], config="c")
    assert decided.labels == ("labour", "troops")


def test_a_relevant_article_without_a_sure_theme_counts_for_the_likeliest():
    decided = decide(verdict(0.9, themes={"troops": 0.3, "labour": 0.2}), [], config="c")
    assert decided.labels == ("troops",)


def test_a_rule_may_name_a_theme():
    decided = decide(verdict(0.9), [hit(RuleAction.BOOST, theme="troops")], config="c")
    assert decided.labels == ("labour", "troops")


def test_a_rejected_article_counts_for_no_theme():
    assert decide(verdict(0.1), [], config="c").labels == ()


@pytest.mark.parametrize(
    ("score", "hits", "tier"),
    [
        (0.14, [], Tier.REJECTED),
        (0.15, [], Tier.REVIEW),
        (0.5, [], Tier.ALERT),
        (0.7, [DOWN], Tier.REVIEW),
        (0.3, [DROP], Tier.REJECTED),
        (0.3, [FLAG], Tier.ALERT),
    ],
)
def test_a_doubtful_article_is_in_review_unless_a_rule_drops_it(score, hits, tier):
    decided = decide(verdict(score, review_threshold=0.15), hits, config="c")
    assert decided.tier is tier
    assert bool(decided.labels) is (tier is not Tier.REJECTED)


def test_without_a_review_threshold_nothing_is_in_review():
    assert decide(verdict(0.49), [], config="c").tier is Tier.REJECTED


def test_the_decision_names_what_it_was_made_with():
    decided = decide(verdict(0.9), [FLAG], config="c")
    assert (decided.pack, decided.config, decided.rules) == ("test@000000000000", "c", (FLAG,))

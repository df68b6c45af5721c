"""Confirmation: what it makes of a decision, and how long it stays in force."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import DecisionReason
from monitor.domain.review.confirmation import confirmed, unconfirmed, with_confirmation
from monitor.domain.tiers import Tier
from tests.fakes import decision, doubtful


def test_a_confirmed_article_is_relevant_with_its_themes_and_who_confirmed_it():
    by_ana = confirmed(doubtful().decision, "Ana")
    assert (by_ana.tier, by_ana.reason) == (Tier.ALERT, DecisionReason.CONFIRMED)
    assert (by_ana.labels, by_ana.confirmed_by) == (("labour",), "Ana")
    assert confirmed(doubtful().decision, "Ana", ("troops",)).labels == ("troops",)


def test_a_new_decision_keeps_the_confirmation_of_the_one_before():
    by_ana = confirmed(doubtful().decision, "Ana", ("troops",))
    after = with_confirmation(decision(relevant=False), by_ana)
    assert (after.reason, after.confirmed_by) == (DecisionReason.CONFIRMED, "Ana")
    assert after.labels == ("troops",)


def test_a_confirmation_ends_with_a_rule_that_drops_and_needs_none_where_the_score_is_enough():
    by_ana = confirmed(doubtful().decision, "Ana")
    dropped = decision(relevant=False, reason=DecisionReason.DROPPED)
    assert with_confirmation(dropped, by_ana) == dropped
    assert with_confirmation(decision(), by_ana) == decision()
    assert with_confirmation(dropped, None) == with_confirmation(dropped, decision()) == dropped


def test_a_confirmation_that_is_taken_back_leaves_the_decision_of_the_score():
    in_review = doubtful().decision
    assert unconfirmed(confirmed(in_review, "the second reader (m)")) == in_review
    lowered = replace(in_review, reason=DecisionReason.BOOSTED, pack_score=0.7)
    assert unconfirmed(confirmed(lowered, "the second reader (m)")) == lowered

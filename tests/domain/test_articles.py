"""Articles: the entry as the feed has it, and the tier of a decision."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import DecisionReason, tier_for, topic_of
from monitor.domain.tiers import Tier
from tests.fakes import article, decision, doubtful, entry


def test_the_feeds_entry_has_the_feeds_own_text():
    from_page = article(entry=entry(text="own and more"), own_text="own")
    assert from_page.feed_entry == entry(text="own")
    assert article(entry=entry(text="own")).feed_entry == entry(text="own")


def test_the_tier_follows_from_the_score_unless_a_rule_decides():
    assert decision().tier is Tier.ALERT
    assert doubtful().decision.tier is Tier.REVIEW
    dropped = replace(doubtful().decision, reason=DecisionReason.DROPPED)
    assert dropped.tier is Tier.REJECTED


def test_a_pack_is_of_a_topic():
    assert topic_of("dprk-russia@1a2b3c4d5e6f") == "dprk-russia"
    assert topic_of("") == ""


def test_only_what_its_score_rejects_can_be_in_review():
    assert tier_for(DecisionReason.BOOSTED, 0.3, 0.15, relevant=False) is Tier.REVIEW
    assert tier_for(DecisionReason.DROPPED, 0.3, 0.15, relevant=False) is Tier.REJECTED
    assert tier_for(DecisionReason.DROPPED, 0.3, 0.15, relevant=True) is Tier.ALERT

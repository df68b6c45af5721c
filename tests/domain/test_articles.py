"""Articles: the entry as the feed has it, and the tier of a decision."""

from __future__ import annotations

from dataclasses import replace

from monitor.domain.articles import DecisionReason
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

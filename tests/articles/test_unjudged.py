"""An entry that could not be judged is stored, and alerts nobody."""

from __future__ import annotations

from monitor.articles.unjudged import unjudged
from monitor.domain.articles import DecisionReason
from monitor.domain.tiers import Tier


def test_it_is_rejected_with_the_reason_and_the_settings_that_decided():
    decision = unjudged("c0")
    assert (decision.tier, decision.reason) == (Tier.REJECTED, DecisionReason.UNJUDGED)
    assert (decision.score, decision.config, decision.themes) == (0.0, "c0", {})

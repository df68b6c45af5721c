"""Tiers: who hears of an article."""

from __future__ import annotations

import pytest

from monitor.domain.tiers import Tier, tier_of


@pytest.mark.parametrize(
    ("score", "threshold", "relevant", "tier"),
    [
        (0.9, 0.15, True, Tier.ALERT),
        (0.1, None, True, Tier.ALERT),
        (0.15, 0.15, False, Tier.REVIEW),
        (0.14, 0.15, False, Tier.REJECTED),
        (0.49, None, False, Tier.REJECTED),
    ],
)
def test_a_doubtful_article_is_in_review(score, threshold, relevant, tier):
    assert tier_of(score, threshold, relevant) is tier

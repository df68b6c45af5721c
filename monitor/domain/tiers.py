"""Tiers: who hears of an article, and which tiers a subscription is told of."""

from __future__ import annotations

import enum


class Tier(enum.StrEnum):
    """Who hears of an article: the tier of its decision."""

    ALERT = "alert"  # relevant: subscribers are alerted
    REVIEW = "review"  # doubtful: a person is asked, nobody is alerted
    REJECTED = "rejected"


class WantedTier(enum.StrEnum):
    """Which articles a subscription is told of."""

    ALERT = "alert"  # relevant ones
    REVIEW = "review"  # and, in a section of its digests, those that wait for review


def tier_of(score: float, review_threshold: float | None, relevant: bool) -> Tier:
    """The tier of an article; without a review threshold none is in review."""
    if relevant:
        return Tier.ALERT
    in_doubt = review_threshold is not None and score >= review_threshold
    return Tier.REVIEW if in_doubt else Tier.REJECTED

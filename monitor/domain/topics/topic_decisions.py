"""The leading decision of an article that was judged for several topics, and the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.domain.articles import Article, Decision
from monitor.domain.tiers import Tier

_ORDER = (Tier.ALERT, Tier.REVIEW, Tier.REJECTED)


def leading_first(decisions: Sequence[Decision]) -> list[Decision]:
    """Decisions on one article, by tier: relevant ones, those in review, the rejected.

    Within a tier the order stays, which is that of the topics in the settings.  The first one is
    the leading decision: lists, marks, review, statistics and messages are about it.
    """
    return sorted(decisions, key=lambda decided: _ORDER.index(decided.tier))


def with_decisions(article: Article, decisions: Sequence[Decision]) -> Article:
    """The article with these decisions, of which the leading one comes to the front."""
    leading, *others = leading_first(decisions)
    return replace(article, decision=leading, other_decisions=tuple(others))


def decision_on(article: Article, topic: str) -> Decision | None:
    """The decision on this topic; None where the article was not judged for it."""
    return next((decided for decided in article.decisions if decided.topic == topic), None)

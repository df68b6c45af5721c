"""The filters of a subscription in a few words, for lists and notes."""

from __future__ import annotations

from monitor.domain.alerts import About, Subscription
from monitor.domain.article_filters import ArticleFilter


def filters_text(subscription: Subscription) -> str:
    """What the subscription is about: "labour; ko; score ≥ 0.7", or "everything relevant"."""
    if About.ARTICLES not in subscription.about:
        return "the service's own state"
    parts = [
        ", ".join(sorted(subscription.themes)),
        ", ".join(sorted(subscription.languages)),
        f"{len(subscription.feeds)} feeds" if subscription.feeds else "",
        f"score ≥ {subscription.min_score:g}" if subscription.min_score else "",
        _question(subscription.filter),
    ]
    articles = "; ".join(part for part in parts if part) or "everything relevant"
    service = "; and the service's own state" if About.SERVICE in subscription.about else ""
    return articles + service


def _question(article_filter: ArticleFilter | None) -> str:
    if article_filter is None:
        return ""
    if article_filter.fault:
        return f"{article_filter.text} (admits everything: {article_filter.fault})"
    return article_filter.text

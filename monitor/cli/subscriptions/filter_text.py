"""The filters of a subscription in a few words, for lists and notes."""

from __future__ import annotations

from monitor.domain.alerts import About, Subscription
from monitor.domain.article_filters import ArticleFilter
from monitor.domain.tiers import WantedTier

_SUBJECTS = {
    About.STORIES: "changes of stories",
    About.SPIKES: "spikes",
    About.SERVICE: "the service's own state",
}


def filters_text(subscription: Subscription) -> str:
    """What the subscription is about: "labour; ko; score ≥ 0.7", or "everything relevant"."""
    subjects = [text for about, text in _SUBJECTS.items() if about in subscription.about]
    if not subscription.about & {About.ARTICLES, About.STORIES}:
        return "; and ".join(subjects)
    parts = [
        ", ".join(f"topic {name}" for name in sorted(subscription.topics)),
        ", ".join(sorted(subscription.themes)),
        ", ".join(sorted(subscription.languages)),
        f"{len(subscription.feeds)} feeds" if subscription.feeds else "",
        f"score ≥ {subscription.min_score:g}" if subscription.min_score else "",
        _question(subscription.filter),
    ]
    articles = "; ".join(part for part in parts if part) or "everything relevant"
    if subscription.tier is WantedTier.REVIEW:
        subjects.append("doubtful articles in digests")
    return "; and ".join([articles, *subjects])


def _question(article_filter: ArticleFilter | None) -> str:
    if article_filter is None:
        return ""
    if article_filter.fault:
        return f"{article_filter.text} (admits everything: {article_filter.fault})"
    return article_filter.text

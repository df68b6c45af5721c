"""Silences (mutes): which silence keeps an article from a subscription.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from monitor.alerts import time_intervals
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Article
from monitor.domain.muting.silence import Silence
from monitor.text.search_form import search_form

# Scripts without spaces between words, or with particles joined to them: there a term also matches
# inside a word.
_WITHOUT_WORD_LIMITS = re.compile(
    "[\u0e00-\u0fff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]"
)


def active_silence(
    article: Article, subscription: Subscription, silences: Iterable[Silence], now: datetime
) -> Silence | None:
    """The active silence that keeps the article from this subscription; the last to end of several.

    Every condition of a silence must hold.  A silence of a theme mutes an article only when the
    subscription would get it for no other theme.
    """
    active = (
        silence
        for silence in silences
        if is_in_force(silence, now) and _applies(silence, article, subscription)
    )
    return max(active, key=lambda silence: (silence.until, silence.key), default=None)


def is_in_force(silence: Silence, now: datetime) -> bool:
    """Whether the silence has begun, has not ended, and a recurring one is in one of its times."""
    has_begun = silence.created_at <= now < silence.until
    return has_begun and (silence.every is None or time_intervals.contains(silence.every, now))


def _applies(silence: Silence, article: Article, subscription: Subscription) -> bool:
    labels = _labels(article, subscription)
    themes = labels & subscription.themes or labels
    return (
        silence.subscription_key in (None, subscription.key)
        and silence.feed_key in (None, article.feed_key)
        and (silence.theme is None or themes == {silence.theme})
        and (silence.term is None or _contains_term(article, silence.term))
    )


def _labels(article: Article, subscription: Subscription) -> set[str]:
    """The themes that the article counts for, on the topics that the subscription wants.

    Those of a doubtful decision count only where no wanted one is relevant.
    """
    topics = subscription.topics
    on_topics = [decided for decided in article.decisions if not topics or decided.topic in topics]
    relevant = [decided for decided in on_topics if decided.relevant]
    return set[str]().union(*(decided.labels for decided in relevant or on_topics))


def _contains_term(article: Article, term: str) -> bool:
    """Whether the headline or the text contains the term as whole words, in any case."""
    words = [re.escape(word) for word in re.split(r"[\s-]+", search_form(term).strip()) if word]
    if not words:
        return False
    text = search_form(f"{article.entry.title}\n{article.entry.text}")
    before = "" if _WITHOUT_WORD_LIMITS.match(words[0][0]) else r"(?<!\w)"
    after = "" if _WITHOUT_WORD_LIMITS.match(words[-1][-1]) else r"(?!\w)"
    return re.search(before + r"(?:\s+|-)".join(words) + after, text) is not None

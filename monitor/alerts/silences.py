"""Is it silenced?  What an operator asked not to be told of for a while.  Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from monitor.domain.alerts import Silence, Subscription
from monitor.domain.articles import Article
from monitor.text.comparison import folded

# Scripts that write words without spaces between them, or join particles to them: a term is
# found anywhere in them.
_JOINED = re.compile(
    "[\u0e00-\u0fff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]"
)


def silencing(
    article: Article, subscription: Subscription, silences: Iterable[Silence], now: datetime
) -> Silence | None:
    """The silence in force that keeps the article from this subscription: of several, the one
    that ends last.

    All that a silence names must apply.  One of a theme takes an article only when the
    subscription would get it for no other theme.
    """
    in_force = (
        one
        for one in silences
        if one.created_at <= now < one.until and _applies(one, article, subscription)
    )
    return max(in_force, key=lambda one: (one.until, one.key), default=None)


def _applies(silence: Silence, article: Article, subscription: Subscription) -> bool:
    labels = set(article.decision.labels)
    wanted = labels & subscription.themes or labels
    return (
        silence.subscription_key in (None, subscription.key)
        and silence.feed_key in (None, article.feed_key)
        and (silence.theme is None or wanted == {silence.theme})
        and (silence.term is None or _says(article, silence.term))
    )


def _says(article: Article, term: str) -> bool:
    """Does the headline or the text hold the term, as words of their own, in any case?"""
    text = folded(f"{article.entry.title}\n{article.entry.text}")
    wanted = folded(term)
    if not wanted:
        return False
    before = "" if _JOINED.match(wanted[0]) else r"(?<!\w)"
    after = "" if _JOINED.match(wanted[-1]) else r"(?!\w)"
    return re.search(f"{before}{re.escape(wanted)}{after}", text) is not None

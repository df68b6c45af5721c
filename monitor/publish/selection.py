"""Selection of the articles in a subscription's feed: those that match it, delivered or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from monitor.alerts import match
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.articles import Article

# Articles to examine for one document: few may match, and the archive may span years.
MAX_EXAMINED = 1_000


def select(
    newest_first: Iterable[Article], subscription: Subscription, limit: int
) -> Iterator[Article]:
    """The newest articles that match the subscription, at most `limit`.

    A paused subscription keeps its feed, which readers fetch by themselves.
    """
    active = replace(subscription, state=SubscriptionState.ACTIVE)
    matches = (
        article
        for article in islice(newest_first, MAX_EXAMINED)
        if not article.backlog and match.mismatch(article, active) is None
    )
    return islice(matches, limit)

"""Which articles a subscription's feed holds: what it wishes for, told or not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from monitor.alerts import match
from monitor.domain.alerts import Subscription, SubscriptionState
from monitor.domain.articles import Article

# A wish that few articles fulfil is not searched for through years, at every look at the feed.
MOST_LOOKED_AT = 1_000


def wanted(
    newest_first: Iterable[Article], subscription: Subscription, most: int
) -> Iterator[Article]:
    """At most so many, of the newest that were flagged.

    A paused subscription keeps its feed: it is asked for, not sent.
    """
    asking = replace(subscription, state=SubscriptionState.ACTIVE)
    looked_at = islice(newest_first, MOST_LOOKED_AT)
    fitting = (one for one in looked_at if not one.backlog and match.mismatch(one, asking) is None)
    return islice(fitting, most)

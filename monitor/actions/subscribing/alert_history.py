"""Alert history: the alerts that articles of past days would cause, by the code that alerts.

Matching, silences and the key that an article shares with its copies are those of new articles.
Whether an article would be left out because its story was told depends on what was told before it,
so that this is not repeated here: `Repeat.FACTS` may leave out some of these alerts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.alerts import match
from monitor.domain.alerts import Alert, AlertState, Subscription, SubscriptionState
from monitor.domain.articles import Article
from monitor.domain.muting.silence import Silence

if TYPE_CHECKING:
    from monitor.store.store import Store

LAST_DAYS = "7d"
LONGEST = timedelta(days=90)
MOST_ARTICLES = 5_000  # relevant articles that one look at the past decides on
MOST_LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAlert:
    """An article of the past, and the alert that it would cause: to be sent, held or silenced."""

    article: Article
    subscription: Subscription
    alert: Alert

    @property
    def is_silenced(self) -> bool:
        return self.alert.state is AlertState.SILENCED

    def as_json(self) -> JsonObject:
        """The alert as previews list it."""
        return {
            "article": self.article.key,
            "title": self.article.entry.title,
            "feed": self.article.feed_key,
            "seen_at": as_json.instant(self.article.seen_at),
            "score": as_json.score(self.article.decision.score),
            "subscription": self.subscription.name,
            "silenced": self.is_silenced,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertHistory:
    """The alerts of a span of time, the newest first."""

    since: datetime
    alerts: tuple[PastAlert, ...]
    is_complete: bool  # False: there were more articles than one look decides on


def check_since(since: datetime, now: datetime) -> None:
    """Raise InvalidOption for a span in the future, or longer than 90 days."""
    if since >= now:
        raise InvalidOption("since", "is not in the past: give a time ago, such as 7d")
    if now - since > LONGEST:
        raise InvalidOption("since", f"is more than {LONGEST.days} days ago: choose a later time")


def past_alerts(
    store: Store,
    subscriptions: Sequence[Subscription],
    silences: Sequence[Silence],
    since: datetime,
    now: datetime,
) -> AlertHistory:
    """The alerts that the articles seen since then would have caused.

    Paused subscriptions count as if they were active.  Raise InvalidOption for a wrong span.
    """
    check_since(since, now)
    active = [replace(item, state=SubscriptionState.ACTIVE) for item in subscriptions]
    recent = store.articles.newest_first(since, flagged=True)
    read = list(islice(recent, MOST_ARTICLES + 1))
    by_key: dict[str, PastAlert] = {}
    for article in read[:MOST_ARTICLES]:  # the first of several copies comes last, and stays
        if article.backlog:
            continue
        for subscription in match.recipients(article, active):
            alert = match.alert(article, subscription, silences, article.seen_at)
            by_key[alert.key] = PastAlert(article=article, subscription=subscription, alert=alert)
    newest_first = sorted(by_key.values(), key=lambda past: past.article.seen_at, reverse=True)
    is_complete = len(read) <= MOST_ARTICLES
    return AlertHistory(since=since, alerts=tuple(newest_first), is_complete=is_complete)


def times(count: int) -> str:
    """ "once", "twice", "4 times", "never"."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")

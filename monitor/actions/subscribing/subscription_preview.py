"""Preview of a subscription: of which past articles it would have been told, and which not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.subscribing.alert_history import (
    MOST_ARTICLES,
    MOST_LISTED,
    PastAlert,
    past_alerts,
    times,
)
from monitor.domain.alerts import About, Subscription
from monitor.text.formats import readable_duration

if TYPE_CHECKING:
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionPreview:
    """What a subscription would have been told, and what silences would have kept back."""

    since: datetime
    now: datetime
    is_about_articles: bool
    told: tuple[PastAlert, ...]  # the newest first
    silenced: tuple[PastAlert, ...]
    is_complete: bool

    @property
    def sentence(self) -> str:
        """ "It would have been told 4 times in the last 7 days." """
        if not self.is_about_articles:
            return "It is not told of articles, so that nothing can be counted here."
        span = readable_duration(self.now - self.since)
        least = "" if self.is_complete else "at least "
        words = f"It would have been told {least}{times(len(self.told))} in the last {span}"
        if self.silenced:
            words += f"; silences would have kept {len(self.silenced):,} from it"
        cut = "" if self.is_complete else f"  Only the newest {MOST_ARTICLES:,} articles count."
        return f"{words}.{cut}"

    def as_json(self) -> JsonObject:
        """The preview as `subscriptions preview --json` prints it; the newest articles alone."""
        return {
            "since": as_json.instant(self.since),
            "told": len(self.told),
            "silenced": len(self.silenced),
            "complete": self.is_complete,
            "sentence": self.sentence,
            "articles": [past.as_json() for past in self.told[:MOST_LISTED]],
            "silenced_articles": [past.as_json() for past in self.silenced[:MOST_LISTED]],
        }


def preview_subscription(
    store: Store, subscription: Subscription, since: datetime, now: datetime
) -> SubscriptionPreview:
    """What the subscription, stored or only edited, would have been told since then.

    Raise InvalidOption for a span in the future, or longer than 90 days.
    """
    history = past_alerts(store, [subscription], store.silences.list(), since, now)
    return SubscriptionPreview(
        since=since,
        now=now,
        is_about_articles=About.ARTICLES in subscription.about,
        told=tuple(past for past in history.alerts if not past.is_silenced),
        silenced=tuple(past for past in history.alerts if past.is_silenced),
        is_complete=history.is_complete,
    )

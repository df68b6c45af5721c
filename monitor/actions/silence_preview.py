"""Preview of a silence: which past alerts it would have kept back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.subscribing.alert_history import (
    MOST_ARTICLES,
    MOST_LISTED,
    PastAlert,
    past_alerts,
)
from monitor.text.formats import readable_duration

if TYPE_CHECKING:
    from monitor.actions.silences import SilenceRequest
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencePreview:
    """The alerts of past days that the silence would have kept back, the newest first."""

    since: datetime
    now: datetime
    kept_back: tuple[PastAlert, ...]
    alerts: int  # of all subscriptions in the same time
    is_complete: bool

    @property
    def sentence(self) -> str:
        """ "It would have kept back 12 of 40 alerts of the last 7 days." """
        span = readable_duration(self.now - self.since)
        words = (
            f"It would have kept back {len(self.kept_back):,} of {self.alerts:,} alerts of the last"
            f" {span}."
        )
        return words if self.is_complete else f"{words}  Only the newest {MOST_ARTICLES:,} count."

    def as_json(self) -> JsonObject:
        """The preview as `silences add --dry-run --json` prints it; the newest alerts alone."""
        return {
            "since": as_json.instant(self.since),
            "kept_back": len(self.kept_back),
            "alerts": self.alerts,
            "complete": self.is_complete,
            "sentence": self.sentence,
            "articles": [past.as_json() for past in self.kept_back[:MOST_LISTED]],
        }


def preview_silence(
    store: Store, request: SilenceRequest, since: datetime, now: datetime
) -> SilencePreview:
    """What the silence would have kept back since then, had it been in force.

    Raise ConfigError for a request that can't be used, as `add_silence` does, and InvalidOption
    for a span in the future, or longer than 90 days.
    """
    silence = replace(request.silence(now), created_at=since)
    history = past_alerts(store, store.subscriptions.list(), [silence], since, now)
    return SilencePreview(
        since=since,
        now=now,
        kept_back=tuple(past for past in history.alerts if past.is_silenced),
        alerts=len(history.alerts),
        is_complete=history.is_complete,
    )

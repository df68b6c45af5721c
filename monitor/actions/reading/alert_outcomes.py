"""What became of an article for each subscription: sent, held, silenced, disabled, not wanted."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.alerts import match
from monitor.alerts.match import Mismatch
from monitor.domain.alerts import Alert, AlertState, Outcome, Subscription, SubscriptionState
from monitor.domain.articles import Article
from monitor.text.formats import zoned_instant

if TYPE_CHECKING:
    from monitor.store.store import Store

_NOT_ASKED_FOR = {
    Mismatch.ABOUT: "it is about the service only",
    Mismatch.TOPIC: "it is about other topics",
    Mismatch.IRRELEVANT: "the article is not relevant",
    Mismatch.SCORE: "the score is under its minimum",
    Mismatch.THEME: "the article has none of its themes",
    Mismatch.LANGUAGE: "the article is in another language",
    Mismatch.FEED: "the article is of another feed",
}


class OutcomeState(enum.StrEnum):
    """What became of an article for one subscription."""

    SENT = "sent"
    WAITING = "waiting"
    HELD = "held"
    SILENCED = "silenced"
    REPEATED = "not repeated"
    DISABLED = "disabled"  # an alert waits until the subscription is resumed
    UNDELIVERED = "undelivered"
    BACKLOG = "backlog"
    LATER = "subscribed later"  # the subscription was created after the article was seen
    NOT_ASKED_FOR = "not asked for"
    NO_ALERT = "no alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOutcome:
    """What became of an article for one subscription, since or until when, and why."""

    subscription: str  # its name
    state: OutcomeState
    at: datetime | None = None
    reason: str = ""

    @property
    def sentence(self) -> str:
        """ "held until 2025-06-18 07:30 UTC: for the digest" """
        word = _PREPOSITIONS.get(self.state, "since")
        time = f" {word} {zoned_instant(self.at)}" if self.at else ""
        return f"{self.state}{time}" + (f": {self.reason}" if self.reason else "")


_NOT_SENT = {
    AlertState.SILENCED: OutcomeState.SILENCED,
    AlertState.REPEATED: OutcomeState.REPEATED,
}
_PREPOSITIONS = {
    OutcomeState.SENT: "at",
    OutcomeState.LATER: "at",
    OutcomeState.HELD: "until",
    OutcomeState.WAITING: "until",
}


def alert_outcomes(article: Article, store: Store) -> tuple[AlertOutcome, ...]:
    """What became of the article for each subscription."""
    return tuple(
        _outcome(article, subscription, store) for subscription in store.subscriptions.list()
    )


def _outcome(article: Article, subscription: Subscription, store: Store) -> AlertOutcome:
    alert = store.outbox.find(match.alert_key(subscription.key, article.copy_key))
    if alert is None:
        state, at, reason = _without_alert(article, subscription)
    else:
        state, at, reason = _of_alert(alert, subscription, store)
    return AlertOutcome(subscription=subscription.name, state=state, at=at, reason=reason)


def _without_alert(
    article: Article, subscription: Subscription
) -> tuple[OutcomeState, datetime | None, str]:
    mismatch = match.mismatch(article, subscription)
    if mismatch is Mismatch.PAUSED:
        return OutcomeState.NOT_ASKED_FOR, None, f"it is {subscription.state}"
    if mismatch is Mismatch.FILTER and subscription.filter:
        unmet = " · ".join(subscription.filter.unmet(article))
        return OutcomeState.NOT_ASKED_FOR, None, f"filter: {unmet}"
    if mismatch is not None:
        return OutcomeState.NOT_ASKED_FOR, None, _NOT_ASKED_FOR[mismatch]
    if article.backlog:
        return OutcomeState.BACKLOG, article.seen_at, "it was there before the feed was watched"
    if subscription.created_at > (article.edited_at or article.seen_at):
        reason = "the subscription is newer than the article"
        return OutcomeState.LATER, subscription.created_at, reason
    return OutcomeState.NO_ALERT, None, "it was paused, or asked for other articles, at that time"


def _of_alert(
    alert: Alert, subscription: Subscription, store: Store
) -> tuple[OutcomeState, datetime | None, str]:
    if alert.state is AlertState.GATHERED and alert.digest_key:
        message = store.outbox.find(alert.digest_key)
        if message is not None:
            state, at, reason = _of_alert(message, subscription, store)
            named = f"in the message {message.key[:8]}"
            return state, at, f"{named}; {reason}" if reason else named
    if alert.state is AlertState.SENT:
        return OutcomeState.SENT, _sent_at(alert, store), ""
    if alert.state in _NOT_SENT:
        return _NOT_SENT[alert.state], alert.created_at, alert.last_error or ""
    if alert.state is AlertState.DEAD:
        return OutcomeState.UNDELIVERED, _last_try(alert, store), alert.last_error or ""
    if subscription.state is not SubscriptionState.ACTIVE:
        reason = f"{subscription.state}: {subscription.state_reason}".rstrip(": ")
        return OutcomeState.DISABLED, alert.created_at, f"it waits; the subscription is {reason}"
    if alert.state is AlertState.HELD:
        return OutcomeState.HELD, alert.due_at, f"for {alert.held_for}" if alert.held_for else ""
    return OutcomeState.WAITING, alert.due_at, alert.last_error or ""


def _sent_at(alert: Alert, store: Store) -> datetime | None:
    attempts = store.outbox.attempts(alert.key)
    times = [attempt.at for attempt in attempts if attempt.outcome is Outcome.SENT]
    return times[0] if times else alert.created_at


def _last_try(alert: Alert, store: Store) -> datetime:
    attempts = store.outbox.attempts(alert.key)
    return attempts[-1].at if attempts else alert.created_at

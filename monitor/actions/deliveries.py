"""Deliveries: list alerts with their attempts, show one, retry dead ones, replay a time range."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.deliver.transports.hidden_secrets import without_secrets
from monitor.domain.alerts import (
    Alert,
    AlertState,
    Attempt,
    Outcome,
    Subscription,
    SubscriptionState,
)
from monitor.domain.articles import Article
from monitor.domain.errors import ConfigError
from monitor.domain.messages import MessageType
from monitor.store.mapping.outbox_queries import AlertFilter
from monitor.text.cursor_instants import instant_of, microseconds_of
from monitor.text.formats import rfc3339

if TYPE_CHECKING:
    from monitor.store.repositories.digests import Outlook
    from monitor.store.store import Store

_CURSOR = re.compile(r"([0-9]{1,17})-([0-9a-f]{1,64})", re.ASCII)
MOST_REPLAYED = 10_000  # alerts that one replay sends again


# ── list and show ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryQuery:
    """Which alerts to list; None does not restrict."""

    limit: int
    state: AlertState | None = None
    subscription_key: str | None = None
    message_type: MessageType | None = None
    since: datetime | None = None  # made at or after
    until: datetime | None = None  # made before
    after: str | None = None  # the cursor of the page before
    include_attempts: bool = True

    @property
    def empty_sentence(self) -> str:
        """What to say when there is none: others may be there where the query restricts."""
        restrictions = (
            self.state, self.subscription_key, self.message_type, self.since, self.until
        )  # fmt: skip
        if any(restrictions):
            return "no alert is like that: `monitor deliveries list` shows all"
        return "no alerts yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDelivery:
    """An alert with its attempts, and what a list shows beside it."""

    alert: Alert
    attempts: tuple[Attempt, ...]  # empty where they were not asked for
    article: Article | None  # the first one it is about; None where there is none
    subscription_name: str | None  # None: the subscription was removed
    next_at: datetime | None = None  # when it is tried next; None: it ended, or is not tried

    @property
    def headline(self) -> str:
        """The headline and how many more articles there are; of other messages their type."""
        keys = self.alert.article_keys
        if not keys:
            return self.alert.type
        others = f" (+{len(keys) - 1})" if len(keys) > 1 else ""
        return (self.article.entry.title if self.article else "–") + others

    def as_json(self) -> JsonObject:
        """The alert as `deliveries list --json` shows it."""
        shown = _alert_as_json(self.alert, self.attempts, self.article)
        return shown | {"next_at": as_json.instant(self.next_at)}

    @property
    def order(self) -> tuple[float, float, str, str, str]:
        """The newest first; of one instant the article that was published last first."""
        published_at = self.article.entry.published_at if self.article else None
        published = published_at.timestamp() if published_at else 0.0
        name = self.subscription_name or ""
        key = self.alert.key
        return -self.alert.created_at.timestamp(), -published, self.headline.casefold(), name, key


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """A page of alerts, the newest first."""

    deliveries: tuple[ListedDelivery, ...]
    next: str | None  # the cursor of the next page; None: there is none


def list_deliveries(store: Store, query: DeliveryQuery, now: datetime) -> list[ListedDelivery]:
    """The alerts that the query describes, newest first, with their attempts if asked."""
    return [*delivery_page(store, query, now).deliveries]


def delivery_page(store: Store, query: DeliveryQuery, now: datetime) -> DeliveryPage:
    """The same with the cursor of the next page.  Raise InvalidOption for a wrong cursor."""
    subscribers = {subscription.key: subscription for subscription in store.subscriptions.list()}
    outlooks = store.digests.outlook()
    alert_filter = AlertFilter(
        state=query.state,
        subscription=query.subscription_key,
        message_type=query.message_type,
        since=query.since,
        until=query.until,
    )
    after = _position(query.after) if query.after else None
    alerts = store.outbox.page(alert_filter, after=after, limit=query.limit + 1)
    shown = alerts[: query.limit]
    attempts = store.outbox.attempts_of(alert.key for alert in shown if query.include_attempts)
    articles = store.articles.by_keys(
        alert.article_keys[0] for alert in shown if alert.article_keys
    )
    listed = []
    for alert in shown:
        subscriber = subscribers.get(alert.subscription_key)
        listed.append(
            ListedDelivery(
                alert=alert,
                attempts=tuple(attempts.get(alert.key, ())),
                article=articles.get(alert.article_keys[0]) if alert.article_keys else None,
                subscription_name=subscriber.name if subscriber else None,
                next_at=_next_at(alert, subscriber, outlooks.get(alert.subscription_key), now),
            )
        )
    listed.sort(key=lambda delivery: delivery.order)
    cursor = _cursor(shown[-1]) if len(alerts) > query.limit else None
    return DeliveryPage(deliveries=tuple(listed), next=cursor)


def _cursor(alert: Alert) -> str:
    return f"{microseconds_of(alert.created_at)}-{alert.key}"


def _position(cursor: str) -> tuple[datetime, str]:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise InvalidOption(
            "after", f"{cursor!r} is no cursor: take the one that the page before printed"
        )
    return instant_of(int(match[1])), match[2]


def _next_at(
    alert: Alert, subscriber: Subscription | None, outlook: Outlook | None, now: datetime
) -> datetime | None:
    """When the alert is tried next, never in the past.

    None for one that ended, or that waits until its subscription is resumed.
    """
    waits = alert.state in (AlertState.PENDING, AlertState.HELD)
    if not waits or subscriber is None or subscriber.state is not SubscriptionState.ACTIVE:
        return None
    next_at = alert.due_at
    if alert.state is AlertState.HELD and outlook is not None and outlook.next_at is not None:
        next_at = max(next_at, outlook.next_at)
    if alert.state is AlertState.PENDING and subscriber.health.paused_until is not None:
        next_at = max(next_at, subscriber.health.paused_until)
    return max(next_at, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDelivery:
    """One alert whole: every article that it tells of, and every attempt."""

    alert: Alert
    attempts: tuple[Attempt, ...]
    articles: tuple[Article, ...]  # those that are still stored
    subscription_name: str | None = None  # None: the subscription was removed
    next_at: datetime | None = None  # when it is tried next; None: it ended, or is not tried

    def as_json(self) -> JsonObject:
        """The alert as `deliveries show --json` shows it; the receiver's links are hidden."""
        shown = _alert_as_json(self.alert, self.attempts, None)
        data = without_secrets(self.alert.content).to_json()
        return {**shown, "type": self.alert.type, "data": data}


def show_delivery(store: Store, reference: str, now: datetime) -> ShownDelivery:
    """The alert whose key begins so.  Raise ConfigError when there is none."""
    alert = store.outbox.find(reference)
    if alert is None:
        raise ConfigError(f"no alert {reference!r}: `monitor deliveries list` shows them")
    articles = [store.articles.find(key) for key in alert.article_keys]
    subscriber = store.subscriptions.by_key(alert.subscription_key)
    outlook = store.digests.outlook().get(alert.subscription_key)
    return ShownDelivery(
        alert=alert,
        attempts=tuple(store.outbox.attempts(alert.key)),
        articles=tuple(article for article in articles if article is not None),
        subscription_name=subscriber.name if subscriber else None,
        next_at=_next_at(alert, subscriber, outlook, now),
    )


def _alert_as_json(
    alert: Alert, attempts: Sequence[Attempt], article: Article | None
) -> JsonObject:
    """An alert with its attempts and its times; `article` is the first one that it is about."""
    return {
        "key": alert.key,
        "subscription": alert.subscription_key,
        "type": alert.type,
        "articles": alert.article_keys,
        "state": alert.state,
        "created_at": as_json.instant(alert.created_at),
        "due_at": as_json.instant(alert.due_at),
        "held_for": alert.held_for,
        "told_in": alert.digest_key,
        "silenced_by": alert.silenced_by,
        "last_error": alert.last_error,
        "attempts": [_attempt_as_json(attempt) for attempt in attempts],
        "times": _times_as_json(alert, attempts, article),
    }


def _attempt_as_json(attempt: Attempt) -> JsonObject:
    return {
        "number": attempt.number,
        "at": as_json.instant(attempt.at),
        "took_ms": round(attempt.took.total_seconds() * 1000),
        "outcome": attempt.outcome,
        "reason": attempt.reason,
        "detail": attempt.detail,
    }


def _times_as_json(
    alert: Alert, attempts: Sequence[Attempt], article: Article | None
) -> JsonObject:
    """The stages of a delivery, to the millisecond, and the seconds from first seen to accepted."""
    sent = _successful(attempts)
    seen_at = article.seen_at if article else None
    accepted_at = sent.at + sent.took if sent else None
    seconds = None
    if accepted_at and seen_at:
        seconds = round((accepted_at - seen_at).total_seconds(), 3)
    return {
        "published_at": as_json.precise_instant(article.entry.published_at if article else None),
        "seen_at": as_json.precise_instant(seen_at),
        "decided_at": as_json.precise_instant(alert.created_at),
        "handed_over_at": as_json.precise_instant(sent.at if sent else None),
        "accepted_at": as_json.precise_instant(accepted_at),
        "seconds": seconds,
    }


def _successful(attempts: Sequence[Attempt]) -> Attempt | None:
    """The first attempt that was accepted."""
    for attempt in attempts:
        if attempt.outcome is Outcome.SENT:
            return attempt
    return None


# ── retry and replay ─────────────────────────────────────────────────────────────────────────────


def retry_delivery(store: Store, reference: str, now: datetime) -> Alert:
    """Make one alert due now that waits or was given up; it is sent under the same key.

    Its receiver is tried with it at once, also during a pause after failures.  Raise ConfigError
    when there is no such alert.
    """
    alert = store.outbox.find(reference)
    if alert is None or not store.outbox.retry(alert.key, now):
        raise ConfigError(
            f"no alert {reference!r} that waits or was given up (see `monitor deliveries list`);"
            " what was sent is sent again by `monitor deliveries replay`"
        )
    store.subscriptions.try_first(alert.key, alert.subscription_key, now)
    return alert


def retry_dead_deliveries(
    store: Store, now: datetime, *, subscription_key: str | None = None
) -> int:
    """Make every alert due now that was given up, of one subscription or of all; how many.

    A receiver that is paused after failures is tried with one of them at once.
    """
    store.subscriptions.end_pauses(now, [subscription_key] if subscription_key else None)
    return store.outbox.retry_dead(now, subscription_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRequest:
    """Send again what one subscription was sent, or could not be sent, in a span of time."""

    subscription: Subscription
    since: datetime
    until: datetime
    dry_run: bool  # count only


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """How many alerts lie in the span, and how many of them are due now."""

    alerts: int
    due_now: int

    @property
    def is_too_many(self) -> bool:
        """Whether the span has more alerts than are sent again at once."""
        return self.alerts > MOST_REPLAYED

    def as_json(self) -> JsonObject:
        """The result as `deliveries replay --json` shows it."""
        return {"found": self.alerts, "due_now": self.due_now, "most": MOST_REPLAYED}


def replay_deliveries(store: Store, request: ReplayRequest, now: datetime) -> ReplayResult:
    """Make the ended alerts of the span due again, under the same keys.

    Raise InvalidOption when the span is empty, begins in the future, or has more alerts than are
    sent again at once; a dry run counts them all the same.  A receiver that is paused after
    failures is tried at once.
    """
    if request.since > now:
        raise InvalidOption("since", f"{rfc3339(request.since)} is in the future")
    if request.until <= request.since:
        raise InvalidOption("until", "must be later than the beginning of the span")
    span = (request.subscription.key, request.since, request.until)
    count = store.outbox.count_finished(*span)
    if request.dry_run:
        return ReplayResult(alerts=count, due_now=0)
    if count > MOST_REPLAYED:
        raise InvalidOption(
            "since",
            f"there are {count:,} alerts in this span, and at most {MOST_REPLAYED:,} are sent again"
            " at once: choose a shorter span",
        )
    if count:
        store.subscriptions.end_pauses(now, [request.subscription.key])
    return ReplayResult(alerts=count, due_now=store.outbox.replay_span(*span, now))

"""Rows of `subscriptions`: subscription, health and delivery schedule to columns, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from monitor.domain.alerts import About, EndpointHealth, Subscription
from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency, QuietHours
from monitor.store.mapping.column_text import (
    Values,
    exact_text,
    headers_from_json,
    headers_json,
)
from monitor.store.schema.base import URL_LENGTH

if TYPE_CHECKING:
    from monitor.domain.article_filters import ArticleFilter
    from monitor.search.feed_names import NamedFeed


def subscription_values(subscription: Subscription) -> Values:
    """A row of `subscriptions`.  Raise ConfigError for a name or address that can't be stored."""
    secret = subscription.signing_secret or subscription.private_url
    return {
        "key": exact_text("subscription's key", subscription.key, 64),
        "name": exact_text("subscription's name", subscription.name, 200),
        "channel": subscription.channel,
        "address": exact_text("subscription's address", subscription.address, URL_LENGTH),
        "secret": exact_text("subscription's secret", secret, URL_LENGTH) if secret else "",
        "old_secrets": secrets_json(subscription.old_secrets),
        "headers": headers_json(subscription.headers),
        "topics": sorted(subscription.topics),
        "themes": sorted(subscription.themes),
        "languages": sorted(subscription.languages),
        "feeds": sorted(subscription.feeds),
        "min_score": subscription.min_score,
        "about": sorted(subscription.about),
        "cadence": schedule_json(subscription.cadence),
        "repeat": subscription.repeat,
        "tier": subscription.tier,
        "filter": subscription.filter.text if subscription.filter else None,
        "next_at": None if subscription.cadence == AT_ONCE else subscription.created_at,
        "spent": 0,
        "state": subscription.state,
        "state_reason": subscription.state_reason,
        **health_values(subscription.health),
        "link_version": subscription.link_version,
        "created_at": subscription.created_at,
    }


# What `subscriptions edit` changes; the schedule has a progress of its own.
_EDITED = (
    "name",
    "address",
    "topics",
    "themes",
    "languages",
    "feeds",
    "min_score",
    "about",
    "repeat",
    "tier",
    "filter",
    "headers",
)


def edited_values(after: Subscription) -> Values:
    """The columns that an edit writes; of the secrets only a private URL, which is an address.

    Raise ConfigError for a name or address that can't be stored.
    """
    values = subscription_values(after)
    edited = {name: values[name] for name in _EDITED}
    return {**edited, "secret": values["secret"]} if after.private_url else edited


def secrets_json(old: Sequence[tuple[str, datetime]]) -> list[list[str]]:
    """The JSON of former signing secrets, each with its end."""
    return [[secret, until.isoformat()] for secret, until in old]


def health_values(health: EndpointHealth) -> Values:
    """The columns of `subscriptions` that hold the endpoint's health."""
    return {
        "failures": health.failures,
        "refusals": health.refusals,
        "failing_since": health.failing_since,
        "failed_at": health.failed_at,
        "rests_until": health.paused_until,
    }


def subscription_from_row(row: Row[Any], feeds: Iterable[NamedFeed] = ()) -> Subscription:
    """The subscription of this row; `feeds` are those that its filter may name.

    The column `secret` holds a signing secret, which is base64, or a private URL.
    """
    is_url = "://" in row.secret
    return Subscription(
        key=row.key,
        name=row.name,
        channel=row.channel,
        address=row.address,
        signing_secret="" if is_url else row.secret,
        private_url=row.secret if is_url else "",
        headers=headers_from_json(row.headers),
        topics=frozenset(row.topics),
        themes=frozenset(row.themes),
        languages=frozenset(row.languages),
        feeds=frozenset(row.feeds),
        min_score=row.min_score,
        filter=_filter(row.filter, feeds) if row.filter else None,
        about=frozenset(About(word) for word in row.about),
        cadence=schedule_from_json(row.cadence),
        repeat=row.repeat,
        tier=row.tier,
        state=row.state,
        state_reason=row.state_reason,
        old_secrets=tuple((old, datetime.fromisoformat(until)) for old, until in row.old_secrets),
        health=EndpointHealth(
            failures=row.failures,
            refusals=row.refusals,
            failing_since=row.failing_since,
            failed_at=row.failed_at,
            paused_until=row.rests_until,
        ),
        link_version=row.link_version,
        created_at=row.created_at,
    )


def _filter(text: str, feeds: Iterable[NamedFeed]) -> ArticleFilter:
    from monitor.search.article_filter import stored_filter  # few subscriptions have one

    return stored_filter(text, feeds)


def schedule_json(schedule: DeliverySchedule) -> Values | None:
    """The schedule as JSON; None for the default one, which most subscriptions have."""
    if schedule == AT_ONCE:
        return None
    quiet = schedule.quiet
    return {
        "every": schedule.every.value,
        "at": schedule.at.isoformat(),
        "weekday": schedule.weekday,
        "zone": schedule.zone,
        "quiet": [quiet.start.isoformat(), quiet.end.isoformat()] if quiet else None,
        "budget": schedule.budget,
        "group_seconds": schedule.group.total_seconds(),
        "empty": schedule.empty,
    }


def schedule_from_json(values: Values | None) -> DeliverySchedule:
    """The schedule of a column."""
    if values is None:
        return AT_ONCE
    quiet = [time.fromisoformat(text) for text in values["quiet"] or ()]
    return DeliverySchedule(
        every=Frequency(values["every"]),
        at=time.fromisoformat(values["at"]),
        weekday=values["weekday"],
        zone=values["zone"],
        quiet=QuietHours(start=quiet[0], end=quiet[1]) if quiet else None,
        budget=values["budget"],
        group=timedelta(seconds=values["group_seconds"]),
        empty=values["empty"],
    )

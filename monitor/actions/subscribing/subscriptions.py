"""What a person may do with subscriptions: subscribe, find, list, show, pause, resume, remove.

Steps of a reader (sign-up, confirmation, unsubscribing) are in `sign_up`, addresses for readers in
`subscription_links`, times of delivery in `delivery_schedules`.  Functions that take `key_or_name`
raise ConfigError when no subscription is meant by it, or several.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.actions import as_json
from monitor.actions.as_json import JsonObject
from monitor.actions.header_files import header_names
from monitor.actions.option_values import InvalidOption, check_language
from monitor.actions.subscribing import delivery_schedules
from monitor.deliver.channels.descriptor import Destination
from monitor.domain.alerts import (
    About,
    AlertState,
    ChannelKind,
    Subscription,
    SubscriptionState,
)
from monitor.domain.article_filters import ArticleFilter
from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of, subscription_key
from monitor.domain.muting.operator_pause import BY_OPERATOR
from monitor.domain.stories import Repeat
from monitor.domain.tiers import WantedTier
from monitor.text.languages import primary_subtag

if TYPE_CHECKING:
    from monitor.store.repositories.digests import Outlook
    from monitor.store.store import Store

LONGEST_NAME = 100  # characters of a name that a person thinks of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """Filters, destination and schedule of a subscription.  An empty filter admits everything."""

    name: str
    destination: Destination
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)  # of a webhook
    key: str = ""  # empty: made from the name
    topics: frozenset[str] = frozenset()  # names of packs
    themes: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()  # primary subtags: "en", "ko"
    feeds: frozenset[str] = frozenset()  # feed keys
    min_score: float = 0.0
    filter: ArticleFilter | None = None
    about: frozenset[About] = frozenset({About.ARTICLES})
    schedule: DeliverySchedule = AT_ONCE
    repeat: Repeat = Repeat.FACTS
    tier: WantedTier = WantedTier.ALERT
    state: SubscriptionState = SubscriptionState.ACTIVE
    state_reason: str = ""

    def subscription(self, now: datetime) -> Subscription:
        """The subscription, created now."""
        return Subscription(
            key=self.key or subscription_key(self.name),
            name=self.name,
            channel=self.destination.channel,
            address=self.destination.address,
            signing_secret=self.destination.signing_secret,
            headers=self.headers,
            private_url=self.destination.private_url,
            topics=self.topics,
            themes=self.themes,
            languages=frozenset(primary_subtag(code) or code for code in self.languages),
            feeds=self.feeds,
            min_score=self.min_score,
            filter=self.filter,
            about=self.about,
            cadence=self.schedule,
            repeat=self.repeat,
            tier=self.tier,
            state=self.state,
            state_reason=self.state_reason,
            created_at=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionStatus:
    """A subscription, the alerts that are held for it, and when the next message is due."""

    subscription: Subscription
    outlook: Outlook
    last_accepted_at: datetime | None = None  # by its receiver

    def as_json(self) -> JsonObject:
        """One line of `subscriptions list --json`."""
        return {
            **_subscription_as_json(self.subscription, self.outlook),
            "last_accepted_at": as_json.instant(self.last_accepted_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionDetails:
    """The same with its alerts in each state, and when each old secret in use ends."""

    subscription: Subscription
    outlook: Outlook
    alerts: Mapping[AlertState, int]
    old_secrets_until: tuple[datetime, ...]
    last_accepted_at: datetime | None = None  # by its receiver

    def as_json(self) -> JsonObject:
        """The subscription as `subscriptions show --json` prints it."""
        return {
            **_subscription_as_json(self.subscription, self.outlook),
            "last_accepted_at": as_json.instant(self.last_accepted_at),
            "old_secrets_until": [as_json.instant(until) for until in self.old_secrets_until],
            "alerts": {str(state): number for state, number in self.alerts.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSubscription:
    """A subscription as it is after a change of state, and its alerts in each state."""

    subscription: Subscription
    alerts: Mapping[AlertState, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RotatedSecret:
    """A webhook's new signing secret, and until when calls are signed with the old one, too."""

    subscription: Subscription
    secret: str
    old_until: datetime


def subscribe(
    store: Store, request: NewSubscription, now: datetime, *, longest_name: int = LONGEST_NAME
) -> Subscription:
    """Store a subscription.

    Raise ConfigError for a name that can't be used or is taken, or an address that can't be stored;
    InvalidOption for the tier `review` without digests.
    """
    check_name(request.name, longest_name)
    if request.headers:
        check_signed(request.name, request.destination.channel)
    for code in request.languages:
        check_language(code)
    check_tier(request.tier, request.schedule)
    subscription = request.subscription(now)
    if not request.key and _has_other_name(store, subscription):
        subscription = replace(subscription, key=key_of(subscription.key, now.isoformat()))
    if not store.subscriptions.add(subscription):
        raise ConfigError(
            f"there is a subscription {request.name!r} already: remove it or choose another"
        )
    return subscription


def _has_other_name(store: Store, subscription: Subscription) -> bool:
    """Whether the key belongs to a subscription that had this name before it was renamed."""
    holder = store.subscriptions.by_key(subscription.key)
    return holder is not None and holder.name != subscription.name


def check_name(name: str, longest: int = LONGEST_NAME) -> None:
    """Raise ConfigError for a name that does not fit into one line."""
    if not name.strip() or len(name) > longest or not name.isprintable():
        raise ConfigError(f"a subscription's name has 1 to {longest} printable characters")


def check_themes(slugs: Sequence[str], topic_themes: Mapping[str, str]) -> frozenset[str]:
    """The themes as a set.  Raise InvalidOption for a slug that the topic does not have.

    `topic_themes` maps each slug of the topic to its title.
    """
    for slug in slugs:
        if slug not in topic_themes:
            known_slugs = ", ".join(topic_themes)
            raise InvalidOption("theme", f"{slug}: no such theme; there are: {known_slugs}")
    return frozenset(slugs)


def find_subscription(store: Store, key_or_name: str) -> Subscription:
    """The subscription of this name, key or beginning of a key.  Raise ConfigError."""
    subscription = store.subscriptions.find(key_or_name)
    if subscription is None:
        raise ConfigError(
            f"no subscription {key_or_name!r}: `monitor subscriptions list` shows them"
        )
    return subscription


def list_subscriptions(store: Store) -> list[SubscriptionStatus]:
    """Every subscription, by name."""
    subscriptions = store.subscriptions.list()
    outlooks = store.digests.outlook()
    return [
        SubscriptionStatus(
            subscription=subscription,
            outlook=outlooks[subscription.key],
            last_accepted_at=store.outbox.last_accepted_at(subscription.key),
        )
        for subscription in subscriptions
    ]


def show_subscription(store: Store, key_or_name: str, now: datetime) -> SubscriptionDetails:
    """One subscription with all that is known of it."""
    subscription = find_subscription(store, key_or_name)
    return SubscriptionDetails(
        subscription=subscription,
        outlook=store.digests.outlook()[subscription.key],
        alerts=store.outbox.counts(subscription=subscription.key),
        old_secrets_until=tuple(until for _, until in subscription.old_secrets if until > now),
        last_accepted_at=store.outbox.last_accepted_at(subscription.key),
    )


def check_tier(tier: WantedTier, schedule: DeliverySchedule) -> None:
    """Raise InvalidOption for the tier `review` without digests, in which it is listed."""
    if tier is WantedTier.REVIEW and schedule.every is Frequency.ONCE:
        raise InvalidOption(
            "tier",
            "review needs digests, in which doubtful articles are listed: set the cadence hourly,"
            " daily or weekly, or the tier alert",
        )


def pause_subscription(store: Store, key_or_name: str) -> ChangedSubscription:
    """Send it nothing until `resume_subscription`; new articles make no alerts for it meanwhile."""
    subscription = find_subscription(store, key_or_name)
    store.subscriptions.set_state(subscription.key, SubscriptionState.PAUSED, BY_OPERATOR)
    paused = replace(subscription, state=SubscriptionState.PAUSED, state_reason=BY_OPERATOR)
    return ChangedSubscription(
        subscription=paused,
        alerts=store.outbox.counts(subscription=subscription.key),
    )


def resume_subscription(store: Store, key_or_name: str, now: datetime) -> ChangedSubscription:
    """Send to a paused or disabled subscription again, starting with the alerts that waited."""
    subscription = find_subscription(store, key_or_name)
    store.digests.restart_schedule(subscription.key, now)
    store.subscriptions.set_state(subscription.key, SubscriptionState.ACTIVE, "")
    return ChangedSubscription(
        subscription=replace(subscription, state=SubscriptionState.ACTIVE, state_reason=""),
        alerts=store.outbox.counts(subscription=subscription.key),
    )


def remove_subscription(store: Store, key_or_name: str, now: datetime) -> Subscription:
    """Delete a subscription; alerts that wait for it are listed as undelivered."""
    subscription = find_subscription(store, key_or_name)
    store.subscriptions.remove(subscription.key, now)
    return subscription


def check_signed(name: str, channel: ChannelKind) -> None:
    """Raise ConfigError for a channel that has neither signing secrets nor headers of its own."""
    from monitor.deliver.channels.channel_registry import CHANNELS

    if not CHANNELS[channel].is_signed:
        raise ConfigError(f"{name} uses {channel}: only webhooks are signed and have own headers")


def rotate_secret(
    store: Store, key_or_name: str, *, old_until: datetime, now: datetime, secret: str = ""
) -> RotatedSecret:
    """Give a webhook a new signing secret; until `old_until` calls carry both signatures.

    `secret` is one that the receiver brought; else one is made.  Raise ConfigError for a
    subscription that is not a webhook, or has too many secrets in use.
    """
    from monitor.deliver.transports import signature

    subscription = find_subscription(store, key_or_name)
    check_signed(subscription.name, subscription.channel)
    secret = signature.check_secret(secret) if secret else signature.new_secret()
    store.subscriptions.rotate(subscription.key, secret, now=now, until=old_until)
    return RotatedSecret(subscription=subscription, secret=secret, old_until=old_until)


def advice(subscription: Subscription, alerts: Mapping[AlertState, int]) -> str:
    """What waits or was given up, with the commands that change it; empty when there is nothing."""
    name = shlex.quote(subscription.name)
    waiting, dead = alerts[AlertState.PENDING], alerts[AlertState.DEAD]
    lines = []
    if subscription.state is not SubscriptionState.ACTIVE:
        lines.append(f"{waiting} alerts wait until `monitor subscriptions resume {name}`")
    if dead:
        command = f"monitor deliveries retry --all-dead --subscription {name}"
        lines.append(f"{dead} alerts were given up: `{command}` sends them again")
    return "\n".join(lines)


def _subscription_as_json(subscription: Subscription, outlook: Outlook) -> JsonObject:
    """Filters, destination and state; secrets are never in it."""
    return {
        "key": subscription.key,
        "name": subscription.name,
        "channel": subscription.channel,
        "address": subscription.address,
        "header_names": header_names(subscription.headers),
        "topics": sorted(subscription.topics),
        "themes": sorted(subscription.themes),
        "languages": sorted(subscription.languages),
        "feeds": sorted(subscription.feeds),
        "min_score": subscription.min_score,
        "filter": subscription.filter.text if subscription.filter else None,
        "about": sorted(subscription.about),
        "cadence": delivery_schedules.schedule_fields(subscription.cadence),
        "repeat": subscription.repeat,
        "tier": subscription.tier,
        "state": subscription.state,
        "state_reason": subscription.state_reason,
        "failures": subscription.health.failures,
        "failing_since": as_json.instant(subscription.health.failing_since),
        "rests_until": as_json.instant(subscription.health.paused_until),
        "created_at": as_json.instant(subscription.created_at),
        "held": {str(hold): number for hold, number in outlook.held.items()},
        "looked_at_next": as_json.instant(outlook.next_at),
    }

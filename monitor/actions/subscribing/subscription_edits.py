"""Edit a subscription: its name, address, filters and schedule; its secrets and its key stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.as_json import JsonObject
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.header_files import header_names
from monitor.actions.option_values import InvalidOption, check_language
from monitor.actions.subscribing.delivery_schedules import (
    ScheduleOptions,
    changed_schedule,
    schedule_fields,
)
from monitor.actions.subscribing.filters import parse_filter
from monitor.actions.subscribing.subscriptions import (
    SubscriptionStatus,
    check_name,
    check_signed,
    check_themes,
    check_tier,
    find_subscription,
)
from monitor.domain.alerts import About
from monitor.domain.errors import ConfigError
from monitor.store.one_transaction import in_one_transaction
from monitor.text.languages import primary_subtag
from monitor.text.urls import is_same_server

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.deliver.channels.descriptor import Destination
    from monitor.domain.alerts import Subscription
    from monitor.domain.stories import Repeat
    from monitor.domain.tiers import WantedTier
    from monitor.store.store import Store

NO_SCHEDULE_CHANGE = ScheduleOptions()
_NONE = "none"  # a person types it to end a filter


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionEdit:
    """What to change, as typed; None: unchanged.  An empty list, or "none", admits everything."""

    name: str | None = None
    destination: Destination | None = None  # of the same channel
    # own headers of a webhook, instead of all others
    headers: tuple[tuple[str, str], ...] | None = field(default=None, repr=False)
    topics: Sequence[str] | None = None  # checked by `check_topics`, or "none"
    themes: Sequence[str] | None = None
    languages: Sequence[str] | None = None
    feeds: Sequence[str] | None = None  # keys or addresses
    min_score: float | None = None
    question: str | None = None  # of the filter; empty or "none" ends it
    zone: tzinfo = UTC  # of the dates in the question
    about: Sequence[About] | None = None
    repeat: Repeat | None = None
    tier: WantedTier | None = None
    schedule: ScheduleOptions = NO_SCHEDULE_CHANGE


NO_EDIT = SubscriptionEdit()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedSubscription:
    """A subscription after an edit, and the fields that changed with their new values."""

    status: SubscriptionStatus
    changed: Mapping[str, object]

    @property
    def subscription(self) -> Subscription:
        return self.status.subscription


@in_one_transaction
def edit_subscription(
    store: Store,
    key_or_name: str,
    edit: SubscriptionEdit,
    caller: Caller,
    now: datetime,
    topic_themes: Mapping[str, str],
) -> EditedSubscription:
    """Store what the edit changes and its entry in the audit log; nothing when nothing changes.

    Filters count from the next article on; alerts that are held follow the new schedule, and those
    that wait go to the new address.  `topic_themes` maps each theme of the topic to its title.
    Raise ConfigError for a value that can't be used.
    """
    before = find_subscription(store, key_or_name)
    after = edited_subscription(store, before, edit, now, topic_themes)
    changed = changed_fields(before, after)
    if after != before:
        if not store.subscriptions.edit(after, now):
            raise ConfigError(f"subscription {before.name!r} was removed meanwhile")
        audit_log.record(store, caller, "edit subscription", before.name, now, changed)
    outlook = store.digests.outlook()[before.key]
    return EditedSubscription(
        status=SubscriptionStatus(
            subscription=after,
            outlook=outlook,
            last_accepted_at=store.outbox.last_accepted_at(before.key),
        ),
        changed=changed.after or {},
    )


def edited_subscription(
    store: Store,
    before: Subscription,
    edit: SubscriptionEdit,
    now: datetime,
    topic_themes: Mapping[str, str],
) -> Subscription:
    """The subscription as it is after the edit.  Raise ConfigError as `edit_subscription` does."""
    after = replace(
        _with_filters(store, before, edit, topic_themes, now),
        cadence=changed_schedule(before.cadence, edit.schedule),
        repeat=edit.repeat or before.repeat,
        tier=edit.tier or before.tier,
    )
    check_tier(after.tier, after.cadence)
    if edit.name is not None:
        check_name(edit.name)
        after = replace(after, name=edit.name)
    if edit.destination is not None:
        after = _with_destination(after, edit.destination)
    if edit.headers is not None:
        check_signed(after.name, after.channel)
        after = replace(after, headers=edit.headers)
    return after


def _with_filters(
    store: Store,
    before: Subscription,
    edit: SubscriptionEdit,
    topic_themes: Mapping[str, str],
    now: datetime,
) -> Subscription:
    themes, languages, feeds = map(_listed, (edit.themes, edit.languages, edit.feeds))
    after = before if edit.topics is None else replace(before, topics=_topics(edit.topics))
    if themes is not None:
        after = replace(after, themes=check_themes(themes, topic_themes))
    if languages is not None:
        tags = [check_language(code) for code in languages]
        after = replace(after, languages=frozenset(primary_subtag(tag) or tag for tag in tags))
    if feeds is not None:
        after = replace(after, feeds=frozenset(_feed_key(store, before, text) for text in feeds))
    if edit.min_score is not None:
        if not 0 <= edit.min_score <= 1:
            raise InvalidOption("min_score", f"{edit.min_score:g}: from 0 to 1")
        after = replace(after, min_score=edit.min_score)
    if edit.about is not None:
        after = replace(after, about=frozenset(edit.about))
    if edit.question is not None:
        question = parse_filter(store, edit.question, now, edit.zone, topic_themes=topic_themes)
        after = replace(after, filter=question)
    return after


def _topics(names: Sequence[str]) -> frozenset[str]:
    return frozenset(_listed(names) or ())


def _feed_key(store: Store, before: Subscription, text: str) -> str:
    """The key of this feed; one that the subscription names already may have been removed."""
    return text if text in before.feeds else find_feed(store, text).key


def _listed(values: Sequence[str] | None) -> Sequence[str] | None:
    """The values of a filter; "none" alone is the empty list."""
    return () if values is not None and list(values) == [_NONE] else values


def _with_destination(before: Subscription, destination: Destination) -> Subscription:
    """The subscription with another address of its channel; a signing secret stays."""
    if destination.channel is not before.channel:
        raise InvalidOption(
            "address",
            f"must be for {before.channel}, by which {before.name} is alerted: for another channel"
            " add another subscription",
        )
    is_same = is_same_server(before.address, destination.address)
    return replace(
        before,
        address=destination.address,
        private_url=destination.private_url,
        headers=before.headers if is_same else (),  # they may be secrets of the former server
    )


def changed_fields(before: Subscription, after: Subscription) -> Changed:
    """What an edit changed, without secrets; new values of headers are shown by their names."""
    changed = audit_log.changed_fields(subscription_fields(before), subscription_fields(after))
    if before.headers == after.headers:
        return changed
    return Changed(
        before={**(changed.before or {}), "headers": header_names(before.headers)},
        after={**(changed.after or {}), "headers": header_names(after.headers)},
    )


def edit_version(subscription: Subscription) -> str:
    """A digest of all that an edit may change: a form proves with it what it was made from."""
    fields = json.dumps(subscription_fields(subscription), sort_keys=True)
    headers = repr(sorted(subscription.headers))
    return hashlib.sha256(f"{fields}{headers}".encode()).hexdigest()[:32]


def check_version(before: Subscription, version: str) -> None:
    """Raise ConfigError when the subscription was changed since a form was made from it."""
    if version != edit_version(before):
        raise ConfigError(
            f"{before.name} was changed by somebody else meanwhile; nothing was saved.  Look at it"
            " again, then save once more"
        )


def subscription_fields(subscription: Subscription) -> JsonObject:
    """What an edit may change, without secrets, for the audit log."""
    return {
        "name": subscription.name,
        "address": subscription.address,
        "topics": sorted(subscription.topics),
        "themes": sorted(subscription.themes),
        "languages": sorted(subscription.languages),
        "feeds": sorted(subscription.feeds),
        "min_score": subscription.min_score,
        "filter": subscription.filter.text if subscription.filter else None,
        "about": sorted(subscription.about),
        "repeat": subscription.repeat.value,
        "tier": subscription.tier.value,
        "cadence": schedule_fields(subscription.cadence),
    }

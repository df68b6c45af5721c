"""Subscriptions of a setup file: which are added, changed and removed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.collecting.feeds import find_feed
from monitor.actions.option_values import check_topics
from monitor.actions.setup.feed_setup import feed_url
from monitor.actions.setup.setup_file import SubscriptionEntry
from monitor.actions.setup.setup_step import SetupStep, StepKind, named_place
from monitor.actions.subscribing import subscriptions as subscription_actions
from monitor.actions.subscribing.destinations import parse_destination
from monitor.actions.subscribing.subscription_edits import (
    SubscriptionEdit,
    edit_subscription,
    edited_subscription,
    subscription_fields,
)
from monitor.actions.subscribing.subscriptions import NewSubscription
from monitor.deliver.channels.descriptor import Destination
from monitor.domain.alerts import About, Subscription, SubscriptionState
from monitor.domain.errors import ConfigError
from monitor.domain.keys import feed_key, sign_up_key
from monitor.domain.muting.operator_pause import BY_OPERATOR
from monitor.domain.stories import Repeat

if TYPE_CHECKING:
    from monitor.access.caller import Caller
    from monitor.settings.values import Network
    from monitor.store.store import Store

# Its reader or its receiver ended it in any other state.
_SWITCHED = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED)
_WHOLE_KEY = re.compile(r"[0-9a-f]{32}")
_HIDDEN = "://…"  # the end of a chat's address as lists show it


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupContext:
    """What entries are checked against."""

    allow: Collection[Network]  # private address ranges that the operator opened
    topics: Collection[str]  # names
    topic_themes: Mapping[str, str]  # slug → title
    now: datetime
    new_feeds: Collection[str] = ()  # addresses of feeds that the same file adds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What is done with a stored subscription."""

    before: Subscription
    edit: SubscriptionEdit
    pause: bool | None  # None: it stays as it is
    topic_themes: Mapping[str, str]


def plan_subscriptions(
    store: Store, entries: Sequence[SubscriptionEntry], context: SetupContext, *, prune: bool
) -> list[SetupStep]:
    """The steps after which the subscriptions are as the entries say.

    With `prune` those that are not in the file are removed, but not those of readers who signed up
    by themselves.  Raise ConfigError for an entry that can't be used.
    """
    stored = {subscription.name: subscription for subscription in store.subscriptions.list()}
    steps = []
    for number, entry in enumerate(entries, start=1):
        before = stored.pop(entry.name, None)
        with named_place("subscriptions", number):
            steps += (
                [_add(store, entry, context)]
                if before is None
                else _change(store, before, entry, context)
            )
    if prune:
        steps += [_remove(unnamed) for unnamed in stored.values() if not _is_of_reader(unnamed)]
    return steps


def _is_of_reader(subscription: Subscription) -> bool:
    return subscription.key == sign_up_key(subscription.address)


def _edit(
    store: Store, entry: SubscriptionEntry, destination: Destination | None, context: SetupContext
) -> SubscriptionEdit:
    """The entry as an edit; its feeds are keys, also of feeds that are not there yet."""
    return SubscriptionEdit(
        destination=destination,
        topics=entry.topics and sorted(check_topics(entry.topics, context.topics)),
        themes=entry.themes,
        languages=entry.languages,
        feeds=None if entry.feeds is None else [_feed(store, at, context) for at in entry.feeds],
        min_score=entry.min_score,
        question=entry.filter,
        about=entry.about,
        repeat=entry.repeat,
        tier=entry.tier,
        schedule=entry.schedule(),
    )


def _edited(
    store: Store, before: Subscription, edit: SubscriptionEdit, context: SetupContext
) -> Subscription:
    """The subscription after the edit, once its feeds are there."""
    edit_without_feeds = replace(edit, feeds=None)
    after = edited_subscription(
        store, before, edit_without_feeds, context.now, context.topic_themes
    )
    return after if edit.feeds is None else replace(after, feeds=frozenset(edit.feeds))


def _feed(store: Store, text: str, context: SetupContext) -> str:
    """The key of a stored feed, of one that the same file adds, or of one that was removed."""
    if _WHOLE_KEY.fullmatch(text):
        return text
    url = feed_url(text, context.allow)
    return feed_key(url) if url in context.new_feeds else find_feed(store, url).key


# ── added ────────────────────────────────────────────────────────────────────────────────────────


def _add(store: Store, entry: SubscriptionEntry, context: SetupContext) -> SetupStep:
    kind, text = entry.destination()
    if text.endswith(_HIDDEN):
        raise ConfigError(
            f"subscription {entry.name!r}: {text} has no tokens: an export leaves them out; write"
            " the whole address"
        )
    subscription_actions.check_name(entry.name)
    destination = parse_destination(kind, text, context.allow)
    empty = NewSubscription(
        name=entry.name,
        destination=destination,
        about=frozenset({About.ARTICLES}),
        repeat=Repeat.FACTS,
    )
    edit = _edit(store, entry, None, context)
    new = _edited(store, empty.subscription(context.now), edit, context)
    state = SubscriptionState.PAUSED if entry.paused else SubscriptionState.ACTIVE
    request = replace(
        empty,
        topics=new.topics,
        themes=new.themes,
        languages=new.languages,
        feeds=new.feeds,
        min_score=new.min_score,
        filter=new.filter,
        about=new.about,
        schedule=new.cadence,
        repeat=new.repeat,
        tier=new.tier,
        state=state,
        state_reason=BY_OPERATOR if entry.paused else "",
    )
    return SetupStep(
        kind=StepKind.ADD, noun="subscription", name=entry.name, perform=partial(_do_add, request)
    )


def _do_add(request: NewSubscription, store: Store, caller: Caller, now: datetime) -> str:
    added = subscription_actions.subscribe(store, request, now)
    changed = Changed(after={"channel": added.channel})
    audit_log.record(store, caller, "add subscription", added.name, now, changed)
    return added.signing_secret


# ── changed ──────────────────────────────────────────────────────────────────────────────────────


def _change(
    store: Store, before: Subscription, entry: SubscriptionEntry, context: SetupContext
) -> list[SetupStep]:
    edit = _edit(store, entry, _new_destination(before, entry, context), context)
    after = _edited(store, before, edit, context)
    is_paused = before.state is SubscriptionState.PAUSED
    will_pause = is_paused
    if entry.paused is not None and before.state in _SWITCHED:
        will_pause = entry.paused
    changed = audit_log.changed_fields(
        {**subscription_fields(before), "paused": is_paused},
        {**subscription_fields(after), "paused": will_pause},
    )
    if after == before and not changed.after:
        return []
    change = _Change(
        before=before,
        edit=edit,
        pause=None if will_pause is is_paused else will_pause,
        topic_themes=context.topic_themes,
    )
    return [
        SetupStep(
            kind=StepKind.CHANGE,
            noun="subscription",
            name=before.name,
            before=changed.before or {},
            after=changed.after or {},
            perform=partial(_do_change, change),
        )
    ]


def _new_destination(
    before: Subscription, entry: SubscriptionEntry, context: SetupContext
) -> Destination | None:
    """The destination of the entry; None when the subscription has it already."""
    kind, text = entry.destination()
    if kind is not before.channel:
        raise ConfigError(
            f"subscription {before.name!r} is alerted by {before.channel}: remove it, or choose"
            f" another name for {kind}"
        )
    if text == before.address:
        return None
    destination = parse_destination(kind, text, context.allow)
    is_unchanged = (
        destination.private_url == before.private_url and destination.address == before.address
    )
    return None if is_unchanged else destination


def _do_change(change: _Change, store: Store, caller: Caller, now: datetime) -> str:
    name = change.before.name
    edit_subscription(store, change.before.key, change.edit, caller, now, change.topic_themes)
    if change.pause is True:
        subscription_actions.pause_subscription(store, change.before.key)
        audit_log.record(store, caller, "pause subscription", name, now)
    if change.pause is False:
        subscription_actions.resume_subscription(store, change.before.key, now)
        audit_log.record(store, caller, "resume subscription", name, now)
    return ""


# ── removed ──────────────────────────────────────────────────────────────────────────────────────


def _remove(subscription: Subscription) -> SetupStep:
    return SetupStep(
        kind=StepKind.REMOVE,
        noun="subscription",
        name=subscription.name,
        perform=partial(_do_remove, subscription),
    )


def _do_remove(subscription: Subscription, store: Store, caller: Caller, now: datetime) -> str:
    subscription_actions.remove_subscription(store, subscription.key, now)
    audit_log.record(store, caller, "remove subscription", subscription.name, now)
    return ""

"""Changes by a receiver of its own subscription: each is audited and told, with a link to undo it.

A change, its audit entry and the message about it are one transaction: nobody changes a
subscription without its receiver being told.
The link to undo holds what was before, signed, and is good for two weeks: nothing is stored for it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from monitor.access.caller import Caller, Door
from monitor.access.roles import PersonRole
from monitor.actions.access import audit_log
from monitor.actions.access.audit_log import Changed
from monitor.actions.as_json import JsonObject
from monitor.actions.subscribing import subscriptions
from monitor.actions.subscribing.delivery_schedules import ScheduleOptions, schedule_fields
from monitor.actions.subscribing.subscription_edits import SubscriptionEdit, edit_subscription
from monitor.actions.subscribing.subscription_links import subscription_of_token
from monitor.alerts import tokens
from monitor.alerts.tokens import Purpose
from monitor.deliver.messages.schedule_text import schedule_phrase
from monitor.domain.alerts import BY_RECEIVER, Alert, Subscription, SubscriptionState
from monitor.domain.delivery_schedule import Frequency
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of
from monitor.domain.message_contents import SubscriptionChanged
from monitor.domain.muting.operator_pause import (
    BY_OPERATOR,
    is_paused_by_operator,
    reason_of_leaving,
)
from monitor.domain.stories import Repeat
from monitor.store.one_transaction import in_one_transaction

if TYPE_CHECKING:
    from monitor.store.store import Store

UNDO_WITHIN = timedelta(days=14)
_OVERLAP = timedelta(hours=24)  # in which the old secret of a webhook signs, too
_NONE = "none"
_PAUSED = "Paused: nothing is sent until you resume it."
# which further articles of a story are told
REPEAT_WORDS = {
    Repeat.FACTS: "those with new facts",
    Repeat.STORY: "none",
    Repeat.EVERY: "every one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContext:
    """Where links lead, the themes of the topic by slug, and the time of the change."""

    public_url: str
    topic_themes: Mapping[str, str]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """What the link of an undo says; its token proves the rest."""

    token: str
    was: str  # what was before, as the link has it
    until: str  # seconds since 1970

    def is_over(self, now: datetime) -> bool:
        """Whether the time to undo has passed; only for a token that is right."""
        return now > datetime.fromtimestamp(int(self.until), UTC)


def managed_subscription(store: Store, token: str) -> Subscription | None:
    """The subscription whose page the token opens; None for one that we did not make, or renewed.

    A sign-up that is not confirmed has no page yet.
    """
    key = tokens.key_of_token(token)
    stored = store.subscriptions.by_key(key) if key else None
    if stored is None or stored.state is SubscriptionState.UNCONFIRMED:
        return None
    return subscription_of_token(store, token, Purpose.MANAGE, str(stored.link_version))


@in_one_transaction
def change_own(
    store: Store, before: Subscription, edit: SubscriptionEdit, context: OwnContext
) -> bool:
    """Store an edit of filters and schedule; False when nothing changes.  Raise ConfigError."""
    caller = _receiver(before)
    edited = edit_subscription(store, before.key, edit, caller, context.now, context.topic_themes)
    if edited.changed:
        _tell(store, before, _sentences(edited.subscription, edited.changed, context), context)
    return bool(edited.changed)


@in_one_transaction
def pause_own(store: Store, before: Subscription, context: OwnContext) -> None:
    """Send nothing but the message about it, until it is resumed.

    Raise ConfigError for one that is not active: a pause by the operator stays the operator's.
    """
    current = store.subscriptions.by_key(before.key) or before
    if current.state is not SubscriptionState.ACTIVE:
        raise ConfigError(f"it is {current.state} already")
    reason = f"{BY_RECEIVER}, {context.now:%Y-%m-%d %H:%M} UTC"
    store.subscriptions.set_state(before.key, SubscriptionState.PAUSED, reason)
    _record(store, before, "pause subscription", context)
    _tell(store, before, [_PAUSED], context)


@in_one_transaction
def resume_own(store: Store, before: Subscription, context: OwnContext) -> None:
    """Send again what a pause, a departure or failures had stopped.

    Raise ConfigError for a subscription that an operator paused.
    """
    check_resumable(store.subscriptions.by_key(before.key) or before)
    subscriptions.resume_subscription(store, before.key, context.now)
    _record(store, before, "resume subscription", context)
    _tell(store, before, ["Resumed: messages are sent again."], context)


def check_resumable(subscription: Subscription) -> None:
    """Raise ConfigError for a subscription that an operator paused: only they may resume it."""
    if is_paused_by_operator(subscription):
        raise ConfigError("the operator paused it: ask them to resume it")


@in_one_transaction
def leave_own(store: Store, before: Subscription, context: OwnContext) -> None:
    """End it; what waits is listed as undelivered.  The message about it can undo it."""
    current = store.subscriptions.by_key(before.key) or before
    reason = reason_of_leaving(current, BY_RECEIVER, context.now)
    if store.subscriptions.unsubscribe(before.key, reason, context.now):
        _record(store, before, "end subscription", context)
        _tell(store, before, ["Ended: this is the last message."], context)


@in_one_transaction
def rotate_own(store: Store, before: Subscription, context: OwnContext) -> str:
    """Give a webhook a new signing secret and return it; for a day both sign.

    The link to the page ends, too: whoever had it may have had the secret.  Raise ConfigError.
    """
    until = context.now + _OVERLAP
    rotated = subscriptions.rotate_secret(store, before.key, old_until=until, now=context.now)
    store.subscriptions.renew_link(before.key)
    _record(store, before, "rotate secret", context)
    sentence = "A new signing secret was made; the old one signs for 24 hours, too."
    _tell(store, before, [sentence], context, can_undo=False)
    return rotated.secret


# ── undo ─────────────────────────────────────────────────────────────────────────────────────────


def undone_subscription(store: Store, undo: Undo) -> Subscription | None:
    """The subscription that a link to undo is for; None when we did not make the link."""
    return subscription_of_token(store, undo.token, Purpose.UNDO, undo.was, undo.until)


@in_one_transaction
def undo_change(store: Store, undo: Undo, context: OwnContext) -> Subscription | None:
    """Restore filters, schedule and state as the link says, unless its time is over.

    The subscription as it is afterwards; None when we did not make the link.  Raise ConfigError,
    changing nothing, for a filter that can't be used any more, and for one that the operator
    paused since.
    """
    subscription = undone_subscription(store, undo)
    if subscription is None or undo.is_over(context.now):
        return subscription
    was = _read(undo.was)
    is_active = subscription.state is SubscriptionState.ACTIVE
    was_active = was.get("state") == SubscriptionState.ACTIVE
    if was_active and not is_active:
        check_resumable(subscription)
    change_own(store, subscription, _edit_to(was), context)
    if was_active and not is_active:
        resume_own(store, subscription, context)
    elif not was_active and is_active:
        pause_own(store, subscription, context)
    elif was.get("state") == SubscriptionState.PAUSED:
        _return_paused(store, subscription, context)
    return store.subscriptions.by_key(subscription.key)


def _return_paused(store: Store, before: Subscription, context: OwnContext) -> None:
    """Take an ended subscription back that was paused before: it is paused again, by the same."""
    if before.state is not SubscriptionState.UNSUBSCRIBED:
        return
    is_operators = is_paused_by_operator(before)
    reason = BY_OPERATOR if is_operators else f"{BY_RECEIVER}, {context.now:%Y-%m-%d %H:%M} UTC"
    store.subscriptions.set_state(before.key, SubscriptionState.PAUSED, reason)
    _record(store, before, "pause subscription", context)
    if not is_operators:  # such a subscription is told nothing
        _tell(store, before, [_PAUSED], context)


def _undo_url(store: Store, before: Subscription, context: OwnContext) -> str:
    fields = {
        "themes": sorted(before.themes),
        "languages": sorted(before.languages),
        "filter": before.filter.text if before.filter else "",
        "repeat": before.repeat.value,
        "cadence": schedule_fields(before.cadence),
        "state": before.state.value,
    }
    written = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode()
    was = base64.urlsafe_b64encode(written).decode().rstrip("=")
    until = str(int((context.now + UNDO_WITHIN).timestamp()))
    token = tokens.token(store.tokens.secret(), Purpose.UNDO, before, was, until)
    return f"{context.public_url}/undo/{token}?{urlencode({'was': was, 'until': until})}"


def _read(was: str) -> JsonObject:
    """What a link whose token is right says."""
    try:
        content: JsonObject = json.loads(base64.urlsafe_b64decode(was + "=" * (-len(was) % 4)))
    except (binascii.Error, ValueError):  # made by another version
        raise ConfigError("this link can't be read any more: change it on the page") from None
    return content


def _edit_to(was: Mapping[str, object]) -> SubscriptionEdit:
    """The edit that restores what was."""
    return SubscriptionEdit(
        themes=_strings(was.get("themes")),
        languages=_strings(was.get("languages")),
        question=str(was.get("filter") or ""),
        repeat=Repeat(str(was["repeat"])) if "repeat" in was else None,
        schedule=_schedule(was.get("cadence")),
    )


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _schedule(value: object) -> ScheduleOptions:
    """The options that make this schedule, whatever is there now."""
    fields = value if isinstance(value, dict) else {}
    quiet, budget, group = fields.get("quiet"), fields.get("budget"), fields.get("group_seconds")
    return ScheduleOptions(
        frequency=Frequency(str(fields.get("every") or Frequency.ONCE)),
        at=fields.get("at"),
        on=fields.get("on"),
        zone=str(fields.get("zone") or "UTC"),
        quiet="-".join(map(str, quiet)) if isinstance(quiet, list) else _NONE,
        budget=str(budget) if budget else _NONE,
        group=f"{group}s" if group else _NONE,
        empty=bool(fields.get("empty_digest")),
    )


# ── what follows from each change ────────────────────────────────────────────────────────────────


def _sentences(
    after: Subscription, changed: Mapping[str, object], context: OwnContext
) -> list[str]:
    titles = [context.topic_themes.get(slug, slug) for slug in sorted(after.themes)]
    words = {
        "themes": f"Themes: {', '.join(titles) or 'all'}.",
        "languages": f"Languages: {', '.join(sorted(after.languages)) or 'all'}.",
        "filter": f"Filter: {after.filter.text if after.filter else 'none'}.",
        "repeat": f"Further articles of a story: {REPEAT_WORDS[after.repeat]}.",
        "cadence": f"Schedule: {schedule_phrase(after.cadence)}.",
    }
    return [words[name] for name in words if name in changed]


def _tell(
    store: Store,
    before: Subscription,
    sentences: Sequence[str],
    context: OwnContext,
    *,
    can_undo: bool = True,
) -> None:
    """Queue the message about a change, in its transaction."""
    now = context.now
    after = store.subscriptions.by_key(before.key) or before
    secret = store.tokens.secret()
    content = SubscriptionChanged(
        changes=tuple(sentences),
        undo_url=_undo_url(store, before, context) if can_undo else "",
        manage_url=tokens.manage_url(context.public_url, secret, after, after.link_version),
        at=now,
    )
    key = key_of("changed", before.key, now.isoformat(), *sentences)
    alert = Alert(key=key, subscription_key=before.key, content=content, created_at=now, due_at=now)
    store.outbox.add([alert])


def _record(store: Store, before: Subscription, act: str, context: OwnContext) -> None:
    audit_log.record(store, _receiver(before), act, before.name, context.now, Changed())


def _receiver(subscription: Subscription) -> Caller:
    return Caller(name=f"receiver of {subscription.name}", role=PersonRole.VIEWER, door=Door.LINK)

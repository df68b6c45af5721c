"""Notices about subscriptions: another one was disabled; one's own was changed by its link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.alerts import match
from monitor.deliver.messages.notice import Notice
from monitor.domain.alerts import Alert, Subscription
from monitor.domain.message_contents import SubscriptionChanged, SubscriptionDisabled
from monitor.text.formats import rfc3339


def content(subscription: Subscription, reason: str, at: datetime) -> SubscriptionDisabled:
    """The content of the alert."""
    return SubscriptionDisabled(
        subscription=subscription.key,
        name=subscription.name,
        channel=subscription.channel.value,
        reason=reason,
        at=at,
    )


def notices(
    subscription: Subscription, reason: str, everyone: Iterable[Subscription], now: datetime
) -> tuple[Alert, ...]:
    """The alerts for every other subscription that is about the service."""
    others = [other for other in everyone if other.key != subscription.key]
    occasion = f"{subscription.key} {now.isoformat()}"
    return match.notices(content(subscription, reason, now), others, now, occasion=occasion)


def changed_notice(content: SubscriptionChanged) -> Notice:
    """What was changed by the link of a receiver, with the link that takes it back."""
    sentences = [*content.changes, "This was done with the link that is in your messages."]
    if content.undo_url:
        sentences.append(f"If you did not want this, take it back: {content.undo_url}")
    if content.manage_url:
        sentences.append(f"Your subscription: {content.manage_url}")
    return Notice(
        tag="subscription",
        headline="Your subscription was changed",
        sentences=tuple(sentences),
        facts=(("When", rfc3339(content.at) or ""),),
        about="changes of your subscription",
    )


def notice(content: SubscriptionDisabled) -> Notice:
    """The content in words."""
    key = content.subscription[:12]
    return Notice(
        tag="service",
        headline=f"“{content.name}” was disabled",
        sentences=(
            "Its receiver accepts no messages, so Watchpost disabled the subscription.",
            "Watchpost keeps its alerts and sends them when you resume it.",
        ),
        facts=(
            ("Subscription", content.name),
            ("Channel", content.channel),
            ("Reason", content.reason),
            ("Since", rfc3339(content.at) or ""),
        ),
        commands=(
            f"monitor subscriptions show {key}",
            f"monitor subscriptions test {key}",
            f"monitor subscriptions resume {key}",
        ),
        thread_key=f"disabled-{content.subscription}",
    )

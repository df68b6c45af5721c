"""The message that somebody else is told nothing more, and how to change that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.alerts import match
from monitor.deliver.messages.notice import Notice
from monitor.domain.alerts import Alert, Subscription
from monitor.domain.messages import MessageType
from monitor.text.formats import rfc3339


def data(subscription: Subscription, reason: str, at: datetime) -> dict[str, object]:
    """What the alert seals: never the address, whose path is often a secret."""
    return {
        "disabled": {
            "subscription": subscription.key,
            "name": subscription.name,
            "channel": str(subscription.channel),
            "reason": reason,
            "at": rfc3339(at),
        }
    }


def notices(
    subscription: Subscription, reason: str, everyone: Iterable[Subscription], now: datetime
) -> tuple[Alert, ...]:
    """The promises to tell of it, to all who asked for that but the one that takes nothing."""
    others = [each for each in everyone if each.key != subscription.key]
    sealed = data(subscription, reason, now)
    occasion = f"{subscription.key} {now.isoformat()}"
    return match.notices(MessageType.DISABLED, sealed, others, now, occasion=occasion)


def notice(sealed: Mapping[str, object]) -> Notice:
    """What was sealed, in words."""
    found = sealed.get("disabled")
    of: Mapping[str, object] = found if isinstance(found, Mapping) else {}
    name, key = str(of.get("name", "")), str(of.get("subscription", ""))
    return Notice(
        tag="service",
        headline=f"“{name}” is told nothing more",
        sentences=(
            "Its receiver takes nothing, so the subscription was disabled.",
            "What it asked for is kept for it meanwhile and sent when it is resumed.",
        ),
        facts=(
            ("Subscription", name),
            ("Channel", str(of.get("channel", ""))),
            ("Reason", str(of.get("reason", ""))),
            ("Since", str(of.get("at", ""))),
        ),
        commands=(
            f"monitor subscriptions show {key[:12]}",
            f"monitor subscriptions test {key[:12]}",
            f"monitor subscriptions resume {key[:12]}",
        ),
        thread_key=f"disabled-{key}",
    )

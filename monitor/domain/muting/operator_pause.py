"""Pause by the operator: the receiver of a subscription can't end it, not even by leaving first.

The state of a subscription holds one word, so what a receiver leaves is remembered in the reason.
"""

from __future__ import annotations

from datetime import datetime

from monitor.domain.alerts import BY_RECEIVER, Subscription, SubscriptionState

BY_OPERATOR = "by the operator"  # the `state_reason`
BY_READER = "by its reader"  # its beginning where somebody used the link to unsubscribe
_WAS_PAUSED = "; the operator had paused it"


def is_paused_by_operator(subscription: Subscription) -> bool:
    """Whether the operator paused it, and has not resumed it since."""
    reason = subscription.state_reason
    if subscription.state is SubscriptionState.UNSUBSCRIBED:
        return reason.endswith(_WAS_PAUSED)
    is_receivers = reason.startswith((BY_RECEIVER, BY_READER))
    return subscription.state is SubscriptionState.PAUSED and not is_receivers


def reason_of_leaving(subscription: Subscription, by: str, now: datetime) -> str:
    """The `state_reason` of a subscription that its receiver ends: "by its reader, 2026-…"."""
    was_paused = _WAS_PAUSED if is_paused_by_operator(subscription) else ""
    return f"{by}, {now:%Y-%m-%d %H:%M} UTC{was_paused}"

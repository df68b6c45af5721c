"""Endpoint health: when a failing receiver is paused, and when its subscription is disabled.  Pure.

A receiver that fails is paused, then tried with one alert; its other alerts wait, their tries not
counted.  So a dead receiver costs one call per pause and delays no other receiver.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.deliver.channels import retry
from monitor.domain.alerts import EndpointHealth
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason

# How long it is paused after one, two, … failures in a row.
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
)
# One message that fails says little about the others; so many in a row pause the receiver.
MAX_FAILED_MESSAGES = 5
# After failing for so long without a success the subscription is disabled.
GIVEN_UP_AFTER = timedelta(days=5)
# Failures further apart than the longest wait between two tries belong to two outages.
SAME_OUTAGE = timedelta(days=2)
# Mails refused for good in a row, after which the address counts as invalid.
MAX_REFUSALS = 3

# Faults of one message: they say nothing about its receiver.
_OF_THE_MESSAGE = frozenset({DeliveryReason.INTERNAL, DeliveryReason.UNWRITABLE})
# Faults that the operator can fix here: no reason to disable a subscription.
_OWN_FAULTS = frozenset({DeliveryReason.EGRESS, DeliveryReason.CONFIG})


def after(
    health: EndpointHealth, error: DeliveryError | None, at: datetime, due_at: datetime | None
) -> EndpointHealth:
    """The health after a try at `at`; `due_at` is when that alert is tried again.

    One success resets it.
    """
    if error is None:
        return EndpointHealth()
    if error.reason in _OF_THE_MESSAGE:
        return replace(health, paused_until=None)
    if isinstance(error, Refused):
        return replace(health, refusals=health.refusals + 1, paused_until=None)
    failures = health.failures + 1
    since, last = health.failing_since, health.failed_at
    if error.reason not in _OWN_FAULTS:
        is_new_outage = since is None or last is None or at - last > SAME_OUTAGE
        since, last = (at if is_new_outage else since), at
    return EndpointHealth(
        failures=failures,
        refusals=health.refusals,
        failing_since=since,
        failed_at=last,
        paused_until=_pause_end(failures, error, at, due_at),
    )


def _pause_end(
    failures: int, error: DeliveryError, at: datetime, due_at: datetime | None
) -> datetime | None:
    if isinstance(error, Unreachable) and error.reason is DeliveryReason.THROTTLED:
        return at + (error.retry_after or PAUSES[0])  # an answer about all messages, not about one
    if not retry.is_endpoint_out(error) and failures < MAX_FAILED_MESSAGES:
        return None
    end = at + PAUSES[min(failures, len(PAUSES)) - 1]
    return min(end, due_at) if due_at else end


def given_up(
    health: EndpointHealth, error: DeliveryError | None, at: datetime, *, shares_server: bool
) -> str | None:
    """The reason to disable the subscription after this try, in a sentence; None: keep it.

    With `shares_server` failures in a row are no reason: our own mail server may be down.
    """
    if isinstance(error, Refused) and error.disable:
        return str(error)
    if error is None:
        return None
    if health.refusals >= MAX_REFUSALS:
        return f"{health.refusals} mails in a row were refused for good; the last: {error.detail}"
    since = health.failing_since
    if shares_server or since is None or error.reason in _OWN_FAULTS:
        return None
    if at - since < GIVEN_UP_AFTER:
        return None
    return f"every try failed since {since:%Y-%m-%d %H:%M} UTC; the last: {error.detail}"

"""How does a receiver do, and what follows?  When it rests, and when it is given up.  Pure.

A receiver that fails is left alone for a while, then asked with one alert; its other alerts wait
with their tries uncounted.  So a dead one costs a call now and then, and delays nobody else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.deliver.channels import retry
from monitor.domain.alerts import ChannelKind, EndpointHealth, Subscription
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason

# How long it rests after so many failures in a row.
RESTS = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
)
# An answer about one message says little of the others, but so many in a row do.
TELLING = 5
# Failing for so long without one success: it is told nothing more until somebody looks.
GIVEN_UP_AFTER = timedelta(days=5)
# Failures further apart than the longest wait between two tries are two spells, not one.
SAME_SPELL = timedelta(days=2)
# Mails refused for good, one after another, by which an address shows that it takes none.
MOST_REFUSALS = 3

# Faults of one message, which tell nothing of whom it was for.
_OF_THE_MESSAGE = frozenset({DeliveryReason.INTERNAL, DeliveryReason.UNWRITABLE})
# What the operator can mend here: no ground to give up anyone.
_OURS = frozenset({DeliveryReason.EGRESS, DeliveryReason.CONFIG})


def after(
    health: EndpointHealth, error: DeliveryError | None, at: datetime, due_at: datetime | None
) -> EndpointHealth:
    """How it does after a try at `at`; `due_at` is when that alert will be tried again.

    One success makes up for all failures.
    """
    if error is None:
        return EndpointHealth()
    if error.reason in _OF_THE_MESSAGE:
        return replace(health, rests_until=None)
    if isinstance(error, Refused):
        return replace(health, refusals=health.refusals + 1, rests_until=None)
    failures = health.failures + 1
    since, last = health.failing_since, health.failed_at
    if error.reason not in _OURS:
        is_new_spell = since is None or last is None or at - last > SAME_SPELL
        since, last = (at if is_new_spell else since), at
    return EndpointHealth(
        failures=failures,
        refusals=health.refusals,
        failing_since=since,
        failed_at=last,
        rests_until=_rests_until(failures, error, at, due_at),
    )


def _rests_until(
    failures: int, error: DeliveryError, at: datetime, due_at: datetime | None
) -> datetime | None:
    if isinstance(error, Unreachable) and error.reason is DeliveryReason.THROTTLED:
        return at + (error.retry_after or RESTS[0])  # it spoke of itself, not of one alert
    if not retry.is_endpoint_out(error) and failures < TELLING:
        return None
    end = at + RESTS[min(failures, len(RESTS)) - 1]
    return min(end, due_at) if due_at else end


def given_up(
    subscription: Subscription, health: EndpointHealth, error: DeliveryError | None, at: datetime
) -> str | None:
    """Why it is told nothing more after this try, in a sentence; None: it goes on.

    A mail server that is down says nothing of those whose mails go through it.
    """
    if isinstance(error, Refused) and error.disable:
        return str(error)
    if error is None:
        return None
    if health.refusals >= MOST_REFUSALS:
        return f"{health.refusals} mails in a row were refused for good; the last: {error.detail}"
    since = health.failing_since
    if subscription.channel is ChannelKind.EMAIL or since is None or error.reason in _OURS:
        return None
    if at - since < GIVEN_UP_AFTER:
        return None
    return f"every try failed since {since:%Y-%m-%d %H:%M} UTC; the last: {error.detail}"

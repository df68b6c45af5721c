"""Retry rules: when a failed alert is sent again, and when it is given up.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.domain.alerts import Claim
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason
from monitor.net import backoff
from monitor.net import retry_after as retry_after_header

# The waits before each try, from the try before: the table of the Standard Webhooks specification,
# ten tries over three days: quick enough for a restart, slow enough for a weekend.
WEBHOOK_WAITS = (
    timedelta(),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)

# The share by which a wait varies: alerts that failed together are not retried together.
JITTER = 0.1

# Failures that every other message to the same receiver would meet too.  An answer to one message,
# such as 500 or 451, is none of them: a message that a receiver fails on must not delay the others.
_ENDPOINT_OUT = frozenset(
    {
        DeliveryReason.EGRESS,
        DeliveryReason.DNS,
        DeliveryReason.CONNECT,
        DeliveryReason.TLS,
        DeliveryReason.TIMEOUT,
        DeliveryReason.REDIRECT,
        DeliveryReason.THROTTLED,
        DeliveryReason.LOGIN,
        DeliveryReason.CONFIG,
    }
)


def next_try(
    claim: Claim,
    tries: int,
    error: DeliveryError | None,
    now: datetime,
    *,
    waits: Sequence[timedelta],
) -> datetime | None:
    """When the alert is due again after `tries` tries; None: sent, or given up.

    When the error disables the subscription the alert stays due, until an operator resumes it.
    """
    if isinstance(error, Refused) and error.disable:
        return now
    if not isinstance(error, Unreachable):
        return None
    pause = wait(tries, key=claim.alert.key, waits=waits, retry_after=error.retry_after)
    return None if pause is None else now + pause


def wait(
    tries: int,
    *,
    key: str,
    waits: Sequence[timedelta] = WEBHOOK_WAITS,
    retry_after: timedelta | None = None,
) -> timedelta | None:
    """The wait between the last of `tries` tries and the next one; None: give up.

    The table's time ± 10 %, always the same for an alert and a number of tries, and at least as
    long as the receiver asked for.
    """
    if tries >= len(waits):
        return None
    pause = waits[tries] * (1 + JITTER * backoff.jitter(key, str(tries)).either_way)
    return pause if retry_after is None else max(pause, retry_after_header.clamped(retry_after))


def is_endpoint_out(error: DeliveryError | None) -> bool:
    """Whether every other message to this receiver would fail now too."""
    if isinstance(error, Refused):
        return error.disable
    return error is not None and error.reason in _ENDPOINT_OUT

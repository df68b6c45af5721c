"""When is it tried again, and what does an answer mean?  Pure: tables and decisions."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.domain.alerts import ChannelKind, Claim
from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason
from monitor.net import backoff
from monitor.net import retry_after as asked

# How long to wait before each try, counted from the one before.  Webhooks: the table of the
# Standard Webhooks specification, ten tries over three days: quick for a restart, slow for a
# weekend.
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
# Mail: RFC 5321 §4.5.4.1 asks for patience (greylisting servers want to be asked again after some
# minutes, and give-up only after four or five days); these add up to five days.
EMAIL_WAITS = (
    timedelta(),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    *(timedelta(hours=4),) * 29,
)
WAITS = {
    ChannelKind.WEBHOOK: WEBHOOK_WAITS,
    ChannelKind.EMAIL: EMAIL_WAITS,
    ChannelKind.APPRISE: WEBHOOK_WAITS,
}

# Alerts that failed together must not come back together.
JITTER = 0.1

# Failures that every other message to the same receiver would meet too.  An answer about one
# message is none, be it 500 or 451: what chokes on one must not hold up the others.
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
    claim: Claim, tries: int, error: DeliveryError | None, now: datetime
) -> datetime | None:
    """When the alert is due again after `tries` tries; None: sent, or given up.

    One that met the end of its receiver waits with the others, until somebody resumes it.
    """
    if isinstance(error, Refused) and error.disable:
        return now
    if not isinstance(error, Unreachable):
        return None
    pause = wait(
        tries,
        key=claim.alert.key,
        waits=WAITS[claim.subscription.channel],
        retry_after=error.retry_after,
    )
    return None if pause is None else now + pause


def wait(
    tries: int,
    *,
    key: str,
    waits: Sequence[timedelta] = WEBHOOK_WAITS,
    retry_after: timedelta | None = None,
) -> timedelta | None:
    """How long after the last of `tries` tries the next one follows; None: give up.

    The table's time ± 10 %, the same for the same alert and number; never sooner than the
    receiver asked for.
    """
    if tries >= len(waits):
        return None
    pause = waits[tries] * (1 + JITTER * backoff.jitter(key, str(tries)).either_way)
    return pause if retry_after is None else max(pause, asked.clamped(retry_after))


def is_endpoint_out(error: DeliveryError | None) -> bool:
    """Would every other message to this receiver fail now as well?"""
    if isinstance(error, Refused):
        return error.disable
    return error is not None and error.reason in _ENDPOINT_OUT


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────


def webhook_outcome(
    status: int, *, words: str = "", retry_after: timedelta | None = None
) -> DeliveryError | None:
    """What an HTTP status means for the message; None: accepted.

    `words` is the answer's beginning, for the record; `retry_after` what it asked for.
    """
    detail = f"{status} {words}".rstrip()
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:  # following would send the signed body where nobody asked for it
        return Unreachable(DeliveryReason.REDIRECT, f"{detail}: redirects are not followed")
    if status == 410:
        return Refused(DeliveryReason.GONE, detail, disable=True)
    if status in (429, 503) and retry_after is not None:
        return Unreachable(DeliveryReason.THROTTLED, detail, retry_after=retry_after)
    return Unreachable(DeliveryReason.STATUS, detail, retry_after=retry_after)


# ── mail ─────────────────────────────────────────────────────────────────────────────────────────


class Stage(enum.StrEnum):
    """How far the conversation with a mail server came."""

    CONNECT = "connecting"
    EHLO = "EHLO"
    TLS = "STARTTLS"
    LOGIN = "AUTH"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    BODY = "DATA"


_OF_THE_MAIL = (Stage.SENDER, Stage.RECIPIENT, Stage.BODY)
# Replies that speak of our login wherever they come (RFC 4954 §6): the recipient is not to blame.
_LOGIN_CODES = frozenset({530, 534, 535, 538})


def smtp_outcome(stage: Stage, code: int, words: str = "") -> DeliveryError | None:
    """What a reply code that the step did not ask for means for the message; None: go on.

    Only what is said of this recipient or this text is final.  What is said of us (login,
    encryption, sender) keeps the alert queued, for the operator can mend it.
    """
    detail = f"{stage}: {code} {words}".rstrip()
    if stage is Stage.TLS:  # "250" too: going on would be going on in the clear
        return Unreachable(DeliveryReason.TLS, detail)
    if stage is Stage.LOGIN or code in _LOGIN_CODES:
        return Unreachable(DeliveryReason.LOGIN, detail)
    if 200 <= code < 300 and stage in _OF_THE_MAIL:  # such as 252, "will try", at RCPT TO
        return None
    if 400 <= code < 500:
        return Unreachable(DeliveryReason.TEMPORARY, detail)
    if not 500 <= code < 600:
        return Unreachable(DeliveryReason.PROTOCOL, detail)
    if stage in (Stage.RECIPIENT, Stage.BODY):
        return Refused(DeliveryReason.PERMANENT, detail)
    if stage is Stage.SENDER:
        return Unreachable(DeliveryReason.CONFIG, f"{detail}: check email.sender")
    return Unreachable(DeliveryReason.STATUS, detail)


def smtp_lost(stage: Stage, words: str, *, timed_out: bool) -> Unreachable:
    """What the end of a conversation without a reply means: after DATA it may have arrived."""
    if stage is Stage.BODY:
        return Unreachable(DeliveryReason.DROPPED, f"{stage}: {words}: it may have arrived")
    reason = DeliveryReason.TIMEOUT if timed_out else DeliveryReason.CONNECT
    return Unreachable(reason, f"{stage}: {words}")

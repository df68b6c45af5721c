"""SMTP replies: which failure each one is, and whether the mail is sent again.  Pure."""

from __future__ import annotations

import enum

from monitor.domain.errors import DeliveryError, Refused, Unreachable
from monitor.domain.reasons import DeliveryReason


class SmtpStage(enum.StrEnum):
    """The steps of a conversation with a mail server."""

    CONNECT = "connecting"
    EHLO = "EHLO"
    TLS = "STARTTLS"
    LOGIN = "AUTH"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    BODY = "DATA"


_OF_THE_MAIL = (SmtpStage.SENDER, SmtpStage.RECIPIENT, SmtpStage.BODY)
# Replies about our login, at any step (RFC 4954 §6): the recipient is not to blame.
_LOGIN_CODES = frozenset({530, 534, 535, 538})


def smtp_outcome(stage: SmtpStage, code: int, words: str = "") -> DeliveryError | None:
    """The error that an unexpected reply code means; None: continue.

    Only a reply about this recipient or this text is final.  One about us (login, encryption,
    sender) keeps the alert queued, because the operator can fix it.
    """
    detail = f"{stage}: {code} {words}".rstrip()
    if stage is SmtpStage.TLS:  # "250" too: the session would continue unencrypted
        return Unreachable(DeliveryReason.TLS, detail)
    if stage is SmtpStage.LOGIN or code in _LOGIN_CODES:
        return Unreachable(DeliveryReason.LOGIN, detail)
    if 200 <= code < 300 and stage in _OF_THE_MAIL:  # such as 252, "will try", at RCPT TO
        return None
    if 400 <= code < 500:
        return Unreachable(DeliveryReason.TEMPORARY, detail)
    if not 500 <= code < 600:
        return Unreachable(DeliveryReason.PROTOCOL, detail)
    if stage in (SmtpStage.RECIPIENT, SmtpStage.BODY):
        return Refused(DeliveryReason.PERMANENT, detail)
    if stage is SmtpStage.SENDER:
        return Unreachable(DeliveryReason.CONFIG, f"{detail}: check email.sender")
    return Unreachable(DeliveryReason.STATUS, detail)


def smtp_lost(stage: SmtpStage, words: str, *, timed_out: bool) -> Unreachable:
    """The error that a lost connection means: after DATA the mail may have arrived."""
    if stage is SmtpStage.BODY:
        return Unreachable(DeliveryReason.DROPPED, f"{stage}: {words}: it may have arrived")
    reason = DeliveryReason.TIMEOUT if timed_out else DeliveryReason.CONNECT
    return Unreachable(reason, f"{stage}: {words}")

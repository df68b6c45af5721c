"""SMTP replies: which failure each one is, and whether the mail is sent again.  Pure."""

from __future__ import annotations

import enum
import re

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
# Enhanced status code (RFC 3463), such as "5.1.1"; no address of the internet.
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
# No such address: mailbox or domain unknown, not valid, ambiguous, moved; a domain that takes no
# mail (RFC 7505); a mailbox that was closed.  All other codes may be mended: by us (sender, block
# list, policy, rate, size), by the recipient (a full mailbox) or by time (routes, systems).
_NO_SUCH_ADDRESS = frozenset({(1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 10), (2, 1)})
_OF_THE_SENDER = frozenset({(1, 7), (1, 8)})
_EXPLAINED = {
    (2, 2): "the recipient's mailbox is full",
    (2, 3): "the mail is too large for this recipient",
    (3, 4): "the mail is too large for this server",
}
_POLICY = "a policy of that server, or a block list: check SPF, DKIM and the address we send from"
# Words of servers that send no enhanced code.
_UNKNOWN_USER = re.compile(
    r"no such (user|mailbox|recipient|address|account|person)"
    r"|(user|recipient|mailbox|address|account|addressee) (is )?(unknown|not found|invalid)"
    r"|(unknown|invalid|no valid|non-?existent) (local )?(user|recipient|mailbox|address|account)"
    r"|(does not|doesn't) exist|no mailbox (here|by that name)|not a (known|valid) (user|mailbox)"
    r"|not (known|listed) (here|at this)|(account|mailbox) (is |has been )?(disabled|closed)",
    re.IGNORECASE,
)
_NOT_OF_THE_ADDRESS = re.compile(
    r"block|black|deny|denied|list|spam|policy|reputation|relay|sender|client|\bip\b|\bhost\b"
    r"|rate|too many|too fast|limit|full|quota|storage|space|size|large|big|content|virus|spf|dkim"
    r"|\bmessages?\b|\bconnection\b|\bservice\b|\bnetwork\b|\brbl\b|dnsbl|reverse|\bptr\b|\bhelo\b"
    r"|dmarc|authenti|auth|permi|reject(ed)? (due|for|because)|abuse|suspicious|tempor|try again",
    re.IGNORECASE,
)
# Replies about our login, at any step (RFC 4954 §6): the recipient is not to blame.
_LOGIN_CODES = frozenset({530, 534, 535, 538})


def smtp_outcome(stage: SmtpStage, code: int, words: str = "") -> DeliveryError | None:
    """The error that an unexpected reply code means; None: continue.

    Only "no such address" is final: by its enhanced code (RFC 3463), else by its words.  A reply
    about us (login, encryption, sender, policy), about the mail or about a full mailbox keeps the
    alert queued, because somebody can fix it.
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
    if stage is SmtpStage.SENDER:
        return Unreachable(DeliveryReason.CONFIG, f"{detail}: check email.sender")
    if stage in (SmtpStage.RECIPIENT, SmtpStage.BODY):
        return _refused_mail(stage, code, words, detail)
    return Unreachable(DeliveryReason.STATUS, detail)


def _refused_mail(stage: SmtpStage, code: int, words: str, detail: str) -> DeliveryError:
    """The error of a 5yz reply to the recipient or the text."""
    enhanced = _ENHANCED.search(words)
    if enhanced is None:
        is_final = _names_no_address(stage, code, words)
        if is_final:
            return Refused(DeliveryReason.PERMANENT, detail)
        return Unreachable(DeliveryReason.STATUS, detail)
    status = int(enhanced[2]), int(enhanced[3])
    if enhanced[1] != "5":  # "550 4.7.1": the longer code is the more exact one
        return Unreachable(DeliveryReason.TEMPORARY, detail)
    if status in _NO_SUCH_ADDRESS:
        return Refused(DeliveryReason.PERMANENT, detail)
    if status in _OF_THE_SENDER:
        return Unreachable(DeliveryReason.CONFIG, f"{detail}: check email.sender")
    explanation = _EXPLAINED.get(status) or (_POLICY if status[0] == 7 else "")
    return Unreachable(DeliveryReason.STATUS, f"{detail}: {explanation}" if explanation else detail)


def _names_no_address(stage: SmtpStage, code: int, words: str) -> bool:
    """Whether a reply without an enhanced code says that there is no such address.

    550, 551 and 553 to the recipient say so (RFC 5321 §4.2.3) unless their words speak of something
    else; 552 (storage) and 554 (transaction) only in words.
    """
    if _UNKNOWN_USER.search(words):
        return True
    is_of_address = stage is SmtpStage.RECIPIENT and code in (550, 551, 553)
    return is_of_address and not _NOT_OF_THE_ADDRESS.search(words)


def smtp_lost(stage: SmtpStage, words: str, *, timed_out: bool) -> Unreachable:
    """The error that a lost connection means: after DATA the mail may have arrived."""
    if stage is SmtpStage.BODY:
        return Unreachable(DeliveryReason.DROPPED, f"{stage}: {words}: it may have arrived")
    reason = DeliveryReason.TIMEOUT if timed_out else DeliveryReason.CONNECT
    return Unreachable(reason, f"{stage}: {words}")

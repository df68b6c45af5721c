"""MIME: a message as a mail, with safe headers and with text and HTML alternatives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from functools import cache
from html import escape
from urllib.parse import quote

from monitor.deliver.transports.address import Mailbox, check_email
from monitor.domain.errors import ConfigError, Refused
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize

# Headers that programs read: never encoded or folded, however long.
_VERBATIM = (
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "x-watchpost-alert",
)
# RFC 5322 §2.1.1: at most 998 characters with the header's name, and 78 recommended.
_LONGEST_VALUE = 900
_LINE = 76
# The place for the link in the layout of every mail.
_SLOT = "<!-- unsubscribe -->"
_LONGEST_WORD = 60  # in an ASCII subject: a longer word can't be folded


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header written unchanged: the library would split a long address into encoded words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject, folded here: the library's folding loses spaces between encoded words."""

    def fold(self, *, policy: Policy) -> str:
        is_foldable = self.isascii() and max(map(len, self.split()), default=0) < _LONGEST_WORD
        charset = "us-ascii" if is_foldable else "utf-8"
        text = Header(str(self), charset, maxlinelen=_LINE, header_name=self.name)
        return f"{self.name}: {text.encode(linesep=policy.linesep)}{policy.linesep}"


@cache
def _policy() -> EmailPolicy[EmailMessage]:
    """The policy of our mails: CRLF line ends, ASCII only."""
    registry = HeaderRegistry()
    for name in _VERBATIM:
        registry.map_to_type(name, _Verbatim)
    registry.map_to_type("subject", _Subject)
    return SMTP.clone(cte_type="7bit", header_factory=registry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """How a reader unsubscribes: by URL, by mail, by both or not at all."""

    url: str | None = None  # https; a POST to it unsubscribes (RFC 8058)
    mailbox: str = ""  # read by a person
    subject: str = "unsubscribe"  # of a mail to that mailbox: names the subscription
    manage_url: str | None = None  # https; the page where the reader changes the subscription


NO_UNSUBSCRIBE = Unsubscribe()
# In the footer of each message; a mail with a link to unsubscribe has that one way out.
WRITE_TO_OPERATOR = "To change or end it, write to the operator of this Watchpost."


def compose(
    message: Message, *, to: str, sender: Mailbox, unsubscribe: Unsubscribe = NO_UNSUBSCRIBE
) -> bytes:
    """The mail for one recipient as it is sent: the same bytes at every attempt.

    Raise Refused for an invalid address.  No text of the message makes this raise.
    """
    mail = EmailMessage(policy=_policy())
    mail["From"] = _address(sender)
    mail["To"] = _address(Mailbox(name="", address=recipient(to)))
    mail["Subject"] = sanitize.header(message.subject)
    mail["Date"] = message.created_at
    key, thread, domain = word(message.key), word(message.thread_key), sender.domain
    mail["Message-ID"] = f"<{key}@{domain}>"
    if thread != key:
        mail["In-Reply-To"] = f"<{thread}@{domain}>"
        mail["References"] = f"<{thread}@{domain}>"
    topic = word(message.topic)
    mail["List-Id"] = f"{topic} <{topic}.watchpost.{domain}>"
    url = _one_click(unsubscribe)
    targets = [f"<{target}>" for target in (url, _mailto(unsubscribe)) if target]
    if targets:
        mail["List-Unsubscribe"] = ", ".join(targets)
    if url:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Watchpost-Alert"] = key
    words = sanitize.body(message.text), sanitize.body(message.html)
    text, html = _with_link(*words, url, unsubscribe.manage_url)
    mail.set_content(text, cte=_encoding(text))
    mail.add_alternative(html, subtype="html", cte=_encoding(html))
    mail.set_boundary(f"=_{key}")  # "=_" never occurs in an encoded part
    return mail.as_bytes()


def _one_click(unsubscribe: Unsubscribe) -> str | None:
    """The URL, if it can be written into a header unchanged."""
    url = sanitize.link(unsubscribe.url)
    return url if url and url.isascii() and len(url) < _LONGEST_VALUE // 2 else None


def _mailto(unsubscribe: Unsubscribe) -> str | None:
    if not unsubscribe.mailbox:
        return None
    return f"mailto:{quote(unsubscribe.mailbox, safe='@')}?subject={quote(unsubscribe.subject)}"


def _with_link(text: str, html: str, url: str | None, manage: str | None) -> tuple[str, str]:
    """Text and HTML with visible links at the end, in place of the operator: change, leave."""
    if url is None:
        return text, html
    text = "".join(text.rpartition(f"{WRITE_TO_OPERATOR} ")[::2])
    html = "".join(html.rpartition(WRITE_TO_OPERATOR)[::2])
    links = [("Change or pause", sanitize.link(manage)), ("Unsubscribe", url)]
    shown = [(words, target) for words, target in links if target]
    visible = "".join(
        f'<br><a class="faint" href="{escape(target)}" style="color:#6b7683;">{words}</a>'
        for words, target in shown
    )
    lines = "\n".join(f"{words}: {target}" for words, target in shown)
    return f"{text.rstrip()}\n{lines}\n", html.replace(_SLOT, visible, 1)


def recipient(address: str) -> str:
    """The address as the server gets it.  Raise Refused for an invalid one."""
    try:
        return check_email(address)
    except ConfigError as error:  # it was not checked by `subscriptions add`
        raise Refused(DeliveryReason.UNWRITABLE, str(error)) from error


def _address(mailbox: Mailbox) -> Address:
    username, _, domain = mailbox.address.rpartition("@")
    name = sanitize.header(mailbox.name)
    return Address(display_name=name, username=username, domain=domain)


def word(text: str) -> str:
    """A text as part of an identifier or a file name; our keys are unchanged by it."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")[:100] or "none"


def _encoding(text: str) -> str:
    """The shorter encoding; quoted-printable is readable, but triples octets outside ASCII."""
    octets = text.encode()
    tripled = sum(octet > 0x7E for octet in octets) + octets.count(b"=")
    return "base64" if tripled * 2 > len(octets) / 3 else "quoted-printable"

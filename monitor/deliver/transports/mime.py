"""A message as a mail: headers that no headline can break, text and HTML side by side."""

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

# Headers that programs read: never encoded nor folded, however long.
_VERBATIM = (
    "message-id",
    "in-reply-to",
    "references",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "x-watchpost-alert",
)
# RFC 5322 §2.1.1: 998 characters, less the header's name; 78 is what it asks for.
_LONGEST_VALUE = 900
_LINE = 76
# Where the frame of every mail has room for the link.
_SLOT = "<!-- unsubscribe -->"
_LONGEST_WORD = 60  # of a subject in plain ASCII: a longer one can't be folded


class _Verbatim(UnstructuredHeader, BaseHeader):
    """A header written as it is: the library would break a long address into encoded words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Subject(UnstructuredHeader, BaseHeader):
    """A subject that is read as it was written.

    The library's own folding of such headers loses spaces between encoded words.
    """

    def fold(self, *, policy: Policy) -> str:
        is_foldable = self.isascii() and max(map(len, self.split()), default=0) < _LONGEST_WORD
        charset = "us-ascii" if is_foldable else "utf-8"
        text = Header(str(self), charset, maxlinelen=_LINE, header_name=self.name)
        return f"{self.name}: {text.encode(linesep=policy.linesep)}{policy.linesep}"


@cache
def _policy() -> EmailPolicy[EmailMessage]:
    """CRLF line ends, ASCII throughout."""
    registry = HeaderRegistry()
    for name in _VERBATIM:
        registry.map_to_type(name, _Verbatim)
    registry.map_to_type("subject", _Subject)
    return SMTP.clone(cte_type="7bit", header_factory=registry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscribe:
    """How a reader ends a subscription; either may be missing."""

    url: str | None = None  # https; ends it when it is asked by POST (RFC 8058)
    mailbox: str = ""  # where a person reads such wishes
    subject: str = "unsubscribe"  # of a mail to there: says which subscription


NO_WAY_OUT = Unsubscribe()


def compose(
    message: Message, *, to: str, sender: Mailbox, way_out: Unsubscribe = NO_WAY_OUT
) -> bytes:
    """The mail for one recipient as it goes over the wire: the same bytes at every attempt.

    Whatever the message's text holds, this raises only Refused, and that only for an address of
    no use.
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
    url = _one_click(way_out)
    if ways := [f"<{way}>" for way in (url, _mailto(way_out)) if way]:
        mail["List-Unsubscribe"] = ", ".join(ways)
    if url:
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Watchpost-Alert"] = key
    text, html = _with_link(sanitize.body(message.text), sanitize.body(message.html), url)
    mail.set_content(text, cte=_encoding(text))
    mail.add_alternative(html, subtype="html", cte=_encoding(html))
    mail.set_boundary(f"=_{key}")  # "=" and "_" never stand together in an encoded part
    return mail.as_bytes()


def _one_click(way_out: Unsubscribe) -> str | None:
    """The address, where it can stand in a header as it is."""
    url = sanitize.link(way_out.url)
    return url if url and url.isascii() and len(url) < _LONGEST_VALUE // 2 else None


def _mailto(way_out: Unsubscribe) -> str | None:
    if not way_out.mailbox:
        return None
    return f"mailto:{quote(way_out.mailbox, safe='@')}?subject={quote(way_out.subject)}"


def _with_link(text: str, html: str, url: str | None) -> tuple[str, str]:
    """Both parts with a link to unsubscribe that people see, at the end of each."""
    if url is None:
        return text, html
    visible = f'<br><a class="faint" href="{escape(url)}" style="color:#6b7683;">Unsubscribe</a>'
    return f"{text.rstrip()}\nUnsubscribe: {url}\n", html.replace(_SLOT, visible, 1)


def recipient(address: str) -> str:
    """The address as the server gets it.  Raise Refused for one that no mail can go to."""
    try:
        return check_email(address)
    except ConfigError as error:  # it came past the check at `subscriptions add`
        raise Refused(DeliveryReason.UNWRITABLE, str(error)) from error


def _address(mailbox: Mailbox) -> Address:
    username, _, domain = mailbox.address.rpartition("@")
    name = sanitize.header(mailbox.name)
    return Address(display_name=name, username=username, domain=domain)


def word(text: str) -> str:
    """A text as a part of an identifier or a file's name; our keys are such already."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")[:100] or "none"


def _encoding(text: str) -> str:
    """The shorter one: quoted-printable stays readable, but triples what is not ASCII."""
    octets = text.encode()
    tripled = sum(octet > 0x7E for octet in octets) + octets.count(b"=")
    return "base64" if tripled * 2 > len(octets) / 3 else "quoted-printable"

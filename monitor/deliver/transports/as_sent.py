"""Messages as they are sent: address, headers and body, with every secret hidden."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from monitor.deliver.messages.webhook_payload import webhook_body
from monitor.deliver.transports import apprise_client, mime
from monitor.deliver.transports.address import check_sender
from monitor.deliver.transports.hidden_secrets import HIDDEN
from monitor.deliver.transports.mime import Unsubscribe
from monitor.deliver.transports.webhook_client import webhook_headers
from monitor.domain.alerts import Subscription
from monitor.domain.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMessage:
    """A message as its receiver's server gets it; secrets are hidden."""

    to: str  # "POST https://hooks.example/…", or a mail address
    headers: tuple[tuple[str, str], ...]
    body: str  # of a mail its plain text


def webhook_as_sent(
    message: Message, to: Subscription, now: datetime, *, user_agent: str
) -> SentMessage:
    """The call as it is posted now; own headers of the subscription without their values.

    Raise Unreachable for a secret that can't sign.
    """
    body = webhook_body(message)
    headers = webhook_headers(message, to, now, body, user_agent=user_agent)
    own_names = {name.lower() for name, _ in to.headers}
    return SentMessage(
        to=f"POST {to.address}",
        headers=tuple(
            (name, HIDDEN if name.lower() in own_names else value)
            for name, value in headers.items()
        ),
        body=body.decode(),
    )


def mail_as_sent(
    message: Message, to: Subscription, *, sender: str, unsubscribe: Unsubscribe
) -> SentMessage:
    """The mail with its headers and its plain text, without a DKIM signature.

    Raise Refused for an invalid address, ConfigError for a sender that is none.
    """
    content = mime.compose(
        message, to=to.address, sender=check_sender(sender), unsubscribe=unsubscribe
    )
    mail = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
    text = mail.get_body(("plain",))
    return SentMessage(
        to=to.address,
        headers=tuple((name, str(value)) for name, value in mail.items()),
        body=str(text.get_content()) if text else "",
    )


def chat_as_sent(message: Message, to: Subscription) -> SentMessage:
    """What Apprise is given for a chat: title and text; the address without its tokens."""
    body = apprise_client.body(message)
    return SentMessage(to=to.address, headers=(("title", message.subject),), body=body)

"""The mail that asks its recipient to confirm the subscription (double opt-in)."""

from __future__ import annotations

from monitor.deliver.messages import mail_templates, phrases
from monitor.domain.alerts import Claim
from monitor.domain.errors import Refused
from monitor.domain.message_contents import SubscriptionConfirm
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize

_LONGEST_SUBJECT = 200


def message(claim: Claim, content: SubscriptionConfirm, *, topic: str) -> Message:
    """The mail with the link.  Raise Refused without a usable link or its end."""
    url = sanitize.link(content.url)
    if url is None:
        raise Refused(DeliveryReason.UNWRITABLE, "the alert has no link to confirm with")
    if content.until is None:
        raise Refused(DeliveryReason.UNWRITABLE, "the alert has no time until which to confirm")
    subject = sanitize.header(f"[{topic}] Please confirm your subscription", _LONGEST_SUBJECT)
    text, html = mail_templates.rendered(
        "confirm",
        subject=subject,
        topic=sanitize.name(topic),
        address=sanitize.name(claim.subscription.address),
        url=url,
        until=phrases.instant(content.until),
        alert_key=claim.alert.key,
    )
    return Message(
        key=claim.alert.key,
        subject=subject,
        text=text,
        html=html,
        type=content.type,
        data={"alert": claim.alert.key, "subscription": claim.subscription.key},
        topic=topic,
        thread_key=claim.alert.key,
        created_at=claim.alert.created_at,
    )

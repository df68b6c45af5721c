"""The mail that asks: was it you who wants to be told?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.deliver.messages import mail_templates, phrases
from monitor.domain.alerts import Claim
from monitor.domain.errors import Refused
from monitor.domain.messages import Message
from monitor.domain.reasons import DeliveryReason
from monitor.text import sanitize

_LONGEST_SUBJECT = 200


def data(url: str, until: datetime) -> dict[str, object]:
    """What the alert seals: where one says yes, and until when."""
    return {"url": url, "until": until.isoformat()}


def message(claim: Claim, *, topic: str) -> Message:
    """In words.  Raise Refused when nothing was sealed that could be confirmed."""
    url, until = _sealed(claim.alert.data)
    name = sanitize.name(topic)
    subject = sanitize.header(f"[{topic}] Please confirm your subscription", _LONGEST_SUBJECT)
    text, html = mail_templates.rendered(
        "confirm",
        subject=subject,
        topic=name,
        address=sanitize.name(claim.subscription.address),
        url=url,
        until=phrases.instant(until),
        alert_key=claim.alert.key,
    )
    return Message(
        key=claim.alert.key,
        subject=subject,
        text=text,
        html=html,
        type=claim.alert.type,
        data={"alert": claim.alert.key, "subscription": claim.subscription.key},
        topic=topic,
        thread_key=claim.alert.key,
        created_at=claim.alert.created_at,
    )


def _sealed(found: Mapping[str, object]) -> tuple[str, datetime]:
    url = sanitize.link(str(found.get("url", "")))
    try:
        until = datetime.fromisoformat(str(found.get("until", "")))
    except ValueError as error:
        raise Refused(DeliveryReason.UNWRITABLE, "no time to confirm until") from error
    if url is None:
        raise Refused(DeliveryReason.UNWRITABLE, "no address to confirm at")
    return url, until

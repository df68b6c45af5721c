"""Trial message: send one test message; what went out, and what the receiver answered."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject
from monitor.domain.alerts import ChannelKind
from monitor.domain.errors import DeliveryError
from monitor.domain.reasons import DeliveryReason

if TYPE_CHECKING:
    from monitor.deliver.transports.as_sent import SentMessage
    from monitor.domain.alerts import Subscription
    from monitor.settings.sections import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAnswer:
    """How the receiver answered."""

    accepted: bool
    channel: ChannelKind
    answer: str  # the receiver's words
    reason: DeliveryReason
    took: timedelta
    hint: str = ""  # what to do when it was not accepted
    sent: SentMessage | None = None  # None: it could not be put together

    def as_json(self) -> JsonObject:
        """The answer as `subscriptions test --json` prints it."""
        return {
            "ok": self.accepted,
            "channel": self.channel,
            "answer": self.answer,
            "reason": self.reason,
            "took_ms": round(self.took.total_seconds() * 1000),
            "hint": self.hint,
            "sent": sent_message_fields(self.sent) if self.sent else None,
        }


def sent_message_fields(sent: SentMessage) -> JsonObject:
    """What was sent, as JSON shows it."""
    headers = [{"name": name, "value": value} for name, value in sent.headers]
    return {"to": sent.to, "headers": headers, "body": sent.body}


async def send_trial(subscription: Subscription, settings: Settings, now: datetime) -> TrialAnswer:
    """Send one message, once, past the outbox.  The egress guard refuses private addresses."""
    from monitor.deliver.channels.troubleshooting import remedy
    from monitor.deliver.messages import render
    from monitor.runtime import topic_pack, transports

    topic = topic_pack.read_card(settings).name
    message = render.test_message(subscription, topic=topic, now=now)
    channel = subscription.channel
    sent = None
    started = time.monotonic()
    try:
        sent = transports.as_sent(message, subscription, now, settings, with_link=False)
        async with transports.trial_channel(channel, settings) as transport:
            started = time.monotonic()
            answer = await transport.send(message, subscription, now)
    except DeliveryError as error:
        return TrialAnswer(
            accepted=False,
            channel=channel,
            answer=str(error),
            reason=error.reason,
            took=timedelta(seconds=time.monotonic() - started),
            hint=remedy(error.reason, channel),
            sent=sent,
        )
    return TrialAnswer(
        accepted=True,
        channel=channel,
        answer=answer,
        reason=DeliveryReason.ACCEPTED,
        took=timedelta(seconds=time.monotonic() - started),
        sent=sent,
    )

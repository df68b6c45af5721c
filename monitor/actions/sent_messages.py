"""Sent messages: the message of an alert with headers and body, rendered by the code that sends it.

The body is not stored: it is made again from what the alert stores and from its articles as they
were at that time.  Only the list of outlets may have grown since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.deliver.transports.hidden_secrets import without_secrets
from monitor.domain.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from monitor.deliver.transports.as_sent import SentMessage
    from monitor.settings.sections import Settings
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTopic:
    """What messages say of the topic: its name, and the title of each theme."""

    name: str
    theme_titles: Mapping[str, str]


def message_as_sent(
    store: Store, alert_key: str, settings: Settings, topic: MessageTopic, now: datetime
) -> SentMessage:
    """The message as its last attempt sent it, or as it would be sent now; secrets are hidden.

    Raise ConfigError when it can't be made: its subscription or its articles were removed.
    """
    from monitor.deliver.channels.channel_registry import CHANNELS
    from monitor.deliver.messages import render
    from monitor.runtime import transports

    claim = store.outbox.claim_to_show(alert_key)
    if claim is None:
        raise ConfigError("its subscription was removed: the message can't be made any more")
    alert = replace(claim.alert, content=without_secrets(claim.alert.content))
    claim = replace(claim, alert=alert)
    attempts = store.outbox.attempts(alert_key)
    sent_at = attempts[-1].at if attempts else now
    try:
        message = render.message(
            claim,
            topic=topic.name,
            theme_titles=topic.theme_titles,
            with_text=CHANNELS[claim.subscription.channel].renders_text,
        )
        return transports.as_sent(message, claim.subscription, sent_at, settings, with_link=True)
    except DeliveryError as error:
        raise ConfigError(f"the message can't be made: {error.detail}") from None

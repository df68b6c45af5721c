"""Webhook calls of the tests: the channel, and a call that must fail."""

from __future__ import annotations

from datetime import datetime, timedelta

import aiohttp
import pytest

from monitor.deliver.transports import signature
from monitor.deliver.transports.webhook_client import WebhookChannel
from monitor.domain.alerts import Subscription
from monitor.domain.errors import DeliveryError
from monitor.domain.messages import Message

SECRET = signature.new_secret()
QUICK = timedelta(seconds=0.6)


async def failure(
    channel: WebhookChannel, message: Message, to: Subscription, now: datetime
) -> DeliveryError:
    """Send; return what it raised, which names no part of the address that may be secret."""
    with pytest.raises(DeliveryError) as failed:
        await channel.send(message, to, now)
    assert "s3cret" not in str(failed.value)
    assert SECRET not in str(failed.value)
    assert len(failed.value.detail) < 400
    return failed.value


def channel(session: aiohttp.ClientSession, timeout: timedelta = QUICK) -> WebhookChannel:
    return WebhookChannel(session, timeout=timeout, user_agent="Watchpost/test")

"""Every failure has a troubleshooting hint on every channel."""

from __future__ import annotations

import pytest

from monitor.deliver.channels.troubleshooting import remedy
from monitor.domain.alerts import ChannelKind
from monitor.domain.reasons import DeliveryReason

ONLY_MAIL = {DeliveryReason.LOGIN, DeliveryReason.TEMPORARY, DeliveryReason.PERMANENT}
ONLY_WEBHOOKS = {DeliveryReason.REDIRECT}


@pytest.mark.parametrize("channel", ChannelKind)
def test_every_failure_has_a_remedy(channel: ChannelKind) -> None:
    possible = set(DeliveryReason) - {DeliveryReason.ACCEPTED}
    possible -= set() if channel is ChannelKind.EMAIL else ONLY_MAIL
    possible -= set() if channel is ChannelKind.WEBHOOK else ONLY_WEBHOOKS
    assert {reason for reason in possible if not remedy(reason, channel)} == set()


def test_success_needs_none() -> None:
    assert remedy(DeliveryReason.ACCEPTED, ChannelKind.WEBHOOK) == ""

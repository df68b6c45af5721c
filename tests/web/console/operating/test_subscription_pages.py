"""The choices that the form of a subscription offers."""

from __future__ import annotations

from monitor.domain.alerts import ChannelKind
from monitor.web.console.operating.subscription_pages import choices


def test_the_form_offers_every_channel_and_zone():
    offered = choices()
    assert offered["channels"] == tuple(ChannelKind)
    assert "Europe/Warsaw" in offered["zones"]

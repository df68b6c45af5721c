"""The mail that asks its recipient to confirm a subscription."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.deliver.messages import render
from monitor.domain.alerts import Alert, ChannelKind, Claim
from monitor.domain.errors import Refused
from monitor.domain.message_contents import SubscriptionConfirm
from tests.fakes import NOW, subscription

URL = "https://alerts.example/confirm/abc?until=1&themes=a"


def claim_of(data: dict[str, object]) -> Claim:
    reader = subscription("r", channel=ChannelKind.EMAIL, address="reader@watch.example")
    content = SubscriptionConfirm.from_json(data)
    alert = Alert(key="k", subscription_key="r", content=content, created_at=NOW, due_at=NOW)
    return Claim(alert=alert, subscription=reader, articles=(), feed_titles={}, token="t")


def test_the_mail_names_the_address_the_link_and_its_end():
    claim = claim_of({"url": URL, "until": (NOW + timedelta(hours=48)).isoformat()})
    message = render.message(claim, topic="dprk-russia", theme_titles={})
    assert message.subject == "[dprk-russia] Please confirm your subscription"
    assert URL in message.text.splitlines()
    assert 'href="https://alerts.example/confirm/abc?until=1&amp;themes=a"' in message.html
    assert "19 Jun 2025, 12:00 UTC" in message.text
    assert "reader@watch.example" in message.text
    assert URL not in str(message.data)


@pytest.mark.parametrize(
    "data", [{}, {"url": "javascript:x", "until": NOW.isoformat()}, {"url": URL, "until": "soon"}]
)
def test_a_request_without_a_usable_link_or_end_is_refused(data):
    with pytest.raises(Refused):
        render.message(claim_of(data), topic="dprk-russia", theme_titles={})

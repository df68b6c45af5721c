"""The mail that asks whether it was you."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.deliver.messages import confirm, render
from monitor.domain.alerts import Alert, ChannelKind, Claim
from monitor.domain.errors import Refused
from monitor.domain.messages import MessageType
from tests.fakes import NOW, subscription

URL = "https://alerts.example/confirm/abc?until=1&themes=a"


def asked(data: dict[str, object]) -> Claim:
    reader = subscription("r", channel=ChannelKind.EMAIL, address="reader@watch.example")
    alert = Alert(key="k", subscription_key="r", type=MessageType.CONFIRM, data=data,
                  created_at=NOW, due_at=NOW)  # fmt: skip
    return Claim(alert=alert, subscription=reader, articles=(), feed_titles={}, token="t")


def test_it_says_who_asked_for_what_and_where_one_says_yes():
    claim = asked(confirm.data(URL, NOW + timedelta(hours=48)))
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
def test_nothing_to_confirm_is_refused(data):
    with pytest.raises(Refused):
        render.message(asked(data), topic="dprk-russia", theme_titles={})

"""Other subscriptions learn that one was disabled, why, and which commands help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from monitor.deliver.messages import disabled, render
from monitor.deliver.transports import mime
from monitor.deliver.transports.address import check_sender
from monitor.domain.alerts import ChannelKind, Claim, Subscription
from monitor.domain.message_contents import SubscriptionChanged, SubscriptionDisabled
from monitor.domain.messages import Message

HOSTILE = "410 Gone\r\nBcc: x@example.org <script>\u202e"


def rendered(
    claim: Callable[..., Claim], subscription: Callable[..., Subscription], now: datetime
) -> Message:
    gone = subscription(
        key="9" * 32,
        name="Chat <b>bot</b>",
        channel=ChannelKind.WEBHOOK,
        address="https://hooks.example.org/s3cret",
    )
    content = disabled.content(gone, HOSTILE, now)
    claimed = claim()
    alert = replace(claimed.alert, article_keys=(), content=content)
    claimed = replace(claimed, alert=alert, articles=())
    return render.message(claimed, topic="dprk-russia", theme_titles={})


def test_it_names_the_subscription_the_reason_and_the_commands(
    claim: Callable[..., Claim], subscription: Callable[..., Subscription], now: datetime
) -> None:
    message = rendered(claim, subscription, now)
    assert message.subject == "[dprk-russia][service] “Chat <b>bot</b>” was disabled"
    for text in (message.text, message.html):
        assert "410 Gone Bcc: x@example.org" in text
        assert "monitor subscriptions resume 999999999999" in text
        assert "s3cret" not in text
    assert "<b>bot" not in message.html
    assert "<script" not in message.html
    assert "s3cret" not in repr(message.data)


def test_it_goes_by_mail(
    claim: Callable[..., Claim], subscription: Callable[..., Subscription], now: datetime
) -> None:
    message = rendered(claim, subscription, now)
    octets = mime.compose(message, to="o@example.org", sender=check_sender("w@example.org"))
    assert b"\r\nBcc" not in octets


def test_the_content_of_another_version_is_still_a_message() -> None:
    assert disabled.notice(SubscriptionDisabled.from_json({})).headline == "“” was disabled"


def test_a_change_by_the_own_link_names_what_changed_and_how_to_take_it_back(
    claim: Callable[..., Claim], now: datetime
) -> None:
    content = SubscriptionChanged(
        changes=("Filter: <b>kursk</b>.",), undo_url="https://a.example/undo/x", at=now
    )
    claimed = claim()
    alert = replace(claimed.alert, article_keys=(), content=content)
    message = render.message(
        replace(claimed, alert=alert, articles=()), topic="dprk-russia", theme_titles={}
    )
    assert message.subject == "[dprk-russia][subscription] Your subscription was changed"
    assert "Filter: &lt;b&gt;kursk" in message.html
    assert "take it back: https://a.example/undo/x" in " ".join(message.text.split())
    assert "take it back" not in disabled.changed_notice(SubscriptionChanged()).sentences[-1]

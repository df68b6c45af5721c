"""The message of an alert as its receiver got it."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.deliveries import show_delivery
from monitor.actions.sent_messages import MessageTopic, message_as_sent
from monitor.domain.alerts import Alert, ChannelKind
from monitor.domain.errors import ConfigError
from monitor.domain.message_contents import (
    AlertContent,
    SubscriptionChanged,
    SubscriptionConfirm,
)
from monitor.settings import loader
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, a_subscription, an_alert, an_article

SECRET = "whsec_" + "c2VjcmV0" * 4
SETTINGS = loader.load(environment={}, overrides={})
TOPIC = MessageTopic(name="dprk-russia", theme_titles={"troops": "Troops"})


@pytest.fixture
def alert_key(tmp_path: Path, store: Store) -> str:
    source, desk = a_feed("wire"), a_subscription("hook desk", signing_secret=SECRET)
    store.feeds.add(source)
    store.subscriptions.add(desk)
    story = an_article("Sappers leave", source)
    store.commit([a_poll(source, story)])
    alert = an_alert(story, desk)
    store.outbox.add([alert])
    return alert.key


def test_the_body_is_that_of_the_webhook_and_no_secret_is_shown(store: Store, alert_key: str):
    sent = message_as_sent(store, alert_key, SETTINGS, TOPIC, NOW)
    headers = dict(sent.headers)
    assert headers["webhook-id"] == alert_key
    assert '"type":"article.flagged"' in sent.body
    assert SECRET not in f"{sent}"


LINK = "https://alerts.example/{}/token"


@pytest.mark.parametrize(
    "content",
    [
        SubscriptionChanged(
            changes=("Paused.",), undo_url=LINK.format("undo"), manage_url=LINK.format("manage")
        ),
        SubscriptionConfirm(url=LINK.format("confirm"), until=NOW),
    ],
    ids=["changed", "confirm"],
)
def test_links_that_act_for_the_receiver_are_hidden(store: Store, content: AlertContent):
    desk = a_subscription("mail desk", channel=ChannelKind.EMAIL, address="desk@example.org")
    store.subscriptions.add(desk)
    alert = Alert(
        key="c" * 64, subscription_key=desk.key, content=content, created_at=NOW, due_at=NOW
    )
    store.outbox.add([alert])
    sent = message_as_sent(store, alert.key, SETTINGS, TOPIC, NOW)
    shown = show_delivery(store, alert.key, NOW).as_json()
    for text in (sent.body, f"{shown['data']}"):
        assert "/(hidden)" in text
        assert "/token" not in text
    stored = store.outbox.find(alert.key)
    assert stored is not None
    assert stored.content == content


def test_the_message_of_a_removed_subscription_can_not_be_made(store: Store, alert_key: str):
    subscription = store.subscriptions.find("hook desk")
    assert subscription is not None
    store.subscriptions.remove(subscription.key, NOW)
    with pytest.raises(ConfigError, match="was removed"):
        message_as_sent(store, alert_key, SETTINGS, TOPIC, NOW)

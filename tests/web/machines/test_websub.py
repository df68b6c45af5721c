"""The WebSub callback over a real socket: verification, announcements, and refusals."""

from __future__ import annotations

import hmac
import io
from dataclasses import replace

import pytest

from monitor.domain.feeds import FeedState, PollState
from monitor.polling import websub
from monitor.polling.websub import HubSubscription, HubSubscriptionState
from tests.fakes import NOW, feed
from tests.web.conftest import Visitor

TOPIC = "https://a.example/rss"


@pytest.fixture
def subscription(visitor: Visitor) -> HubSubscription:
    store = visitor.store
    later = NOW.replace(hour=23)
    store.feeds.add(feed(poll=PollState(due_at=later, state=FeedState.OK)))
    store.websub.sync({"f": ("https://hub.example/", TOPIC)}, NOW)
    requested = replace(store.websub.by_feed("f"), state=HubSubscriptionState.REQUESTED)
    store.websub.save(requested)
    return requested


async def test_a_hub_verifies_and_gets_its_challenge(visitor, subscription):
    query = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "<c>"}
    answer = await visitor.get(f"/websub/{subscription.token}", params=query)
    assert (answer.status, answer.text) == (200, "<c>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert visitor.store.websub.by_feed("f").state is HubSubscriptionState.ACTIVE
    wrong = await visitor.get(f"/websub/{subscription.token}", params={**query, "hub.topic": "x"})
    assert wrong.status == 404


async def test_an_announcement_makes_the_feed_due_and_its_content_is_not_read(
    visitor, subscription
):
    body = b"no feed at all"
    digest = hmac.new(subscription.secret.encode(), body, "sha256").hexdigest()
    signed = {"X-Hub-Signature": f"sha256={digest}"}
    answer = await visitor.post(f"/websub/{subscription.token}", data=body, headers=signed)
    assert (answer.status, answer.body) == (202, b"")
    assert visitor.store.feeds.find("f").poll.due_at == NOW


async def test_a_large_body_and_an_unknown_address_are_refused(visitor, subscription):
    large = b"x" * (websub.MOST_BYTES + 1)
    assert (
        await visitor.post(f"/websub/{subscription.token}", data=io.BytesIO(large))
    ).status == 413
    assert (await visitor.post("/websub/guess", data=b"x")).status == 410
    assert visitor.store.feeds.find("f").poll.due_at > NOW

"""The door for hubs, over a real socket: a hub asks back, announces, and too much is refused."""

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
def lease(visitor: Visitor) -> HubSubscription:
    store = visitor.store
    later = NOW.replace(hour=23)
    store.feeds.add(feed(poll=PollState(due_at=later, state=FeedState.OK)))
    store.websub.sync({"f": ("https://hub.example/", TOPIC)}, NOW)
    asked = replace(store.websub.by_feed("f"), state=HubSubscriptionState.REQUESTED)
    store.websub.save(asked)
    return asked


async def test_a_hub_asks_back_and_is_answered_with_its_challenge(visitor, lease):
    asks = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "<c>"}
    answer = await visitor.get(f"/websub/{lease.token}", params=asks)
    assert (answer.status, answer.text) == (200, "<c>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert visitor.store.websub.by_feed("f").state is HubSubscriptionState.ACTIVE
    wrong = await visitor.get(f"/websub/{lease.token}", params={**asks, "hub.topic": "x"})
    assert wrong.status == 404


async def test_an_announcement_makes_the_feed_due_and_its_content_is_not_read(visitor, lease):
    body = b"no feed at all"
    proof = hmac.new(lease.secret.encode(), body, "sha256").hexdigest()
    signed = {"X-Hub-Signature": f"sha256={proof}"}
    answer = await visitor.post(f"/websub/{lease.token}", data=body, headers=signed)
    assert (answer.status, answer.body) == (202, b"")
    assert visitor.store.feeds.find("f").poll.due_at == NOW


async def test_too_much_and_an_unknown_address_are_refused(visitor, lease):
    large = b"x" * (websub.MOST_BYTES + 1)
    assert (await visitor.post(f"/websub/{lease.token}", data=io.BytesIO(large))).status == 413
    assert (await visitor.post("/websub/guess", data=b"x")).status == 410
    assert visitor.store.feeds.find("f").poll.due_at > NOW

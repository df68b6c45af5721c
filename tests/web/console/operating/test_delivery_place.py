"""The place Deliveries over a real socket: the list with its filters, one message as sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState, Outcome
from monitor.domain.reasons import DeliveryReason
from tests.store.builders import a_feed, a_poll, a_subscription, an_alert, an_article, an_attempt
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

MINUTE = timedelta(minutes=1)
SECRET = "whsec_" + "c2VjcmV0" * 4
PATH = "/console/deliveries"


@pytest.fixture
def alerts(visitor: Visitor) -> list[str]:
    """The keys of three alerts of one receiver: one was given up, one was sent, one waits."""
    store, desk, now = visitor.store, a_subscription("desk", signing_secret=SECRET), visitor.clock()
    source = a_feed("wire")
    store.feeds.add(source)
    store.subscriptions.add(desk)
    states = (AlertState.DEAD, AlertState.SENT, AlertState.PENDING)
    stories = [an_article(f"story {number} <b>", source) for number in range(len(states))]
    store.commit([a_poll(source, *stories)])
    alerts = [
        an_alert(story, desk, state=state, created_at=now - number * MINUTE)
        for number, (story, state) in enumerate(zip(stories, states, strict=True), start=1)
    ]
    store.outbox.add(alerts)
    refused = an_attempt(
        alerts[0], Outcome.DEAD, reason=DeliveryReason.GONE, detail="410 <script>gone"
    )
    store.outbox.record(refused, token="t", due_at=None)
    return [alert.key for alert in alerts]


async def test_messages_to_all_receivers_are_filtered(
    alerts: list[str], operator: Member, viewer: Member
):
    page = (await operator.get(PATH)).text
    assert "1 message was given up" in page
    assert page.count("<tr>") == 4
    assert "story 0 &lt;b&gt;" in page
    sent = (await operator.get(f"{PATH}?state=sent&subscription=desk&type=article.flagged")).text
    assert sent.count("<tr>") == 2
    nothing = (await operator.get(f"{PATH}?type=digest.ready")).text
    assert "No message is like that" in nothing
    dead = (await operator.get(f"{PATH}?state=dead")).text
    assert "Send all that were given up again" in dead
    items = (await operator.get(f"{PATH}.json?state=pending")).json()["items"]
    assert [item["key"] for item in items] == [alerts[2]]
    assert (await viewer.get(PATH)).status == 403


@pytest.mark.parametrize(
    "query", ["state=ded", "type=news", "since=soon", "subscription=nobody", "after=x"]
)
async def test_a_filter_that_can_not_be_used_is_named(
    alerts: list[str], operator: Member, query: str
):
    answer = await operator.get(f"{PATH}?{query}")
    assert answer.status == 400
    assert query.partition("=")[2] in answer.text.partition('role="alert">')[2]


async def test_one_shows_its_attempts_what_was_sent_and_what_to_do(
    alerts: list[str], visitor: Visitor, operator: Member
):
    page = (await operator.get(f"{PATH}/{alerts[0][:8]}")).text
    assert "410 &lt;script&gt;gone" in page
    assert "What to do" in page
    assert f"webhook-id: {alerts[0]}" in page
    assert "&#34;type&#34;:&#34;article.flagged&#34;" in page
    assert SECRET not in page
    assert (await operator.get(f"{PATH}/none")).status == 404
    visitor.store.subscriptions.remove(a_subscription("desk").key, visitor.clock())
    page = (await operator.get(f"{PATH}/{alerts[0]}")).text
    assert "the message can&#39;t be made any more" in page

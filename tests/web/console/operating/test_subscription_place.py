"""The place Subscriptions over a real socket: the list, and one with what it would be told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.alerts import EndpointHealth, PollResult
from tests.fakes import NOW, article, entry, feed, subscription
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

PATH = "/console/subscriptions"
DESK = "d" * 64


@pytest.fixture
def desk(visitor: Visitor) -> Visitor:
    """A webhook that fails, with a hostile name; one article of yesterday."""
    store, day = visitor.store, timedelta(days=1)
    store.feeds.add(feed("f"))
    news = article("a" * 64, seen_at=NOW - day, entry=entry("Sappers <b>leave"))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(news,))])
    health = EndpointHealth(failures=3, failing_since=NOW - day, paused_until=NOW + day)
    store.subscriptions.add(
        subscription(DESK, name="desk <script>", address="https://hooks.example/in")
    )
    store.subscriptions.set_health(DESK, health)
    return visitor


async def test_the_list_has_states_criteria_and_links_to_the_search(
    desk: Visitor, operator: Member, viewer: Member
):
    page = (await operator.get(PATH)).text
    assert "desk &lt;script&gt;" in page
    assert "failing" in page
    assert "/console/search?q=is%3Aflagged" in page
    [item] = (await operator.get(PATH + ".json")).json()["items"]
    assert item["last_accepted_at"] is None
    assert (await viewer.get(PATH)).status == 403


async def test_one_shows_what_it_would_have_been_told_and_its_day(desk: Visitor, operator: Member):
    page = (await operator.get(f"{PATH}/{DESK[:8]}")).text
    assert "It would have been told once in the last 7 days." in page
    assert "Sappers &lt;b&gt;leave" in page
    assert 'class="chart day-plan"' in page
    assert "00:00</td><td>24:00</td><td>sent at once" in page
    assert "told never" in (await operator.get(f"{PATH}/{DESK}?since=1h")).text
    assert (await operator.get(f"{PATH}/{DESK}?since=soon")).status == 400
    assert (await operator.get(f"{PATH}/none")).status == 404
    assert "Add a subscription" in (await operator.get(PATH + "/new")).text

"""The place Feeds over a real socket: the list, one feed, its acts and edits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.domain.feeds import FeedState, PollState
from tests.fakes import NOW, feed
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

PATH = "/console/feeds"


@pytest.fixture
def feeds(visitor: Visitor) -> None:
    """A feed that fails and a paused one, with hostile titles."""
    failing = PollState(due_at=NOW, state=FeedState.FAILING, last_error="timeout: <b>late</b>")
    visitor.store.feeds.add_all(
        [
            feed("aaaa1111", title="Wire <script>", poll=failing),
            replace(feed("bbbb2222", title="Paused wire"), paused=True),
        ]
    )


async def test_the_list_shows_states_and_only_operators_change_it(
    feeds: None, viewer: Member, operator: Member
):
    page = (await viewer.get(PATH)).text
    assert "Wire &lt;script&gt;" in page
    assert "<script>" not in page.partition("<main")[2]
    assert "Paused wire" in page
    assert "Add a feed" not in page
    assert "Add a feed" in (await operator.get(PATH)).text
    listed = (await viewer.get(PATH + ".json")).json()["items"]
    assert {item["state"] for item in listed} == {"failing", "paused"}
    assert b"<opml" in (await viewer.get(PATH + ".opml")).body
    assert (await viewer.get(PATH + "?after=nonsense")).status == 200
    assert (await viewer.get(PATH + "/none")).status == 404
    assert (await viewer.post(f"{PATH}/aaaa1111/pause")).status == 403


async def test_a_feed_is_paused_resumed_polled_and_removed(
    feeds: None, visitor: Visitor, operator: Member
):
    page = (await operator.get(f"{PATH}/aaaa1111")).text
    assert "timeout: &lt;b&gt;late" in page
    for act, state in (("pause", "paused"), ("resume", "failing")):
        answer = await operator.post(f"{PATH}/aaaa1111/{act}")
        assert (answer.status, answer.headers["location"]) == (303, f"{PATH}/aaaa1111")
        assert f">{state}<" in (await operator.get(f"{PATH}/aaaa1111")).text
    await operator.post(f"{PATH}/aaaa1111/poll")
    stored = visitor.store.feeds.find("aaaa1111")
    assert stored is not None
    assert stored.poll.due_why == "now: a person asked for it"
    answer = await operator.post(f"{PATH}/aaaa1111/remove")
    assert answer.headers["location"] == PATH
    assert visitor.store.feeds.find("aaaa1111") is None
    assert (await operator.post(f"{PATH}/aaaa1111/remove")).status == 303

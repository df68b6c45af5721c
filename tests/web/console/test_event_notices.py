"""Lists of the console say how much changed since they were opened."""

from __future__ import annotations

import re

import pytest

from monitor.access.roles import PersonRole
from monitor.domain.alerts import AlertState, PollResult
from monitor.domain.delivery_schedule import HoldReason
from tests.fakes import article, feed, subscription
from tests.store.builders import an_alert
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member, sign_in


def asked_by(page: str) -> str:
    """The address that the page asks for news."""
    match = re.search(r'data-hx-get="(/console/\w+/news[^"]+)"', page)
    assert match is not None
    return match[1]


async def test_a_change_is_announced_once_the_page_was_opened(
    visitor: Visitor, viewer: Member
) -> None:
    visitor.store.feeds.add_all([feed("f"), feed("g")])
    visitor.store.feeds.set_paused("g", True, visitor.clock())
    address = asked_by((await viewer.get("/console/feeds")).text)
    assert (await viewer.get(address)).text.strip() == "", "the page shows it"
    for paused in (True, False):
        visitor.store.feeds.set_paused("f", paused, visitor.clock())
    assert "1 feed changed" in (await viewer.get(address)).text
    visitor.store.feeds.set_paused("g", False, visitor.clock())
    assert "2 feeds changed" in (await viewer.get(address)).text
    of_other_log = re.sub(r"after=[0-9a-f]{8}", "after=0badcafe", address)
    assert (await viewer.get(of_other_log)).text.strip() == "", "of before a restore"
    stories = asked_by((await viewer.get("/console/stories")).text)
    assert (await viewer.get(stories)).text.strip() == "", "a feed is no story"


@pytest.mark.parametrize("after", ["", "nonsense", "0badcafe.9"])
async def test_a_position_that_says_nothing_is_no_news(viewer: Member, after: str) -> None:
    answer = await viewer.get(f"/console/feeds/news?after={after}")
    assert (answer.status, answer.text.strip()) == (200, "")


async def test_news_of_deliveries_are_for_operators(visitor: Visitor, viewer: Member) -> None:
    store, desk = visitor.store, subscription("desk")
    operator = await sign_in(visitor, "Olga", PersonRole.OPERATOR)
    store.feeds.add(feed("f"))
    store.subscriptions.add(desk)
    address = asked_by((await operator.get("/console/deliveries")).text)
    held = an_alert(article("one"), desk, state=AlertState.HELD, held_for=HoldReason.DIGEST)
    store.commit(
        [PollResult(feed_key="f", state=feed("f").poll, articles=(article("one"),), alerts=(held,))]
    )
    assert "1 delivery changed" in (await operator.get(address)).text
    assert (await viewer.get(address)).status == 403

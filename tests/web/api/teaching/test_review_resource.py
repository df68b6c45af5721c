"""Review over the API: the list, and answers."""

from __future__ import annotations

import pytest

from monitor.access.roles import PersonRole, Scope
from monitor.domain.alerts import PollResult
from monitor.store.store import Store
from tests.fakes import NOW, article, doubtful, entry, feed, subscription
from tests.store.access.builders import DAY
from tests.web.api.conftest import Program, program
from tests.web.conftest import Answer, Visitor


def store_doubtful(store: Store) -> None:
    """Two articles in review and a flagged one, for a subscription."""
    store.feeds.add_all([feed("f", title="Harbour Wire")])
    store.subscriptions.add(subscription("s"))
    articles = (
        doubtful("dddddddd", entry=entry("A letter")),
        doubtful("eeeeeeee", entry=entry("A wreath")),
        article("aaaaaaaa"),
    )
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])


@pytest.fixture
def analyst(wolves: Visitor) -> Program:
    wolves.clock.at = NOW
    store_doubtful(wolves.store)
    return program(wolves, PersonRole.ANALYST, frozenset(Scope), until=NOW + DAY, name="bot")


async def answer(analyst: Program, key: str, *, relevant: bool) -> Answer:
    return await analyst.ask("PUT", f"/articles/{key}/review", json={"relevant": relevant})


async def test_doubtful_articles_are_listed_and_answered(wolves: Visitor, analyst: Program) -> None:
    listed = (await analyst.get("/review")).json()["items"]
    assert {item["title"] for item in listed} == {"A letter", "A wreath"}
    confirmed = (await answer(analyst, "dddddddd", relevant=True)).json()
    assert (confirmed["result"], confirmed["alerts"]) == ("confirmed", 1)
    assert confirmed["confirmed_by"] == "bot"
    rejected = (await answer(analyst, "eeeeeeee", relevant=False)).json()
    assert (rejected["result"], rejected["alerts"]) == ("rejected", 0)
    assert (await analyst.get("/review")).json()["items"] == []
    contested = (await answer(analyst, "dddddddd", relevant=False)).json()
    assert contested["result"] == "contested"


async def test_articles_that_are_not_in_review_are_refused(analyst: Program) -> None:
    refused = await answer(analyst, "aaaaaaaa", relevant=True)
    assert refused.status == 422
    assert "it is flagged already" in refused.text
    assert (await answer(analyst, "ffffffff", relevant=True)).status == 404

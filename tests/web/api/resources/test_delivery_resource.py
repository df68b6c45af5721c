"""Tests of deliveries over the API: lists, retry and replay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.alerts import AlertState
from monitor.domain.errors import StoreError
from tests.store.builders import a_feed, a_poll, a_subscription, an_alert, an_article
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor

SECRET = "whsec_" + "c2VjcmV0" * 4
MINUTE = timedelta(minutes=1)


@pytest.fixture
def alerts(visitor: Visitor) -> list[str]:
    """The keys of three alerts: one waits, one was given up, one was sent; a minute apart."""
    store, desk = visitor.store, a_subscription("desk", signing_secret=SECRET)
    source = a_feed("wire")
    store.feeds.add(source)
    store.subscriptions.add(desk)
    stories = [an_article(f"story {number}", source) for number in range(3)]
    store.commit([a_poll(source, *stories)])
    alerts = [
        an_alert(story, desk, state=state, created_at=visitor.clock() - number * MINUTE)
        for number, (story, state) in enumerate(
            zip(stories, (AlertState.PENDING, AlertState.DEAD, AlertState.SENT), strict=True)
        )
    ]
    store.outbox.add(alerts)
    return [alert.key for alert in alerts]


async def test_deliveries_are_listed_page_by_page(alerts: list[str], operator: Program) -> None:
    keys, after = [], ""
    for _ in range(3):
        page = (await operator.get("/deliveries", params={"limit": "1", "after": after})).json()
        keys += [item["key"] for item in page["items"]]
        after = page["next"] or ""
    assert keys == alerts
    assert after == ""
    dead = await operator.get("/deliveries", params={"state": "dead", "subscription": "desk"})
    assert [item["key"] for item in dead.json()["items"]] == [alerts[1]]
    recent = await operator.get("/deliveries", params={"since": "30s"})
    assert [item["key"] for item in recent.json()["items"]] == [alerts[0]]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"after": "x"}, "after"),
        ({"since": "soon"}, "since"),
        ({"since": "0001-01-01T00:00+14:00"}, "since"),
        ({"state": "ded"}, "state"),
    ],
)
async def test_a_wrong_parameter_is_named(
    operator: Program, query: dict[str, str], parameter: str
) -> None:
    answer = await operator.get("/deliveries", params=query)
    assert answer.status == 400
    assert answer.json()["errors"][0]["parameter"] == parameter


async def test_one_is_shown_with_its_content_and_sent_again(
    alerts: list[str], operator: Program, admin: Program
) -> None:
    shown = (await operator.get(f"/deliveries/{alerts[1][:10]}")).json()
    assert shown["state"] == "dead"
    again = await operator.post(f"/deliveries/{alerts[1]}/retry")
    assert again.json()["state"] == "pending"
    sent = await operator.post(f"/deliveries/{alerts[2]}/retry")
    assert sent.status == 409
    assert "replay" in sent.json()["detail"]
    assert (await operator.get("/deliveries/000000")).status == 404
    query = {"act": "send again"}
    [entry] = (await admin.get("/audit", params=query)).json()["items"]
    assert (entry["caller"], entry["target"]) == ("importer", alerts[1])


async def test_all_dead_letters_are_sent_again(alerts: list[str], operator: Program) -> None:
    assert (await operator.post("/deliveries/retry", {})).json() == {"due_now": 1}
    assert (await operator.post("/deliveries/retry", {"subscription": "desk"})).json() == {
        "due_now": 0
    }
    assert (await operator.post("/deliveries/retry", {"subscription": "x"})).status == 422


async def test_a_replay_is_counted_before_it_is_done(alerts: list[str], operator: Program) -> None:
    body = {"subscription": "desk", "since": "1d"}
    rehearsed = await operator.post("/deliveries/replay", {**body, "dry_run": True})
    assert rehearsed.json() == {"found": 2, "due_now": 0, "most": 10_000}
    replayed = await operator.post("/deliveries/replay", body)
    assert replayed.json() == {"found": 2, "due_now": 2, "most": 10_000}
    early = {**body, "until": "3d"}
    answer = await operator.post("/deliveries/replay", early)
    assert answer.json()["errors"][0]["pointer"] == "/until"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/deliveries/{key}/retry", None),
        ("/deliveries/retry", {}),
        ("/deliveries/replay", {"subscription": "desk", "since": "1d"}),
    ],
)
async def test_what_can_not_be_audited_is_not_sent_again(
    alerts: list[str],
    visitor: Visitor,
    operator: Program,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: dict[str, object] | None,
) -> None:
    def cut(_entry: object) -> None:
        raise StoreError("the disk is full")

    before = visitor.store.outbox.list()
    monkeypatch.setattr(visitor.store.audit_log, "add", cut)
    assert (await operator.post(path.format(key=alerts[1]), body)).status == 503
    assert visitor.store.outbox.list() == before


async def test_a_message_is_shown_as_it_is_sent_and_listed_by_type(
    alerts: list[str], visitor: Visitor, operator: Program
) -> None:
    sent = (await operator.get(f"/deliveries/{alerts[0]}/message")).json()
    assert {"name": "webhook-id", "value": alerts[0]} in sent["headers"]
    assert (await operator.get("/deliveries", params={"type": "digest.ready"})).json()[
        "items"
    ] == []
    visitor.store.subscriptions.remove(a_subscription("desk").key, visitor.clock())
    assert (await operator.get(f"/deliveries/{alerts[0]}/message")).status == 409

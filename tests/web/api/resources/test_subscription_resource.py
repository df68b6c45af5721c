"""Tests of subscriptions over the API."""

from __future__ import annotations

import pytest

from monitor.domain.alerts import SubscriptionState
from monitor.domain.errors import StoreError
from tests.fakes import subscription
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor

HOOK = {"name": "desk", "channel": "webhook", "address": "https://desk.example/hook"}


async def test_a_webhook_is_added_and_its_secret_is_shown_once(operator: Program) -> None:
    body = {**HOOK, "themes": ["troops"], "filter": "score>0.7", "cadence": {"every": "daily"}}
    added = await operator.post("/subscriptions", body)
    assert added.status == 201
    secret, shown = added.json()["secret"], added.json()["subscription"]
    assert secret.startswith("whsec_")
    assert (shown["themes"], shown["filter"]) == (["troops"], "score>0.7")
    assert shown["cadence"]["every"] == "daily"
    response = await operator.get(f"/subscriptions/{shown['key']}")
    listed = await operator.get("/subscriptions")
    assert secret not in response.text + listed.text
    assert listed.json()["total"] == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"themes": ["armz"]}, "/theme"),
        ({"filter": "theme:("}, "/filter"),
        ({"cadence": {"every": "daily", "at": "7h"}}, "/at"),
        ({"cadence": {"evry": "daily"}}, "/cadence/evry"),
        ({"languages": ["klingon"]}, "/lang"),
        ({"min_score": 1.5}, "/min_score"),
        ({"about": ["weather"]}, "/about/0"),
        ({"channel": "pigeon"}, "/channel"),
    ],
)
async def test_a_value_that_can_not_be_used_is_named(
    operator: Program, change: dict[str, object], pointer: str
) -> None:
    answer = await operator.post("/subscriptions", {**HOOK, **change})
    assert answer.status == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_private_receiver_and_a_taken_name_are_refused(operator: Program) -> None:
    private = {**HOOK, "address": "http://192.168.0.1/hook"}
    assert (await operator.post("/subscriptions", private)).status == 422
    assert (await operator.post("/subscriptions", HOOK)).status == 201
    again = await operator.post("/subscriptions", HOOK)
    assert again.status == 422
    assert "'desk' already" in again.json()["detail"]


async def test_a_schedule_is_changed_by_the_fields_that_are_there(operator: Program) -> None:
    added = await operator.post("/subscriptions", HOOK)
    path = f"/subscriptions/{added.json()['subscription']['key']}"
    tag = {"if-match": (await operator.get(path)).headers["etag"]}
    cadence = {"quiet": ["22:00", "07:00"], "budget": 20, "group_seconds": 600}
    body = {"cadence": {**cadence, "zone": "Europe/Warsaw"}, "repeat": "story"}
    changed = await operator.ask("PATCH", path, json=body, headers=tag)
    assert changed.status == 200
    shown = changed.json()
    assert {name: shown["cadence"][name] for name in cadence} == cadence
    assert shown["repeat"] == "story"
    tag = {"if-match": changed.headers["etag"]}
    ended = await operator.ask(
        "PATCH", path, json={"cadence": {"quiet": None, "budget": None}}, headers=tag
    )
    assert ended.json()["cadence"]["quiet"] is None
    assert ended.json()["cadence"]["group_seconds"] == 600


async def test_a_change_needs_the_subscription_as_it_is(operator: Program) -> None:
    added = await operator.post("/subscriptions", HOOK)
    path = f"/subscriptions/{added.json()['subscription']['key']}"
    assert (await operator.ask("PATCH", path, json={"repeat": "story"})).status == 428
    stale = {"if-match": '"0123"'}
    answer = await operator.ask("PATCH", path, json={"repeat": "story"}, headers=stale)
    assert answer.status == 412


async def test_a_subscription_is_paused_resumed_and_removed(
    operator: Program, admin: Program
) -> None:
    key = (await operator.post("/subscriptions", HOOK)).json()["subscription"]["key"]
    assert (await operator.post(f"/subscriptions/{key}/pause")).json()["state"] == "paused"
    assert (await operator.post(f"/subscriptions/{key}/resume")).json()["state"] == "active"
    assert (await operator.ask("DELETE", f"/subscriptions/{key}")).status == 204
    assert (await operator.post(f"/subscriptions/{key}/pause")).status == 404
    entries = (await admin.get("/audit", params={"target": "desk"})).json()["items"]
    assert [entry["act"] for entry in entries] == [
        "remove subscription", "resume subscription", "pause subscription", "add subscription",
    ]  # fmt: skip


async def test_an_analyst_does_not_see_receivers(visitor: Visitor, analyst: Program) -> None:
    assert (await analyst.get("/subscriptions")).status == 403


async def test_name_address_and_filters_are_changed_and_the_secret_stays(
    operator: Program, visitor: Visitor
) -> None:
    added = await operator.post("/subscriptions", HOOK)
    path = f"/subscriptions/{added.json()['subscription']['key']}"
    tag = {"if-match": (await operator.get(path)).headers["etag"]}
    body = {
        "name": "night desk",
        "address": "https://night.example/hook",
        "themes": ["troops"],
        "languages": ["ko"],
        "min_score": 0.6,
        "about": ["service"],
        "filter": "kursk",
    }
    changed = await operator.ask("PATCH", path, json=body, headers=tag)
    assert {name: changed.json()[name] for name in body} == body
    (stored,) = visitor.store.subscriptions.list()
    assert stored.signing_secret == added.json()["secret"]
    tag = {"if-match": changed.headers["etag"]}
    ended = await operator.ask("PATCH", path, json={"filter": None, "themes": []}, headers=tag)
    assert (ended.json()["filter"], ended.json()["themes"]) == (None, [])
    assert ended.json()["languages"] == ["ko"]
    tag = {"if-match": ended.headers["etag"]}
    private = {"address": "http://192.168.0.1/"}
    assert (await operator.ask("PATCH", path, json=private, headers=tag)).status == 422


async def test_a_webhook_takes_a_secret_and_headers_of_its_receiver(
    operator: Program, visitor: Visitor
) -> None:
    secret = "whsec_" + "c2VjcmV0" * 4
    body = {**HOOK, "secret": secret, "headers": {"X-Key": "k3y"}}
    added = await operator.post("/subscriptions", body)
    assert added.json()["secret"] is None
    assert added.json()["subscription"]["header_names"] == ["X-Key"]
    assert "k3y" not in added.text
    (stored,) = visitor.store.subscriptions.list()
    assert (stored.signing_secret, stored.headers) == (secret, (("X-Key", "k3y"),))
    path = f"/subscriptions/{stored.key}"
    tag = {"if-match": (await operator.get(path)).headers["etag"]}
    changed = await operator.ask("PATCH", path, json={"headers": None}, headers=tag)
    assert changed.json()["header_names"] == []
    assert (await operator.post("/subscriptions", {**body, "secret": "short"})).status == 422
    mail = {"name": "me", "channel": "email", "address": "me@watch.example", "secret": secret}
    assert (await operator.post("/subscriptions", mail)).status == 422


async def test_one_is_erased_and_what_remains_is_stated(operator: Program) -> None:
    added = await operator.post("/subscriptions", HOOK)
    key = added.json()["subscription"]["key"]
    erased = await operator.post(f"/subscriptions/{key}/erase")
    assert erased.status == 200
    assert (erased.json()["key"], erased.json()["alerts"]) == (key, 0)
    assert "the audit log" in erased.json()["remains"][0]
    assert (await operator.get(f"/subscriptions/{key}")).status == 404
    assert (await operator.post(f"/subscriptions/{key}/erase")).status == 404


async def test_what_would_have_been_told_is_shown_for_it_and_for_an_edit(
    articles: Visitor, operator: Program
) -> None:
    articles.store.subscriptions.add(subscription("d" * 64, name="desk"))
    shown = await operator.get("/subscriptions/desk/preview", params={"since": "2d"})
    assert shown.status == 200
    preview = shown.json()
    assert preview["told"] == len(preview["articles"]) > 0
    draft = {"filter": "lang:ko", "since": "2d"}
    stricter_preview = (await operator.post("/subscriptions/desk/preview", draft)).json()
    assert stricter_preview["told"] < preview["told"]
    assert (await operator.get("/subscriptions/desk")).json()["filter"] is None
    wrong = await operator.post("/subscriptions/desk/preview", {"filter": "colour:red"})
    assert wrong.json()["errors"][0]["pointer"] == "/filter"
    assert (await operator.get("/subscriptions/nobody/preview")).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/pause"),
        ("POST", "/resume"),
        ("POST", "/rotate-secret"),
        ("DELETE", ""),
    ],
)
async def test_what_can_not_be_audited_is_not_done(
    operator: Program,
    visitor: Visitor,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
) -> None:
    def cut(_entry: object) -> None:
        raise StoreError("the disk is full")

    state = SubscriptionState.PAUSED if path == "/resume" else SubscriptionState.ACTIVE
    visitor.store.subscriptions.add(subscription("a" * 64, state=state))
    before = visitor.store.subscriptions.list()
    monkeypatch.setattr(visitor.store.audit_log, "add", cut)
    options = {"json": {}} if path == "/rotate-secret" else {}
    answer = await operator.ask(method, f"/subscriptions/{'a' * 64}{path}", **options)
    assert answer.status == 503
    assert visitor.store.subscriptions.list() == before

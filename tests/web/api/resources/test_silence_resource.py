"""Tests of silences over the API."""

from __future__ import annotations

import pytest

from monitor.domain.errors import StoreError
from tests.fakes import feed
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor

SUMMIT = {"reason": "summit week", "for": "3d", "theme": "troops"}


async def test_a_silence_is_added_listed_and_ended(operator: Program, admin: Program) -> None:
    added = await operator.post("/silences", SUMMIT)
    assert added.status == 201
    shown = added.json()
    assert (shown["theme"], shown["until"]) == ("troops", "2025-06-20T12:00:00Z")
    assert (await operator.get(f"/silences/{shown['key'][:8]}")).json() == shown
    ended = await operator.ask("DELETE", f"/silences/{shown['key']}")
    assert ended.json()["until"] == "2025-06-17T12:00:00Z"
    assert (await operator.get("/silences")).json()["items"] == []
    everything = await operator.get("/silences", params={"ended": "true"})
    assert [item["key"] for item in everything.json()["items"]] == [shown["key"]]
    assert (await operator.ask("DELETE", f"/silences/{shown['key']}")).status == 200
    entries = (await admin.get("/audit", params={"caller": "importer"})).json()["items"]
    assert [entry["act"] for entry in entries] == ["end silence", "add silence"]
    assert entries[1]["reason"] == "summit week"


async def test_a_silence_names_a_feed_and_an_end(visitor: Visitor, operator: Program) -> None:
    visitor.store.feeds.add_all([feed("f" * 64)])
    body = {"reason": "noise", "until": "2025-06-18T08:00", "feed": "ffffff", "term": "football"}
    shown = (await operator.post("/silences", body)).json()
    assert (shown["feed"], shown["term"]) == ("f" * 64, "football")
    assert shown["until"] == "2025-06-18T08:00:00Z"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "x", "theme": "troops"}, "/until"),
        ({**SUMMIT, "until": "2025-07-01"}, "/until"),
        ({**SUMMIT, "for": "3"}, "/for"),
        ({**SUMMIT, "theme": "armz"}, "/theme"),
        ({**SUMMIT, "reason": " "}, "/reason"),
        ({**SUMMIT, "term": "!"}, "/term"),
        ({**SUMMIT, "length": "3d"}, "/length"),
    ],
)
async def test_a_value_that_can_not_be_used_is_named(
    operator: Program, body: dict[str, object], pointer: str
) -> None:
    answer = await operator.post("/silences", body)
    assert answer.status == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_what_is_silenced_must_be_there(operator: Program) -> None:
    answer = await operator.post("/silences", {**SUMMIT, "subscription": "nobody"})
    assert answer.status == 422
    assert "no subscription 'nobody'" in answer.json()["detail"]
    assert (await operator.post("/silences", {"reason": "x", "for": "1d"})).status == 422
    assert (await operator.get("/silences/abc")).status == 404


async def test_a_silence_is_found_by_a_beginning_of_four_digits(operator: Program) -> None:
    added = (await operator.post("/silences", SUMMIT)).json()
    shown = await operator.get(f"/silences/{added['key'][:4]}")
    assert shown.json()["key"] == added["key"]
    assert (await operator.get(f"/silences/{added['key'][:3]}")).status == 404


async def test_a_recurring_silence_is_previewed_and_added(
    articles: Visitor, operator: Program, reader: Program
) -> None:
    body = {**SUMMIT, "theme": "labour", "every": "mon-fri 00:00-24:00", "zone": "Asia/Seoul"}
    preview = await operator.post("/silences/preview", {**body, "since": "2d"})
    assert preview.status == 200
    assert preview.json()["kept_back"] == 0  # there is no subscription
    assert (await reader.post("/silences/preview", body)).status == 403
    assert (await operator.get("/silences")).json()["items"] == []
    added = (await operator.post("/silences", body)).json()
    assert (added["every"], added["zone"]) == ("mon-fri 00:00-24:00", "Asia/Seoul")
    for change, pointer in (
        ({"every": "never"}, "/every"),
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"since": "2099-01-01"}, "/since"),
    ):
        answer = await operator.post("/silences/preview", {**body, **change})
        assert answer.json()["errors"][0]["pointer"] == pointer


async def test_what_can_not_be_audited_is_not_added(
    operator: Program, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_entry: object) -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(visitor.store.audit_log, "add", cut)
    assert (await operator.post("/silences", SUMMIT)).status == 503
    assert visitor.store.silences.list() == []

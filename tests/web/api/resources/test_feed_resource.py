"""Tests of feeds over the API."""

from __future__ import annotations

import pytest

from monitor.domain.errors import StoreError
from tests.fakes import feed
from tests.web.api.conftest import Program
from tests.web.conftest import Visitor

URL = "https://news.example/feed.xml"
NEW = {"url": URL, "title": "News", "every": "30m", "tags": ["wire"], "find": False}


async def test_a_feed_is_added_once(operator: Program) -> None:
    added = await operator.post("/feeds", NEW)
    assert added.status == 201
    shown = added.json()["feed"]
    assert (shown["url"], shown["every"], shown["tags"]) == (URL, "30m", ["wire"])
    assert added.headers["location"] == f"/api/v1/feeds/{shown['key']}"
    again = await operator.post("/feeds", {**NEW, "title": "Other"})
    assert again.status == 200
    assert again.json()["added"] is False
    assert again.json()["feed"]["title"] == "News"


async def test_a_password_is_taken_and_never_shown(operator: Program, visitor: Visitor) -> None:
    body = {**NEW, "login": {"user": "desk", "password": "kept-secret"}}
    added = await operator.post("/feeds", body)
    key = added.json()["feed"]["key"]
    assert added.json()["feed"]["user"] == "desk"
    listed = await operator.get("/feeds")
    assert "kept-secret" not in added.text + listed.text
    stored = visitor.store.feeds.find(key)
    assert stored is not None
    assert stored.login is not None
    assert stored.login.password == "kept-secret"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"every": "5"}, "/every"),
        ({"every": "1s"}, "/every"),
        ({"language": "klingon"}, "/lang"),
        ({"url": ""}, "/url"),
    ],
)
async def test_a_value_that_can_not_be_used_is_named(
    operator: Program, change: dict[str, object], pointer: str
) -> None:
    answer = await operator.post("/feeds", {**NEW, **change})
    assert answer.status == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_private_address_is_refused(operator: Program) -> None:
    answer = await operator.post("/feeds", {"url": "http://127.0.0.1:9/feed"})
    assert answer.status == 422
    assert (await operator.get("/feeds")).json()["items"] == []


async def test_a_change_needs_the_feed_as_it_is(operator: Program) -> None:
    key = (await operator.post("/feeds", NEW)).json()["feed"]["key"]
    path, change = f"/feeds/{key}", {"every": "2h"}
    assert (await operator.ask("PATCH", path, json=change)).status == 428
    tag = (await operator.get(path)).headers["etag"]
    changed = await operator.ask("PATCH", path, json=change, headers={"if-match": tag})
    assert changed.json()["every"] == "2h"
    stale = await operator.ask("PATCH", path, json={"every": "auto"}, headers={"if-match": tag})
    assert stale.status == 412
    tag = changed.headers["etag"]
    auto = await operator.ask("PATCH", path, json={"every": "auto"}, headers={"if-match": tag})
    assert auto.json()["every"] is None


async def test_a_feed_is_paused_resumed_polled_and_removed(
    operator: Program, admin: Program
) -> None:
    key = (await operator.post("/feeds", NEW)).json()["feed"]["key"]
    assert (await operator.post(f"/feeds/{key}/pause")).json()["state"] == "paused"
    assert (await operator.post(f"/feeds/{key}/poll")).status == 422
    assert (await operator.post(f"/feeds/{key}/resume")).json()["state"] == "new"
    due = (await operator.post(f"/feeds/{key[:8]}/poll")).json()
    assert due["due_why"] == "now: a person asked for it"
    assert (await operator.ask("DELETE", f"/feeds/{key}")).status == 204
    assert (await operator.get(f"/feeds/{key}")).status == 404
    acts = [entry["act"] for entry in (await admin.get("/audit")).json()["items"]]
    assert acts[:5] == ["remove feed", "poll feed", "resume feed", "pause feed", "add feed"]


async def test_feeds_are_listed_in_pages_and_by_state(visitor: Visitor, reader: Program) -> None:
    visitor.store.feeds.add_all([feed(letter * 64, paused=letter == "c") for letter in "abc"])
    first = (await reader.get("/feeds", params={"limit": "2"})).json()
    assert first["total"] == 3
    rest = (await reader.get("/feeds", params={"limit": "2", "after": first["next"]})).json()
    keys = [item["key"][0] for item in first["items"] + rest["items"]]
    assert sorted(keys) == ["a", "b", "c"]
    assert rest["next"] is None
    paused = await reader.get("/feeds", params={"state": "paused"})
    assert [item["key"][0] for item in paused.json()["items"]] == ["c"]
    both = await reader.get("/feeds?state=paused&state=new")
    assert both.json()["total"] == 3
    wrong = await reader.get("/feeds", params={"state": "pausd"})
    assert wrong.json()["errors"][0]["suggestion"] == "paused"
    assert (await reader.get("/feeds", params={"after": "zz"})).status == 400


async def test_title_address_language_and_tags_are_changed(operator: Program) -> None:
    key = (await operator.post("/feeds", NEW)).json()["feed"]["key"]
    path = f"/feeds/{key}"
    tag = {"if-match": (await operator.get(path)).headers["etag"]}
    url = "https://new.example/feed.xml"
    change = {"url": url, "title": "Wire", "language": "ko", "tags": ["asia"], "note": "slow"}
    answer = await operator.ask("PATCH", path, json={**change, "find": False}, headers=tag)
    assert {name: answer.json()[name] for name in change} == change
    assert answer.json()["former_urls"] == [URL]
    tag = {"if-match": answer.headers["etag"]}
    body = {"language": None, "every": "2h"}
    answer = await operator.ask("PATCH", path, json=body, headers=tag)
    shown = answer.json()
    assert (shown["language"], shown["every"], shown["title"]) == (None, "2h", "Wire")


async def test_headers_are_taken_shown_by_name_and_removed(
    operator: Program, visitor: Visitor
) -> None:
    body = {**NEW, "headers": {"Authorization": "Bearer t0ken"}}
    added = await operator.post("/feeds", body)
    assert added.json()["feed"]["header_names"] == ["Authorization"]
    path = f"/feeds/{added.json()['feed']['key']}"
    shown = await operator.get(path)
    assert "t0ken" not in added.text + shown.text
    tag = {"if-match": shown.headers["etag"]}
    changed = await operator.ask("PATCH", path, json={"headers": {"X-Key": "k"}}, headers=tag)
    assert changed.json()["header_names"] == ["X-Key"]
    (stored,) = visitor.store.feeds.list()
    assert stored.headers == (("X-Key", "k"),)
    tag = {"if-match": changed.headers["etag"]}
    removed = await operator.ask("PATCH", path, json={"headers": None}, headers=tag)
    assert removed.json()["header_names"] == []
    refused = await operator.post("/feeds", {**NEW, "headers": {"Host": "other.example"}})
    assert refused.status == 422


async def test_what_can_not_be_audited_is_not_changed(
    operator: Program, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_entry: object) -> None:
        raise StoreError("the disk is full")

    visitor.store.feeds.add_all([feed("f" * 64)])
    before = visitor.store.feeds.list()
    monkeypatch.setattr(visitor.store.audit_log, "add", cut)
    for path in ("pause", "poll"):
        assert (await operator.post(f"/feeds/{'f' * 64}/{path}")).status == 503
    assert (await operator.post("/feeds", NEW)).status == 503
    assert (await operator.ask("DELETE", f"/feeds/{'f' * 64}")).status == 503
    assert visitor.store.feeds.list() == before

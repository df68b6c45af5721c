"""The page of saved searches over a real socket."""

from __future__ import annotations

import pytest

from monitor.access.roles import PersonRole
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member, sign_in

PATH = "/console/searches"


@pytest.fixture
async def operator(visitor: Visitor) -> Member:
    return await sign_in(visitor, "Olga", PersonRole.OPERATOR)


async def test_an_analyst_saves_changes_and_removes_a_search(analyst: Member, viewer: Member):
    assert "No search is saved yet" in (await viewer.get(PATH)).text
    searched = await analyst.get("/console/search", params={"q": "kursk <b>"})
    assert 'name="q" value="kursk &lt;b&gt;"' in searched.text
    assert "Save this search as" in searched.text
    answer = await analyst.post(PATH, {"name": "Kursk <news>", "q": "kursk -lang:ru"})
    assert (answer.status, answer.headers["location"]) == (303, PATH)
    page = (await viewer.get(PATH)).text
    assert "Kursk &lt;news&gt;" in page
    assert "has “kursk” · not: language ru · newest first" in page
    assert "Saved by Mina" in page
    assert "Change" not in page
    await analyst.post(PATH, {"name": "Kursk <news>", "q": "belgorod"})
    document = (await viewer.get(PATH + ".json")).json()
    assert [item["question"] for item in document["items"]] == ["belgorod"]
    await analyst.post(PATH + "/remove", {"name": "Kursk <news>"})
    assert (await viewer.get(PATH + ".json")).json() == {"items": []}


async def test_dates_are_kept_in_the_zone_of_who_saved(visitor: Visitor, analyst: Member):
    cookie = f"{analyst.cookie}; watchpost-zone=Asia/Seoul"
    await Member(visitor, cookie).post(PATH, {"name": "june", "q": "seen:2025-06-17"})
    page = (await analyst.get(PATH)).text
    assert "seen since 2025-06-17 00:00 KST" in page
    assert "dates in Asia/Seoul" in page


async def test_the_feeds_of_a_search_can_be_read_and_renewed(visitor: Visitor, analyst: Member):
    await analyst.post(PATH, {"name": "arms", "q": "theme:arms"})
    page = (await analyst.get(PATH)).text
    address = page.partition('href="http')[2].partition('"')[0]
    path = "/feeds/searches/" + address.rpartition("/")[2]
    assert (await visitor.get(path)).status == 200
    await analyst.post(PATH + "/renew", {"name": "arms"})
    assert (await visitor.get(path)).status == 404


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("", {"name": "broken", "q": "kursk ("}),
        ("", {"name": "", "q": "kursk"}),
        ("/remove", {"name": "none"}),
        ("/renew", {"name": "none"}),
    ],
)
async def test_what_can_not_be_done_says_why(analyst: Member, path: str, fields: dict[str, str]):
    answer = await analyst.post(PATH + path, fields)
    assert answer.status == 303
    flash = answer.headers["set-cookie"].partition(";")[0]
    page = await analyst.get(PATH, headers={"cookie": f"{analyst.cookie}; {flash}"})
    assert "flash fault" in page.text
    assert (await analyst.get(PATH + ".json")).json() == {"items": []}


async def test_an_operator_subscribes_in_one_step(visitor: Visitor, operator: Member):
    await operator.post(PATH, {"name": "arms", "q": "theme:arms -lang:ru"})
    mail = {"search": "arms", "address": "me@watch.example", "name": "desk"}
    assert (await operator.post(PATH + "/subscribe", mail)).status == 303
    hook = {"search": "arms", "address": "https://receiver.example/hook"}
    answer = await operator.post(PATH + "/subscribe", hook)
    assert answer.status == 200
    stored = {listed.name: listed for listed in visitor.store.subscriptions.list()}
    assert stored["arms"].signing_secret in answer.text
    assert {listed.filter.text for listed in stored.values() if listed.filter} == {
        "theme:arms -lang:ru"
    }
    again = await operator.post(PATH + "/subscribe", mail)
    assert again.status == 303
    assert len(visitor.store.subscriptions.list()) == len(stored)

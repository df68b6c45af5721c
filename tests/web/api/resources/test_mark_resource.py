"""Tests of marks over the API."""

from __future__ import annotations

from tests.web.api.conftest import KEYS, Program
from tests.web.conftest import Visitor

FIRST, SECOND = KEYS["aaaa"], KEYS["bbbb"]


async def test_a_mark_is_set_replaced_and_taken_away(articles: Visitor, analyst: Program) -> None:
    path = f"/articles/{FIRST}/mark"
    body = {"relevant": True, "themes": ["troops"], "note": "confirmed"}
    first = await analyst.ask("PUT", path, json=body)
    assert (first.json()["label"], first.json()["by"]) == ("relevant", "mina's script")
    await analyst.ask("PUT", path, json={"relevant": False})
    marks = (await analyst.get(f"/articles/{FIRST}/marks")).json()
    assert [mark["label"] for mark in marks["items"]] == ["irrelevant"]
    assert [change["after"] for change in marks["history"]] == ["relevant", "irrelevant"]
    assert (await analyst.ask("DELETE", path)).status == 204
    assert (await analyst.ask("DELETE", path)).status == 404
    assert (await analyst.get(f"/articles/{FIRST}/marks")).json()["items"] == []


async def test_several_are_marked_at_once_and_taken_back(
    articles: Visitor, analyst: Program
) -> None:
    body = {"articles": [FIRST, SECOND, "e" * 64], "relevant": False}
    done = (await analyst.post("/marks/batch", body)).json()
    assert done == {"changed": [FIRST, SECOND], "missing": ["e" * 64]}
    undone = (await analyst.post("/marks/undo")).json()
    assert undone == {"changed": [FIRST, SECOND]}
    nothing = await analyst.post("/marks/undo")
    assert nothing.status == 409
    assert "nothing within a day" in nothing.json()["detail"]


async def test_a_mark_of_another_person_stays(articles: Visitor, analyst: Program) -> None:
    assert (await analyst.ask("DELETE", f"/articles/{SECOND}/mark")).status == 404
    listed = (await analyst.get("/marks")).json()
    assert [(mark["key"], mark["by"]) for mark in listed["items"]] == [(SECOND, "Ada")]


async def test_marks_are_listed_page_by_page(articles: Visitor, analyst: Program) -> None:
    await analyst.ask("PUT", f"/articles/{SECOND}/mark", json={"relevant": True})
    first = (await analyst.get("/marks", params={"limit": "1"})).json()
    second = (await analyst.get("/marks", params={"limit": "1", "after": first["next"]})).json()
    people = {mark["by"] for mark in first["items"] + second["items"]}
    assert people == {"Ada", "mina's script"}
    assert second["next"] is None


async def test_a_mark_that_can_not_be_is_refused(
    articles: Visitor, analyst: Program, reader: Program
) -> None:
    path = f"/articles/{FIRST}/mark"
    themed = {"relevant": False, "themes": ["troops"]}
    assert (await analyst.ask("PUT", path, json=themed)).status == 422
    unknown = {"relevant": True, "themes": ["armz"]}
    assert (await analyst.ask("PUT", path, json=unknown)).status == 422
    assert (await analyst.ask("PUT", path, json={"relevant": "yes"})).status == 422
    many = {"articles": [FIRST] * 101, "relevant": True}
    assert (await analyst.post("/marks/batch", many)).status == 422
    assert (await reader.ask("PUT", path, json={"relevant": True})).status == 403


async def test_the_next_articles_to_mark_are_proposed(articles: Visitor, reader: Program) -> None:
    proposed = (await reader.get("/marks/next", params={"n": "5"})).json()["items"]
    assert all(article["why"] for article in proposed)
    assert SECOND not in [article["key"] for article in proposed]

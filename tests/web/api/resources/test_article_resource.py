"""Tests of articles over the API, on a real socket."""

from __future__ import annotations

from tests.web.api.conftest import KEYS, Program
from tests.web.conftest import Visitor


async def test_a_question_finds_articles_with_their_number(
    articles: Visitor, reader: Program
) -> None:
    answer = await reader.get("/articles", params={"q": "is:flagged"})
    assert answer.status == 200
    listed = answer.json()
    assert [item["title"] for item in listed["items"]] == ["러시아로", "Sappers leave"]
    assert listed["total"] == 2
    assert listed["next"] is None


async def test_pages_follow_the_cursor_and_the_link(articles: Visitor, reader: Program) -> None:
    first = await reader.get("/articles", params={"limit": "2"})
    assert first.headers["link"].endswith('>; rel="next"')
    address = first.headers["link"].partition("<")[2].partition(">")[0]
    second = await reader.get(address.removeprefix("/api/v1"))
    keys = [item["key"] for page in (first, second) for item in page.json()["items"]]
    assert sorted(keys) == sorted(KEYS.values())
    assert "link" not in second.headers


async def test_a_wrong_question_is_refused_with_its_place(
    articles: Visitor, reader: Program
) -> None:
    answer = await reader.get("/articles", params={"q": "theme:(arms"})
    assert answer.status == 400
    [error] = answer.json()["errors"]
    assert error["parameter"] == "q"
    assert "character" in error["detail"]


async def test_a_cursor_of_another_question_is_refused(articles: Visitor, reader: Program) -> None:
    cursor = (await reader.get("/articles", params={"limit": "1"})).json()["next"]
    answer = await reader.get("/articles", params={"q": "kursk", "after": cursor})
    assert answer.status == 400
    assert "no cursor of this question" in answer.json()["detail"]


async def test_the_beginning_of_a_key_names_an_article(articles: Visitor, reader: Program) -> None:
    answer = await reader.get("/articles/aaaaaa")
    assert answer.json()["key"] == KEYS["aaaa"]
    assert answer.json()["feed_title"] == "Harbour Wire"
    missing = await reader.get("/articles/dddddd")
    assert missing.status == 404
    assert missing.json()["type"] == "/api/v1/problems/not-found"


async def test_an_article_is_explained_with_its_marks(articles: Visitor, reader: Program) -> None:
    explained = (await reader.get(f"/articles/{KEYS['bbbb']}/explanation")).json()
    assert explained["decision"]["relevant"] is True
    assert explained["marks"] == [
        {"by": "Ada", "topic": "test", "relevant": True, "theme_slugs": []}
    ]


async def test_parts_of_an_article_have_addresses(articles: Visitor, reader: Program) -> None:
    sources = (await reader.get("/articles/aaaaaa/sources")).json()
    assert [source["feed_title"] for source in sources["items"]] == ["Harbour Wire"]
    assert (await reader.get("/articles/aaaaaa/revisions")).json()["items"] == []
    assert (await reader.get("/articles/aaaaaa/messages")).json()["items"] == []


async def test_a_text_is_judged_and_not_stored(articles: Visitor, reader: Program) -> None:
    body = {"title": "North Korean sappers clear mines in Russia's Kursk region"}
    judged = await reader.post("/judge", body)
    assert judged.status == 200
    assert judged.json()["decision"]["relevant"] is True
    assert len((await reader.get("/articles")).json()["items"]) == 3

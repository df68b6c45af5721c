"""Tests of marking from the console over a real socket: single, in bulk, undo, disagreement."""

from __future__ import annotations

import pytest

from monitor.domain.alerts import PollResult
from tests.fakes import article, entry, feed
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


@pytest.fixture
def stored(visitor: Visitor) -> Visitor:
    visitor.store.feeds.add_all([feed("f", title="Harbour Wire")])
    articles = tuple(article(key, entry=entry(f"Article {key}")) for key in ("a", "b", "c"))
    visitor.store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    return visitor


async def follow(member: Member, location: str, cookies: str) -> str:
    """The page that a browser shows after a form, with its one-time message."""
    flash = cookies.partition(";")[0]
    answer = await member.get(location, headers={"cookie": f"{member.cookie}; {flash}"})
    return answer.text


async def test_a_mark_says_what_it_did_and_offers_its_undo(
    stored: Visitor, analyst: Member
) -> None:
    form = {"article": "a", "relevant": "yes", "theme": "troops", "back": "/console/?q=article",
            "note": "seen in Seoul"}  # fmt: skip
    answer = await analyst.post("/console/marks", form)
    assert answer.status == 303
    assert answer.headers["location"] == "/console/?q=article"
    page = await follow(analyst, answer.headers["location"], answer.headers["set-cookie"])
    assert "Marked 1 article relevant." in page
    assert 'action="/console/marks/undo"' in page
    (mark,) = stored.store.marks.of_articles(["a"])["a"]
    assert (mark.by, mark.themes, mark.note) == ("Mina", ("troops",), "seen in Seoul")


async def test_one_undo_takes_a_whole_selection_back(stored: Visitor, analyst: Member) -> None:
    await analyst.post("/console/marks", {"article": "a", "relevant": "yes"})
    selection = [("article", "a"), ("article", "b"), ("article", "c"), ("relevant", "no")]
    await analyst.post("/console/marks", selection)
    assert len(stored.store.marks.list()) == 3
    answer = await analyst.post("/console/marks/undo")
    assert "Took back 3 marks." in await follow(analyst, "/console/", answer.headers["set-cookie"])
    ((mark, _),) = stored.store.marks.list()
    assert mark.relevant
    await analyst.post("/console/marks/undo")
    assert stored.store.marks.list() == []
    answer = await analyst.post("/console/marks/undo")
    assert "could be undone" in await follow(analyst, "/console/", answer.headers["set-cookie"])


async def test_people_who_disagree_make_an_article_contested(
    stored: Visitor, analyst: Member, admin: Member
) -> None:
    await analyst.post("/console/marks", {"article": "a", "relevant": "yes"})
    await admin.post("/console/marks", {"article": "a", "relevant": "no"})
    page = await analyst.get("/console/articles/a")
    assert "contested" in page.text
    assert "<b>Ada</b>" in page.text
    assert "<b>Mina</b>" in page.text
    queue = (await analyst.get("/console/flagged.json?show=all&q=is:contested")).json()
    assert [item["key"] for item in queue["items"]] == ["a"]
    assert stored.store.marks.settled() == []


async def test_a_mark_on_an_article_that_was_removed_meanwhile_says_so(
    stored: Visitor, analyst: Member
) -> None:
    answer = await analyst.post("/console/marks", {"article": "gone", "relevant": "yes"})
    text = await follow(analyst, "/console/", answer.headers["set-cookie"])
    assert "no article" in text
    selection = [("article", "a"), ("article", "gone"), ("relevant", "yes")]
    answer = await analyst.post("/console/marks", selection)
    text = await follow(analyst, "/console/", answer.headers["set-cookie"])
    assert "Marked 1 article relevant. 1 was removed meanwhile." in text


async def test_nothing_selected_is_no_mark(stored: Visitor, analyst: Member) -> None:
    answer = await analyst.post("/console/marks", {"relevant": "yes"})
    text = await follow(analyst, "/console/", answer.headers["set-cookie"])
    assert "no article is selected" in text


async def test_a_viewer_can_not_mark(stored: Visitor, viewer: Member) -> None:
    answer = await viewer.post("/console/marks", {"article": "a", "relevant": "yes"})
    assert answer.status == 403
    assert stored.store.marks.list() == []

"""Tests of the page of one article over a real socket."""

from __future__ import annotations

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from tests.fakes import NOW, article, entry, feed
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

TITLE = "North Korea sends sappers to Kursk"
TEXT = "Pyongyang will send 1,000 deminers to Russia's Kursk region, Shoigu said after meeting Kim."


@pytest.fixture
def stored(visitor: Visitor) -> Visitor:
    visitor.store.feeds.add_all([feed("f", title="Harbour Wire")])
    flagged = article("abc123", entry=entry(TITLE, text=TEXT, language="en"))
    visitor.store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(flagged,))])
    return visitor


async def test_the_words_that_counted_are_marked_where_they_stand(
    stored: Visitor, analyst: Member
) -> None:
    page = await analyst.get("/console/articles/abc123")
    assert page.status == 200
    heading = page.text.partition("<h1 dir")[2].partition("</h1>")[0]
    assert "<mark title=" in heading
    assert "Why it was flagged" in page.text
    assert "at a threshold of 0." in page.text


async def test_the_page_and_the_command_show_the_same_decision(
    stored: Visitor, analyst: Member
) -> None:
    document = (await analyst.get("/console/articles/abc123.json")).json()
    assert document["title"] == TITLE
    assert document["decision"]["relevant"] is True
    assert document["marks"] == []


async def test_marks_of_all_people_are_shown_with_their_names(
    stored: Visitor, viewer: Member
) -> None:
    stored.store.marks.add(Mark(article_key="abc123", relevant=True, marked_at=NOW, by="Ada"))
    page = await viewer.get("/console/articles/abc123")
    assert "<b>Ada</b>" in page.text
    assert 'data-key="r"' not in page.text


async def test_the_article_opens_beside_the_queue_with_a_way_to_the_next_one(
    stored: Visitor, analyst: Member
) -> None:
    page = await analyst.get("/console/?open=abc123&q=kursk")
    assert 'aria-current="true"' in page.text
    assert 'href="/console/?q=kursk" data-back' in page.text

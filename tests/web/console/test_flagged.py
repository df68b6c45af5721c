"""Tests of the queue of flagged articles over a real socket."""

from __future__ import annotations

from datetime import timedelta

import feedparser
import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.publish import atom_feed
from monitor.web.console import article_lists
from monitor.web.console.flagged import COUNTS_AGE, COUNTS_GRACE
from tests.fakes import NOW, article, decision, entry, feed
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member

HOSTILE = "<img src=x onerror=alert(1)>\"'&"


@pytest.fixture
def articles(visitor: Visitor) -> Visitor:
    """Four flagged articles, one of them marked and one a copy, and one that is not flagged."""
    visitor.store.feeds.add_all([feed("f", title="Harbour Wire"), feed("g", title="Peninsula")])
    stored = (
        article("a", entry=entry("Sappers leave", language="en")),
        article("b", entry=entry("Marked already"), seen_at=NOW + timedelta(minutes=1)),
        article("c", entry=entry("러시아로", language="ko"), seen_at=NOW + timedelta(minutes=2),
                decision=decision(labels=("troops",))),
        article("d", entry=entry("Football"), decision=decision(relevant=False, score=0.01)),
    )  # fmt: skip
    copy = article("e", entry=entry("Sappers leave"), copy_key="copy-a", feed_key="g",
                   seen_at=NOW + timedelta(minutes=3))  # fmt: skip
    visitor.store.commit(
        [
            PollResult(feed_key="f", state=feed("f").poll, articles=stored),
            PollResult(feed_key="g", state=feed("g").poll, articles=(copy,)),
        ]
    )
    visitor.store.marks.add(Mark(article_key="b", relevant=True, marked_at=NOW, by="Ada"))
    return visitor


def titles(text: str) -> list[str]:
    """The headlines of a page, in order."""
    rows = text.split('<h2 dir="auto"')[1:]
    return [row.partition('<a href="')[2].partition(">")[2].partition("</a>")[0] for row in rows]


async def test_the_queue_holds_what_is_flagged_and_unmarked_newest_first_copies_folded(
    articles: Visitor, analyst: Member
) -> None:
    page = await analyst.get("/console/")
    assert page.status == 200
    assert titles(page.text) == ["러시아로", "Sappers leave"]
    assert "2 flagged articles wait for a mark." in page.text
    assert "2 outlets" in page.text


async def test_a_mark_counts_at_once_and_arrivals_within_two_minutes(
    articles: Visitor, analyst: Member
) -> None:
    assert "2 flagged articles wait" in (await analyst.get("/console/")).text
    arrival = article("z", entry=entry("Builders arrive"), seen_at=NOW + timedelta(minutes=9))
    articles.store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(arrival,))])
    page = await analyst.get("/console/")
    assert titles(page.text)[0] == "Builders arrive"
    assert "2 flagged articles wait" in page.text
    articles.clock.later(COUNTS_AGE + COUNTS_GRACE)
    assert "3 flagged articles wait" in (await analyst.get("/console/")).text
    articles.store.marks.add(Mark(article_key="z", relevant=True, marked_at=NOW, by="Ada"))
    assert "2 flagged articles wait" in (await analyst.get("/console/")).text


async def test_a_facet_narrows_the_queue_and_its_address_can_be_kept(
    articles: Visitor, analyst: Member
) -> None:
    assert titles((await analyst.get("/console/?q=lang:ko")).text) == ["러시아로"]
    everything = await analyst.get("/console/?show=all")
    assert titles(everything.text) == ["러시아로", "Marked already", "Sappers leave"]
    assert "✓ relevant" in everything.text


async def test_pages_follow_each_other_without_gap_or_repeat(
    articles: Visitor, analyst: Member
) -> None:
    first = (await analyst.get("/console/flagged.json?show=all")).json()
    assert [item["key"] for item in first["items"]] == ["c", "b", "a"]
    assert first["total"] == 3
    assert first["next"] is None
    wrong = await analyst.get("/console/?after=1-0.5-deadbeef")
    assert wrong.status == 400
    assert "no cursor of this question" in wrong.text


async def test_the_same_list_is_there_as_csv_and_atom(articles: Visitor, analyst: Member) -> None:
    table = await analyst.get("/console/flagged.csv?show=all")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 4
    document = feedparser.parse((await analyst.get("/console/flagged.atom")).body)
    assert [entry.title for entry in document.entries] == ["러시아로", "Sappers leave"]


async def test_the_table_has_every_article_however_many_pages_they_are(
    articles: Visitor, analyst: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (await analyst.get("/console/flagged.csv?show=all")).text
    monkeypatch.setattr(article_lists, "PAGE_OF_DOWNLOAD", 1)
    assert (await analyst.get("/console/flagged.csv?show=all")).text == whole
    assert (await analyst.get("/console/flagged.csv?q=(")).status == 400


async def test_the_pages_of_the_feed_lead_to_every_article(
    articles: Visitor, analyst: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atom_feed, "PAGE", 1)
    first = feedparser.parse((await analyst.get("/console/flagged.atom?show=all")).body)
    pages = [first]
    while following := [link.href for link in pages[-1].feed.links if link.rel == "next"]:
        address = following[0].removeprefix(articles.base)
        pages.append(feedparser.parse((await analyst.get(address)).body))
    assert [len(page.entries) for page in pages] == [1, 1, 1]
    assert len({page.entries[0].id for page in pages}) == 3
    assert {page.feed.id for page in pages} == {first.feed.id}


async def test_arrivals_are_announced_and_the_list_stays(
    articles: Visitor, analyst: Member
) -> None:
    answer = await analyst.get("/console/flagged/new?newest=a")
    assert "1 new" in answer.text  # the copy is no arrival
    assert (await analyst.get("/console/flagged/new?newest=c")).text.strip() == ""


async def test_an_empty_queue_says_why(visitor: Visitor, analyst: Member) -> None:
    assert "Nothing is flagged yet." in (await analyst.get("/console/")).text
    assert "No article of this view meets the filter." in (
        await analyst.get("/console/?q=lang:ko")
    ).text  # fmt: skip


async def test_a_viewer_sees_no_buttons_to_mark(articles: Visitor, viewer: Member) -> None:
    page = await viewer.get("/console/")
    assert titles(page.text)
    assert "/console/marks" not in page.text


async def test_texts_of_publishers_are_shown_as_they_are_and_run_nothing(
    visitor: Visitor, analyst: Member
) -> None:
    visitor.store.feeds.add_all([feed("f", title=HOSTILE)])
    stored = article("a", entry=entry(HOSTILE, text=HOSTILE, url="https://a.example/?a=1&b=<2>"))
    visitor.store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(stored,))])
    page = await analyst.get("/console/?open=a")
    assert page.status == 200
    assert "<img" not in page.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page.text

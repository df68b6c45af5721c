"""Tests of the place Search over a real socket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.alerts import PollResult
from tests.fakes import NOW, article, decision, entry, feed
from tests.web.conftest import Visitor
from tests.web.console.conftest import Member


@pytest.fixture
def stored(visitor: Visitor) -> Visitor:
    visitor.store.feeds.add_all([feed("f", title="Harbour Wire")])
    articles = (
        article("a", entry=entry("Sappers leave for Kursk", language="en")),
        article("b", entry=entry("북한군 파병", language="ko"), seen_at=NOW + timedelta(minutes=1)),
        article("c", entry=entry("Football"), decision=decision(relevant=False, score=0.02),
                seen_at=NOW + timedelta(minutes=2)),
    )  # fmt: skip
    visitor.store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    return visitor


@pytest.mark.parametrize(
    ("question", "headlines"),
    [
        ("kursk", ["Sappers leave for Kursk"]),
        ("북한", ["북한군 파병"]),
        ("is:rejected", ["Football"]),
        ("sappers OR football", ["Football", "Sappers leave for Kursk"]),
    ],
)
async def test_a_question_finds_flagged_and_other_articles(
    stored: Visitor, viewer: Member, question: str, headlines: list[str]
) -> None:
    page = await viewer.get("/console/search", params={"q": question})
    assert page.status == 200
    for headline in headlines:
        assert headline in page.text
    assert f"{len(headlines)} article" in page.text
    document = (await viewer.get("/console/search.json", params={"q": question})).json()
    assert [item["title"] for item in document["articles"]] == headlines


async def test_the_question_is_shown_in_words_with_facets_to_narrow_it(
    stored: Visitor, viewer: Member
) -> None:
    page = await viewer.get("/console/search", params={"q": "kursk OR 파병"})
    assert "has “kursk” or has “파병”" in page.text
    assert "q=%28kursk+OR+%ED%8C%8C%EB%B3%91%29+lang%3Ako" in page.text
    assert "Korean" in page.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("colour:red", "colour"),
        ("(kursk", "bracket"),
        ("seen:2025-13-40", "2025-13-40"),
        ("theme:arms>2", "theme"),
    ],
)
async def test_what_is_not_understood_is_refused_with_the_place(
    stored: Visitor, viewer: Member, question: str, words: str
) -> None:
    page = await viewer.get("/console/search", params={"q": question})
    assert page.status == 400
    assert words in page.text
    assert "^</pre>" in page.text
    problem = await viewer.get("/console/search.json", params={"q": question})
    assert problem.status == 400
    assert "character" in problem.json()["detail"]


async def test_an_empty_field_shows_what_can_be_asked(viewer: Member) -> None:
    page = await viewer.get("/console/search")
    assert "What a question may say" in page.text
    examples = page.text.split('<tr><td><a href="')[1:]
    for example in examples:  # every example is a question that works
        answer = await viewer.get(example.partition('"')[0].replace("&amp;", "&"))
        assert answer.status == 200


async def test_no_match_says_what_finds_more(stored: Visitor, viewer: Member) -> None:
    page = await viewer.get("/console/search", params={"q": "volcano"})
    assert "0 articles match." in page.text
    assert "Fewer conditions find more" in page.text


async def test_programs_get_the_same_list_as_csv_and_atom(stored: Visitor, analyst: Member) -> None:
    table = await analyst.get("/console/search.csv", params={"q": "kursk"})
    assert len(table.text.splitlines()) == 2
    document = await analyst.get("/console/search.atom", params={"q": "kursk"})
    assert document.headers["content-type"].startswith("application/atom+xml")
    assert "Sappers leave for Kursk" in document.text

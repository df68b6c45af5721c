"""Tests of the place Search over a real socket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.alerts import PollResult
from monitor.publish import atom_feed
from monitor.web.console import article_lists
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
        ("kursk /ro(u|te", "not closed"),
        ("kursk /ro(u|te/", "not an RE2 pattern"),
        ("/route/", "a word beside it"),
        ("saved:none", "no saved search"),
        ("w " * 249, "more than 60 terms"),
        ("((((((((((((kursk", "levels deep"),
        ("kursk OR OR", "a word is missing"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}", "no letter or digit"),
        ("🙈" * 80, "no letter or digit"),
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


async def test_the_documents_of_a_search_have_every_article_in_pages(
    stored: Visitor, analyst: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = (await analyst.get("/console/search.csv", params={"q": "since:9d"})).text
    monkeypatch.setattr(article_lists, "PAGE_OF_DOWNLOAD", 1)
    monkeypatch.setattr(atom_feed, "PAGE", 1)
    assert (await analyst.get("/console/search.csv", params={"q": "since:9d"})).text == whole
    document = await analyst.get("/console/search.atom", params={"q": "since:9d"})
    assert document.text.count("<entry") == 1
    assert 'rel="next"' in document.text


async def test_a_question_that_is_too_long_is_refused(stored: Visitor, viewer: Member) -> None:
    page = await viewer.get("/console/search", params={"q": "kursk OR " * 500 + "a"})
    assert page.status == 400
    assert "longer than 500 characters" in page.text


@pytest.mark.parametrize("cursor", ["x", "1-0.5-00000000", "9" * 400, "<script>"])
async def test_a_cursor_of_another_question_is_refused(
    stored: Visitor, viewer: Member, cursor: str
) -> None:
    parameters = {"q": "kursk", "after": cursor}
    page = await viewer.get("/console/search", params=parameters)
    assert page.status == 400
    assert "no cursor of this question" in page.text
    assert "<script>" not in page.text
    problem = await viewer.get("/console/search.json", params=parameters)
    assert problem.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("bomb", ["(s+)+$", "((a|b)*)*c", "(.*a){20}", "[a-z]{1000}{1000}"])
async def test_a_pattern_that_others_never_finish_is_answered_or_refused(
    stored: Visitor, viewer: Member, bomb: str
) -> None:
    page = await viewer.get("/console/search", params={"q": f"kursk /{bomb}/"})
    assert page.status in (200, 400)


async def test_dates_are_in_the_zone_of_the_reader_and_say_so(
    stored: Visitor, viewer: Member
) -> None:
    seoul = Member(stored, f"{viewer.cookie}; watchpost-zone=Asia/Seoul")
    page = await seoul.get("/console/search", params={"q": "seen:2025-06-17"})
    assert "seen since 2025-06-17 00:00 KST" in page.text


async def test_a_slow_question_says_what_to_do(
    stored: Visitor, viewer: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = stored.site.reading.store.search
    monkeypatch.setattr(search, "time_limit", timedelta(seconds=-1))
    feed_of_many = [article(f"m{number}", entry=entry("Kursk")) for number in range(300)]
    poll = PollResult(feed_key="f", state=feed("f").poll, articles=tuple(feed_of_many))
    stored.store.commit([poll])
    page = await viewer.get("/console/search", params={"q": "is:copied -kursk"})
    assert page.status == 400
    assert "took longer than" in page.text
    assert "add a word" in page.text

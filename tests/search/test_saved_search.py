"""Saved searches as part of questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.search.fields import ParseContext
from monitor.search.grammar import parse, parse_in
from monitor.search.question import QuestionError
from monitor.search.saved_search import SavedSearch, by_folded_name, saved_key

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)


def saved(name: str, question: str, zone: str = "UTC") -> SavedSearch:
    return SavedSearch(
        name=name, question=question, zone=zone, saved_by="Mina", created_at=NOW, changed_at=NOW
    )


def context(*searches: SavedSearch) -> ParseContext:
    return ParseContext(NOW, UTC, by_folded_name(searches))


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("saved:arms -lang:ru", "(theme:arms OR sappers) -lang:ru"),
        ("-SAVED:Arms", "-(theme:arms OR sappers)"),
        ('a OR saved:"North East"', "a OR ((theme:arms OR sappers) kursk)"),
    ],
)
def test_a_saved_search_stands_for_its_conditions(question: str, plain: str):
    searches = context(
        saved("arms", "theme:arms OR sappers sort:old"), saved("North East", "saved:arms kursk")
    )
    assert parse_in(question, searches) == parse(plain, NOW)


def test_its_dates_are_of_its_own_zone():
    seoul = saved("june", "seen:2025-06-17", "Asia/Seoul")
    question = parse_in("saved:june", context(seoul))
    assert question == parse("seen:2025-06-17", NOW, ZoneInfo("Asia/Seoul"))
    assert replace(seoul, zone="No/Where").dates_zone is UTC


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("saved:arm", "no saved search 'arm': did you mean arms?"),
        ("kursk saved:itself", "'itself' is part of its own question"),
        ("saved:one", "'one' is part of its own question"),
        ("saved:broken", "'broken' can't be used, because no field 'colour'"),
        ("saved:all", "'all' finds every article"),
        ("saved:", "needs a value"),
    ],
)
def test_what_can_not_be_used_is_refused_with_its_place(question: str, words: str):
    searches = context(
        saved("arms", "theme:arms"), saved("itself", "a saved:itself"), saved("one", "saved:two"),
        saved("two", "saved:one"), saved("broken", "colour:red"), saved("all", "sort:old"),
    )  # fmt: skip
    with pytest.raises(QuestionError) as refused:
        parse_in(question, searches)
    assert words in refused.value.fault


def test_saved_searches_do_not_add_up_beyond_the_limit_of_terms():
    many = saved("many", " OR ".join(f"w{number}" for number in range(40)))
    with pytest.raises(QuestionError, match="more than 60 terms"):
        parse_in("saved:many saved:many", context(many))


def test_without_saved_searches_the_field_says_so():
    with pytest.raises(QuestionError, match="there are none yet"):
        parse("saved:arms", NOW)


def test_case_does_not_make_another_name():
    assert saved("Arms", "a").key == saved_key("ARMS")

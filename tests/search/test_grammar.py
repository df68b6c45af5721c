"""The grammar reads every question, or refuses it with its place; nothing is ignored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.search.description import describe
from monitor.search.grammar import DEEPEST, MOST_TERMS, parse
from monitor.search.lexer import LONGEST_QUESTION
from monitor.search.question import (
    AllOf,
    AnyOf,
    ArticleState,
    Comparison,
    InState,
    InStory,
    Language,
    NamesClaimant,
    Not,
    OfTheme,
    Period,
    Question,
    QuestionError,
    Score,
    Sort,
    StatesFigure,
    ThemeProbability,
    Where,
    Words,
)
from tests.search.questions import PIECES

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def day(month: int, number: int) -> datetime:
    return datetime(2025, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "tree"),
    [
        ("", None),
        ("kursk", Words("kursk")),
        ("sapper*", Words("sapper", any_ending=True)),
        ('"kim jong*"', Words("kim jong", any_ending=True)),
        ("“a b”", Words("a b")),
        ("a (-b)", AllOf((Words("a"), Not(Words("b"))))),
        ("a b OR c", AnyOf((AllOf((Words("a"), Words("b"))), Words("c")))),
        ("a AND (b OR c)", AllOf((Words("a"), AnyOf((Words("b"), Words("c")))))),
        ("a -b NOT c", AllOf((Words("a"), Not(Words("b")), Not(Words("c"))))),
        ("Jong-un", Words("Jong-un")),
        ("title:(a OR b)", AnyOf((Words("a", Where.TITLE), Words("b", Where.TITLE)))),
        ("author:kim", Words("kim", Where.AUTHOR)),
        ("theme:arms", OfTheme("arms")),
        ("story:0A1b2c", InStory("0a1b2c")),
        ("story:0a1b", InStory("0a1b")),
        ("figure:killed", StatesFigure("killed")),
        ('claimant:"Spy agency"', NamesClaimant("spy agency")),
        ("theme:arms>=0.4", ThemeProbability("arms", Comparison.AT_LEAST, 0.4)),
        ("lang:ru,UK", AnyOf((Language("ru"), Language("uk")))),
        ("score<0.5", Score(Comparison.BELOW, 0.5)),
        ("is:flagged", InState(ArticleState.FLAGGED)),
        ("seen:2025-06", Period("seen", day(6, 1), day(7, 1))),
        ("published:2025-06-01..06-15", Period("published", day(6, 1), day(6, 16))),
        ("seen:2025-06-01..", Period("seen", day(6, 1), None)),
        ("since:7d", Period("seen", NOW - 7 * DAY, None)),
        ("before:2025-06-17T12", Period("seen", None, NOW)),
    ],
)
def test_a_question_becomes_a_tree(question: str, tree: object):
    assert parse(question, NOW) == Question(tree)


def test_the_order_stands_beside_the_tree():
    assert parse("a sort:score b", NOW).sort is Sort.SCORE
    assert parse("sort:old", NOW) == Question(None, Sort.OLD)


def test_dates_are_of_the_zone_of_the_reader():
    tree = parse("seen:2025-06-17", NOW, ZoneInfo("Asia/Seoul")).tree
    assert tree == Period("seen", day(6, 17) - 9 * timedelta(hours=1), day(6, 18) - 9 * DAY / 24)


@pytest.mark.parametrize(
    ("question", "place", "words"),
    [
        ("foo:bar", 0, "no field 'foo'"),
        ("a tehme:arms", 2, "did you mean theme?"),
        ("https://example.org", 0, "quote what is no field"),
        ("is:flaged", 3, "did you mean flagged?"),
        ("is:disputed", 3, "not known"),
        ("reason:magic", 7, "there are"),
        ("a (b", 2, "not closed"),
        ("a)", 1, "not opened"),
        ("()", 1, "a word is missing"),
        ("a OR", 4, "a word is missing"),
        ("OR a", 0, "a word is missing"),
        ("-", 1, "a word is missing"),
        ('a "b', 2, "not closed"),
        ('""', 0, "no letter or digit"),
        ("a — b", 2, "no letter or digit"),
        ("*", 0, "no letter or digit"),
        ("a*b", 0, "a star stands only at the end"),
        ("/a.*/", 0, "needs a word beside it"),
        ("theme:arms (a OR -b) /x/", 21, "needs a word beside it"),
        ("a /x", 2, "this pattern is not closed"),
        (r"a /x\/", 2, "this pattern is not closed"),
        ("a / /", 2, "an empty pattern"),
        ("a title:(b /x/)", 11, "no pattern may stand"),
        ("a near:2", 7, "0 to 1"),
        ("figure:killed>many", 7, "is no number"),
        ("figure:a?b>5", 7, "is no kind"),
        ("title: a", 0, "without a space"),
        ("lang:(ru)", 0, "needs a value"),
        ("lang:ru,", 5, "beside a comma"),
        ("title:(a lang:ru)", 9, "no field may stand"),
        ("seen:2025-02-30", 5, "no date"),
        ("seen:yesterday", 5, "no date"),
        ("seen:2025-06..2025-05", 5, "ends before it begins"),
        ("since:soon", 6, "no time"),
        ("since:99999w", 6, "before the year"),
        ("score:0.5", 6, "write score>"),
        ("score>2", 6, "0 to 1"),
        ("score>nan", 6, "0 to 1"),
        ("lang>ru", 0, "not compared"),
        ("theme:'x'>0.1", 6, "no theme"),
        ("story:kursk", 6, "no story"),
        ("story:0a1", 6, "write its key or 4 digits of it"),
        ("sort:random", 5, "no order"),
        ("(sort:new)", 6, "outside of brackets"),
        ("sort:new sort:old", 14, "once"),
        ("-sort:new", 6, "outside of brackets"),
        ("(" * DEEPEST + "lang:ru,uk" + ")" * DEEPEST, DEEPEST + 5, "levels deep"),
        ("a OR sort:new", 0, "no alternative"),
        ("a\x00b", 1, "unprintable"),
        ("a\ud800b", 1, "unprintable"),
        ("a" * (LONGEST_QUESTION + 1), LONGEST_QUESTION, "longer than"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), DEEPEST, "levels deep"),
        ("-" * (DEEPEST + 1) + "a", DEEPEST, "levels deep"),
        ("a " * (MOST_TERMS + 1), 2 * (MOST_TERMS + 1), "terms"),
        ("북" * 100, 0, "shorten"),
    ],
)
def test_what_is_no_question_is_refused_with_its_place(question: str, place: int, words: str):
    with pytest.raises(QuestionError) as refused:
        parse(question, NOW)
    assert words in str(refused.value)
    assert refused.value.place == place


@given(st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_text_is_a_question_or_refused(text: str):
    place = 0
    try:
        assert describe(parse(text, NOW))
    except QuestionError as refused:
        place = refused.place
    assert 0 <= place <= len(text)

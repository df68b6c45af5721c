"""A question in its canonical writing."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.search.grammar import parse
from monitor.search.lexer import LONGEST_QUESTION
from monitor.search.question import Comparison, InStory, QuestionError, Score, Words
from monitor.search.written import canonical, field_name
from tests.search.questions import PIECES
from tests.store.builders import NOW


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("theme:arms  score>.70 -lang:ru", "theme:arms score>0.7 -lang:ru"),
        ('"north korea" AND Jong-un', '"north korea" Jong-un'),
        ('"OR" title:"NOT"', '"OR" title:"NOT"'),
        ("a (b OR c) sapper*", "a (b OR c) sapper*"),
        ('feed:"harbour wire" site:a.example', 'feed:"harbour wire" site:a.example'),
        ("lang:ru,uk sort:old", "lang:ru OR lang:uk sort:old"),
        (r"kursk -/r[ou]\/te b/", r"kursk -/r[ou]\/te b/"),
        ("near:.10 figure:killed>=500", "near:0.1 figure:killed>=500"),
        ("published:2025-06", "published:2025-06-01T00:00:00..2025-06-30T23:59:59"),
    ],
)  # fmt: skip
def test_a_question_has_one_way_of_writing(question: str, written: str):
    assert canonical(parse(question, NOW)) == written


def test_a_condition_is_written_by_its_field():
    assert field_name(InStory("0a1b2c")) == "story"
    assert field_name(Score(Comparison.ABOVE, 0.5)) == field_name(Words("a")) == ""


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_the_canonical_form_is_the_same_question(text: str):
    try:
        question = parse(text, NOW)
    except QuestionError:
        assume(False)
    written = canonical(question)
    assume(len(written) <= LONGEST_QUESTION)
    assert parse(written, NOW) == question
    assert canonical(parse(written, NOW)) == written

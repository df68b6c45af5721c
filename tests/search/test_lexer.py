"""The pieces of a question, and where they begin."""

from __future__ import annotations

from monitor.search.lexer import LexemeKind, lexemes


def test_a_question_is_cut_into_pieces():
    pieces = [
        (piece.kind.value, piece.text, piece.place) for piece in lexemes('-a title:"b c" OR (d)')
    ]
    assert pieces == [
        ("NOT", "-", 0), ("word", "a", 1), ("field", "title", 3), ("quoted", "b c", 9),
        ("OR", "OR", 15), ("(", "(", 18), ("word", "d", 19), (")", ")", 20), ("end", "", 21),
    ]  # fmt: skip


def test_the_value_of_a_field_is_no_operator_and_no_field():
    name, value, _ = lexemes("feed:a:b")
    assert (name.kind, value.text, value.is_glued) == (LexemeKind.FIELD, "a:b", True)
    assert lexemes("rule:-x")[1].text == "-x"
    assert lexemes("rule:OR")[1].kind is LexemeKind.WORD


def test_a_pattern_stands_between_slashes_and_may_hold_anything():
    pieces = [(piece.kind, piece.text) for piece in lexemes(r"-/(a|b) \/ -\"c:d/ e/f")]
    assert pieces[:3] == [
        (LexemeKind.NOT, "-"),
        (LexemeKind.PATTERN, r"(a|b) \/ -\"c:d"),
        (LexemeKind.WORD, "e/f"),
    ]
    assert lexemes("rule:/x")[1].kind is LexemeKind.WORD

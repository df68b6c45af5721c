"""The tree of a question: its leaves, and an error that points at the place."""

from __future__ import annotations

from monitor.search.question import (
    AllOf,
    AnyOf,
    Not,
    OfTheme,
    QuestionError,
    QuestionTooSlow,
    Words,
    leaves,
    narrows,
)


def test_leaves_come_from_left_to_right():
    tree = AllOf((Words("a"), Not(AnyOf((Words("b"), Words("c"))))))
    assert [leaf.words for leaf in leaves(tree) if isinstance(leaf, Words)] == ["a", "b", "c"]
    assert list(leaves(None)) == []


def test_an_error_points_at_its_place():
    assert str(QuestionError("a )", 2, "wrong")) == "search, character 3: wrong\n  a )\n    ^"


def test_words_narrow_a_question_unless_they_are_optional_or_excluded():
    word, excluded = Words("a"), Not(Words("b"))
    theme = OfTheme("arms")
    assert narrows(word)
    assert narrows(AllOf((theme, excluded, word)))
    assert narrows(AnyOf((word, AllOf((theme, word)))))
    assert not narrows(AnyOf((word, theme)))
    assert not narrows(AllOf((theme, excluded)))
    assert not narrows(None)


def test_a_slow_question_says_what_to_do():
    assert "longer than 2 s: add a word" in str(QuestionTooSlow(2.0))

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
    required_words,
)


def test_leaves_come_from_left_to_right():
    tree = AllOf((Words("a"), Not(AnyOf((Words("b"), Words("c"))))))
    assert [leaf.words for leaf in leaves(tree) if isinstance(leaf, Words)] == ["a", "b", "c"]
    assert list(leaves(None)) == []


def test_an_error_points_at_its_place():
    assert str(QuestionError("a )", 2, "wrong")) == "search, character 3: wrong\n  a )\n    ^"


def test_the_words_that_every_answer_has_narrow_a_question():
    word, other, excluded = Words("a"), Words("c"), Not(Words("b"))
    theme = OfTheme("arms")
    assert required_words(word) == word
    assert required_words(AllOf((theme, excluded, word))) == AllOf((word,))
    either = AnyOf((other, AllOf((theme, word))))
    assert required_words(AllOf((either, theme))) == AllOf((AnyOf((other, AllOf((word,)))),))
    assert required_words(AnyOf((word, theme))) is None
    assert required_words(AllOf((theme, excluded))) is None
    assert required_words(None) is None


def test_a_slow_question_says_what_to_do():
    assert "longer than 2 s: add a word" in str(QuestionTooSlow(2.0))

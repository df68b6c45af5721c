"""The tree of a question: its leaves, and an error that points at the place."""

from __future__ import annotations

from monitor.search.question import AllOf, AnyOf, Not, QuestionError, Words, leaves


def test_leaves_come_from_left_to_right():
    tree = AllOf((Words("a"), Not(AnyOf((Words("b"), Words("c"))))))
    assert [leaf.words for leaf in leaves(tree) if isinstance(leaf, Words)] == ["a", "b", "c"]
    assert list(leaves(None)) == []


def test_an_error_points_at_its_place():
    assert str(QuestionError("a )", 2, "wrong")) == "search, character 3: wrong\n  a )\n    ^"

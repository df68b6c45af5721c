"""Tests of texts in weighted pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.model.marked_text import MarkedPiece, marked_pieces


def test_words_with_weight_stand_between_those_without() -> None:
    assert marked_pieces(
        "sappers in Kursk now", [(0, 7, 1.5), (11, 16, -0.5)], start=0, end=20
    ) == (
        MarkedPiece("sappers", 1.5),
        MarkedPiece(" in ", 0.0),
        MarkedPiece("Kursk", -0.5),
        MarkedPiece(" now", 0.0),
    )


def test_a_span_across_the_end_is_cut_there() -> None:
    assert marked_pieces("headline\ntext", [(4, 11, 1.0)], start=0, end=8) == (
        MarkedPiece("head", 0.0),
        MarkedPiece("line", 1.0),
    )


@given(
    st.text(max_size=30), st.lists(st.tuples(st.integers(0, 35), st.integers(0, 35)), max_size=4)
)
def test_the_pieces_joined_are_the_text(text: str, bounds: list[tuple[int, int]]) -> None:
    spans = [(start, end, 1.0) for start, end in sorted(bounds)]
    pieces = marked_pieces(text, spans, start=0, end=len(text))
    assert "".join(piece.text for piece in pieces) == text

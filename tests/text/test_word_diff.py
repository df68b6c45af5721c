"""Tests of the word diff."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.word_diff import LONGEST, Change, DiffPiece, word_diff


def test_added_and_removed_words_stand_where_they_were() -> None:
    assert word_diff("Kim sends 1,000 men", "Kim sends 6,000 men") == (
        DiffPiece("Kim sends ", Change.SAME),
        DiffPiece("1,000 ", Change.REMOVED),
        DiffPiece("6,000 ", Change.ADDED),
        DiffPiece("men", Change.SAME),
    )


def test_texts_without_spaces_are_compared_sign_by_sign() -> None:
    pieces = word_diff("北朝鮮が派兵", "北朝鮮が撤兵")
    assert [piece.text for piece in pieces if piece.change is Change.ADDED] == ["撤"]


def test_the_end_of_a_very_long_text_is_kept() -> None:
    newer = "word " * LONGEST
    assert "".join(piece.text for piece in word_diff("", newer)) == newer


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_make_both_texts_again(older: str, newer: str) -> None:
    pieces = word_diff(older, newer)
    shown = [piece for piece in pieces if piece.change is not Change.REMOVED]
    assert "".join(piece.text for piece in shown) == newer
    before = [piece for piece in pieces if piece.change is not Change.ADDED]
    assert "".join(piece.text for piece in before) == older

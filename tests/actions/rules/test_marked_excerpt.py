"""The words of a rule are marked where they stand."""

from __future__ import annotations

from monitor.actions.rules.marked_excerpt import Piece, marked_excerpt


def test_words_are_marked_and_the_text_is_cut_around_the_first():
    text = "x" * 200 + " the  Kursk region, Kursk " + "y" * 300
    excerpt = marked_excerpt("To Kursk", text, ["Kursk", "the Kursk"])
    assert excerpt.title == (Piece("To "), Piece("Kursk", is_hit=True))
    marked = [piece.text for piece in excerpt.text if piece.is_hit]
    assert marked == ["the  Kursk", "Kursk"]
    whole = "".join(piece.text for piece in excerpt.text)
    assert whole.startswith("…x")
    assert whole.endswith("y…")
    assert len(whole) < 250


def test_without_words_the_beginning_is_shown():
    excerpt = marked_excerpt("", "a" * 500, [""])
    assert excerpt.title == ()
    assert excerpt.text == (Piece("a" * 240 + "…"),)

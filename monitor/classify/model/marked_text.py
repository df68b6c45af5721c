"""Marked text: an article's headline and opening in pieces, each with its weight for the score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """Words in a row, and what they did to the score."""

    text: str
    weight: float  # log-odds; 0: they did nothing worth showing


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """The judged part of an article, whole: the texts of the pieces joined are what was judged."""

    title: tuple[MarkedPiece, ...]
    opening: tuple[MarkedPiece, ...]

    @property
    def opening_text(self) -> str:
        """The opening without its weights."""
        return "".join(piece.text for piece in self.opening)


def marked_pieces(
    text: str, spans: Iterable[tuple[int, int, float]], *, start: int, end: int
) -> tuple[MarkedPiece, ...]:
    """The part of `text` from `start` to `end` in pieces.

    `spans` are start, end (offsets in `text`) and weight, in order and without overlaps.
    """
    pieces: list[MarkedPiece] = []
    position = start
    for span_start, span_end, weight in spans:
        begin, stop = max(span_start, position), min(span_end, end)
        if begin >= stop:
            continue
        if begin > position:
            pieces.append(MarkedPiece(text[position:begin], 0.0))
        pieces.append(MarkedPiece(text[begin:stop], weight))
        position = stop
    if position < end:
        pieces.append(MarkedPiece(text[position:end], 0.0))
    return tuple(pieces)

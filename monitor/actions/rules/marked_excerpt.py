"""Marked excerpt: where the words of a rule stand in a headline and in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_AROUND = 90  # characters of the text on both sides of the first word
_LONGEST = 240  # characters of a text without such a word


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `is_hit`: words that a rule matched."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedExcerpt:
    """A headline, and the part of the text in which the first of the words stands."""

    title: tuple[Piece, ...]
    text: tuple[Piece, ...]


def marked_excerpt(title: str, text: str, words: Iterable[str]) -> MarkedExcerpt:
    """Mark these words, as they are written, in the headline and in a part of the text."""
    pattern = _pattern(words)
    return MarkedExcerpt(
        title=tuple(_pieces(title, pattern)), text=tuple(_pieces(_part(text, pattern), pattern))
    )


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted({word for word in words if word}, key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, word.split())) for word in longest_first)
    alternatives = "|".join(part for part in spaced if part)
    return re.compile(alternatives) if alternatives else None


def _part(text: str, pattern: re.Pattern[str] | None) -> str:
    match = pattern.search(text) if pattern else None
    if match is None:
        return text[:_LONGEST] + ("…" if len(text) > _LONGEST else "")
    start, end = max(0, match.start() - _AROUND), match.end() + _AROUND
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")


def _pieces(text: str, pattern: re.Pattern[str] | None) -> Iterator[Piece]:
    position = 0
    for match in pattern.finditer(text) if pattern else ():
        if match.start() > position:
            yield Piece(text[position : match.start()])
        yield Piece(match[0], is_hit=True)
        position = match.end()
    if position < len(text):
        yield Piece(text[position:])

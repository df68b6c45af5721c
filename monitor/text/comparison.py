"""Text comparison: case folding, tokens, shingles and overlap, without regard to punctuation.

A token is a word, or a single character in scripts that are written without spaces between words
(Chinese, Japanese) or with varying spaces (Korean).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from monitor.domain.keys import key_of

Tokens = Sequence[str]
Terms = set[tuple[str, ...]]  # runs of tokens

_DENSE = (  # Hangul, kana, Chinese characters
    r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_UNITS = re.compile(rf"[{_DENSE}]|[^\W_{_DENSE}]+")
_THOUSANDS = re.compile(r"(?<=\d)[,.\u00a0\u202f'](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+")


def folded(text: str) -> str:
    """Case folded, compatibility characters (NFKC) and runs of white space made the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def wording_key(title: str, text: str) -> str:
    """16 hexadecimal digits that change when a reader would see another headline or text."""
    return key_of("wording", folded(title), folded(text))[:16]


def tokens(text: str) -> Tokens:
    """The tokens of a text, folded; thousands separators are dropped: "1,000" is "1000"."""
    matches: list[str] = _UNITS.findall(_THOUSANDS.sub("", folded(text)))
    return matches


def numbers(units: Tokens) -> frozenset[str]:
    """The numbers in the tokens: reports with different numbers are not copies."""
    return frozenset(_NUMBER.findall(" ".join(units)))


def shingles(units: Tokens, size: int) -> Terms:
    """Every run of `size` tokens; a shorter text is a single one."""
    if len(units) <= size:
        return {tuple(units)} if units else set()
    return {tuple(units[start : start + size]) for start in range(len(units) - size + 1)}


def terms(units: Tokens) -> Terms:
    """The tokens that carry meaning: numbers, and the first five letters of words of four or more,
    so that endings do not matter; in scripts without spaces, pairs of characters.
    """
    if is_dense(units):
        return shingles(units, 2)
    return {(unit[:5],) for unit in units if len(unit) > 3 or unit.isdigit()}


def overlap(first: Terms, second: Terms) -> float:
    """The share (0 to 1) of the terms of the text with fewer that the other has too."""
    return len(first & second) / max(1, min(len(first), len(second)))


def for_script(units: Tokens, choice: tuple[int, int]) -> int:
    """The first of the two for text in words, the second for text in single characters."""
    return choice[is_dense(units)]


def is_dense(units: Tokens) -> bool:
    """Whether the tokens are single characters: shorter than two on average."""
    return sum(map(len, units)) < 2 * len(units)

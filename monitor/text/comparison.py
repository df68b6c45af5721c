"""What does a text say, whatever its case, width, spacing and punctuation?  Units and shingles.

A unit is a word, or a single character in scripts that are written without spaces between words
(Chinese, Japanese) or with spaces that vary (Korean).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from monitor.domain.keys import key_of

Tokens = Sequence[str]

_DENSE = (  # Hangul, kana, Chinese characters
    r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7af\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_UNITS = re.compile(rf"[{_DENSE}]|[^\W_{_DENSE}]+")
_THOUSANDS = re.compile(r"(?<=\d)[,.\u00a0\u202f'](?=\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+")


def folded(text: str) -> str:
    """Case, width and white space folded, as a reader hears it."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def wording_key(title: str, text: str) -> str:
    """Changes when a reader would see another headline or text; 16 hexadecimal digits."""
    return key_of("wording", folded(title), folded(text))[:16]


def tokens(text: str) -> Tokens:
    """The words, or characters, of a text; thousands are joined: "1,000" is "1000"."""
    found: list[str] = _UNITS.findall(_THOUSANDS.sub("", folded(text)))
    return found


def numbers(found: Tokens) -> frozenset[str]:
    """The figures among the units: two reports that give different ones are not the same."""
    return frozenset(number for unit in found for number in _NUMBER.findall(unit))


def shingles(found: Tokens, size: int) -> set[tuple[str, ...]]:
    """Every run of `size` units; of a shorter text all of it as one."""
    if len(found) <= size:
        return {tuple(found)} if found else set()
    return {tuple(found[at : at + size]) for at in range(len(found) - size + 1)}


def terms(found: Tokens) -> set[tuple[str, ...]]:
    """What carries the meaning: words of four letters or more, by their beginnings, so that
    endings do not matter, and figures; in dense scripts pairs of characters.
    """
    if is_dense(found):
        return shingles(found, 2)
    return {(unit[:5],) for unit in found if len(unit) > 3 or unit.isdigit()}


def overlap(one: Tokens, other: Tokens) -> float:
    """Of the terms of the text with fewer, the share that the other has; 0 when one has none."""
    first, second = terms(one), terms(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def for_script(found: Tokens, choice: tuple[int, int]) -> int:
    """The first for text in words, the second for text in single characters."""
    return choice[is_dense(found)]


def is_dense(found: Tokens) -> bool:
    """Are they characters rather than words?  Then they are shorter than two on average."""
    return sum(map(len, found)) < 2 * len(found)

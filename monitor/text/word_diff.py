"""Word diff of two versions of a text: what stayed, what was added, what was removed."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from difflib import SequenceMatcher

# A word with the space after it; a sign of Chinese, Japanese or Korean is a word of its own.
_WORDS = re.compile(r"[　-鿿가-힣豈-﫿]|[^\s　-鿿가-힣豈-﫿]+\s*|\s+")
# Longer texts are compared in their beginning; the rest is shown as it is now.
LONGEST = 20_000


class Change(enum.StrEnum):
    """What became of some words from the older version to the newer one."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """Words in a row with the same fate."""

    text: str
    change: Change


def word_diff(older: str, newer: str) -> tuple[DiffPiece, ...]:
    """The newer text in pieces, with the removed words of the older one where they stood."""
    before, after = _words(older), _words(newer)
    pieces: list[DiffPiece] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        removed, added = "".join(before[start:end]), "".join(after[new_start:new_end])
        if removed == added:
            pieces.append(DiffPiece(added, Change.SAME))
            continue
        if removed:
            pieces.append(DiffPiece(removed, Change.REMOVED))
        if added:
            pieces.append(DiffPiece(added, Change.ADDED))
    if rest := newer[LONGEST:]:
        pieces.append(DiffPiece(rest, Change.SAME))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text[:LONGEST])

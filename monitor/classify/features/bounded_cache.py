"""What was found out about a word, so that it need not be found out again: within bounds."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")

MAX_WORDS = 50_000  # words: more than the news of a day have
# Letters.  What is longer is no word that comes again, but a sentence of a script without spaces,
# or somebody who wants our memory.
MAX_LETTERS = 40


def cache_word(seen: dict[str, T], word: str, found: T, *, most: int = MAX_WORDS) -> None:
    """Keep it in `seen`; when that is full, all begins anew."""
    if len(word) > MAX_LETTERS:
        return
    if len(seen) >= most:
        seen.clear()
    seen[word] = found

"""Bounded cache: remembers the result for a word, within limits of number and length."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")

MAX_WORDS = 50_000  # more than a day's news contains
# Letters.  Longer strings are not words that occur again, but sentences of a script without spaces
# or an attempt to use up memory.
MAX_LETTERS = 40


def cache_word(cache: dict[str, T], word: str, value: T, *, max_words: int = MAX_WORDS) -> None:
    """Store the value for a word; a full cache is emptied first."""
    if len(word) > MAX_LETTERS:
        return
    if len(cache) >= max_words:
        cache.clear()
    cache[word] = value

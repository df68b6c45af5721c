"""Held-out marks: one headline in five is never trained on, so that packs are compared by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from monitor.domain.keys import key_of
from monitor.text.comparison import folded

HELD_OUT = 5  # one in so many headlines

Marked = TypeVar("Marked")


def is_held_out(title: str) -> bool:
    """Whether a headline is for comparison; the same in every training."""
    return int(key_of("held out", folded(title)), 16) % HELD_OUT == 0


def with_distinct_titles(titled: Iterable[tuple[str, Marked]]) -> Iterator[tuple[str, Marked]]:
    """Of pairs with equal headlines the first one, because copies of a text teach once."""
    headlines: set[str] = set()
    for title, marked in titled:
        headline = folded(title)
        if headline not in headlines:
            headlines.add(headline)
            yield title, marked

"""Fingerprints: numbers by which the copies of a text are found, by winnowing.

They are computed for all texts of a commit at once, which costs a fraction of one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from monitor.articles import near_duplicates
from monitor.articles.near_duplicates import LONGEST_COMPARED, ComparableText
from monitor.text import comparison
from monitor.text.comparison import Tokens

# Winnowing (Schleimer, Wilkerson, Aiken 2003): the least of every _WINDOW shingles in a row is a
# fingerprint, so that texts with a run of _PRINTED + _WINDOW - 1 tokens in common, wherever it is,
# have one in common, and those with a run of 15 words or 38 characters two.  The first of each pair
# is for words, the second for characters of scripts without spaces.
_PRINTED = (4, 7)
_WINDOW = (6, 16)

_BASE = 0x9E3779B97F4A7C15  # odd, with well-mixed bits
_64_BITS = (1 << 64) - 1
_MOST_CODES = 50_000  # words that are remembered with their checksum

Hashes = NDArray[np.uint64]


def fingerprints(texts: Sequence[ComparableText]) -> list[tuple[int, ...]]:
    """Of each text the numbers by which its copies are found: of a telling headline, of the lead.

    Equal headlines have one in common.  Leads with a run of 15 different words in common (38
    characters in scripts without spaces) have two.
    """
    of_leads: list[list[int]] = [[] for _ in texts]
    with_lead = [
        place for place, text in enumerate(texts) if not near_duplicates.is_headline_only(text)
    ]
    for dense in (False, True):
        places = [place for place in with_lead if comparison.is_dense(texts[place].lead) == dense]
        leads = [texts[place].lead for place in places]
        for place, numbers in zip(places, _winnowed(leads, dense=dense), strict=True):
            of_leads[place] = numbers
    return [
        tuple(dict.fromkeys((*_of_headline(text), *numbers)))
        for text, numbers in zip(texts, of_leads, strict=True)
    ]


def _of_headline(text: ComparableText) -> tuple[int, ...]:
    """An odd number of a telling headline; those of leads are even."""
    if not near_duplicates.has_telling_headline(text):
        return ()
    octets = " ".join(text.headline).encode("utf-8", "surrogatepass")
    number = crc32(octets) << 32 | crc32(octets[::-1])
    mixed = ((number ^ number >> 31) * _BASE) & _64_BITS
    return ((mixed ^ mixed >> 29) >> 1 | 1,)


def _winnowed(leads: Sequence[Tokens], *, dense: bool) -> list[list[int]]:
    """Of each lead the least of every window of its run hashes; of fewer, the least of all."""
    if not leads:
        return []
    length, window = _PRINTED[dense], _WINDOW[dense]
    sizes = [len(lead) for lead in leads]
    # a lead whose first words are dense is cut as such, and may hold more tokens than its kind has
    longest = max(LONGEST_COMPARED[dense], *sizes)
    codes = np.zeros((len(leads), longest), dtype=np.uint64)
    for row, lead in zip(codes, leads, strict=True):
        row[: len(lead)] = [_code(token) for token in lead]
    hashes = _run_hashes(codes, length)
    counts = np.array(sizes)[:, None] - (length - 1)
    # beyond the end of a lead nothing is least
    hashes[np.arange(hashes.shape[1]) >= counts] = np.iinfo(np.uint64).max
    least = np.lib.stride_tricks.sliding_window_view(hashes, window, axis=1).min(axis=2)
    windows = np.maximum(counts[:, 0] - (window - 1), 1).tolist()
    return [row[:count].tolist() for row, count in zip(least, windows, strict=True)]


def _run_hashes(codes: Hashes, length: int) -> Hashes:
    """The hash of every run of `length` codes in each row, modulo 2**64: an even number."""
    width = codes.shape[1] - length + 1
    number = np.zeros((len(codes), width), dtype=np.uint64)
    for offset in range(length):
        number = number * np.uint64(_BASE) + codes[:, offset : offset + width]
    # spread over 63 bits, so that each of some numbers may be the least
    mixed = (number ^ number >> np.uint64(31)) * np.uint64(_BASE)
    hashes: Hashes = (mixed ^ mixed >> np.uint64(29)) >> np.uint64(1) & ~np.uint64(1)
    return hashes


@lru_cache(maxsize=_MOST_CODES)
def _code(token: str) -> int:
    """A checksum of a token, the same on every machine."""
    return crc32(token.encode("utf-8", "surrogatepass"))

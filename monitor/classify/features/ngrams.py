"""Text to numbers: words, pairs of words and runs of characters, weighted by rarity (TF-IDF)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"[^\W_{_HANGUL}{_HAN}]+|[{_HANGUL}]+|([{_HAN}]+)")
# The same for a text without a sign of Han or kana, as most are; nothing in it is to be paired.
_SPACED = re.compile(rf"[^\W_{_HANGUL}{_HAN}]+|[{_HANGUL}]+")
_DENSE = re.compile(rf"[{_HAN}]")
_SHORTEST, _LONGEST = 2, 5  # characters in a run

Grams = Callable[[str], list[str]]


def word_spans(folded: str) -> list[tuple[int, int]]:
    """Where words stand; a stretch of Han or kana gives its pairs of characters."""
    found = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        if match[1] and end - start > 2:
            found += [(place, place + 2) for place in range(start, end - 1)]
        else:
            found.append((start, end))
    return found


def word_ngrams(folded: str) -> list[str]:
    """Every word, and every two in a row."""
    if _DENSE.search(folded):
        single = [folded[start:end] for start, end in word_spans(folded)]
    else:
        single = _SPACED.findall(folded)
    return single + [f"{left} {right}" for left, right in pairwise(single)]


def character_ngrams_of_word(word: str) -> list[str]:
    """Every run of 2 to 5 characters of one word with a space on either side."""
    padded = f" {word} "
    size = len(padded)
    return [
        padded[place : place + length]
        for length in range(_SHORTEST, min(_LONGEST, size) + 1)
        for place in range(size - length + 1)
    ]


def character_ngrams(folded: str) -> list[str]:
    """Every run of characters, word by word."""
    return [run for word in folded.split() for run in character_ngrams_of_word(word)]


class Vocabulary:
    """Which n-grams count, and how rare each is."""

    def __init__(self, names: Sequence[str], idf: NDArray[np.float32]) -> None:
        self.names = tuple(names)
        self.idf = idf
        self.index = {name: place for place, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def places(self, grams: Iterable[str]) -> list[int]:
        """The places of the n-grams that are known, repeats kept."""
        index = self.index
        return [index[gram] for gram in grams if gram in index]


def fit_vocabulary(documents: Iterable[Sequence[str]], *, at_least: int) -> Vocabulary:
    """The n-grams that `at_least` so many documents contain, in a fixed order."""
    counts: Counter[str] = Counter()
    total = 0
    for grams in documents:
        counts.update(set(grams))
        total += 1
    names = sorted(name for name, count in counts.items() if count >= at_least)
    idf = [math.log((1 + total) / (1 + counts[name])) + 1 for name in names]
    return Vocabulary(names, np.array(idf, dtype=np.float32))

"""N-grams of words and characters, and vocabularies with their TF-IDF weights."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import add

import numpy as np
from numpy.typing import NDArray

_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
_HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"[^\W_{_HANGUL}{_HAN}]+|[{_HANGUL}]+|([{_HAN}]+)")
# The same for a text without Han and kana, as most are; it has no stretch to split into pairs.
_SPACED = re.compile(rf"[^\W_{_HANGUL}{_HAN}]+|[{_HANGUL}]+")
# The same in two groups: a stretch of Han and kana, or any other word.
_STRETCHES = re.compile(rf"([{_HAN}]+)|([^\W_{_HANGUL}{_HAN}]+|[{_HANGUL}]+)")
_DENSE = re.compile(rf"[{_HAN}]")
_SHORTEST, _LONGEST = 2, 5  # characters of an n-gram


def word_spans(folded: str) -> list[tuple[int, int]]:
    """Return start and end of each word; a stretch of Han or kana gives its pairs of characters."""
    spans = []
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        if match[1] and end - start > 2:
            spans += [(position, position + 2) for position in range(start, end - 1)]
        else:
            spans.append((start, end))
    return spans


def word_ngrams(folded: str) -> list[str]:
    """Return every word, and every two consecutive words joined by a space."""
    single = _words(folded) if _DENSE.search(folded) else _SPACED.findall(folded)
    return single + list(map(" ".join, pairwise(single)))


def _words(folded: str) -> list[str]:
    """The texts of `word_spans`."""
    words: list[str] = []
    for stretch, word in _STRETCHES.findall(folded):
        if len(stretch) > 2:
            words += map(add, stretch, stretch[1:])
        else:
            words.append(stretch or word)
    return words


def ngrams_of_word(word: str) -> list[str]:
    """Return the n-grams of 2 to 5 characters of one word, padded with a space on both sides."""
    padded = f" {word} "
    size = len(padded)
    ngrams: list[str] = []
    for length in range(_SHORTEST, min(_LONGEST, size) + 1):
        ngrams += [padded[start : start + length] for start in range(size - length + 1)]
    return ngrams


def character_ngrams(folded: str) -> list[str]:
    """Return the character n-grams of all words of a text."""
    ngrams: list[str] = []
    for word in folded.split():
        ngrams += ngrams_of_word(word)
    return ngrams


class Vocabulary:
    """The known n-grams, and the inverse document frequency of each."""

    def __init__(self, names: Sequence[str], idf: NDArray[np.float32]) -> None:
        self.names = tuple(names)
        self.idf = idf
        self.index = {name: number for number, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)

    def indices(self, ngrams: Iterable[str]) -> list[int]:
        """Return the indices of the known n-grams, repetitions included."""
        return [place for place in map(self.index.get, ngrams) if place is not None]


def fit_vocabulary(documents: Iterable[Sequence[str]], *, min_documents: int) -> Vocabulary:
    """Return the n-grams that at least `min_documents` documents contain, sorted."""
    counts: Counter[str] = Counter()
    total = 0
    for ngrams in documents:
        counts.update(set(ngrams))
        total += 1
    names = sorted(name for name, count in counts.items() if count >= min_documents)
    idf = [math.log((1 + total) / (1 + counts[name])) + 1 for name in names]
    return Vocabulary(names, np.array(idf, dtype=np.float32))

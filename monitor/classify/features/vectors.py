"""From an article to a row of numbers, the same in training and in judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features import ngrams
from monitor.classify.features.bounded_cache import cache_word
from monitor.classify.features.describe import TopicClasses, lexicon_features
from monitor.classify.features.lexicon import Lexicon, LexiconHit
from monitor.classify.features.ngrams import Vocabulary
from monitor.classify.features.opening import OpeningText, prepare_opening

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

# An article that does not name what it must is not surely irrelevant: its score is cut to this.
GATE = 0.1


@dataclass(frozen=True, slots=True)
class ArticleFeatures:
    """An article read once: its text, what the lexicon found, and what that says."""

    text: OpeningText
    hits: list[LexiconHit]
    features: dict[str, float]
    opens: bool  # it names what an article must name to belong

    @property
    def title_hits(self) -> list[LexiconHit]:
        """What stands in the headline."""
        return [hit for hit in self.hits if hit.start < self.text.title_end]


def extract_features(
    title: str, body: str, lexicon: Lexicon, topic: TopicClasses
) -> ArticleFeatures:
    """Read an article.  Any two strings will do."""
    text = prepare_opening(title, body)
    hits = lexicon.hits(text.shown, text.folded)
    return ArticleFeatures(text, hits, lexicon_features(text, hits, topic), topic.opens(hits))


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A sparse matrix, a cell per place: articles down, features across."""

    size: int  # articles
    row: Places
    column: Places
    value: Floats

    def times(self, matrix: Floats) -> NDArray[np.float64]:
        """The product with a matrix of features × outputs."""
        out = np.empty((self.size, matrix.shape[1]))
        for output in range(matrix.shape[1]):
            weights = self.value * matrix[self.column, output]
            out[:, output] = np.bincount(self.row, weights=weights, minlength=self.size)
        return out


class Vectoriser:
    """Three blocks side by side: words and characters of unit length, and the lexicon's."""

    def __init__(
        self, words: Vocabulary, characters: Vocabulary, lexicon: Sequence[str], scale: Floats
    ) -> None:
        self.words = words
        self.characters = characters
        self.lexicon = tuple(lexicon)
        self.scale = scale  # of every lexicon feature
        self.lexicon_index = {name: place for place, name in enumerate(self.lexicon)}
        self._seen: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.words) + len(self.characters) + len(self.lexicon)

    @property
    def starts(self) -> tuple[int, int, int]:
        """The first column of each block."""
        return 0, len(self.words), len(self.words) + len(self.characters)

    def rows(self, articles: Sequence[ArticleFeatures]) -> SparseRows:
        """One row per article, in order."""
        words = [self.words.places(ngrams.word_ngrams(article.text.folded)) for article in articles]
        runs = [self.run_places(article.text.folded) for article in articles]
        blocks = (
            _unit_rows(words, self.words.idf),
            _unit_rows(runs, self.characters.idf),
            self._lexicon_rows([article.features for article in articles]),
        )
        return SparseRows(
            len(articles),
            np.concatenate([row for row, _, _ in blocks]),
            np.concatenate(
                [column + start for (_, column, _), start in zip(blocks, self.starts, strict=True)]
            ),
            np.concatenate([value for _, _, value in blocks]),
        )

    def run_places(self, folded: str) -> list[int]:
        """The places of the known runs of characters of a text, repeats kept."""
        seen = self._seen
        places: list[int] = []
        for word in folded.split():
            known = seen.get(word)
            if known is None:
                known = self.characters.places(ngrams.character_ngrams_of_word(word))
                cache_word(seen, word, known)
            places += known
        return places

    def _lexicon_rows(
        self, described: Sequence[Mapping[str, float]]
    ) -> tuple[Places, Places, Floats]:
        index = self.lexicon_index
        cells = [
            (row, index[name], value)
            for row, features in enumerate(described)
            for name, value in features.items()
            if name in index
        ]
        row, column, value = zip(*cells, strict=True) if cells else ((), (), ())
        places = np.array(column, dtype=np.int64)
        return (
            np.array(row, dtype=np.int64),
            places,
            np.array(value, dtype=np.float32) * self.scale[places],
        )


def _unit_rows(places: Sequence[list[int]], idf: Floats) -> tuple[Places, Places, Floats]:
    """Counts × rarity, every row of length one."""
    width = max(len(idf), 1)
    sizes = [len(found) for found in places]
    keys = np.fromiter(chain.from_iterable(places), dtype=np.int64, count=sum(sizes))
    keys += np.repeat(np.arange(len(places), dtype=np.int64) * width, sizes)
    keys, counts = np.unique(keys, return_counts=True)
    row, column = np.divmod(keys, width)
    value = counts * idf[column]
    length = np.sqrt(np.bincount(row, weights=value * value, minlength=len(places)))
    return row, column, (value / length[row]).astype(np.float32)

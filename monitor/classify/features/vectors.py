"""Feature vectors: articles to sparse rows, identical in training and in judging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features import ngrams
from monitor.classify.features.bounded_cache import cache_word
from monitor.classify.features.describe import TopicClasses, lexicon_features
from monitor.classify.features.lexicon import Lexicon, LexiconHit
from monitor.classify.features.ngrams import Vocabulary
from monitor.classify.features.opening import BODY_CHARACTERS, OpeningText, prepare_opening

Floats = NDArray[np.float32]
Places = NDArray[np.int64]
Indices = NDArray[np.int32]

# The factor for the score of an article that does not pass the gate: it may still be relevant.
GATE = 0.1


@dataclass(frozen=True, slots=True)
class ArticleFeatures:
    """An article's text, lexicon matches and lexicon features."""

    text: OpeningText
    hits: list[LexiconHit]
    features: dict[str, float]
    opens: bool  # it passes the gate of the topic (`TopicClasses.opens`)

    @property
    def title_hits(self) -> list[LexiconHit]:
        """The matches in the headline."""
        return [hit for hit in self.hits if hit.start < self.text.title_end]


def extract_features(
    title: str,
    body: str,
    lexicon: Lexicon,
    topic: TopicClasses,
    *,
    characters: int = BODY_CHARACTERS,
) -> ArticleFeatures:
    """Extract the features of an article, of its body the first `characters`.

    Accepts any two strings.
    """
    text = prepare_opening(title, body, characters=characters)
    hits = lexicon.hits(text.shown, text.folded)
    return ArticleFeatures(text, hits, lexicon_features(text, hits, topic), topic.opens(hits))


@dataclass(frozen=True, slots=True)
class SparseRows:
    """A sparse matrix in coordinate form: a row for each article, a column for each feature."""

    size: int  # number of rows
    row: Places
    column: Places
    value: Floats

    def times(self, matrix: Floats) -> NDArray[np.float64]:
        """Return the product with a matrix of features × outputs."""
        out = np.empty((self.size, matrix.shape[1]))
        for output in range(matrix.shape[1]):
            weights = self.value * matrix[self.column, output]
            out[:, output] = np.bincount(self.row, weights=weights, minlength=self.size)
        return out


class Vectoriser:
    """Maps articles to rows of three blocks: words, characters (each of unit length), lexicon."""

    def __init__(
        self, words: Vocabulary, characters: Vocabulary, lexicon: Sequence[str], scale: Floats
    ) -> None:
        self.words = words
        self.characters = characters
        self.lexicon = tuple(lexicon)
        self.scale = scale  # factor of each lexicon feature
        self.lexicon_index = {name: index for index, name in enumerate(self.lexicon)}
        self._cache: dict[str, bytes] = {}  # word → the places of its n-grams, as int32

    def __len__(self) -> int:
        return len(self.words) + len(self.characters) + len(self.lexicon)

    @property
    def starts(self) -> tuple[int, int, int]:
        """The first column of each block: words, characters, lexicon."""
        return 0, len(self.words), len(self.words) + len(self.characters)

    def rows(self, articles: Sequence[ArticleFeatures]) -> SparseRows:
        """Return one row for each article, in order."""
        words = [
            np.array(self.words.indices(ngrams.word_ngrams(article.text.folded)), dtype=np.int32)
            for article in articles
        ]
        characters = [self.character_indices(article.text.folded) for article in articles]
        blocks = (
            unit_rows(words, self.words.idf),
            unit_rows(characters, self.characters.idf),
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

    def character_indices(self, folded: str) -> Indices:
        """Return the indices of the known character n-grams of a text, repetitions included."""
        cache = self._cache
        of_words: list[bytes] = []
        for word in folded.split():
            indices = cache.get(word)
            if indices is None:
                places = self.characters.indices(ngrams.ngrams_of_word(word))
                indices = np.array(places, dtype=np.int32).tobytes()
                cache_word(cache, word, indices)
            of_words.append(indices)
        return np.frombuffer(b"".join(of_words), dtype=np.int32)

    def _lexicon_rows(
        self, described: Sequence[Mapping[str, float]]
    ) -> tuple[Places, Places, Floats]:
        index = self.lexicon_index
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, features in enumerate(described):
            for name, value in features.items():
                if name in index:
                    rows.append(row)
                    columns.append(index[name])
                    values.append(value)
        column = np.array(columns, dtype=np.int64)
        value_array = np.array(values, dtype=np.float32) * self.scale[column]
        return np.array(rows, dtype=np.int64), column, value_array


_NO_PLACES = np.empty(0, dtype=np.int64)
_MOST_SHORT_KEYS = 2**31


def unit_rows(places: Sequence[Indices], idf: Floats) -> tuple[Places, Places, Floats]:
    """Counts × inverse document frequency, with each row scaled to length one."""
    width = max(len(idf), 1)
    sizes = [len(indices) for indices in places]
    keys = np.concatenate([_NO_PLACES, *places])
    keys += np.repeat(np.arange(len(places), dtype=np.int64) * width, sizes)
    if len(places) * width < _MOST_SHORT_KEYS:  # sorted in less time
        short_keys, counts = np.unique(keys.astype(np.int32), return_counts=True)
        keys = short_keys.astype(np.int64)
    else:
        keys, counts = np.unique(keys, return_counts=True)
    row, column = np.divmod(keys, width)
    value = counts * idf[column]
    length = np.sqrt(np.bincount(row, weights=value * value, minlength=len(places)))
    return row, column, (value / length[row]).astype(np.float32)

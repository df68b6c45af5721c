"""Which words of the article moved its score, and how far?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features import ngrams
from monitor.classify.features.bounded_cache import cache_word
from monitor.classify.features.describe import TopicClasses, classes_of
from monitor.classify.features.vectors import ArticleFeatures, Floats
from monitor.classify.packs.pack import ModelWeights
from monitor.domain.articles import Term

MOST_FOR = 5
MOST_AGAINST = 3
_LEAST = 0.05  # log-odds below which a word is not worth naming
_LONGEST = 60  # characters of one term
_MAX_CACHED_WORDS = 20_000

Spans = NDArray[np.int64]  # rows of: start, end, place of the n-gram
_NO_SPANS = np.empty((0, 3), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class WeightedSpan:
    """A stretch of the text and its part of the score, in log-odds."""

    start: int
    end: int
    weight: float


class FeatureWeights:
    """How far each feature of a model pulls: the mean of its two relevance columns."""

    def __init__(self, model: ModelWeights, topic: TopicClasses) -> None:
        self.vectoriser = model.vectoriser
        weights = model.matrix[:, :2].mean(axis=1) * np.float32(model.temperature)
        words, characters, lexicon = model.vectoriser.starts
        self.words: Floats = weights[words:characters] * self.vectoriser.words.idf
        self.characters: Floats = weights[characters:lexicon] * self.vectoriser.characters.idf
        self.lexicon: Floats = weights[lexicon:] * self.vectoriser.scale
        self.classes = [classes_of(name, topic) for name in self.vectoriser.lexicon]
        self._seen: dict[str, Spans] = {}

    def run_spans(self, folded: str) -> Spans:
        """Every known run of characters of a text: where it starts and ends, and its place."""
        seen, found, at = self._seen, [], 0
        for word in folded.split():
            at = folded.index(word, at)
            known = seen.get(word)
            if known is None:
                spans = list(_run_spans(word, self.vectoriser.characters.index))
                known = np.array(spans, dtype=np.int64).reshape(-1, 3)
                cache_word(seen, word, known, max_words=_MAX_CACHED_WORDS)
            found.append(known + np.array((at, at, 0)))
            at += len(word)
        return np.concatenate(found) if found else _NO_SPANS


def strongest_terms(article: ArticleFeatures, pull: FeatureWeights) -> tuple[Term, ...]:
    """The strongest words for and against, as they stand in the text; strongest first."""
    pieces = merge_spans(article, weighted_spans(article, pull))
    towards = sorted((p for p in pieces if p.weight >= _LEAST), key=lambda p: -p.weight)
    against = sorted((p for p in pieces if p.weight <= -_LEAST), key=lambda p: p.weight)
    chosen = _distinct(article, towards)[:MOST_FOR] + _distinct(article, against)[:MOST_AGAINST]
    chosen.sort(key=lambda term: -abs(term.weight))
    return tuple(chosen)


def weighted_spans(article: ArticleFeatures, pull: FeatureWeights) -> list[WeightedSpan]:
    """Every word of the text with its part of the score, left to right."""
    return _pieces(article, _along(article, pull))


def _along(article: ArticleFeatures, pull: FeatureWeights) -> NDArray[np.float64]:
    """The pull of every character of the text."""
    folded = article.text.folded
    steps = np.zeros(len(folded) + 1)
    words = list(_word_spans(folded, pull.vectoriser.words.index))
    _add(
        steps, np.array(words, dtype=np.int64).reshape(-1, 3), pull.words, pull.vectoriser.words.idf
    )
    if article.opens:  # characters cost the most, and few articles are near the line without
        _add(steps, pull.run_spans(folded), pull.characters, pull.vectoriser.characters.idf)
    for start, end, weight in _lexicon_spans(article, pull):
        steps[start] += weight / (end - start)
        steps[end] -= weight / (end - start)
    return np.cumsum(steps)[:-1]


def _add(steps: NDArray[np.float64], spans: Spans, weights: Floats, idf: Floats) -> None:
    """Spread each n-gram's pull over its characters; `steps` are the changes along the text."""
    if not len(spans):
        return
    start, end, place = spans.T
    _, inverse, counts = np.unique(place, return_inverse=True, return_counts=True)
    # Every place once, weighted by its count: the length of the row before it was made one.
    length = np.sqrt(np.sum(counts[inverse] * idf[place] ** 2))
    share = weights[place] / length / (end - start)
    np.add.at(steps, start, share)
    np.add.at(steps, end, -share)


def _word_spans(folded: str, index: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    spans = ngrams.word_spans(folded)
    for start, end in spans:
        if (place := index.get(folded[start:end])) is not None:
            yield start, end, place
    for (start, middle), (again, end) in pairwise(spans):
        pair = f"{folded[start:middle]} {folded[again:end]}"
        if (place := index.get(pair)) is not None:
            yield start, end, place


def _run_spans(word: str, index: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    size = len(word)
    padded = f" {word} "
    for length in range(2, min(5, size + 2) + 1):
        for offset in range(size + 3 - length):
            place = index.get(padded[offset : offset + length])
            if place is not None:
                yield max(offset - 1, 0), min(offset - 1 + length, size), place


def _lexicon_spans(
    article: ArticleFeatures, pull: FeatureWeights
) -> Iterator[tuple[int, int, float]]:
    """Each lexicon feature's pull, shared among the words that its classes were seen in."""
    index = pull.vectoriser.lexicon_index
    title_end = article.text.title_end
    for name, value in article.features.items():
        place = index.get(name)
        if place is None:
            continue
        in_title = name.endswith(".title")
        seen = [
            hit
            for hit in article.hits
            if pull.classes[place].intersection(hit.classes)
            and (hit.start < title_end or not in_title)
        ]
        weight = float(pull.lexicon[place]) * value
        for hit in seen:
            yield hit.start, hit.end, weight / len(seen)


def _pieces(article: ArticleFeatures, along: NDArray[np.float64]) -> list[WeightedSpan]:
    """The lexicon's words, and between them every other word, with the pull of each."""
    hits = [(hit.start, hit.end) for hit in article.hits]
    taken = bytearray(len(article.text.folded))
    for start, end in hits:
        taken[start:end] = b"\x01" * (end - start)
    others = [
        (start, end)
        for start, end in _whole_words(article.text.folded)
        if not any(taken[start:end])
    ]
    total = np.concatenate(([0.0], np.cumsum(along)))
    return [
        WeightedSpan(start, end, float(total[end] - total[start]))
        for start, end in sorted(hits + others)
    ]


def _whole_words(folded: str) -> list[tuple[int, int]]:
    """Words as a reader takes them: stretches of Han and kana in pairs that do not overlap."""
    spans: list[tuple[int, int]] = []
    for start, end in ngrams.word_spans(folded):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def merge_spans(article: ArticleFeatures, pieces: list[WeightedSpan]) -> list[WeightedSpan]:
    """Neighbours that pull the same way become one term."""
    shown = article.text.shown
    grown: list[WeightedSpan] = []
    for piece in pieces:
        last = grown[-1] if grown else None
        if (
            last is not None
            and shown[last.end : piece.start] in ("", " ", "-")
            and min(last.weight * piece.weight, abs(last.weight), abs(piece.weight)) >= _LEAST
            and piece.end - last.start <= _LONGEST
        ):
            grown[-1] = WeightedSpan(last.start, piece.end, last.weight + piece.weight)
        else:
            grown.append(piece)
    return grown


def _distinct(article: ArticleFeatures, pieces: list[WeightedSpan]) -> list[Term]:
    """The same word twice is one term with both its pulls."""
    weights: dict[str, float] = {}
    spelling: dict[str, str] = {}
    for piece in pieces:
        folded = article.text.folded[piece.start : piece.end]
        spelling.setdefault(folded, article.text.shown[piece.start : piece.end])
        weights[folded] = weights.get(folded, 0.0) + piece.weight
    found = [Term(text=spelling[word], weight=round(weight, 3)) for word, weight in weights.items()]
    return sorted(found, key=lambda term: -abs(term.weight))

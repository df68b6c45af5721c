"""Term weights: how far each word of an article moved its score, in log-odds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from monitor.classify.features import ngrams
from monitor.classify.features.bounded_cache import cache_word
from monitor.classify.features.describe import TopicClasses, classes_of
from monitor.classify.features.lexicon import LexiconHit
from monitor.classify.features.vectors import ArticleFeatures, Floats
from monitor.classify.features.views import ArticleViews
from monitor.classify.packs.pack import ModelWeights
from monitor.domain.articles import Term

MAX_TERMS_FOR = 5
MAX_TERMS_AGAINST = 3
_MIN_WEIGHT = 0.05  # log-odds; words below are not named
_MAX_TERM_LENGTH = 60  # characters
_MAX_CACHED_WORDS = 20_000

Spans = NDArray[np.int64]  # rows of start, end, index of the n-gram
_NO_SPANS = np.empty((0, 3), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class WeightedSpan:
    """A part of the text and its contribution to the score, in log-odds."""

    start: int
    end: int
    weight: float


class FeatureWeights:
    """The weight of each feature: the mean of the model's two relevance columns."""

    def __init__(self, model: ModelWeights, topic: TopicClasses) -> None:
        self.vectoriser = model.vectoriser
        weights = model.matrix[:, :2].mean(axis=1) * np.float32(model.temperature)
        words, characters, lexicon = model.vectoriser.starts
        self.words: Floats = weights[words:characters] * self.vectoriser.words.idf
        self.characters: Floats = weights[characters:lexicon] * self.vectoriser.characters.idf
        self.lexicon: Floats = weights[lexicon:] * self.vectoriser.scale
        # one set for all features of the same classes: a thousand sets would take 1.4 MB
        sets: dict[frozenset[str], frozenset[str]] = {}
        classes = (classes_of(name, topic) for name in self.vectoriser.lexicon)
        self.classes = [sets.setdefault(names, names) for names in classes]
        self._cache: dict[str, Spans] = {}

    def character_spans(self, folded: str) -> Spans:
        """Return start, end and index of every known character n-gram of a text."""
        cache, position = self._cache, 0
        spans_of_words: list[Spans] = []
        positions: list[int] = []
        for word in folded.split():
            position = folded.index(word, position)
            spans = cache.get(word)
            if spans is None:
                rows = list(_ngram_spans(word, self.vectoriser.characters.index))
                spans = np.array(rows, dtype=np.int64).reshape(-1, 3)
                cache_word(cache, word, spans, max_words=_MAX_CACHED_WORDS)
            spans_of_words.append(spans)
            positions.append(position)
            position += len(word)
        if not positions:
            return _NO_SPANS
        all_spans = np.concatenate(spans_of_words)
        all_spans[:, :2] += np.repeat(positions, list(map(len, spans_of_words)))[:, None]
        return all_spans


def strongest_terms(views: ArticleViews, weights: FeatureWeights) -> tuple[Term, ...]:
    """Return the strongest words for and against, as written in the text, strongest first."""
    article = views.longest
    pieces = merge_spans(article, weighted_spans(views, weights))
    positive = [piece for piece in pieces if piece.weight >= _MIN_WEIGHT]
    negative = [piece for piece in pieces if piece.weight <= -_MIN_WEIGHT]
    positive.sort(key=lambda piece: -piece.weight)
    negative.sort(key=lambda piece: piece.weight)
    chosen = _terms(article, positive)[:MAX_TERMS_FOR]
    chosen += _terms(article, negative)[:MAX_TERMS_AGAINST]
    chosen.sort(key=lambda term: -abs(term.weight))
    return tuple(chosen)


def weighted_spans(views: ArticleViews, weights: FeatureWeights) -> list[WeightedSpan]:
    """Return every word of the longest view with its contribution to the score, left to right.

    The contribution is the mean over the views; a word that a view lacks contributes nothing there.
    """
    along = np.zeros(len(views.longest.text.folded))
    for view in views.views:
        weight = _character_weights(view, weights, with_ngrams=views.opens)
        along[: len(weight)] += weight
    return _word_pieces(views.longest, along / len(views.views))


def _character_weights(
    article: ArticleFeatures, weights: FeatureWeights, *, with_ngrams: bool
) -> NDArray[np.float64]:
    """The contribution of every character of the text."""
    folded = article.text.folded
    steps = np.zeros(len(folded) + 1)
    words = _word_spans(folded, weights.vectoriser.words.index)
    _add(
        steps,
        np.array(words, dtype=np.int64).reshape(-1, 3),
        weights.words,
        weights.vectoriser.words.idf,
    )
    if with_ngrams:  # those of characters cost the most, and matter little behind a closed gate
        _add(
            steps,
            weights.character_spans(folded),
            weights.characters,
            weights.vectoriser.characters.idf,
        )
    for start, end, weight in _lexicon_spans(article, weights):
        steps[start] += weight / (end - start)
        steps[end] -= weight / (end - start)
    return np.cumsum(steps)[:-1]


def _add(steps: NDArray[np.float64], spans: Spans, weights: Floats, idf: Floats) -> None:
    """Spread each n-gram's weight over its characters; `steps` are differences along the text."""
    if not len(spans):
        return
    start, end, place = spans.T
    _, inverse, counts = np.unique(place, return_inverse=True, return_counts=True)
    # The length of the row before it was scaled to one: each n-gram once, weighted by its count.
    length = np.sqrt(np.sum(counts[inverse] * idf[place] ** 2))
    share = weights[place] / length / (end - start)
    np.add.at(steps, start, share)
    np.add.at(steps, end, -share)


def _word_spans(folded: str, index: dict[str, int]) -> list[tuple[int, int, int]]:
    """Start, end and index of the known words and of the known pairs of words."""
    spans = ngrams.word_spans(folded)
    words = [folded[start:end] for start, end in spans]
    known_words = [
        (start, end, place)
        for (start, end), place in zip(spans, map(index.get, words), strict=True)
        if place is not None
    ]
    pairs = zip(pairwise(spans), map(" ".join, pairwise(words)), strict=True)
    return known_words + [
        (start, end, index[pair]) for ((start, _), (_, end)), pair in pairs if pair in index
    ]


def _ngram_spans(word: str, index: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    size = len(word)
    padded = f" {word} "
    for length in range(2, min(5, size + 2) + 1):
        for offset in range(size + 3 - length):
            place = index.get(padded[offset : offset + length])
            if place is not None:
                yield max(offset - 1, 0), min(offset - 1 + length, size), place


def _lexicon_spans(
    article: ArticleFeatures, weights: FeatureWeights
) -> Iterator[tuple[int, int, float]]:
    """The matches, each with its share of the weights of the lexicon features.

    A feature's weight is divided among the matches of its classes.  Features of the same classes
    are added up first, and matches of the same classes have equal shares: both in groups.
    """
    title_end = article.text.title_end
    groups: dict[tuple[tuple[str, ...], bool], list[LexiconHit]] = {}
    for hit in article.hits:
        groups.setdefault((hit.classes, hit.start < title_end), []).append(hit)
    shares = dict.fromkeys(groups, 0.0)
    for (classes, only_title), weight in _weights_of_classes(article, weights).items():
        sharing = [
            group
            for group in groups
            if (group[1] or not only_title) and not classes.isdisjoint(group[0])
        ]
        count = sum(len(groups[group]) for group in sharing)
        for group in sharing:
            shares[group] += weight / count
    for group, hits in groups.items():
        for hit in hits:
            yield hit.start, hit.end, shares[group]


def _weights_of_classes(
    article: ArticleFeatures, weights: FeatureWeights
) -> dict[tuple[frozenset[str], bool], float]:
    """Classes, and whether only matches in the title count → the weight of such features."""
    index = weights.vectoriser.lexicon_index
    sums: dict[tuple[frozenset[str], bool], float] = {}
    for name, value in article.features.items():
        place = index.get(name)
        if place is not None:
            key = (weights.classes[place], name.endswith(".title"))
            sums[key] = sums.get(key, 0.0) + float(weights.lexicon[place]) * value
    return sums


def _word_pieces(article: ArticleFeatures, along: NDArray[np.float64]) -> list[WeightedSpan]:
    """The lexicon matches and all words between them, with the contribution of each."""
    hits = [(hit.start, hit.end) for hit in article.hits]
    in_hits = bytearray(len(article.text.folded))
    for start, end in hits:
        in_hits[start:end] = b"\x01" * (end - start)
    between = [
        (start, end)
        for start, end in _whole_words(article.text.folded)
        if not any(in_hits[start:end])
    ]
    total = np.concatenate(([0.0], np.cumsum(along)))
    return [
        WeightedSpan(start, end, float(total[end] - total[start]))
        for start, end in sorted(hits + between)
    ]


def _whole_words(folded: str) -> list[tuple[int, int]]:
    """Words as a reader sees them; stretches of Han and kana in pairs that do not overlap."""
    spans: list[tuple[int, int]] = []
    for start, end in ngrams.word_spans(folded):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def merge_spans(article: ArticleFeatures, pieces: list[WeightedSpan]) -> list[WeightedSpan]:
    """Merge neighbours whose weights have the same sign."""
    shown = article.text.shown
    grown: list[WeightedSpan] = []
    for piece in pieces:
        last = grown[-1] if grown else None
        if (
            last is not None
            and shown[last.end : piece.start] in ("", " ", "-")
            and min(last.weight * piece.weight, abs(last.weight), abs(piece.weight)) >= _MIN_WEIGHT
            and piece.end - last.start <= _MAX_TERM_LENGTH
        ):
            grown[-1] = WeightedSpan(last.start, piece.end, last.weight + piece.weight)
        else:
            grown.append(piece)
    return grown


def _terms(article: ArticleFeatures, pieces: list[WeightedSpan]) -> list[Term]:
    """The pieces as terms; occurrences of the same word are added up."""
    weights: dict[str, float] = {}
    spelling: dict[str, str] = {}
    for piece in pieces:
        folded = article.text.folded[piece.start : piece.end]
        spelling.setdefault(folded, article.text.shown[piece.start : piece.end])
        weights[folded] = weights.get(folded, 0.0) + piece.weight
    terms = [Term(text=spelling[word], weight=round(weight, 3)) for word, weight in weights.items()]
    return sorted(terms, key=lambda term: -abs(term.weight))

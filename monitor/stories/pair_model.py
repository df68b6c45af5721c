"""Pair model: the probability that two articles report one event.

Boosted regression trees over `pair_features`, each feature with a fixed sign, in some models with a
linear part beside them, then vetoes: where both headlines name a person, a country or a marker act,
and neither article has any of the other's, the log-odds fall.  Weights are pack data, written by
training on pairs of our own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.stories.anchors import Anchors
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.pair_features import encoder_features, headline_cosines, pair_features

if TYPE_CHECKING:
    from numpy import float64, intp, unsignedinteger
    from numpy.typing import NDArray

_LARGEST = 30.0  # log-odds, so that exp() does not overflow
_NEXT_DAY_HOURS = 12.0
MOST_LEAVES = 64  # of one tree: a bit for each


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A regression tree as parallel lists; a leaf has feature -1 and its value as threshold."""

    features: Sequence[int]
    thresholds: Sequence[float]
    left: Sequence[int]  # the next node where the feature is at most the threshold
    right: Sequence[int]

    def leaf_spans(self) -> list[range]:
        """Of each node the places of the leaves below it, counted from the left."""
        counts = [1] * len(self.features)
        for node in reversed(range(len(counts))):  # each leads to later nodes only
            if self.features[node] >= 0:
                counts[node] = counts[self.left[node]] + counts[self.right[node]]
        spans = [range(counts[0])] * len(counts)
        for node, feature in enumerate(self.features):
            if feature >= 0:
                below, count = spans[node], counts[self.left[node]]
                spans[self.left[node]], spans[self.right[node]] = below[:count], below[count:]
        return spans


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decisions:
    """What the decisions of all trees about one feature leave possible."""

    feature: int
    thresholds: NDArray[float64]  # from the lowest
    # of each tree the leaves that are left, as bits; a row for each number of thresholds below
    possible: NDArray[unsignedinteger]


class TreeSums:
    """Adds the leaves of all trees, for many rows at once, without walking down a tree.

    A decision whose threshold is below the value rules out the leaves to its left, and a row
    reaches the first leaf that no decision rules out, whatever their order.  What all decisions
    about one feature rule out depends only on how many thresholds are below its value.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        self._trees = trees

    def of(self, rows: NDArray[float64]) -> NDArray[float64]:
        """For each row of features the sum, added in the order of the trees."""
        import numpy

        if not len(rows) or not self._trees:
            return numpy.zeros(len(rows))
        possible = numpy.full((len(rows), len(self._trees)), self._all_leaves)
        for decisions in self._decisions:
            below = decisions.thresholds.searchsorted(rows[:, decisions.feature])
            possible &= decisions.possible.take(below, axis=0)
        # the lowest bit is a power of two, which a float holds exactly
        _, places = numpy.frexp(possible & -possible)
        leaves = self._leaves.take(places + self._before_leaves)
        # unlike `sum`, this adds one after another
        sums: NDArray[float64] = numpy.add.accumulate(leaves, axis=1)[:, -1]
        return sums

    @cached_property
    def _spans(self) -> list[list[range]]:
        return [tree.leaf_spans() for tree in self._trees]

    @cached_property
    def _all_leaves(self) -> unsignedinteger:
        """A bit for each leaf of the largest tree, in the narrowest type."""
        import numpy

        bits = (1 << max(len(spans[0]) for spans in self._spans)) - 1
        narrowest: unsignedinteger = numpy.min_scalar_type(bits).type(bits)
        return narrowest

    @cached_property
    def _leaves(self) -> NDArray[float64]:
        """The values of the leaves of all trees behind one another."""
        import numpy

        values: list[float] = []
        for tree, spans in zip(self._trees, self._spans, strict=True):
            leaves = [node for node, feature in enumerate(tree.features) if feature < 0]
            leaves.sort(key=lambda node: spans[node].start)
            values += map(tree.thresholds.__getitem__, leaves)
        return numpy.array(values, dtype=numpy.float64)

    @cached_property
    def _before_leaves(self) -> NDArray[intp]:
        """How many leaves the earlier trees have, less 1: `frexp` counts from 1."""
        import numpy

        counts = [len(spans[0]) for spans in self._spans]
        return numpy.cumsum([-1, *counts[:-1]], dtype=numpy.intp)

    @cached_property
    def _decisions(self) -> list[_Decisions]:
        import numpy

        above: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
        for place, (tree, spans) in enumerate(zip(self._trees, self._spans, strict=True)):
            for node, feature in enumerate(tree.features):
                if feature >= 0:
                    left = spans[tree.left[node]]
                    bits = (1 << left.stop) - (1 << left.start)
                    kept = int(self._all_leaves) & ~bits
                    above[feature].append((tree.thresholds[node], place, kept))
        listed: list[_Decisions] = []
        for feature, decided in sorted(above.items()):
            thresholds = numpy.unique([threshold for threshold, _, _ in decided])
            possible = numpy.full((len(thresholds) + 1, len(self._trees)), self._all_leaves)
            rows = thresholds.searchsorted([threshold for threshold, _, _ in decided]) + 1
            for row, (_, place, kept) in zip(rows, decided, strict=True):
                possible[row, place] &= kept
            numpy.bitwise_and.accumulate(possible, axis=0, out=possible)
            listed.append(_Decisions(feature=feature, thresholds=thresholds, possible=possible))
        return listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Anchors that contradict each other: one of the keys here, another one there."""

    name: str
    keys: frozenset[str]
    log_odds: float  # below 0

    def places(self, article: Anchors, others: Sequence[Anchors]) -> list[int]:
        """Where both headlines name such a thing, and neither article has any of the other's."""
        first = article.headline_concepts & self.keys
        if not first:
            return []
        return [
            place
            for place, other in enumerate(others)
            if (second := other.headline_concepts & self.keys)
            and first.isdisjoint(other.concepts)
            and second.isdisjoint(article.concepts)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineVeto:
    """Notices of one outlet from one template (weather, tolls, closes) on different days."""

    headline_cosine: float  # of character trigrams, from which two headlines have one template
    log_odds: float

    def places(self, article: Anchors, others: Sequence[Anchors]) -> list[int]:
        """Where the other article is from the same outlet and template, and of another day."""
        possible = [
            place
            for place, other in enumerate(others)
            if article.article.source == other.article.source
            and abs(article.article.hours - other.article.hours) >= _NEXT_DAY_HOURS
        ]
        if not possible:
            return []
        cosines = headline_cosines(article, [others[place] for place in possible])
        return [
            place
            for place, cosine in zip(possible, cosines, strict=True)
            if cosine >= self.headline_cosine
        ]


@dataclass(frozen=True, kw_only=True)
class PairModel:
    """The trees and vetoes of a pack."""

    base: float  # log-odds before the first tree
    trees: Sequence[Tree]
    vetoes: Sequence[Veto | RoutineVeto]
    linear: Sequence[tuple[int, float]] = ()  # place of a feature, log-odds for one more of it

    def probabilities(
        self, rows: NDArray[float64], article: Anchors, others: Sequence[Anchors]
    ) -> list[float]:
        """For each other article, with its row of features, the probability of one event."""
        log_odds = self.base + self._tree_sums.of(rows)
        for place, weight in self.linear:
            log_odds = log_odds + weight * rows[:, place]
        for veto in self.vetoes:
            log_odds[veto.places(article, others)] += veto.log_odds
        # not `numpy.exp`, whose last digit depends on the processor
        limited = log_odds.clip(-_LARGEST, _LARGEST).tolist()
        return [1 / (1 + math.exp(-value)) for value in limited]

    @cached_property
    def _tree_sums(self) -> TreeSums:
        return TreeSums(self.trees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What the grouping works with: pack data."""

    dictionary: ConceptDictionary
    model: PairModel
    threshold: float  # mean probability from which two groups are one story
    encoder_model: PairModel | None = None  # for two articles with embeddings

    def probabilities(self, newer: Anchors, olders: Sequence[Anchors]) -> dict[str, float]:
        """By the key of each older article, the probability that both report one event."""
        encoded = [older for older in olders if self._are_encoded(newer, older)]
        plain = [older for older in olders if not self._are_encoded(newer, older)]
        values = self.model.probabilities(pair_features(newer, plain), newer, plain)
        if self.encoder_model and encoded:
            rows = encoder_features(newer, encoded)
            values += self.encoder_model.probabilities(rows, newer, encoded)
        others = (older.article.key for older in (*plain, *encoded))
        return dict(zip(others, values, strict=True))

    def _are_encoded(self, newer: Anchors, older: Anchors) -> bool:
        has_both = newer.embedding is not None and older.embedding is not None
        return self.encoder_model is not None and has_both

"""Pair model: the probability that two articles report one event.

Boosted regression trees over `pair_features`, each feature with a fixed sign, in some models with a
linear part beside them, then vetoes: where both headlines name a person, a country or a marker act,
and neither article has any of the other's, the log-odds fall.  Weights are pack data, written by
training on pairs of our own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from monitor.stories.anchors import Anchors
from monitor.stories.concepts import ConceptDictionary
from monitor.stories.pair_features import encoder_features, pair_features, set_cosine

if TYPE_CHECKING:
    from numpy import float64, intp
    from numpy.typing import NDArray

_LARGEST = 30.0  # log-odds, so that exp() does not overflow
_NEXT_DAY_HOURS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A regression tree as parallel lists; a leaf has feature -1 and its value as threshold."""

    features: Sequence[int]
    thresholds: Sequence[float]
    left: Sequence[int]  # the next node where the feature is at most the threshold
    right: Sequence[int]

    @property
    def depth(self) -> int:
        """The number of decisions on the longest way to a leaf."""
        depths = [0] * len(self.features)
        for node, feature in enumerate(self.features):  # each leads to later nodes only
            if feature >= 0:
                for following in (self.left[node], self.right[node]):
                    depths[following] = max(depths[following], depths[node] + 1)
        return max(depths)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nodes:
    """The nodes of all trees behind one another, the deepest first; a leaf leads to itself."""

    roots: NDArray[intp]
    features: NDArray[intp]
    thresholds: NDArray[float64]  # of a leaf its value
    following: NDArray[intp]  # of each node two: at most the threshold, above it
    deeper: Sequence[int]  # how many trees have a decision at each level
    places: NDArray[intp]  # of the trees as they were given


class TreeSums:
    """Adds the leaves of all trees, for many rows at once: the dearest part of grouping."""

    def __init__(self, trees: Sequence[Tree]) -> None:
        self._trees = trees

    def of(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """For each row of features the sum, added in the order of the trees."""
        import numpy

        if not rows or not self._trees:
            return [0.0] * len(rows)
        nodes = self._nodes
        matrix = numpy.array(rows, dtype=numpy.float64)
        count, width = matrix.shape
        values = matrix.ravel()
        row_starts = numpy.arange(count) * width
        reached = numpy.repeat(nodes.roots[:, None], count, axis=1)
        for trees in nodes.deeper:
            at = reached[:trees]
            compared = values.take(nodes.features.take(at) + row_starts)
            is_above = compared > nodes.thresholds.take(at)
            reached[:trees] = nodes.following.take(2 * at + is_above)
        leaves = nodes.thresholds.take(reached.take(nodes.places, axis=0))
        # unlike `sum`, this adds one after another
        sums = numpy.add.accumulate(leaves, axis=0)[-1]
        return [float(total) for total in sums]

    @cached_property
    def _nodes(self) -> _Nodes:
        import numpy

        roots: list[int] = []
        features: list[int] = []
        thresholds: list[float] = []
        following: list[int] = []
        depths = [tree.depth for tree in self._trees]
        order = sorted(range(len(depths)), key=lambda place: -depths[place])
        for tree in (self._trees[place] for place in order):
            start = len(features)
            roots.append(start)
            for node, feature in enumerate(tree.features):
                is_leaf = feature < 0
                left, right = (node, node) if is_leaf else (tree.left[node], tree.right[node])
                following += start + left, start + right
                features.append(max(0, feature))
            thresholds += tree.thresholds
        return _Nodes(
            roots=numpy.array(roots, dtype=numpy.intp),
            features=numpy.array(features, dtype=numpy.intp),
            thresholds=numpy.array(thresholds, dtype=numpy.float64),
            following=numpy.array(following, dtype=numpy.intp),
            deeper=_deeper_trees(depths),
            places=numpy.argsort(order),
        )


def _deeper_trees(depths: Sequence[int]) -> list[int]:
    """How many trees have a decision at each level."""
    counts = [0] * max(depths)
    for depth in depths:
        for level in range(depth):
            counts[level] += 1
    return counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Veto:
    """Anchors that contradict each other: one of the keys here, another one there."""

    name: str
    keys: frozenset[str]
    log_odds: float  # below 0

    def applies(self, article: Anchors, other: Anchors) -> bool:
        """Whether both headlines name such a thing, and neither article has any of the other's."""
        first = article.headline_concepts & self.keys
        second = other.headline_concepts & self.keys
        if not first or not second:
            return False
        return not (first & other.concepts) and not (second & article.concepts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineVeto:
    """Notices of one outlet from one template (weather, tolls, closes) on different days."""

    headline_cosine: float  # of character trigrams, from which two headlines have one template
    log_odds: float

    def applies(self, article: Anchors, other: Anchors) -> bool:
        first, second = article.article, other.article
        if first.source != second.source or abs(first.hours - second.hours) < _NEXT_DAY_HOURS:
            return False
        return set_cosine(article.trigrams, other.trigrams) >= self.headline_cosine


@dataclass(frozen=True, kw_only=True)
class PairModel:
    """The trees and vetoes of a pack."""

    base: float  # log-odds before the first tree
    trees: Sequence[Tree]
    vetoes: Sequence[Veto | RoutineVeto]
    linear: Sequence[tuple[int, float]] = ()  # place of a feature, log-odds for one more of it

    def probabilities(
        self, rows: Sequence[Sequence[float]], article: Anchors, others: Sequence[Anchors]
    ) -> list[float]:
        """For each other article, with its row of features, the probability of one event."""
        totals = self._tree_sums.of(rows)
        return [
            self._probability(total, row, article, other)
            for total, row, other in zip(totals, rows, others, strict=True)
        ]

    @cached_property
    def _tree_sums(self) -> TreeSums:
        return TreeSums(self.trees)

    def _probability(
        self, total: float, row: Sequence[float], article: Anchors, other: Anchors
    ) -> float:
        log_odds = self.base + total
        for place, weight in self.linear:
            log_odds += weight * row[place]
        for veto in self.vetoes:
            if veto.applies(article, other):
                log_odds += veto.log_odds
        return 1 / (1 + math.exp(-max(-_LARGEST, min(_LARGEST, log_odds))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What the grouping works with: pack data."""

    dictionary: ConceptDictionary
    model: PairModel
    threshold: float  # mean probability from which two groups are one story
    encoder_model: PairModel | None = None  # for two articles with embeddings

    def probabilities(self, newer: Anchors, olders: Sequence[Anchors]) -> dict[str, float]:
        """By the key of each older article, the probability that both report one event."""
        plain: list[tuple[Anchors, list[float]]] = []
        encoded: list[tuple[Anchors, list[float]]] = []
        for older in olders:
            features = encoder_features(newer, older) if self.encoder_model else None
            if features is None:
                plain.append((older, pair_features(newer, older)))
            else:
                encoded.append((older, features))
        probabilities: dict[str, float] = {}
        for model, pairs in ((self.model, plain), (self.encoder_model, encoded)):
            if model is not None and pairs:
                others = [older for older, _ in pairs]
                rows = [row for _, row in pairs]
                values = model.probabilities(rows, newer, others)
                probabilities |= {
                    older.article.key: value for older, value in zip(others, values, strict=True)
                }
        return probabilities

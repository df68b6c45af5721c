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

from monitor.stories.anchors import Anchors
from monitor.stories.pair_features import set_cosine

_LARGEST = 30.0  # log-odds, so that exp() does not overflow
_NEXT_DAY_HOURS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A regression tree as parallel lists; a leaf has feature -1 and its value as threshold."""

    features: Sequence[int]
    thresholds: Sequence[float]
    left: Sequence[int]  # the next node where the feature is at most the threshold
    right: Sequence[int]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PairModel:
    """The trees and vetoes of a pack."""

    base: float  # log-odds before the first tree
    trees: Sequence[Tree]
    vetoes: Sequence[Veto | RoutineVeto]
    linear: Sequence[tuple[int, float]] = ()  # place of a feature, log-odds for one more of it

    def probability(self, row: Sequence[float], article: Anchors, other: Anchors) -> float:
        """The probability that two articles with these features report one event."""
        log_odds = self.base + _sum_of_trees(self.trees, row)
        for place, weight in self.linear:
            log_odds += weight * row[place]
        for veto in self.vetoes:
            if veto.applies(article, other):
                log_odds += veto.log_odds
        return 1 / (1 + math.exp(-max(-_LARGEST, min(_LARGEST, log_odds))))


def _sum_of_trees(trees: Sequence[Tree], row: Sequence[float]) -> float:
    """The sum of the leaves that a row of features reaches; one loop, because it costs most."""
    total = 0.0
    for tree in trees:
        features, thresholds = tree.features, tree.thresholds
        node = 0
        while (feature := features[node]) >= 0:
            node = (tree.left if row[feature] <= thresholds[node] else tree.right)[node]
        total += thresholds[node]
    return total

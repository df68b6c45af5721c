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

from monitor.stories.anchors import Anchors
from monitor.stories.boosted_trees import Tree, TreeSums
from monitor.stories.pair_features import set_cosine

_LARGEST = 30.0  # log-odds, so that exp() does not overflow
_NEXT_DAY_HOURS = 12.0


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

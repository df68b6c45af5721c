"""Boosted regression trees as arrays: the sums of the leaves that many rows of features reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64, intp
    from numpy.typing import NDArray


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
    """The nodes of all trees behind one another; a leaf leads to itself."""

    roots: NDArray[intp]
    features: NDArray[intp]
    thresholds: NDArray[float64]  # of a leaf its value
    following: NDArray[intp]  # of each node two: at most the threshold, above it
    depth: int


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
        for _ in range(nodes.depth):
            compared = values.take(nodes.features.take(reached) + row_starts)
            is_above = compared > nodes.thresholds.take(reached)
            reached = nodes.following.take(2 * reached + is_above)
        # unlike `sum`, this adds one after another
        sums = numpy.add.accumulate(nodes.thresholds.take(reached), axis=0)[-1]
        return [float(total) for total in sums]

    @cached_property
    def _nodes(self) -> _Nodes:
        import numpy

        roots: list[int] = []
        features: list[int] = []
        thresholds: list[float] = []
        following: list[int] = []
        for tree in self._trees:
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
            depth=max(tree.depth for tree in self._trees),
        )

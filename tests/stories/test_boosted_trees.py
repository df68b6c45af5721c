"""Boosted trees: many rows at once give the sums of one row at a time, to the last digit."""

from __future__ import annotations

import random
from collections.abc import Sequence

from monitor.stories.boosted_trees import Tree, TreeSums

WIDTH = 5


def slow_sum(trees: Sequence[Tree], row: Sequence[float]) -> float:
    """The definition: walk down each tree, and add the leaves one after another."""
    total = 0.0
    for tree in trees:
        node = 0
        while (feature := tree.features[node]) >= 0:
            is_below = row[feature] <= tree.thresholds[node]
            node = (tree.left if is_below else tree.right)[node]
        total += tree.thresholds[node]
    return total


def random_tree(draw: random.Random) -> Tree:
    """A tree of several levels, some ways longer than others."""
    features, thresholds, left, right = list[int](), list[float](), list[int](), list[int]()

    def grow(levels: int) -> int:
        node = len(features)
        is_leaf = not levels or draw.random() < 0.2
        features.append(-1 if is_leaf else draw.randrange(WIDTH))
        thresholds.append(draw.uniform(-1, 1))
        left.append(0)
        right.append(0)
        if not is_leaf:
            left[node], right[node] = grow(levels - 1), grow(levels - 1)
        return node

    grow(4)
    return Tree(features=features, thresholds=thresholds, left=left, right=right)


def test_the_sums_are_those_of_the_definition_to_the_last_digit():
    draw = random.Random(7)
    trees = [random_tree(draw) for _ in range(60)]
    rows = [[draw.uniform(-1, 1) for _ in range(WIDTH)] for _ in range(30)]
    rows += [[tree.thresholds[0]] * WIDTH for tree in trees]  # at most is not above
    assert TreeSums(trees).of(rows) == [slow_sum(trees, row) for row in rows]


def test_nothing_to_add_is_nothing():
    leaf = Tree(features=[-1], thresholds=[0.25], left=[0], right=[0])
    assert TreeSums([]).of([[1.0], [2.0]]) == [0.0, 0.0]
    assert TreeSums([leaf]).of([]) == []
    assert TreeSums([leaf, leaf]).of([[1.0]]) == [0.5]


def test_the_depth_is_the_longest_way_to_a_leaf():
    leaf = Tree(features=[-1], thresholds=[0.0], left=[0], right=[0])
    chain = Tree(
        features=[0, -1, 1, -1, -1],
        thresholds=[0.0] * 5,
        left=[1, 0, 3, 0, 0],
        right=[2, 0, 4, 0, 0],
    )
    assert (leaf.depth, chain.depth) == (0, 2)

"""Trees give log-odds, vetoes lower them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest

from monitor.stories.anchors import Anchors
from monitor.stories.pair_features import FEATURES
from monitor.stories.pair_model import MOST_LEAVES, PairModel, RoutineVeto, Tree, TreeSums, Veto
from tests.story_samples import MODEL, TREE, anchors

LIKE = [1.0] * len(FEATURES)
UNLIKE = [0.0] * len(FEATURES)
WIDTH = 5  # features of the random trees
PERSONS = Veto(name="person", keys=frozenset({"p.shoigu", "p.lavrov"}), log_odds=-2)


def probability(model: PairModel, row: Sequence[float], article: Anchors, other: Anchors) -> float:
    (value,) = model.probabilities(np.array([row]), article, [other])
    return value


def test_the_leaf_of_each_tree_adds_to_the_log_odds():
    article = anchors("Shoigu")
    assert probability(MODEL, LIKE, article, article) == pytest.approx(0.881, abs=0.001)
    assert probability(MODEL, UNLIKE, article, article) == pytest.approx(0.018, abs=0.001)


def test_trees_add_up():
    article = anchors("Shoigu")
    model = PairModel(base=-3.0, trees=[TREE, TREE], vetoes=[])
    assert probability(model, LIKE, article, article) == pytest.approx(0.731, abs=0.001)


def test_a_veto_applies_when_each_headline_names_another_one():
    first, second = anchors("Shoigu arrives"), anchors("Lavrov arrives")
    assert PERSONS.places(first, [first, second]) == [1]
    model = PairModel(base=0.0, trees=[TREE], vetoes=[PERSONS])
    assert probability(model, LIKE, first, second) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("title", "text"),
    [("Sappers arrive", ""), ("Lavrov arrives", "Shoigu is with him."), ("Shoigu and Lavrov", "")],
)
def test_a_veto_does_not_apply_when_one_is_silent_or_names_both(title, text):
    assert not PERSONS.places(anchors("Shoigu arrives"), [anchors(title, text=text)])


def test_a_routine_notice_of_one_outlet_on_the_next_day_is_vetoed():
    veto = RoutineVeto(headline_cosine=0.45, log_odds=-3)
    first = anchors("Weather for 3 May: rain in the north", source="a")
    second = anchors("Weather for 4 May: rain in the south", hours=24, source="a")
    elsewhere = anchors("Weather for 4 May: rain in the south", hours=24, source="b")
    soon = anchors("Weather for 3 May: rain in the north, update", hours=2, source="a")
    assert veto.places(first, [elsewhere, soon, second]) == [2]


def test_large_log_odds_do_not_overflow():
    article = anchors("Shoigu")
    for base in (-1e6, 1e6):
        model = PairModel(base=base, trees=[], vetoes=[])
        assert 0 <= probability(model, LIKE, article, article) <= 1


def test_a_veto_that_does_not_apply_changes_nothing():
    article = anchors("Shoigu arrives")
    model = PairModel(base=0.0, trees=[TREE], vetoes=[PERSONS])
    assert probability(model, LIKE, article, article) == probability(MODEL, LIKE, article, article)


def test_the_linear_part_adds_its_weights_times_the_features():
    article = anchors("Shoigu")
    model = PairModel(base=0.0, trees=[], vetoes=[], linear=[(1, 2.0), (3, -1.0)])
    row = [0.0, 0.5, 9.0, 4.0, *[0.0] * (len(FEATURES) - 4)]
    assert probability(model, row, article, article) == pytest.approx(1 / (1 + math.exp(3)))


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
    assert TreeSums(trees).of(np.array(rows)).tolist() == [slow_sum(trees, row) for row in rows]


def test_nothing_to_add_is_nothing():
    leaf = Tree(features=[-1], thresholds=[0.25], left=[0], right=[0])
    assert TreeSums([]).of(np.array([[1.0], [2.0]])).tolist() == [0.0, 0.0]
    assert TreeSums([leaf]).of(np.zeros((0, 1))).tolist() == []
    assert TreeSums([leaf, leaf]).of(np.array([[1.0]])).tolist() == [0.5]


def chain(leaves: int) -> Tree:
    """Each decision parts one leaf from the rest, now on its left and now on its right."""
    features, thresholds, left, right = list[int](), list[float](), list[int](), list[int]()
    for place in range(leaves - 1):
        node = 2 * place
        features += place % WIDTH, -1
        thresholds += 0.5 - place / leaves, place / 7
        ways = (node + 1, node + 2) if place % 2 else (node + 2, node + 1)
        left += ways[0], 0
        right += ways[1], 0
    return Tree(
        features=[*features, -1], thresholds=[*thresholds, 9.0], left=[*left, 0], right=[*right, 0]
    )


@pytest.mark.parametrize("leaves", [2, 8, 9, 33, MOST_LEAVES])
def test_a_tree_may_have_as_many_leaves_as_there_are_bits(leaves):
    draw = random.Random(leaves)
    trees = [chain(leaves), TREE, chain(2)]
    rows = [[draw.uniform(-1, 1) for _ in LIKE] for _ in range(200)]
    assert TreeSums(trees).of(np.array(rows)).tolist() == [slow_sum(trees, row) for row in rows]


def test_the_leaves_below_a_node_are_counted_from_the_left():
    tree = chain(3)  # its second decision is on the left of the first
    assert tree.leaf_spans() == [
        range(3),
        range(2, 3),
        range(2),
        range(1),
        range(1, 2),
    ]

"""Trees give log-odds, vetoes lower them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from monitor.stories.anchors import Anchors
from monitor.stories.pair_features import FEATURES
from monitor.stories.pair_model import PairModel, RoutineVeto, Veto
from tests.stories.samples import MODEL, TREE, anchors

LIKE = [1.0] * len(FEATURES)
UNLIKE = [0.0] * len(FEATURES)
PERSONS = Veto(name="person", keys=frozenset({"p.shoigu", "p.lavrov"}), log_odds=-2)


def probability(model: PairModel, row: Sequence[float], article: Anchors, other: Anchors) -> float:
    (value,) = model.probabilities([row], article, [other])
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
    assert PERSONS.applies(first, second)
    model = PairModel(base=0.0, trees=[TREE], vetoes=[PERSONS])
    assert probability(model, LIKE, first, second) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("title", "text"),
    [("Sappers arrive", ""), ("Lavrov arrives", "Shoigu is with him."), ("Shoigu and Lavrov", "")],
)
def test_a_veto_does_not_apply_when_one_is_silent_or_names_both(title, text):
    assert not PERSONS.applies(anchors("Shoigu arrives"), anchors(title, text=text))


def test_a_routine_notice_of_one_outlet_on_the_next_day_is_vetoed():
    veto = RoutineVeto(headline_cosine=0.45, log_odds=-3)
    first = anchors("Weather for 3 May: rain in the north", source="a")
    second = anchors("Weather for 4 May: rain in the south", hours=24, source="a")
    elsewhere = anchors("Weather for 4 May: rain in the south", hours=24, source="b")
    soon = anchors("Weather for 3 May: rain in the north, update", hours=2, source="a")
    assert veto.applies(first, second)
    assert not veto.applies(first, elsewhere)
    assert not veto.applies(first, soon)


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

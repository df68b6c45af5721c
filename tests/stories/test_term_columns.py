"""Sums over the terms that two articles share."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from monitor.stories.term_columns import (
    ACTS,
    CONCEPTS,
    HEADLINE_WEIGHT,
    IN_ARTICLE,
    IN_HEADLINE,
    IN_KIND,
    NAMES,
    SOUNDS,
    WEIGHT,
    WORDS,
    SharedTerms,
    TermColumns,
    Values,
    shared_trigrams,
)

Terms = dict[int, dict[str, Values]]
OF_KIND = {NAMES: [NAMES], ACTS: [ACTS], WORDS: [WORDS], SOUNDS: [SOUNDS], CONCEPTS: [NAMES, ACTS]}


def article(draw: random.Random, most: int) -> Terms:
    """Terms of each kind, some of the same name, with values as articles have them."""
    return {
        kind: {str(term): values(draw) for term in draw.sample(range(60), draw.randrange(most))}
        for kind in (NAMES, ACTS, WORDS, SOUNDS)
    }


def values(draw: random.Random) -> Values:
    in_article, in_headline, in_kind = (
        draw.random() ** 3 * draw.choice((0, 1)) for _ in range(3)
    )  # fmt: skip
    return in_article, in_headline, in_kind, draw.uniform(0, 12), draw.uniform(0, 12)


def pairs(newer: Terms, older: Terms, kind: int) -> list[tuple[Values, Values]]:
    """The values in both of the terms that are shared."""
    return [
        (newer[each][term], older[each][term])
        for each in OF_KIND[kind]
        for term in newer[each].keys() & older[each].keys()
    ]


@pytest.mark.parametrize("seed", range(5))
def test_sums_are_those_of_the_definition_to_the_last_digit(seed: int):
    draw = random.Random(seed)
    newer, *olders = (article(draw, most) for most in (50, 50, 60, 1, 3, 20, 60))
    shared = SharedTerms(TermColumns.of(newer, ()), [TermColumns.of(older, ()) for older in olders])
    for kind in OF_KIND:
        common = [pairs(newer, older, kind) for older in olders]
        for component in (IN_ARTICLE, IN_HEADLINE, IN_KIND):
            assert shared.cosine(component, kind).tolist() == [
                math.fsum(new[component] * old[component] for new, old in both) for both in common
            ]
        for weight in (WEIGHT, HEADLINE_WEIGHT):
            assert shared.newer_weight(weight, kind).tolist() == [
                math.fsum(new[weight] for new, _ in both) for both in common
            ]
            assert shared.older_weight(weight, kind).tolist() == [
                math.fsum(old[weight] for _, old in both) for both in common
            ]


def test_the_rarest_shared_term_is_that_of_the_highest_weight():
    draw = random.Random(8)
    newer, *olders = (article(draw, 40) for _ in range(9))
    shared = SharedTerms(TermColumns.of(newer, ()), [TermColumns.of(older, ()) for older in olders])
    for kind in (NAMES, ACTS, WORDS, SOUNDS):
        common = [pairs(newer, older, kind) for older in olders]
        assert shared.rarest_newer_weight(kind).tolist() == [
            max((new[WEIGHT] for new, _ in both), default=0) for both in common
        ]
        assert shared.rarest_older_weight(kind).tolist() == [
            max((old[WEIGHT] for _, old in both), default=0) for both in common
        ]


def test_an_article_without_terms_shares_nothing():
    empty, other = TermColumns.of({}, ()), TermColumns.of(article(random.Random(1), 9), ())
    for newer, older in ((empty, other), (other, empty), (empty, empty)):
        assert SharedTerms(newer, [older]).cosine(IN_KIND, WORDS).tolist() == [0]


def test_shared_trigrams_are_counted():
    olders = [TermColumns.of({}, trigrams) for trigrams in ("abc", "", "xbyd", "z")]
    assert shared_trigrams(TermColumns.of({}, "abcd"), olders).tolist() == [3, 0, 2, 0]
    assert shared_trigrams(TermColumns.of({}, ""), olders).tolist() == [0, 0, 0, 0]


def test_terms_whose_hashes_end_alike_are_different_terms():
    columns = TermColumns.of({}, "")
    newer = replace(columns, trigrams=np.array([5, 5 + 2**14]))
    older = replace(columns, trigrams=np.array([5 + 2**14, 5 + 2**15]))
    assert shared_trigrams(newer, [older]).tolist() == [1]

"""Pair features: how alike two articles are, as the numbers that the pair model reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Set

from monitor.stories.anchors import Anchors, Vector

# +1: more of it speaks for one story, -1: against, 0: either.
SIGNS = {
    "concepts": 1,  # cosine
    "headline_concepts": 1,  # cosine
    "rarest_concept": 1,
    "shared_names": 1,  # weight of names in both headlines, or in one and the other's opening
    "shared_acts": 1,
    "all_shared_names": 1,
    "all_shared_acts": 1,
    "lone_names_least": -1,  # weight of headline names that the other article lacks
    "lone_names_most": -1,
    "lone_acts_least": -1,
    "lone_acts_most": -1,
    "words": 1,  # cosine
    "headline_words": 1,  # cosine
    "headline_trigrams": 1,  # cosine
    "name_sounds": 1,  # weight of phonetic keys in common
    "rarest_name_sound": 1,
    "numerals": 1,  # in common, at most 3
    "hours_apart": -1,
    "same_source": 0,
    "same_language": 0,
}
FEATURES = tuple(SIGNS)
_MOST_SOUNDS, _MOST_NUMERALS = 30.0, 3
_DAY_ONLY_HOURS = 4.0  # taken as the distance of articles of one day when a clock is missing


def pair_features(newer: Anchors, older: Anchors, names: Set[str]) -> list[float]:
    """The features of two articles in the order of `FEATURES`; `names` are the keys of names."""
    weights = {**newer.weights, **older.weights}
    shared = newer.concepts & older.concepts
    sounds = [newer.names[key] for key in newer.names.keys() & older.names.keys()]
    first = newer.headline_concepts & older.concepts
    second = older.headline_concepts & newer.concepts
    lone_first = newer.headline_concepts - older.concepts
    lone_second = older.headline_concepts - newer.concepts
    lone_names = _sum(weights, lone_first & names), _sum(weights, lone_second & names)
    lone_acts = _sum(weights, lone_first - names), _sum(weights, lone_second - names)
    later, earlier = newer.article, older.article
    return [
        _cosine(newer.concept_vector, older.concept_vector),
        _cosine(newer.headline_concept_vector, older.headline_concept_vector),
        max((weights[key] for key in shared), default=0.0),
        min(_sum(weights, first & names), _sum(weights, second & names)),
        min(_sum(weights, first - names), _sum(weights, second - names)),
        _sum(weights, shared & names),
        _sum(weights, shared - names),
        min(lone_names),
        max(lone_names),
        min(lone_acts),
        max(lone_acts),
        _cosine(newer.word_vector, older.word_vector),
        _cosine(newer.headline_word_vector, older.headline_word_vector),
        set_cosine(newer.trigrams, older.trigrams),
        min(_MOST_SOUNDS, sum(sounds)),
        max(sounds, default=0.0),
        min(_MOST_NUMERALS, len(newer.numerals & older.numerals)),
        hours_apart(newer, older),
        float(later.source == earlier.source),
        float(later.language == earlier.language),
    ]


def hours_apart(article: Anchors, other: Anchors) -> float:
    """Hours between two articles; estimated where only a day is known."""
    apart = abs(article.article.hours - other.article.hours)
    if article.article.has_clock and other.article.has_clock:
        return apart
    return max(0.0, apart - 12) * 0.9 + _DAY_ONLY_HOURS


def set_cosine(first: Set[str], second: Set[str]) -> float:
    """The cosine of two sets, 0 to 1."""
    return len(first & second) / math.sqrt(max(1, len(first)) * max(1, len(second)))


def _cosine(first: Vector, second: Vector) -> float:
    return sum(first[key] * second[key] for key in sorted(first.keys() & second.keys()))


def _sum(weights: Vector, keys: Iterable[str]) -> float:
    return math.fsum(weights[key] for key in keys)

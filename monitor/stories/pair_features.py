"""Pair features: how alike two articles are, as the numbers that the pair model reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Set

from monitor.stories.anchors import Anchors, Vector
from monitor.stories.embeddings import cosine

# +1: more of it speaks for one story, -1: against, 0: either.
SIGNS = {
    "concepts": 1,  # cosine
    "headline_concepts": 1,  # cosine
    "names": 1,  # cosine of concepts that are names
    "acts": 1,  # cosine of all other concepts
    "rarest_name": 1,  # weight
    "rarest_act": 1,
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
    "other_numerals": -1,  # 1: both have numerals, none in common
    "hours_apart": -1,
    "same_source": 0,
    "same_language": 0,
}
FEATURES = tuple(SIGNS)
# With one more, where both articles have embeddings.
ENCODER_SIGNS = {**SIGNS, "embeddings": 1}  # cosine
ENCODER_FEATURES = tuple(ENCODER_SIGNS)
_MOST_SOUNDS, _MOST_NUMERALS = 30.0, 3
_DAY_ONLY_HOURS = 4.0  # taken as the distance of articles of one day when a clock is missing


def pair_features(newer: Anchors, older: Anchors) -> list[float]:
    """The features of two articles in the order of `FEATURES`."""
    weights = older.weights  # of what both have
    shared_names = _weights(weights, newer.names & older.names)
    shared_acts = _weights(weights, newer.acts & older.acts)
    in_first = _HeadlineShare(newer, older)
    in_second = _HeadlineShare(older, newer)
    sounds = _weights(newer.sounds, newer.sounds.keys() & older.sounds.keys())
    numerals = len(newer.numerals & older.numerals)
    later, earlier = newer.article, older.article
    return [
        _cosine(newer.concept_vector, older.concept_vector),
        _cosine(newer.headline_concept_vector, older.headline_concept_vector),
        _cosine(newer.name_vector, older.name_vector),
        _cosine(newer.act_vector, older.act_vector),
        max(shared_names, default=0.0),
        max(shared_acts, default=0.0),
        min(in_first.shared_names, in_second.shared_names),
        min(in_first.shared_acts, in_second.shared_acts),
        math.fsum(shared_names),
        math.fsum(shared_acts),
        min(in_first.lone_names, in_second.lone_names),
        max(in_first.lone_names, in_second.lone_names),
        min(in_first.lone_acts, in_second.lone_acts),
        max(in_first.lone_acts, in_second.lone_acts),
        _cosine(newer.word_vector, older.word_vector),
        _cosine(newer.headline_word_vector, older.headline_word_vector),
        set_cosine(newer.trigrams, older.trigrams),
        min(_MOST_SOUNDS, math.fsum(sounds)),
        max(sounds, default=0.0),
        min(_MOST_NUMERALS, numerals),
        float(not numerals and bool(newer.numerals) and bool(older.numerals)),
        hours_apart(newer, older),
        float(later.source == earlier.source),
        float(later.language == earlier.language),
    ]


def encoder_features(newer: Anchors, older: Anchors) -> list[float] | None:
    """The features in the order of `ENCODER_FEATURES`; None where an article has no embedding."""
    first, second = newer.embedding, older.embedding
    if first is None or second is None:
        return None
    return [*pair_features(newer, older), cosine(first, second)]


class _HeadlineShare:
    """What of one article's headline the other article has, and what it lacks, by weight."""

    __slots__ = ("lone_acts", "lone_names", "shared_acts", "shared_names")

    def __init__(self, article: Anchors, other: Anchors) -> None:
        weights = article.weights
        self.shared_names = math.fsum(_weights(weights, article.headline_names & other.names))
        self.shared_acts = math.fsum(_weights(weights, article.headline_acts & other.acts))
        self.lone_names = article.headline_name_weight - self.shared_names
        self.lone_acts = article.headline_act_weight - self.shared_acts


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
    # exact sums do not depend on the order of the keys
    return math.fsum([first[key] * second[key] for key in first.keys() & second.keys()])


def _weights(weights: Vector, keys: Iterable[str]) -> list[float]:
    return [weights[key] for key in keys]

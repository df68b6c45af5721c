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
PAIR_HOURS = 7 * 24.0 + 12  # articles further apart are not compared
_MOST_SOUNDS, _MOST_NUMERALS = 30.0, 3
_DAY_ONLY_HOURS = 4.0  # taken as the distance of articles of one day when a clock is missing


def pair_features(newer: Anchors, older: Anchors) -> list[float]:
    """The features of two articles in the order of `FEATURES`."""
    names, acts = newer.names & older.names, newer.acts & older.acts
    words = newer.word_vector.keys() & older.word_vector.keys()
    # a headline's concepts and words are among those of its article
    headline_concepts = newer.headline_concepts & older.headline_concepts
    headline_words = words and newer.headline_word_vector.keys() & older.headline_word_vector.keys()
    name_weights = _weights(older.weights, names)
    act_weights = _weights(older.weights, acts)
    in_first = _HeadlineShare(newer, names, acts)
    in_second = _HeadlineShare(older, names, acts)
    sounds = _weights(newer.sounds, newer.sounds.keys() & older.sounds.keys())
    numerals = len(newer.numerals & older.numerals)
    later, earlier = newer.article, older.article
    return [
        _cosine(newer.concept_vector, older.concept_vector, names | acts),
        _cosine(newer.headline_concept_vector, older.headline_concept_vector, headline_concepts),
        _cosine(newer.name_vector, older.name_vector, names),
        _cosine(newer.act_vector, older.act_vector, acts),
        max(name_weights, default=0.0),
        max(act_weights, default=0.0),
        min(in_first.shared_names, in_second.shared_names),
        min(in_first.shared_acts, in_second.shared_acts),
        math.fsum(name_weights),
        math.fsum(act_weights),
        min(in_first.lone_names, in_second.lone_names),
        max(in_first.lone_names, in_second.lone_names),
        min(in_first.lone_acts, in_second.lone_acts),
        max(in_first.lone_acts, in_second.lone_acts),
        _cosine(newer.word_vector, older.word_vector, words),
        _cosine(newer.headline_word_vector, older.headline_word_vector, headline_words),
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

    def __init__(self, article: Anchors, names: Set[str], acts: Set[str]) -> None:
        """`names` and `acts` are what both articles have."""
        weights = article.weights
        self.shared_names = _total(weights, article.headline_names & names)
        self.shared_acts = _total(weights, article.headline_acts & acts)
        self.lone_names = article.headline_name_weight - self.shared_names
        self.lone_acts = article.headline_act_weight - self.shared_acts


def hours_apart(article: Anchors, other: Anchors) -> float:
    """Hours between two articles; estimated where only a day is known."""
    apart = abs(article.article.hours - other.article.hours)
    if article.article.has_clock and other.article.has_clock:
        return apart
    return max(0.0, apart - 12) * 0.9 + _DAY_ONLY_HOURS


def are_near(article: Anchors, other: Anchors) -> bool:
    """Whether two articles were published near enough to each other to be compared."""
    return hours_apart(article, other) <= PAIR_HOURS


def set_cosine(first: Set[str], second: Set[str]) -> float:
    """The cosine of two sets, 0 to 1."""
    return len(first & second) / math.sqrt(max(1, len(first)) * max(1, len(second)))


def _cosine(first: Vector, second: Vector, shared: Set[str]) -> float:
    """The cosine of two vectors by the keys that both have."""
    # exact sums do not depend on the order of the keys
    return math.fsum([first[key] * second[key] for key in shared]) if shared else 0.0


def _total(weights: Vector, keys: Set[str]) -> float:
    return math.fsum(_weights(weights, keys)) if keys else 0.0


def _weights(weights: Vector, keys: Iterable[str]) -> list[float]:
    return [weights[key] for key in keys]

"""Pair features: how alike two articles are, as the numbers that the pair model reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from monitor.stories.anchors import Anchors
from monitor.stories.embeddings import cosine
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
    shared_trigrams,
)

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Columns: TypeAlias = dict[str, NDArray[float64]]  # by the names of features

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


def pair_features(newer: Anchors, olders: Sequence[Anchors]) -> NDArray[float64]:
    """The features of an article with some older ones, one row each, in the order of `FEATURES`."""
    import numpy

    if not olders:
        return numpy.zeros((0, len(FEATURES)))
    shared = SharedTerms(newer.columns, [older.columns for older in olders])
    columns = {
        **_concept_features(shared, newer, olders),
        **_word_features(shared, newer, olders),
        **_numeral_features(newer, olders),
        "hours_apart": [hours_apart(newer, older) for older in olders],
        "same_source": [older.article.source == newer.article.source for older in olders],
        "same_language": [older.article.language == newer.article.language for older in olders],
    }
    return numpy.array([columns[name] for name in FEATURES], dtype=numpy.float64).T


def encoder_features(newer: Anchors, olders: Sequence[Anchors]) -> NDArray[float64]:
    """The features in the order of `ENCODER_FEATURES` of articles that all have embeddings."""
    import numpy

    first, seconds = newer.embedding, [older.embedding for older in olders]
    cosines = [cosine(first, second) for second in seconds if first is not None and second]
    return numpy.column_stack([pair_features(newer, olders), cosines])


def _concept_features(shared: SharedTerms, newer: Anchors, olders: Sequence[Anchors]) -> Columns:
    import numpy

    columns = {
        "concepts": shared.cosine(IN_ARTICLE, CONCEPTS),
        "headline_concepts": shared.cosine(IN_HEADLINE, CONCEPTS),
    }
    for kind, single, plural in ((NAMES, "name", "names"), (ACTS, "act", "acts")):
        # of the headline of one article what the other one has, and what it lacks
        in_newer = shared.newer_weight(HEADLINE_WEIGHT, kind)
        in_older = shared.older_weight(HEADLINE_WEIGHT, kind)
        newer_lone = newer.headline_weights[kind] - in_newer
        older_lone = numpy.array([older.headline_weights[kind] for older in olders]) - in_older
        columns |= {
            plural: shared.cosine(IN_KIND, kind),
            f"rarest_{single}": shared.rarest_older_weight(kind),
            f"shared_{plural}": numpy.minimum(in_newer, in_older),
            f"all_shared_{plural}": shared.older_weight(WEIGHT, kind),
            f"lone_{plural}_least": numpy.minimum(newer_lone, older_lone),
            f"lone_{plural}_most": numpy.maximum(newer_lone, older_lone),
        }
    return columns


def _word_features(shared: SharedTerms, newer: Anchors, olders: Sequence[Anchors]) -> Columns:
    import numpy

    return {
        "words": shared.cosine(IN_KIND, WORDS),
        "headline_words": shared.cosine(IN_HEADLINE, WORDS),
        "headline_trigrams": headline_cosines(newer, olders),
        "name_sounds": numpy.minimum(_MOST_SOUNDS, shared.newer_weight(WEIGHT, SOUNDS)),
        "rarest_name_sound": shared.rarest_newer_weight(SOUNDS),
    }


def _numeral_features(newer: Anchors, olders: Sequence[Anchors]) -> Columns:
    import numpy

    in_common = numpy.array([len(newer.numerals & older.numerals) for older in olders])
    both_have = [bool(newer.numerals and older.numerals) for older in olders]
    return {
        "numerals": numpy.minimum(_MOST_NUMERALS, in_common),
        "other_numerals": (in_common == 0) & both_have,
    }


def headline_cosines(newer: Anchors, olders: Sequence[Anchors]) -> NDArray[float64]:
    """The cosines of the sets of trigrams of two headlines, 0 to 1, for each older article."""
    import numpy

    columns = [older.columns for older in olders]
    sizes = numpy.array([max(1, len(older.trigrams)) for older in columns])
    size = max(1, len(newer.columns.trigrams))
    cosines: NDArray[float64] = shared_trigrams(newer.columns, columns) / numpy.sqrt(size * sizes)
    return cosines


def hours_apart(article: Anchors, other: Anchors) -> float:
    """Hours between two articles; estimated where only a day is known."""
    apart = abs(article.article.hours - other.article.hours)
    if article.article.has_clock and other.article.has_clock:
        return apart
    return max(0.0, apart - 12) * 0.9 + _DAY_ONLY_HOURS


def are_near(article: Anchors, other: Anchors) -> bool:
    """Whether two articles were published near enough to each other to be compared."""
    return hours_apart(article, other) <= PAIR_HOURS

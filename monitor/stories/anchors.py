"""Anchors of an article: what can be compared across languages, and its words within a language.

Concepts, phonetic keys of names, numerals and the time hold in every language; words and
characters of the headline only within one.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping, Set
from dataclasses import dataclass

from monitor.stories.concepts import ConceptDictionary
from monitor.stories.embeddings import Embedding, LanguageMeans
from monitor.stories.name_sounds import name_keys
from monitor.stories.rarity import Rarity
from monitor.stories.term_columns import (
    ACTS,
    HEADLINE_WEIGHT,
    NAMES,
    SOUNDS,
    WORDS,
    TermColumns,
    Values,
)

OPENING = 250  # characters of the text that are read
_HEADLINE_WEIGHT, _OPENING_WEIGHT = 1.0, 0.5
_STEM = 6  # letters that a word keeps, so that endings do not matter
_COMMON_NAME = 0.02  # a phonetic key that a larger share of articles has is no name

# "(서울=연합뉴스) 홍길동 기자 = ", and what follows an e-mail address.
_KOREAN_DATELINE = re.compile(r"^\([^)]{2,60}\)\s*[^=]{0,60}=")
_FROM_ADDRESS = re.compile(r"\S+@\S+.*$")
_WORD = re.compile(r"[^\W_]+")
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_HANGUL = re.compile("[가-힣]")
_NUMERAL = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w])\d")
_SMALL_OR_YEAR = "1 2 3 4 5 10 20 30 100 2023 2024 2025 2026"
_COMMON_NUMERALS = frozenset(_SMALL_OR_YEAR.split())
_NOT_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryText:
    """What an article brings to its grouping."""

    key: str
    title: str
    text: str
    language: str
    source: str
    hours: float  # when it was published, since any fixed moment
    has_clock: bool = True  # False: only the day is known
    later_hours: float | None = None  # its place in the window, where that is later
    classes: Set[str] = frozenset()  # of the topic's lexicon
    embedding: Embedding | None = None  # as encoded; None: without an encoder

    @property
    def window_hours(self) -> float:
        """Its place in the window, which says how long it stays open."""
        return self.hours if self.later_hours is None else self.later_hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """An article in comparable form; weights as they were when it came.

    Its concepts are names (people, countries, places, organisations) and acts (all others).
    """

    article: StoryText
    headline_concepts: frozenset[str]
    concepts: frozenset[str]  # of headline and opening
    weights: Mapping[str, float]  # of each concept
    headline_weights: Mapping[int, float]  # of all names in the headline, and of all acts
    words: frozenset[str]
    sounds: Mapping[str, float]  # phonetic key of a name → weight
    all_sounds: frozenset[str]  # phonetic keys, common ones too
    numerals: frozenset[str]
    columns: TermColumns  # all but the numerals, as they are compared
    embedding: Embedding | None  # less the mean of its language


@dataclass(frozen=True, slots=True, kw_only=True)
class Rarities:
    """How rare concepts, phonetic keys and words are in the stream."""

    concepts: Rarity
    sounds: Rarity  # phonetic keys of names
    words: Rarity
    means: LanguageMeans | None = None  # of embeddings; None: the pack has none


def anchors_of(article: StoryText, dictionary: ConceptDictionary, rarities: Rarities) -> Anchors:
    """The anchors of an article, which is counted in the rarities."""
    opening = opening_of(article.text)
    text, language = f"{article.title} {opening}", article.language
    in_headline = dictionary.keys_in(article.title, language)
    in_opening = dictionary.keys_in(opening, language) | article.classes
    concepts = in_headline | in_opening
    headline_words, opening_words = word_stems(article.title), word_stems(opening)
    sounds = name_keys(text, language)
    rarities.concepts.count(concepts)
    rarities.sounds.count(sounds)
    words = headline_words | opening_words
    rarities.words.count(words)
    weights = {key: rarities.concepts.weight(key) for key in concepts}
    word_weights = {word: rarities.words.weight(word) for word in words}
    names, acts = concepts & dictionary.names, concepts - dictionary.names
    sound_weights = _sound_weights(sounds, rarities.sounds)
    columns: dict[int, dict[str, Values]] = {
        **_values({NAMES: names, ACTS: acts}, in_headline, weights),
        **_values({WORDS: words}, headline_words, word_weights),
        SOUNDS: {key: (0, 0, 0, weight, 0) for key, weight in sound_weights.items()},
    }
    return Anchors(
        article=article,
        headline_concepts=in_headline,
        concepts=concepts,
        weights=weights,
        headline_weights={kind: _headline_weight(columns[kind]) for kind in (NAMES, ACTS)},
        words=words,
        sounds=sound_weights,
        all_sounds=sounds,
        numerals=numerals_in(text),
        columns=TermColumns.of(columns, _trigrams(article.title)),
        embedding=_centred(article, rarities.means),
    )


def terms_of(anchors: Anchors) -> dict[str, float]:
    """What finds candidates: concepts and phonetic keys with their weights."""
    terms = {**anchors.weights, **{f"~{name}": weight for name, weight in anchors.sounds.items()}}
    # in one order in every process, because sums of the same weights differ with their order
    return dict(sorted(terms.items()))


def uncount(anchors: Anchors, rarities: Rarities) -> None:
    """Take an article out of the rarities, in which `anchors_of` counted it."""
    rarities.concepts.uncount(anchors.concepts)
    rarities.sounds.uncount(anchors.all_sounds)
    rarities.words.uncount(anchors.words)
    article = anchors.article
    if anchors.embedding is not None and article.embedding and rarities.means:
        rarities.means.uncount(article.language, article.embedding)


def _centred(article: StoryText, means: LanguageMeans | None) -> Embedding | None:
    if article.embedding is None or means is None or article.embedding.model != means.model:
        return None
    means.count(article.language, article.embedding)
    return means.centred(article.language, article.embedding)


def opening_of(text: str) -> str:
    """The first characters of the text, without a Korean dateline and e-mail addresses."""
    return _FROM_ADDRESS.sub("", _KOREAN_DATELINE.sub("", text))[:OPENING]


def word_stems(text: str) -> frozenset[str]:
    """Words cut to six letters, Hangul to two and three syllables, Han and kana in pairs."""
    stems: set[str] = set()
    for word in _WORD.findall(text.lower()):
        if _HAN_OR_KANA.search(word):
            stems.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
        elif _HANGUL.search(word):
            stems.update((word[:2], word[:3]))
        else:
            stems.add(word[:_STEM])
    # articles of one event have most of their words in common, and stay open for days
    return frozenset(map(sys.intern, stems))


def numerals_in(text: str) -> frozenset[str]:
    """The numerals of a text without separators of thousands; years and small ones are left out."""
    return (
        frozenset(numeral.replace(",", "") for numeral in _NUMERAL.findall(text)) - _COMMON_NUMERALS
    )


def _trigrams(title: str) -> frozenset[str]:
    text = f" {_NOT_WORD.sub(' ', title.lower())} "
    return frozenset(text[place : place + 3] for place in range(len(text) - 2))


def _values(
    kinds: Mapping[int, Set[str]], headline: Set[str], weights: Mapping[str, float]
) -> dict[int, dict[str, Values]]:
    """The values of terms by kind; those of all these kinds are compared together, too."""
    in_article = _unit_vector(weights.keys(), headline, weights)
    in_headline = _unit_vector(headline, headline, weights)
    by_kind: dict[int, dict[str, Values]] = {}
    for kind, terms in kinds.items():
        has_all = len(kinds) == 1
        in_kind = in_article if has_all else _unit_vector(terms, headline, weights)
        by_kind[kind] = {
            term: (
                in_article[term],
                in_headline.get(term, 0),
                in_kind[term],
                weights[term],
                weights[term] if term in headline else 0,
            )
            for term in terms
        }
    return by_kind


def _headline_weight(values: Mapping[str, Values]) -> float:
    return math.fsum(row[HEADLINE_WEIGHT] for row in values.values())


def _unit_vector(
    terms: Set[str], headline: Set[str], weights: Mapping[str, float]
) -> dict[str, float]:
    """The vector of the weights of terms, half of them outside the headline, of unit length."""
    vector = {
        term: (_HEADLINE_WEIGHT if term in headline else _OPENING_WEIGHT) * weights[term]
        for term in terms
    }
    # exact sums do not depend on the order of the terms
    length = math.sqrt(math.fsum(weight * weight for weight in vector.values())) or 1.0
    return {term: weight / length for term, weight in vector.items()}


def _sound_weights(sounds: Set[str], rarity: Rarity) -> dict[str, float]:
    """A rare and long key weighs more; common keys are left out."""
    return {
        key: rarity.weight(key) * min(1.0, (len(key) - 2) / 2)
        for key in sounds
        if rarity.share(key) <= _COMMON_NAME
    }

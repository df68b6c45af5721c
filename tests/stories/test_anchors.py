"""What an article brings to its comparison with others."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from monitor.stories.anchors import (
    Anchors,
    anchors_of,
    numerals_in,
    opening_of,
    terms_of,
    uncount,
    word_stems,
)
from monitor.stories.term_columns import (
    ACTS,
    HEADLINE_WEIGHT,
    IN_ARTICLE,
    IN_HEADLINE,
    IN_KIND,
    NAMES,
    WEIGHT,
    WORDS,
    TermColumns,
)
from tests.story_samples import DICTIONARY, anchors, article, rarities

NOTHING = (0.0, 0.0, 0.0, 0.0, 0.0)


def test_concepts_of_the_opening_count_half():
    article = anchors("Shoigu arrives", text="Sappers wait in Kursk.")
    assert article.headline_concepts == {"p.shoigu", "w.arrive"}
    assert article.concepts == {"p.shoigu", "w.arrive", "w.sappers", "l.kursk"}
    components = values(article, IN_ARTICLE)
    assert components["w.sappers"] / components["w.arrive"] == 0.5
    assert math.hypot(*(components[key] for key in article.concepts)) == pytest.approx(1)


def test_the_opening_ends_after_250_characters_and_has_no_dateline_or_address():
    assert len(opening_of("x" * 1_000)) == 250
    assert opening_of("(서울=연합뉴스) 홍길동 기자 = 북한이 밝혔다.") == " 북한이 밝혔다."
    assert opening_of("He said. desk@example.org Follow us") == "He said. "


def test_words_are_cut_so_that_endings_do_not_matter():
    assert word_stems("Soldiers soldierly") == {"soldie"}
    assert word_stems("러시아에서") == {"러시", "러시아"}
    assert word_stems("朝鲜半岛") == {"朝鲜", "鲜半", "半岛"}


def test_numerals_lose_their_separators_and_small_ones_are_left_out():
    assert numerals_in("6,000 sappers, 2 ships, 15 of 2025") == {"6000", "15"}


def test_an_empty_article_has_no_terms():
    article = anchors("")
    assert not article.columns.hashes.size
    assert not article.sounds
    assert set(article.headline_weights.values()) == {0}


def test_concepts_are_names_and_acts():
    article = anchors("Shoigu arrives", text="Sappers wait in Kursk.")
    assert article.headline_weights == {
        NAMES: article.weights["p.shoigu"],
        ACTS: article.weights["w.arrive"],
    }
    components = values(article, IN_KIND)
    for of_kind in (("p.shoigu", "l.kursk"), ("w.arrive", "w.sappers")):
        assert math.hypot(*(components[key] for key in of_kind)) == pytest.approx(1)


def test_a_concept_has_its_weight_and_that_of_the_headline():
    article = anchors("Shoigu arrives", text="Sappers wait in Kursk.")
    weights, in_headline = values(article, WEIGHT), values(article, HEADLINE_WEIGHT)
    assert {key: weights[key] for key in article.concepts} == article.weights
    assert {key for key in article.concepts if in_headline[key]} == article.headline_concepts
    assert values(article, IN_HEADLINE)["l.kursk"] == 0


def values(article: Anchors, column: int) -> dict[str, float]:
    """One value of each concept and word of an article, as it is compared."""
    keys = {}
    for kind, terms in (
        (NAMES, article.concepts),
        (ACTS, article.concepts),
        (WORDS, article.words),
    ):
        keys |= {int(TermColumns.of({kind: {term: NOTHING}}, ()).hashes[0]): term for term in terms}
    listed = zip(article.columns.hashes, article.columns.values[:, column], strict=True)
    return {keys[hashed]: float(value) for hashed, value in listed if hashed in keys}


def test_an_uncounted_article_leaves_no_trace_in_the_rarities():
    counted = rarities()
    before = counted.concepts.weight("p.shoigu"), counted.words.weight("shoigu")
    read = anchors_of(article("a", "Shoigu in Kursk"), DICTIONARY, counted)
    uncount(read, counted)
    assert (counted.concepts.weight("p.shoigu"), counted.words.weight("shoigu")) == before


def test_terms_are_added_up_in_one_order_in_every_process():
    article = anchors("Shoigu brings sappers to Kursk")
    reversed_article = replace(article, weights=dict(reversed(article.weights.items())))
    assert len(article.weights) > 1
    assert list(terms_of(article)) == list(terms_of(reversed_article))

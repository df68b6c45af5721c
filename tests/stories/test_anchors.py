"""What an article brings to its comparison with others."""

from __future__ import annotations

from dataclasses import replace

from monitor.stories.anchors import (
    anchors_of,
    numerals_in,
    opening_of,
    terms_of,
    uncount,
    word_stems,
)
from tests.stories.samples import DICTIONARY, anchors, article, rarities


def test_concepts_of_the_opening_count_half():
    article = anchors("Shoigu arrives", text="Sappers wait in Kursk.")
    assert article.headline_concepts == {"p.shoigu", "w.arrive"}
    assert article.concepts == {"p.shoigu", "w.arrive", "w.sappers", "l.kursk"}
    vector = article.concept_vector
    assert vector["w.sappers"] / vector["w.arrive"] == 0.5


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


def test_an_empty_article_has_empty_vectors():
    article = anchors("")
    assert not article.concept_vector
    assert not article.sounds
    assert article.headline_name_weight == article.headline_act_weight == 0


def test_concepts_are_names_and_acts():
    article = anchors("Shoigu arrives", text="Sappers wait in Kursk.")
    assert (article.names, article.acts) == ({"p.shoigu", "l.kursk"}, {"w.arrive", "w.sappers"})
    assert (article.headline_names, article.headline_acts) == ({"p.shoigu"}, {"w.arrive"})
    assert article.headline_name_weight == article.weights["p.shoigu"]
    assert article.name_vector.keys() == article.names


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

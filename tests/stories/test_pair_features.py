"""The features of two articles."""

from __future__ import annotations

import dataclasses
import math
import random
from itertools import pairwise

import pytest

from monitor.stories.anchors import Anchors
from monitor.stories.embeddings import Embedding
from monitor.stories.pair_features import (
    ENCODER_FEATURES,
    FEATURES,
    encoder_features,
    headline_cosines,
    hours_apart,
    pair_features,
)
from tests.fakes import direction
from tests.story_samples import anchors


def features(newer: Anchors, older: Anchors) -> dict[str, float]:
    (values,) = pair_features(newer, [older]).tolist()
    return dict(zip(FEATURES, values, strict=True))


def test_an_article_is_fully_like_itself():
    article = anchors("Shoigu leaves Kursk with 6,000 sappers")
    row = features(article, article)
    assert row["concepts"] == pytest.approx(1)
    assert row["headline_words"] == pytest.approx(1)
    assert row["headline_trigrams"] == pytest.approx(1)
    assert (row["numerals"], row["hours_apart"], row["same_source"]) == (1, 0, 1)
    assert row["lone_names_most"] == row["lone_acts_most"] == 0


def test_what_a_headline_names_alone_is_weighed():
    row = features(anchors("Shoigu arrives in Kursk"), anchors("Lavrov arrives", hours=5))
    assert row["shared_acts"] > 0
    assert row["shared_names"] == 0
    assert row["lone_names_most"] > row["lone_names_least"] > 0
    assert (row["lone_acts_most"], row["hours_apart"]) == (0, 5)


def test_a_name_that_the_other_has_in_its_opening_is_not_alone():
    row = features(anchors("Shoigu arrives"), anchors("Minister arrives", text="Shoigu landed."))
    assert row["lone_names_most"] == 0
    assert row["all_shared_names"] > 0


def test_names_and_acts_are_compared_apart():
    row = features(anchors("Shoigu arrives in Kursk"), anchors("Shoigu leaves Kursk"))
    assert row["names"] == pytest.approx(1)
    assert row["acts"] == row["rarest_act"] == 0
    assert row["rarest_name"] > 0


def test_numerals_speak_against_one_event_where_none_is_shared():
    first, second = anchors("6,000 sappers"), anchors("4,500 sappers")
    row = features(first, second)
    assert (row["numerals"], row["other_numerals"]) == (0, 1)
    assert features(first, first)["other_numerals"] == 0
    assert features(first, anchors("sappers"))["other_numerals"] == 0


def test_what_the_other_article_has_in_common_counts_with_its_weight():
    newer, older = anchors("Shoigu arrives"), anchors("Shoigu leaves")
    row = features(newer, older)
    assert row["all_shared_names"] == row["rarest_name"] == older.weights["p.shoigu"]
    assert row["lone_acts_most"] == pytest.approx(newer.weights["w.arrive"])


def test_the_distance_is_estimated_where_only_the_day_is_known():
    first, second = anchors("Shoigu"), anchors("Lavrov", hours=36)
    assert hours_apart(first, second) == 36
    day_only = dataclasses.replace(second.article, has_clock=False)
    vague = dataclasses.replace(second, article=day_only)
    assert hours_apart(first, vague) == pytest.approx(24 * 0.9 + 4)


def test_headlines_are_compared_by_their_trigrams():
    kursk, brief, nothing = anchors("abcd"), anchors("abc"), anchors("")
    # " ab", "abc", "bcd", "cd " and " ab", "abc", "bc "
    assert headline_cosines(kursk, [brief, nothing]).tolist() == [2 / math.sqrt(4 * 3), 0]
    assert headline_cosines(nothing, [nothing, kursk]).tolist() == [0, 0]


def test_the_cosine_of_embeddings_comes_after_the_other_features():
    article = anchors("Shoigu leaves Kursk")
    embedded = dataclasses.replace(article, embedding=Embedding.of(direction(1), "m1"))
    (row,) = encoder_features(embedded, [embedded]).tolist()
    assert row == [*features(article, article).values(), pytest.approx(1)]
    assert len(row) == len(ENCODER_FEATURES)


def test_no_articles_have_no_rows():
    assert pair_features(anchors("Shoigu"), []).shape == (0, len(FEATURES))


def test_each_article_is_compared_as_if_it_were_alone():
    draw = random.Random(3)
    words = [
        "Shoigu",
        "Lavrov",
        "Kursk",
        "6,000",
        "sappers",
        "arrives",
        "leaves",
        "floods",
        "Wonsan",
    ]
    texts = (" ".join(draw.sample(words, draw.randrange(7))) for _ in range(90))
    olders = [anchors(title, draw.randrange(60), text=text) for title, text in pairwise(texts)]
    olders.append(anchors(""))
    for newer in (olders[4], olders[-1], anchors("Шойгу в Курске")):
        rows = pair_features(newer, olders).tolist()
        assert rows == [list(features(newer, older).values()) for older in olders]

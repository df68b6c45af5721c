"""Probabilities of pairs by the models of a pack."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.stories.anchors import Anchors, anchors_of
from monitor.stories.embeddings import Embedding, LanguageMeans
from tests.fakes import direction
from tests.stories.samples import (
    DICTIONARY,
    ENCODER,
    ENCODER_METHOD,
    MEANS,
    METHOD,
    article,
    rarities,
)


def embedded(key: str, title: str, event: int) -> Anchors:
    text = replace(article(key, title), embedding=Embedding.of(direction(event), ENCODER))
    return anchors_of(text, DICTIONARY, replace(rarities(), means=LanguageMeans(MEANS)))


def test_each_pair_is_compared_by_the_model_that_both_articles_allow():
    newer = embedded("new", "Shoigu visits Kursk", 1)
    like = embedded("like", "Floods", 1)
    unlike = embedded("unlike", "Shoigu visits Kursk", 2)
    without = anchors_of(article("without", "Shoigu visits Kursk"), DICTIONARY, rarities())
    probabilities = ENCODER_METHOD.probabilities(newer, [like, unlike, without])
    assert probabilities == pytest.approx(
        {"like": 0.88, "unlike": 0.02, "without": 0.88}, abs=0.005
    )


def test_without_a_model_of_the_encoder_embeddings_are_not_compared():
    newer = embedded("new", "Shoigu visits Kursk", 1)
    older = embedded("old", "Shoigu visits Kursk", 2)
    assert METHOD.probabilities(newer, [older])["old"] == pytest.approx(0.88, abs=0.005)

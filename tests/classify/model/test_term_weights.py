"""Term weights: the parts of a text add up to what moved its score."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from monitor.classify.features.vectors import ArticleFeatures, extract_features
from monitor.classify.features.views import ArticleViews, extract_views
from monitor.classify.model.term_weights import (
    MAX_TERMS_AGAINST,
    MAX_TERMS_FOR,
    FeatureWeights,
    WeightedSpan,
    merge_spans,
    strongest_terms,
    weighted_spans,
)
from monitor.classify.packs import pack
from monitor.classify.packs.pack import Pack
from tests.classify import toy_topic

TEXTS = [
    ("Wolf kills nine sheep at the farm", ""),
    ("Coach of Wolves sees sheep killed by night", "Wolves and wolves again, farms"),
    ("Wölfe reißen Schafe", "A wolf killed a wolf pup"),
    ("Farmers may shoot wolves", "The league's coach was delighted.\n\nA wolf takes a calf!"),
    ("Wolf seen", "The wolf killed nine sheep. " * 8 + "The coach of the league smiled. " * 20),
]


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Pack:
    return pack.load_pack(toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves"))


@pytest.fixture(scope="module")
def weights(trained: Pack) -> FeatureWeights:
    return FeatureWeights(trained.model, trained.metadata.topic)


def features(trained: Pack, title: str, text: str = "") -> ArticleFeatures:
    return extract_features(title, text, trained.lexicon, trained.metadata.topic)


def views_of(trained: Pack, title: str, text: str = "") -> ArticleViews:
    return extract_views(title, text, trained.lexicon, trained.metadata.topic)


@pytest.mark.parametrize(("title", "text"), TEXTS)
def test_the_words_add_up_to_what_the_model_adds_to_its_intercept(trained, weights, title, text):
    views = views_of(trained, title, text)
    logits = trained.model.vectoriser.rows(views.views).times(trained.model.matrix)
    expected = float(trained.model.temperature * logits[:, :2].mean())
    total = sum(span.weight for span in weighted_spans(views, weights))
    assert total == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("title", "text"), TEXTS)
def test_every_word_has_one_place_from_left_to_right(trained, weights, title, text):
    article = views_of(trained, title, text).longest
    spans = weighted_spans(views_of(trained, title, text), weights)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    words = [article.text.folded[span.start : span.end] for span in spans]
    assert "".join(words) == "".join(
        filter(str.isalnum, article.text.folded.replace("-pup", "pup"))
    )


def test_words_for_and_against_are_named_as_they_are_written_the_strongest_first(trained, weights):
    terms = strongest_terms(views_of(trained, *TEXTS[1]), weights)
    sizes = [abs(term.weight) for term in terms]
    assert sizes == sorted(sizes, reverse=True)
    assert terms[0].text.startswith("Wolves")
    assert [term.weight < 0 for term in terms if term.text.startswith("Coach")] == [True]


def test_only_a_few_words_are_named(trained, weights):
    words = " and ".join(f"wolf x{number} coach farm, striker" for number in range(40))
    terms = strongest_terms(views_of(trained, words), weights)
    assert sum(term.weight > 0 for term in terms) <= MAX_TERMS_FOR
    assert sum(term.weight < 0 for term in terms) <= MAX_TERMS_AGAINST


def test_a_word_that_occurs_twice_is_one_term_with_both_weights(trained, weights):
    once = strongest_terms(views_of(trained, "Rain", "The wolf. It slept."), weights)
    twice = strongest_terms(views_of(trained, "Rain", "The wolf. The wolf."), weights)
    assert [term.text for term in twice if "wolf" in term.text.lower()] == ["wolf"]
    assert len(once) >= 1


def test_behind_a_closed_gate_the_characters_of_words_are_not_counted(trained, weights):
    closed = features(trained, "Children draw")
    assert not closed.opens

    def moved(article: ArticleFeatures) -> float:
        spans = weighted_spans(ArticleViews(views=(article,), usual=article), weights)
        return sum(abs(span.weight) for span in spans)

    assert moved(closed) == 0
    assert moved(replace(closed, opens=True)) > 0.5


@pytest.mark.parametrize("title", ["", " ", "…"])
def test_a_text_without_words_has_no_term(trained, weights, title):
    assert strongest_terms(views_of(trained, title), weights) == ()


@pytest.mark.parametrize(
    ("title", "pieces", "merged"),
    [
        ("big wolf", [(0, 3, 1.0), (4, 8, 2.0)], [(0, 8, 3.0)]),
        ("wolf-pup", [(0, 4, 1.0), (5, 8, 2.0)], [(0, 8, 3.0)]),
        ("big, wolf", [(0, 3, 1.0), (5, 9, 2.0)], [(0, 3, 1.0), (5, 9, 2.0)]),
        ("big wolf", [(0, 3, -1.0), (4, 8, 2.0)], [(0, 3, -1.0), (4, 8, 2.0)]),
        ("big wolf", [(0, 3, -1.0), (4, 8, -2.0)], [(0, 8, -3.0)]),
        ("big wolf", [(0, 3, 0.04), (4, 8, 2.0)], [(0, 3, 0.04), (4, 8, 2.0)]),
        (f"{'a' * 30} {'b' * 30}", [(0, 30, 1.0), (31, 61, 1.0)],
         [(0, 30, 1.0), (31, 61, 1.0)]),
        (f"{'a' * 30} {'b' * 29}", [(0, 30, 1.0), (31, 60, 1.0)], [(0, 60, 2.0)]),
    ],
    ids=["space", "hyphen", "comma", "signs", "against", "weak", "long", "longest"],
)  # fmt: skip
def test_neighbours_of_one_sign_are_merged_up_to_a_length(trained, title, pieces, merged):
    spans = [WeightedSpan(*piece) for piece in pieces]
    expected = [WeightedSpan(*piece) for piece in merged]
    assert merge_spans(features(trained, title), spans) == expected

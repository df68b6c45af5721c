"""Any text gets a verdict, and the words that made it."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.classify.features.opening import prepare_opening
from monitor.classify.features.vectors import GATE, extract_features
from monitor.classify.features.views import extract_views
from monitor.classify.model.linear import LinearClassifier, view_logits
from monitor.classify.model.term_weights import MAX_TERMS_AGAINST, MAX_TERMS_FOR
from monitor.classify.packs import pack
from monitor.domain.articles import Verdict
from monitor.domain.feeds import Entry
from tests.classify import toy_topic

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    return LinearClassifier(
        pack.load_pack(toy_topic.make(tmp_path_factory.mktemp("pack") / "wolves"))
    )


def judged(classifier: LinearClassifier, title: str, text: str = "") -> Verdict:
    (verdict,) = classifier.judge([Entry(title=title, text=text)])
    return verdict


def assert_sound(verdict: Verdict) -> None:
    assert 0 <= verdict.score <= 1
    assert set(verdict.themes) == set(verdict.theme_thresholds) == {"attack", "law"}
    assert all(0 <= chance <= 1 for chance in verdict.themes.values())
    assert all(math.isfinite(term.weight) and term.text for term in verdict.terms)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", ""),
        ("w", ""),
        ("", "wolf"),
        ("Wolf " * 200_000, "sheep " * 200_000),
        ("x" * 1_000_000, "<" * 1_000_000),
        ("ذئب يقتل سبعة خراف", "זאב הרג שבע כבשים"),
        ("🐺🐑🚜" * 40, "👩‍👩‍👧‍👦"),
        ("<p>Wolf &amp; <b>farm</b></p>", "<script>alert(1)</script>&#x110000;&#0;"),
        ("wolf \ud83d", "\udfff farm"),
        ("\x00\x1b[2J", "\u202e\u2066"),
        ("狼" * 2_000, "늑대가 양을 " * 900),
        ("a" * 299 + "ﷺ" * 9, "ﷺ" * 3_000),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_any_text_gets_a_verdict(classifier, title, text):
    assert_sound(judged(classifier, title, text))


@given(ANY_TEXT, ANY_TEXT)
@settings(max_examples=80)
def test_any_entry_gets_a_valid_verdict(classifier, title, text):
    assert_sound(judged(classifier, title, text))


def test_no_entries_get_no_verdicts(classifier):
    assert classifier.judge([]) == []


def test_many_together_are_judged_as_one_by_one(classifier):
    titles = [
        *toy_topic.ATTACKS,
        *toy_topic.LAWS,
        *toy_topic.NEAR_MISSES,
        *toy_topic.OTHER_NEWS,
        "",
    ] * 25
    entries = [Entry(title=title, text=titles[-n]) for n, title in enumerate(titles)]
    assert len(entries) > 512  # more than one batch
    verdicts = classifier.judge(entries)
    alone = [classifier.judge([entry])[0] for entry in entries[:40]]
    assert verdicts[:40] == alone
    assert len(verdicts) == len(entries)


def test_relevant_articles_score_above_others(classifier):
    belongs = judged(classifier, "Wolf kills nine sheep on the farm")
    passes = judged(classifier, "Coach of the Wolves praises the striker")
    assert belongs.score > belongs.threshold > passes.score


def test_the_score_is_limited_when_the_gate_is_not_passed(classifier):
    entry = Entry(title="Sheep killed near the mill")
    (verdict,) = classifier.judge([entry])
    article = extract_features(
        entry.title, "", classifier.pack.lexicon, classifier.pack.metadata.topic
    )
    assert not article.opens
    assert verdict.score <= GATE


def test_theme_probabilities_are_those_of_a_relevant_article_whatever_the_score(classifier):
    verdict = judged(classifier, "Sheep dead at the farm")
    assert verdict.score < verdict.threshold
    assert verdict.themes["attack"] > 0.5


def test_the_score_is_the_mean_log_odds_of_the_views(classifier):
    text = "The wolf killed nine sheep on the farm. " * 4 + "The coach of the league smiled. " * 20
    model = classifier.pack.model
    views = extract_views(
        "Wolf seen", text, classifier.pack.lexicon, classifier.pack.metadata.topic
    )
    alone = [
        float(view_logits(model, [view])[0, :2].mean() * model.temperature) for view in views.views
    ]
    assert len(set(alone)) == 3
    expected = 1 / (1 + math.exp(-sum(alone) / 3))
    assert judged(classifier, "Wolf seen", text).score == pytest.approx(expected)


def test_a_threshold_of_zero_leaves_theme_probabilities_unchanged(tmp_path):
    folder = toy_topic.make(tmp_path / "wolves")
    verdict = judged(
        LinearClassifier(replace(pack.load_pack(folder), threshold=0.0)), "Rain on Sunday"
    )
    assert verdict.threshold == 0.0
    assert_sound(verdict)


def test_terms_stand_in_the_text_strongest_first(classifier):
    for title in (*toy_topic.ATTACKS, *toy_topic.NEAR_MISSES):
        verdict = judged(classifier, title, "A &amp; <b>lead</b> about Sheep, Wolves and a League.")
        shown = prepare_opening(
            title, "A &amp; <b>lead</b> about Sheep, Wolves and a League."
        ).shown
        weights = [abs(term.weight) for term in verdict.terms]
        assert all(term.text in shown for term in verdict.terms)
        assert weights == sorted(weights, reverse=True)
        assert len({term.text.lower() for term in verdict.terms}) == len(verdict.terms)


def test_terms_speak_for_and_against(classifier):
    verdict = judged(classifier, "Coach of the Wolves: wolf killed three sheep on the farm")
    towards = [term.text.lower() for term in verdict.terms if term.weight > 0]
    against = [term.text.lower() for term in verdict.terms if term.weight < 0]
    assert any("sheep" in term for term in towards)
    assert any("coach" in term for term in against)
    assert len(towards) <= MAX_TERMS_FOR
    assert len(against) <= MAX_TERMS_AGAINST


def test_a_text_that_does_not_pass_the_gate_has_no_terms(classifier):
    assert judged(classifier, "Sheep killed by night", "A fox was seen.").terms == ()


def test_a_text_without_letters_has_no_terms(classifier):
    assert judged(classifier, "… !? —", "🐺").terms == ()


def test_verdicts_name_the_pack(classifier):
    assert judged(classifier, "Wolf").pack == classifier.pack.id


def test_without_terms_the_rest_of_the_verdict_is_the_same(classifier):
    plain = LinearClassifier(classifier.pack, with_terms=False)
    whole = judged(classifier, "Wolf kills seven sheep", "The farm wants a law.")
    assert whole.terms
    assert judged(plain, "Wolf kills seven sheep", "The farm wants a law.") == replace(
        whole, terms=()
    )

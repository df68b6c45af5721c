"""Every change that an account names was made and judged again: these tests make it once more."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.classify.model.explain import Explainer, Explanation, Sentence, Span
from monitor.classify.model.linear import LinearClassifier
from monitor.classify.packs import pack
from monitor.classify.packs.pack import Pack
from monitor.classify.rules import decision
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SimilarArticles
from tests.classify import toy_topic

NO_RULES = KeywordRules([], themes=())
FLAGGED = "Wolf kills nine sheep at the farm"
REJECTED = "Coach of Wolves sees sheep killed by night"
UNNAMED = "Sheep killed on the shepherd's farm by night"


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Pack:
    return pack.load_pack(toy_topic.make(tmp_path_factory.mktemp("topic") / "wolves"))


@pytest.fixture(scope="module")
def explainer(trained) -> Explainer:
    return Explainer(trained, LinearClassifier(trained), NO_RULES)


def account(trained: Pack, title: str, *rules: KeywordRule, text: str = "") -> Explanation:
    ruled = KeywordRules(rules, themes=tuple(trained.themes))
    explain = Explainer(trained, LinearClassifier(trained), ruled)
    return explain.explain(Entry(title=title, text=text))


def relevant(trained: Pack, title: str, *rules: KeywordRule) -> bool:
    entry = Entry(title=title)
    verdict = LinearClassifier(trained).judge([entry])[0]
    hits = KeywordRules(rules, themes=()).hits(entry)
    return decision.decide(verdict, hits, config="").relevant


def cut(title: str, words: tuple[str, ...]) -> str:
    for word in words:
        title = title.replace(word, " ")
    return title


@pytest.mark.parametrize("title", [FLAGGED, REJECTED, "Wölfe reißen am Hof zwei Schafe"])
def test_without_the_words_it_names_the_outcome_is_the_other(trained, title):
    explanation = account(trained, title)
    assert explanation.without
    assert relevant(trained, cut(title, explanation.without)) != explanation.decision.relevant


def test_a_word_is_taken_out_where_it_stands_and_not_where_it_is_part_of_another(trained):
    """ "a" is not what makes "farm" and "calf"."""
    explanation = account(trained, "A wolf takes a calf on a farm")
    for word in explanation.without:
        assert len(word) > 1, explanation.without


def test_the_decisive_words_are_the_fewest_possible(trained):
    explanation = account(trained, FLAGGED)
    assert len(explanation.without) == 1
    assert explanation.without_score < explanation.decision.threshold


def test_the_rule_it_offers_turns_the_outcome(trained):
    explanation = account(trained, REJECTED)
    (table,) = tomllib.loads(explanation.rule)["keywords"]["rules"]
    rule = KeywordRule(**{**table, "all": tuple(table["all"])})
    assert relevant(trained, REJECTED, rule)
    assert rule.action in ("boost", "flag")


def test_a_little_under_the_threshold_a_boost_is_enough(trained):
    score = account(trained, REJECTED).decision.score
    near = replace(trained, threshold=score + 0.07)
    (table,) = tomllib.loads(account(near, REJECTED).rule)["keywords"]["rules"]
    assert (table["action"], table["boost"]) == ("boost", 0.1)


def test_a_text_that_does_not_pass_the_gate_is_explained(trained):
    explanation = account(trained, UNNAMED)
    assert explanation.gate.missing == ("wolves",)
    assert explanation.gate.score == pytest.approx(explanation.decision.score * 10)
    assert explanation.distance < 0


def test_a_decisive_rule_is_named(trained):
    drop = KeywordRule(name="no sheep", any=("sheep",), action="drop")
    explanation = account(trained, FLAGGED, drop)
    assert (explanation.decision.relevant, explanation.rules) == (False, ("no sheep",))
    assert (explanation.without, explanation.rule) == ((), "")


def test_without_decisive_words_a_drop_rule_is_offered(trained):
    sure = replace(trained, threshold=0.0)
    explanation = account(sure, FLAGGED)
    assert explanation.without == ()
    (table,) = tomllib.loads(explanation.rule)["keywords"]["rules"]
    assert table["action"] == "drop"


def test_the_sentence_is_the_one_that_weighs_most(trained):
    explanation = account(
        trained, "From the farms", text="It rained! A wolf killed nine sheep! Goodbye!"
    )
    assert explanation.decision.relevant
    assert explanation.sentence.text == "A wolf killed nine sheep!"
    assert not explanation.sentence.in_title
    assert "[+" in explanation.sentence.marked()
    headline = account(trained, FLAGGED, text="It rained all day.")
    assert (headline.sentence.text, headline.sentence.in_title) == (FLAGGED, True)


def test_a_rejected_one_is_shown_by_the_sentence_that_speaks_against(trained):
    explanation = account(trained, "The Wolves' day", text="The league coach was delighted.")
    assert not explanation.decision.relevant
    assert explanation.sentence.text == "The league coach was delighted."


def test_terms_are_marked_where_they_stand():
    spans = (Span(0, 4, 1.2), Span(11, 15, -0.4))
    sentence = Sentence(text="Wolf sleeps long", in_title=True, weight=0.8, spans=spans)
    assert sentence.marked() == "[+Wolf] sleeps[- lon]g"


@pytest.mark.parametrize("title", ["", " ", "…", "\x00", "🐺", "<b>", "\ud800"])
def test_an_empty_text_has_an_explanation(trained, title):
    explanation = account(trained, title)
    assert not explanation.decision.relevant
    assert explanation.sentence is None
    assert explanation.as_dict()["sentence"] is None


WORDS = st.lists(
    st.sampled_from([
        "wolf", "wolves", "WOLF", "Wölfe", "killed", "sheep", "farm", "coach", "league", "늑대",
        "волк", "'.", "!", "-", "*", "[x]", "&", '"', "\\", "3,5",
    ]),
    max_size=12,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(WORDS, WORDS)
def test_the_explanation_of_any_text_is_true(explainer, trained, title, text):
    entry = Entry(title=" ".join(title), text=" ".join(text))
    explanation = explainer.explain(entry)
    verdict = LinearClassifier(trained).judge([entry])[0]
    assert explanation.decision.relevant == (verdict.score >= verdict.threshold)
    assert (
        explanation.without_score >= explanation.decision.threshold
    ) != explanation.decision.relevant or not (explanation.without)
    if explanation.rule:
        (table,) = tomllib.loads(explanation.rule)["keywords"]["rules"]
        rule = KeywordRule(**{**table, "all": tuple(table["all"])})
        hits = KeywordRules([rule], themes=()).hits(entry)
        turned = decision.decide(verdict, hits, config="").relevant
        assert turned != explanation.decision.relevant
    if explanation.sentence:
        assert explanation.sentence.marked().replace("[+", "").replace("[-", "")


def test_an_article_that_is_shown_again_is_not_judged_again(trained):
    class CountingClassifier(LinearClassifier):
        calls = 0

        def judge(self, entries):
            self.calls += 1
            return super().judge(entries)

    classifier = CountingClassifier(trained)
    explainer = Explainer(trained, classifier, KeywordRules((), themes=()))
    first = explainer.explain(Entry(title=FLAGGED))
    assert explainer.explain(Entry(title=FLAGGED)) is first
    assert classifier.calls == 1
    assert explainer.explain(Entry(title=FLAGGED), config="other").decision.config == "other"


def test_similar_articles_of_then_are_a_part_of_the_explanation(trained, explainer):
    entry = Entry(title=FLAGGED)
    alone = explainer.explain(entry).decision
    similar = SimilarArticles(count=2, flagged=0, log_odds=-9.0, shift=-0.5)
    moved = explainer.explain(entry, similar=similar).decision
    assert moved.score < alone.score == alone.own_score == moved.own_score
    assert moved.similar == similar

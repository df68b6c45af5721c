"""Decision rules applied again: on the stored verdict, or on a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.classify.rules.decision_rules import DecisionRules
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import DecisionReason, Verdict
from monitor.domain.feeds import Entry
from monitor.domain.judged.similar_articles import SimilarArticles
from tests.fakes import THEMES, FakeClassifier, article, decision, entry, verdict

DROP = KeywordRule(name="no rain", any=("rain",), action="drop")


def rules(*keyword_rules: KeywordRule, threshold: float = 0.5, **changes: object) -> DecisionRules:
    plain = DecisionRules(
        rules=KeywordRules(keyword_rules, themes=tuple(THEMES)), threshold=threshold,
        theme_thresholds=dict.fromkeys(THEMES, 0.5), config="c1", classifier=FakeClassifier(),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type] # the caller knows the fields


def always(entry: Entry) -> bool:
    return True


def test_a_stored_score_is_compared_with_the_threshold_of_today():
    stored = article(decision=decision(pack_score=0.6))
    assert rules(threshold=0.6).decide(stored).relevant
    again = rules(threshold=0.7).decide(stored)
    assert (again.relevant, again.reason, again.threshold) == (False, DecisionReason.BELOW, 0.7)


def test_decisions_without_terms_differ_in_nothing_else():
    rainy = article(decision=decision(), entry=entry("Rain near Kursk"))
    (named,) = rules(DROP).decisions(rainy)
    (unnamed,) = rules(DROP).decisions(rainy, with_terms=False)
    assert [hit.terms for hit in named.rules] == [("Rain",)]
    assert unnamed == replace(named, rules=(replace(named.rules[0], terms=()),))


def test_a_stored_verdict_keeps_its_pack_and_themes_and_takes_the_new_configuration():
    again = rules().decide(article(decision=decision()))
    assert (again.pack, again.config, again.themes) == ("test@000000000000", "c1", THEMES)


def test_the_score_before_rules_counts_and_the_rules_of_today_apply():
    boosted = decision(pack_score=0.4, score=0.9)
    rainy = article(decision=boosted, entry=entry("Rain near Kursk"))
    assert not rules().decide(rainy).relevant
    dropped = rules(DROP).decide(replace(rainy, decision=decision()))
    assert dropped.reason is DecisionReason.DROPPED


def test_judged_anew_the_stored_score_counts_for_nothing():
    stored = article(decision=decision(relevant=False), entry=entry("Sappers in Kursk"))
    assert not rules().decide(stored).relevant
    assert rules(needs_rejudging=always).decide(stored).score == 0.9


def test_without_words_of_the_operator_no_entry_needs_judging_anew():
    assert not rules().needs_rejudging(entry("Kursk"))


SIMILAR = SimilarArticles(count=3, flagged=3, log_odds=2.0, shift=0.5)


def test_a_replay_takes_the_history_as_it_was():
    moved = article(decision=decision(pack_score=0.6, own_score=0.48, similar=SIMILAR))
    again = rules().decide(moved)
    assert (again.score, again.own_score, again.similar) == (0.6, 0.48, SIMILAR)
    assert rules(memory=False).decide(moved).score == 0.48


def test_a_new_verdict_is_moved_by_the_articles_of_then():
    moved = article(decision=decision(pack_score=0.6, own_score=0.48, similar=SIMILAR))
    classifier = GateClassifier()
    anew = rules(classifier=classifier, needs_rejudging=always)
    assert anew.decide(moved).score > 0.4
    alone = replace(anew, memory=False).decide(moved)
    assert (alone.score, alone.similar) == (0.4, None)


class GateClassifier:
    """Every entry passes the gate, with 0.4."""

    def judge(self, entries: Sequence[Entry], /) -> list[Verdict]:
        return [verdict(0.4, own_score=0.4) for _ in entries]

"""Articles that a change of rules may concern, by word and by score, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.rules.outcomes import outcome_of
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from monitor.domain.articles import DecisionReason
from monitor.search.question import AllOf, Words
from monitor.store.rules import rule_candidates
from monitor.store.rules.rule_candidates import TooManyCandidates
from monitor.store.store import Store
from tests.fakes import FakeClassifier, subscription
from tests.store.builders import NOW, a_decision, a_feed, a_poll, an_article

DAY = timedelta(days=1)


@pytest.fixture
def filled(store: Store) -> Store:
    feed = a_feed()
    store.feeds.add(feed)
    articles = [
        an_article(str(score), feed, decision=a_decision(pack_score=score / 10))
        for score in range(1, 6)
    ]
    store.commit([a_poll(feed, *articles)])
    return store


def test_they_are_found_by_word_and_by_score(filled: Store) -> None:
    everything = filled.rule_candidates.find(NOW - DAY, NOW + DAY, scores=(0.0, 1.0))
    first = next(iter(everything.values()))
    words = AllOf(tuple(Words(word) for word in first.entry.title.split()))
    by_words = filled.rule_candidates.find(NOW - DAY, NOW + DAY, words=words)
    assert by_words == {first.key: first}
    assert len(everything) == 5
    near = filled.rule_candidates.find(NOW - DAY, NOW + DAY, scores=(0.2, 0.3))
    assert sorted(article.decision.pack_score for article in near.values()) == [0.2, 0.3]
    assert filled.rule_candidates.find(NOW + DAY, NOW + 2 * DAY, words=words) == {}
    assert filled.rule_candidates.find(NOW - DAY, NOW + DAY) == {}


def test_an_article_that_is_not_whole_is_decided_and_told_alike(store: Store) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    confirmed = a_decision(reason=DecisionReason.CONFIRMED, confirmed_by="Anna", own_score=0.4)
    stored = an_article("one", feed, decision=confirmed)
    store.commit([a_poll(feed, stored)])
    whole, decidable = (
        store.rule_candidates.find(NOW - DAY, NOW + DAY, scores=(0.0, 1.0), whole=whole)[stored.key]
        for whole in (True, False)
    )
    rules = DecisionRules(
        rules=KeywordRules([KeywordRule(name="drop", any=("one",), action="drop")], themes=()),
        threshold=0.5,
        theme_thresholds={},
        config="c",
        classifier=FakeClassifier(),
    )
    for rule_set in (rules, replace(rules, rules=KeywordRules([], themes=()))):
        of_whole = outcome_of(whole, rule_set.decisions(whole), [subscription()])
        assert of_whole == outcome_of(decidable, rule_set.decisions(decidable), [subscription()])
        assert (of_whole is None) is (rule_set is rules)


def test_the_score_without_similar_articles_counts_as_well(store: Store) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    raised = an_article("raised", feed, decision=a_decision(pack_score=0.6, own_score=0.45))
    store.commit([a_poll(feed, raised)])
    for scores, has_it in (((0.4, 0.5), True), ((0.55, 0.65), True), ((0.5, 0.55), False)):
        near = store.rule_candidates.find(NOW - DAY, NOW + DAY, scores=scores)
        assert (raised.key in near) is has_it


def test_too_many_are_refused(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_candidates, "MOST_ARTICLES", 2)
    with pytest.raises(TooManyCandidates, match="more than 2 articles"):
        filled.rule_candidates.find(NOW - DAY, NOW + DAY, scores=(0.0, 1.0))


def test_a_patient_caller_waits_for_more(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_candidates, "MOST_ARTICLES", 2)
    assert len(filled.rule_candidates.find(NOW - DAY, NOW, scores=(0.0, 1.0), patient=True)) == 5
    monkeypatch.setattr(rule_candidates, "PATIENT_ARTICLES", 3)
    with pytest.raises(TooManyCandidates, match="more than 3 articles"):
        filled.rule_candidates.find(NOW - DAY, NOW, scores=(0.0, 1.0), patient=True)

"""Counts of outcomes: rules that apply, rules that others cover."""

from __future__ import annotations

from datetime import timedelta

from monitor.actions.rules.outcomes import decide_all, outcome_of
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.classify.rules.keywords import KeywordRule, KeywordRules
from tests.fakes import NOW, FakeClassifier, article, decision, entry, subscription

WINDOW = BacktestWindow(since=NOW - timedelta(days=1), until=NOW)


def rules_of(*rules: KeywordRule) -> DecisionRules:
    return DecisionRules(
        rules=KeywordRules(rules, themes=("arms",)), threshold=0.5, theme_thresholds={},
        config="c", classifier=FakeClassifier(),
    )  # fmt: skip


def test_a_rule_that_another_covers_is_counted():
    rules = rules_of(
        KeywordRule(name="drop", any=("rain",), action="drop"),
        KeywordRule(name="flag", any=("rain", "kursk"), action="flag"),
        KeywordRule(name="theme", any=("kursk",), theme="arms"),
    )
    articles = [
        article("a", entry=entry("Rain")), article("b", entry=entry("Kursk")),
        article("c", entry=entry("Kursk, later"), seen_at=NOW + timedelta(hours=1)),
    ]  # fmt: skip
    progress: list[int] = []
    outcomes = decide_all(articles, rules, [subscription("s")], WINDOW, progress.append)
    assert outcomes.articles == 2  # the third is later than the window
    assert progress == [0]
    assert outcomes.relevant.among(["a", "b", "c"]) == {"b"}
    flag, theme = outcomes.hits["flag"], outcomes.hits["theme"]
    assert (flag.count, flag.covered_by) == (2, {"drop": 1, "theme": 1})
    assert (theme.count, theme.covered_by) == (1, {})  # without it the theme would be lost


def test_the_backlog_of_a_feed_causes_no_alert():
    relevant = decision(relevant=True)
    assert outcome_of(article("a"), [decision(relevant=False)], [subscription("s")]) is None
    outcome = outcome_of(article("a", backlog=True), [relevant], [subscription("s")])
    assert outcome is not None
    assert outcome.outcome.receivers == ()

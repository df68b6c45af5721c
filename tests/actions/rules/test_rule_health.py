"""Rules that never applied, and rules that others make superfluous, are named."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from monitor.actions.rules.outcomes import Outcomes, RuleHits
from monitor.actions.rules.rule_health import rule_health
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.settings.sections import KeywordRuleSettings
from tests.fakes import NOW


def test_each_rule_has_its_count_and_its_note():
    outcomes = Outcomes(
        window=BacktestWindow(since=NOW - timedelta(days=14), until=NOW),
        articles=100, packs={}, scores={}, first=NOW - timedelta(days=14), relevant={},
        hits={
            "a": RuleHits(count=4, last_at=NOW, covered_by=Counter(b=4, c=1)),
            "b": RuleHits(count=6, last_at=NOW, covered_by=Counter(a=4)),
        },
    )  # fmt: skip
    rules = [KeywordRuleSettings(name=name, action="drop") for name in ("a", "b", "c")]
    health = rule_health(rules, outcomes)
    assert [rule.note for rule in health] == [
        "superfluous: b applied wherever it did", "", "never applied",
    ]  # fmt: skip
    assert [rule.per_week for rule in health] == [2, 3, 0]
    assert health[0].as_json()["covered_by"] == "b"

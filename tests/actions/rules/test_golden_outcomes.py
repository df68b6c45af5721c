"""Golden events that a draft no longer recalls."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.actions.rules.checked_change import golden_of
from monitor.actions.rules.golden_outcomes import judge_events
from monitor.actions.rules.trial_plan import TrialPlan, plan_trial
from monitor.classify.packs.pack import load_pack
from monitor.settings.rule_text import draft_settings
from monitor.settings.sections import Settings


@pytest.fixture
def plan(settings: Settings, wolves: Path) -> TrialPlan:
    drop = '[[keywords.rules]]\nname = "a"\nany = ["killed", "töten"]\naction = "drop"'
    return plan_trial(settings, draft_settings(settings, drop), {"wolves": load_pack(wolves)})


def test_an_event_that_a_rule_drops_is_lost(plan: TrialPlan):
    change = golden_of(plan)
    assert change is not None
    assert [event.key for event in change.lost] == ["2024-03-01-mill"]
    assert (change.events, change.before, change.after) == (2, 2, 1)
    assert change.sentence == "1 of 2 golden events are recalled (2 by the rules in force)."


def test_a_topic_without_golden_events_has_no_change(plan: TrialPlan, tmp_path: Path):
    assert judge_events(tmp_path / "none.jsonl", plan.before_rules) is None

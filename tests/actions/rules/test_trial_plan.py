"""A plan names what changed; a wrong draft is refused with its line."""

from __future__ import annotations

import pytest

from monitor.actions.rules.trial_plan import plan_trial
from monitor.classify.packs.pack import Pack
from monitor.domain.errors import ConfigError
from monitor.settings.rule_text import draft_settings, rule_text
from monitor.settings.sections import Settings


@pytest.fixture(scope="module")
def pack(wolves) -> Pack:
    from monitor.classify.packs.pack import load_pack

    return load_pack(wolves)


def test_only_what_differs_is_looked_up(settings: Settings, pack: Pack):
    after = draft_settings(settings, rule_text(settings).replace('"league"', '"goal*"'))
    plan = plan_trial(settings, after, {pack.name: pack})
    assert [rule.name for rule in plan.changed_rules] == ["club", "club"]
    assert plan.scores is None
    assert plan.why_replay(()) == ""
    assert plan_trial(settings, settings, {pack.name: pack}).question() is None


def test_another_threshold_concerns_the_scores_between(settings: Settings, pack: Pack):
    after = draft_settings(settings, rule_text(settings).replace("0.0", "0.97"))
    assert plan_trial(settings, after, {pack.name: pack}).scores == (pack.trained_threshold, 0.97)


def test_a_wrong_rule_is_named(settings: Settings, pack: Pack):
    after = draft_settings(settings, rule_text(settings).replace('"league"', '"*"'))
    with pytest.raises(ConfigError, match=r"'club'.*is not a term"):
        plan_trial(settings, after, {pack.name: pack})

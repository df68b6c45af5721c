"""A plan names what changed; a wrong draft is refused with its line."""

from __future__ import annotations

import pytest

from monitor.actions.rules.trial_plan import plan_trial
from monitor.classify.packs.pack import Pack
from monitor.domain.errors import ConfigError
from monitor.search.article_filter import stored_filter
from monitor.settings.rule_text import draft_settings, rule_text
from monitor.settings.sections import Settings
from tests.fakes import subscription


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


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"memory": False}, "similar articles"), ({"review_threshold": 0.9}, "every confirmed")],
)
def test_what_only_a_file_can_change_has_every_article_decided(
    settings: Settings, pack: Pack, changed: dict[str, object], reason: str
):
    topic = settings.topic.model_copy(update=changed)
    after = settings.model_copy(update={"topic": topic})
    assert reason in plan_trial(settings, after, {pack.name: pack}).why_replay(())


def test_a_wrong_rule_is_named(settings: Settings, pack: Pack):
    after = draft_settings(settings, rule_text(settings).replace('"league"', '"*"'))
    with pytest.raises(ConfigError, match=r"'club'.*is not a term"):
        plan_trial(settings, after, {pack.name: pack})


def test_articles_are_read_whole_for_filters_and_for_entries_of_the_lexicon(
    settings: Settings, pack: Pack
):
    packs = {pack.name: pack}
    plan = plan_trial(settings, settings, packs)
    assert not plan.reads_whole_articles([subscription("all")])
    narrowed = subscription("some", filter=stored_filter("site:example.org"))
    assert plan.reads_whole_articles([subscription("all"), narrowed])
    words = draft_settings(settings, '[topic.lexicon]\nWOLF = ["howl*"]')
    assert plan_trial(words, words, packs).reads_whole_articles([])

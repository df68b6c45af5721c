"""Two topics: a draft changes threshold and lexicon of either, by every way of trying it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.actions.rules.checked_change import ChangeOrder, restore_checked, try_rules
from monitor.actions.rules.keyword_trial import KeywordTrialRequest, try_keywords
from monitor.actions.rules.rule_changes import RuleChange, put_in_force
from monitor.actions.rules.rule_history import rules_in_force
from monitor.actions.rules.trial_report import threshold_sentences, trial_as_json
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Decision, DecisionReason
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.settings import loader
from monitor.settings.rule_text import draft_settings
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.actions.rules.conftest import OPERATOR
from tests.classify import toy_topic
from tests.fakes import feed

NOW = toy_topic.NOW
TITLE = "Wolf visits the circus"
FURTHER = '[[topic.further]]\npack = "{wolves}"\n'


@pytest.fixture
def settings(tmp_path: Path, wolves: Path) -> Settings:
    file = tmp_path / "monitor.toml"
    file.write_text(f'[topic]\npack = "undersea-cables"\n\n{FURTHER.format(wolves=wolves)}')
    return loader.load(file, environment={})


def decided(pack: str, score: float) -> Decision:
    """A decision below a threshold of 0.5."""
    return Decision(
        relevant=False, reason=DecisionReason.BELOW, score=score, pack_score=score, threshold=0.5,
        themes={}, labels=(), pack=pack,
    )  # fmt: skip


@pytest.fixture
def filled(store: Store) -> Store:
    """One article, rejected for both topics, and nearly flagged for the second."""
    plain = toy_topic.article(TITLE, entry=Entry(title=TITLE, language="en"))
    decisions = (decided("undersea-cables@1", 0.02), decided("wolves@1", 0.45))
    article = with_decisions(replace(plain, seen_at=NOW), decisions)
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(article,))])
    return store


def draft(settings: Settings, wolves: Path, more: str) -> Settings:
    return draft_settings(settings, FURTHER.format(wolves=wolves) + more)


def test_another_threshold_of_the_second_topic_flags_its_articles(filled, settings, wolves):
    trial = try_rules(filled, settings, draft(settings, wolves, "threshold = 0.4\n"), NOW)
    (change,) = trial.gained.shown
    assert (change.topic, [cause.why for cause in change.causes]) == ("wolves", ["threshold"])
    cables, second = trial.topics
    assert (cables.flagged_before, cables.flagged) == (0, 0)
    assert (second.threshold, second.flagged_before, second.flagged) == (0.4, 0, 1)
    assert [count.rejected for count in second.scores.values()] == [1]
    assert threshold_sentences(trial)[1] == (
        "At a threshold of 40 %: 1 article flagged for wolves, 0 with the rules in force."
    )
    assert trial_as_json(trial)["topics"][1]["topic"] == "wolves"
    assert trial.golden is not None
    assert trial.golden.events > 2  # those of both packs


def test_a_lexicon_entry_of_the_second_topic_judges_its_articles_anew(filled, settings, wolves):
    entries = '[topic.further.lexicon]\nFARM = ["circus"]\n'
    trial = try_rules(filled, settings, draft(settings, wolves, entries), NOW)
    assert "entries of the lexicon" in trial.replay_reason
    assert [change.topic for change in trial.gained.shown] == ["wolves"]
    assert not [count for count in trial.topics[0].scores.values() if count.flagged]


def test_a_file_with_another_threshold_of_the_second_topic_is_tried(
    filled, settings, wolves, tmp_path
):
    file = tmp_path / "new.toml"
    file.write_text(FURTHER.format(wolves=wolves) + "threshold = 0.4\n")
    request = KeywordTrialRequest(length=NOW - toy_topic.NOW.replace(hour=0), file=file)
    trial = try_keywords(filled, request, settings, NOW)
    assert [change.article.entry.title for change in trial.report.gained] == [TITLE]
    file.write_text("[topic]\nfurther = []\n")
    with pytest.raises(ConfigError, match=r"are watched: .* the same \[\[topic.further\]\]"):
        try_keywords(filled, request, settings, NOW)


def test_the_second_topic_is_put_in_force_and_restored(filled, settings, wolves):
    base = rules_in_force(filled, settings, NOW)
    text = FURTHER.format(wolves=wolves) + 'threshold = 0.4\n[topic.further.lexicon]\nFARM = ["x"]'
    change = RuleChange(text=text, base=base.config, base_text=base.text)
    put_in_force(filled, settings, change, OPERATOR, NOW)
    current = rules_in_force(filled, settings, NOW)
    assert current.as_json()["further"] == [
        {"pack": str(wolves), "threshold": 0.4, "lexicon": {"FARM": ["x"]}}
    ]
    first = filled.rule_versions.find(1)
    assert first is not None
    restore_checked(filled, settings, first, ChangeOrder(caller=OPERATOR, now=NOW))
    assert rules_in_force(filled, settings, NOW).text == base.text


def test_a_class_that_the_second_pack_lacks_is_not_put_in_force(filled, settings, wolves):
    base = rules_in_force(filled, settings, NOW)
    text = FURTHER.format(wolves=wolves) + '[topic.further.lexicon]\nFRAM = ["x"]'
    with pytest.raises(ConfigError, match="FRAM: no such class; did you mean FARM"):
        put_in_force(filled, settings, RuleChange(text=text, base=base.config), OPERATOR, NOW)

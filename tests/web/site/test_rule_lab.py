"""Trials of one site: kept outcomes, long runs that are followed, faults."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.actions.reading.explanations import ExplainerCache
from monitor.actions.rules.rule_trial import RuleTrial
from monitor.domain.articles import Mark
from monitor.domain.errors import ConfigError
from monitor.web.site import rule_lab
from monitor.web.site.rule_lab import RuleLab, TrialProgress, span_of_trials
from tests.fakes import NOW
from tests.web.conftest import Visitor
from tests.web.wolves import site_settings, topic, wolves

__all__ = ["site_settings", "topic", "wolves"]

DROP = '[[keywords.rules]]\nname = "a"\nany = ["circus"]\naction = "drop"\n'
BOUND = 60  # seconds


@pytest.fixture
def lab(wolves: Visitor) -> RuleLab:
    return RuleLab(wolves.site, ExplainerCache(wolves.site.settings))


def following() -> list[asyncio.Task[object]]:
    """The tasks that follow a run."""
    return [task for task in asyncio.all_tasks() if task.get_coro().__name__ == "_follow"]


async def followed(lab: RuleLab, text: str) -> RuleTrial:
    """The trial after a run that was followed."""
    async with asyncio.timeout(BOUND):
        while True:
            trial = await lab.try_text(text)
            if isinstance(trial, RuleTrial):
                return trial
            await asyncio.wait(following())


async def test_few_articles_are_decided_at_once(lab: RuleLab) -> None:
    assert await lab.in_force() is None
    trial = await lab.try_text(DROP)
    assert isinstance(trial, RuleTrial)
    assert trial.articles == 6
    in_force = await lab.in_force()
    assert in_force is not None
    again = await lab.try_text(DROP)
    assert again is trial
    assert trial.before_outcomes is in_force


async def test_a_trial_is_computed_again_after_a_mark(lab: RuleLab, wolves: Visitor) -> None:
    trial = await lab.try_text(DROP)
    article = wolves.store.articles.list()[0]
    wolves.store.marks.add(Mark(article_key=article.key, relevant=True, marked_at=NOW))
    marked = await lab.try_text(DROP)
    assert isinstance(trial, RuleTrial)
    assert isinstance(marked, RuleTrial)
    assert (trial.labelled, marked.labelled) == (0, 1)


async def test_drafts_of_many_people_at_once_each_get_their_own_trial(lab: RuleLab) -> None:
    await lab.try_text(DROP)
    words = ("circus", "farm", "dances", "howls", "jumps", "sings")
    drafts = [f'[topic.lexicon]\nFARM = ["{word}"]\n' for word in words]
    trials = await asyncio.gather(*map(lab.try_text, drafts))
    configs = [trial.config for trial in trials if isinstance(trial, RuleTrial)]
    assert len({*configs}) == len(words)
    assert len(lab._trials) == len(lab._golden_changes) == 4, "the newest are kept"


async def test_a_long_run_is_followed(lab: RuleLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_lab, "AT_ONCE", 0)
    first = await lab.try_text(DROP)
    assert isinstance(first, TrialProgress)
    assert first.articles == 6
    assert "of 6 articles are decided" in first.sentence
    assert isinstance(await lab.try_text(DROP), TrialProgress | RuleTrial)
    trial = await followed(lab, DROP)
    assert trial.articles == 6
    assert len(lab._golden) == 1, "judged with the outcomes"
    lexicon = '[topic.lexicon]\nWOLF = ["circus"]\n'
    trial = await followed(lab, lexicon)
    assert "entries of the lexicon" in trial.replay_reason


async def test_a_run_ends_with_the_site(lab: RuleLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rule_lab, "AT_ONCE", 0)
    await lab.try_text(DROP)
    assert following()
    await lab.close()
    assert not following()
    await lab.close()


async def test_why_a_run_failed_is_said_once(
    lab: RuleLab, wolves: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(rule_lab, "AT_ONCE", 0)
    monkeypatch.setattr(rule_lab, "_decide", fail)
    await lab.try_text(DROP)
    with pytest.raises(ConfigError, match="the trial failed: the disk is gone"):
        await followed(lab, DROP)


async def test_a_wrong_draft_is_refused(lab: RuleLab) -> None:
    with pytest.raises(ConfigError, match="not valid TOML"):
        await lab.try_text("[topic")


def test_without_recent_articles_the_span_ends_with_the_newest() -> None:
    recent = NOW - timedelta(days=29)
    for newest in (None, recent, NOW):
        assert span_of_trials(NOW, newest).until == NOW
    old = NOW - timedelta(days=400)
    span = span_of_trials(NOW, old)
    assert (span.since, span.until) == (old - timedelta(days=30), old)

"""Decisions of rules in force earlier stand, but for articles that a change concerns."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.actions.rules import rule_trial
from monitor.actions.rules.outcomes import Outcomes, decide_all
from monitor.actions.rules.trial_plan import TrialPlan, plan_trial
from monitor.actions.teaching.backtest import BacktestWindow
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry
from monitor.runtime import topics
from monitor.settings import loader
from monitor.settings.rule_text import draft_settings, rule_text
from monitor.settings.sections import Settings
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from tests.actions.rules.full_backtest import listed
from tests.fakes import NOW, article, decision, entry, feed, subscription
from tests.store.builders import a_poll

WINDOW = BacktestWindow(since=NOW - timedelta(days=3), until=NOW)
WORDS = ("sappers", "kursk", "rain", "harbour", "league", "bridge")
FLAGS_RAIN = '[[keywords.rules]]\nname = "rain"\nany = ["rain"]\naction = "flag"\n'
DROPS_LEAGUE = '[[keywords.rules]]\nname = "league"\nany = ["league"]\naction = "drop"\n'
MORE_KURSK = '[[keywords.rules]]\nname = "kursk"\nany = ["kursk"]\naction = "boost"\nboost = 0.15\n'
IN_FORCE = FLAGS_RAIN + MORE_KURSK
# Rules of then → whether the words or the score of an article say that the change concerns it.
EARLIER = {
    "without the boost": (FLAGS_RAIN, lambda stored: "kursk" in stored.entry.title),
    "with one that drops": (
        IN_FORCE + DROPS_LEAGUE, lambda stored: "league" in stored.entry.title
    ),
    "with another threshold": (
        f"[topic]\nthreshold = 0.7\n{IN_FORCE}",
        lambda stored: "kursk" in stored.entry.title or 0.5 <= stored.decision.pack_score <= 0.7,
    ),
    "with entries of a lexicon": (
        f'[topic.lexicon]\nTROOPS = ["league"]\n{IN_FORCE}', lambda stored: True
    ),
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings in force."""
    file = tmp_path / "monitor.toml"
    file.write_text(f"[topic]\nthreshold = 0.5\n{IN_FORCE}")
    return loader.load(file, environment={})


def rules_of(settings: Settings) -> DecisionRules:
    packs = topics.packs_in_use(settings)
    return plan_trial(settings, settings, packs).before_rules


def decided_articles(*rules: DecisionRules) -> Iterator[Article]:
    """Articles of two days, decided by these rules in turn."""
    dice = random.Random(5)
    for number in range(120):
        by_then = rules[number % len(rules)]
        score = dice.random()
        plain = decision(score=score, pack_score=score, pack=by_then.pack, relevant=False)
        stored = article(
            f"{number:08}", alias=str(number), copy_key=str(number // 2),
            entry=entry(" ".join([*dice.sample(WORDS, 2), str(number)])),
            seen_at=NOW - timedelta(minutes=20 * number), decision=plain,
        )  # fmt: skip
        yield by_then.decided(stored)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store.open(database_url) as opened:
        opened.feeds.add(feed())
        opened.subscriptions.add(subscription("all"))
        opened.subscriptions.add(subscription("high", min_score=0.6))
        yield opened


def assert_as_decided_again(store: Store, plan: TrialPlan, outcomes: Outcomes) -> None:
    articles = store.articles.with_texts(WINDOW.since)
    expected = decide_all(articles, plan.before_rules, store.subscriptions.list(), WINDOW)
    assert listed(outcomes) == listed(expected)
    assert (outcomes.articles, outcomes.packs) == (expected.articles, expected.packs)
    assert (outcomes.hits, outcomes.scores) == (expected.hits, expected.scores)


def noting(plan: TrialPlan, titles: set[str]) -> TrialPlan:
    """The plan, whose rules in force note what they decide."""

    def note(entry: Entry) -> bool:
        titles.add(entry.title)
        return False

    return replace(plan, before_rules=replace(plan.before_rules, needs_rejudging=note))


@pytest.mark.parametrize("change", list(EARLIER))
def test_only_what_the_change_concerns_is_decided_again(
    store: Store, settings: Settings, change: str
):
    text, concerns = EARLIER[change]
    earlier = draft_settings(settings, text)
    by_then = rules_of(earlier)
    store.commit([a_poll(feed(), *decided_articles(by_then, rules_of(settings)))])
    store.rule_versions.add(version_of(earlier))
    titles: set[str] = set()
    plan = plan_trial(settings, settings, topics.packs_in_use(settings))
    outcomes = rule_trial.in_force(store, noting(plan, titles), WINDOW)
    concerned = {
        stored.entry.title
        for stored in store.articles.with_texts(WINDOW.since)
        if stored.decision.config == by_then.config and concerns(stored)
    }
    assert titles == concerned
    assert concerned
    assert_as_decided_again(store, plan, outcomes)


def version_of(settings: Settings) -> RuleVersion:
    return RuleVersion(
        at=NOW - timedelta(days=9), by="Anna", text=rule_text(settings),
        config=settings.decision_digest,
    )  # fmt: skip


def test_what_other_settings_decided_is_decided_again(store: Store, settings: Settings):
    earlier = draft_settings(settings, FLAGS_RAIN)
    by_then = replace(rules_of(earlier), config="0123456789ab")
    store.commit([a_poll(feed(), *decided_articles(by_then))])
    # its text says less than what decided: the least score of the review was another
    store.rule_versions.add(replace(version_of(earlier), config="0123456789ab"))
    titles: set[str] = set()
    plan = plan_trial(settings, settings, topics.packs_in_use(settings))
    outcomes = rule_trial.in_force(store, noting(plan, titles), WINDOW)
    assert len(titles) == 120
    assert_as_decided_again(store, plan, outcomes)

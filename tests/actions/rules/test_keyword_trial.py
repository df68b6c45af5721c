"""Trying a change of the keyword rules on stored articles."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.actions.rules.keyword_trial import KeywordTrialRequest, try_keywords
from monitor.classify.rules.decision_rules import DecisionRules
from monitor.domain.articles import Article, Mark
from monitor.domain.errors import ConfigError
from monitor.domain.review.confirmation import confirmed
from monitor.runtime import build, topics
from monitor.settings import loader
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.actions.rules.full_backtest import backtest_rules
from tests.fakes import NOW, article, decision, entry, feed, subscription
from tests.store.builders import a_poll

LATER = NOW + timedelta(hours=2)
DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an empty file: the shipped topic."""
    file = tmp_path / "monitor.toml"
    file.write_text("")
    return loader.load(file, environment={})


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A database with two flagged articles, a rejected one, and a subscription."""
    later = {"seen_at": NOW + timedelta(hours=1), "decision": decision(labels=("troops",))}
    with Store.open(settings.database_url) as opened:
        opened.feeds.add(feed())
        opened.subscriptions.add(subscription())
        flagged = article("aaaaaaaa"), article("bbbbbbbb", entry=entry("Arms by rail"), **later)
        dull = article("cccccccc", entry=entry("Dull"), decision=decision(relevant=False))
        opened.commit([a_poll(feed(), *flagged, dull)])
        yield opened


def test_a_rule_that_drops_an_article_loses_it(store: Store, settings: Settings, tmp_path: Path):
    file = tmp_path / "new.toml"
    file.write_text('[[keywords.rules]]\nname = "x"\nany = ["sappers"]\naction = "drop"\n')
    trial = try_keywords(store, KeywordTrialRequest(length=DAY, file=file), settings, LATER)
    assert [change.article.key for change in trial.report.lost] == ["aaaaaaaa"]
    shown = trial.as_json()
    assert shown["lost"] == ["aaaaaaaa"]
    assert shown["until"] == "2025-06-17T14:00:00Z"
    assert any("judged by another pack" in warning for warning in trial.warnings)


def test_a_budget_that_the_change_exceeds_is_a_warning(store: Store, settings: Settings):
    trial = try_keywords(store, KeywordTrialRequest(length=DAY, alert_budget=1), settings, LATER)
    assert any("more than 1 times a day on 1 day" in warning for warning in trial.warnings)


def test_another_pack_can_not_be_tried(store: Store, settings: Settings, tmp_path: Path):
    (tmp_path / "mine").mkdir()
    file = tmp_path / "new.toml"
    file.write_text('[topic]\npack = "mine"\n')
    with pytest.raises(ConfigError, match="is another pack"):
        try_keywords(store, KeywordTrialRequest(length=DAY, file=file), settings, LATER)


WORDS = ("sappers", "kursk", "rain", "harbour", "league", "bridge")
CHANGES = {
    "the current settings": "",
    "rules": '[[keywords.rules]]\nname = "x"\nany = ["rain"]\naction = "flag"\n'
    '[[keywords.rules]]\nname = "y"\nall = ["kursk", "league"]\naction = "drop"\n',
    "threshold": "[topic]\nthreshold = 0.7\n",
    "memory": "[topic]\nmemory = false\n",
    "review": "[topic]\nreview_threshold = 0.05\n",
    "lexicon": '[topic.lexicon]\nTROOPS = ["league"]\n',
}


def judged_articles(rules: DecisionRules) -> Iterator[Article]:
    """Articles of two days; of every three one was decided by other settings."""
    dice = random.Random(3)
    for number in range(90):
        words = entry(" ".join([*dice.sample(WORDS, 3), str(number)]))
        score, own_score = dice.random(), dice.choice((None, dice.random()))
        by_then = replace(rules, config="earlier", threshold=0.2) if number % 3 == 0 else rules
        plain = decision(
            score=score, pack_score=score, own_score=own_score, pack=rules.pack, relevant=False
        )
        stored = article(
            f"{number:08}", alias=str(number), copy_key=str(number // 2), entry=words,
            seen_at=NOW - timedelta(minutes=30 * number), backlog=number % 10 == 0, decision=plain,
        )  # fmt: skip
        doubtful = replace(stored, decision=confirmed(plain, "Anna", ("arms",)))
        yield doubtful if number % 15 == 1 else by_then.decided(stored)


@pytest.mark.parametrize("change", list(CHANGES))
def test_a_trial_says_what_deciding_every_article_twice_would_say(
    store: Store, settings: Settings, tmp_path: Path, change: str
):
    packs = topics.packs_in_use(settings)
    entries = dict.fromkeys(packs, ("league",) if change == "lexicon" else ())
    rules = topics.rulebook(settings, packs, build.classifier, entries=entries)
    store.commit([a_poll(feed(), *judged_articles(rules))])
    for stored in store.articles.list(limit=40):
        relevant = stored.entry.title < "l"
        store.marks.add(Mark(article_key=stored.key, relevant=relevant, marked_at=NOW))
    file, changed = None, settings
    if CHANGES[change]:
        file = tmp_path / "new.toml"
        file.write_text(CHANGES[change])
        changed = loader.load_changed(settings, file)
    request = KeywordTrialRequest(length=2 * DAY, file=file)
    trial = try_keywords(store, request, settings, LATER)
    expected = backtest_rules(
        store.articles.with_texts(trial.window.since),
        store.subscriptions.list(),
        before=rules if file else None,
        after=topics.rulebook(changed, packs, build.classifier, entries=entries),
        window=trial.window,
        labels=store.marks.settled_labels(trial.window.since, LATER),
    )
    assert trial.report == expected
    has_changes = bool(trial.report.gained or trial.report.lost)
    assert has_changes is (change not in ("review", "lexicon"))

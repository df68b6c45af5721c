"""A trial in words and numbers, the same for pages and programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from monitor.actions.rules.checked_change import try_rules
from monitor.actions.rules.trial_report import (
    causes_text,
    excerpt_of,
    sentence_of,
    threshold_sentences,
    trial_as_json,
    trial_rows,
)
from monitor.domain.alerts import PollResult
from monitor.settings.rule_text import draft_settings
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.classify import toy_topic
from tests.fakes import feed, subscription

NOW = toy_topic.NOW + timedelta(hours=1)


def test_words_and_numbers_agree(store: Store, settings: Settings):
    store.feeds.add_all([feed("f")])
    articles = (toy_topic.article("Shepherd dances"), toy_topic.article("Wolf dances", 0.9))
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles)])
    store.subscriptions.add(subscription("s", name="the desk"))
    trial = try_rules(store, settings, draft_settings(settings, ""), NOW)
    assert sentence_of(trial) == (
        "Of 2 articles of one day, 0 would be flagged newly and 1 no longer; 1 are flagged by both."
    )
    rows = {row.name: (row.before, row.after, row.change) for row in trial_rows(trial)}
    assert rows["relevant articles"] == ("2", "1", "-1")
    assert rows["for the desk (budget 5, worst day 1)"] == ("2.0", "1.0", "-1.0")
    shown: Any = trial_as_json(trial)
    assert shown["instant"] is True
    assert shown["lost"]["count"] == 1
    assert shown["threshold"] == 0.5
    assert shown["at_threshold"] == threshold_sentences(trial)[0]
    assert threshold_sentences(trial)[0] == (
        "At a threshold of 50 %: 1.0 alerts a day, 2.0 with the rules in force; precision 0 of 0"
        " marked, recall 0 of 0 marked."
    )
    change = trial.lost.shown[0]
    assert causes_text(change) == "shepherds (flag), no longer"
    assert [piece.text for piece in excerpt_of(change).title if piece.is_hit] == ["Shepherd"]


def test_no_change_is_said(store: Store, settings: Settings):
    trial = try_rules(store, settings, settings, NOW)
    assert sentence_of(trial).endswith("nothing would change.")

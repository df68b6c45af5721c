"""What is known to matter is lost only with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from monitor.actions.rules.checked_change import (
    ChangeOrder,
    LossRefused,
    effect_of,
    put_in_force_checked,
    restore_checked,
    try_rules,
)
from monitor.actions.rules.rule_changes import RuleChange
from monitor.domain.alerts import PollResult
from monitor.domain.articles import Mark
from monitor.settings.rule_text import draft_settings
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.actions.rules.conftest import OPERATOR
from tests.classify import toy_topic
from tests.fakes import feed

NOW = toy_topic.NOW + timedelta(hours=1)
SHEPHERD = toy_topic.article("Shepherd dances")


@pytest.fixture
def marked(store: Store) -> Store:
    """A store with an article that only a rule flags, and a mark that agrees with the rule."""
    store.feeds.add_all([feed("f")])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(SHEPHERD,))])
    store.marks.add(Mark(article_key=SHEPHERD.key, relevant=True, marked_at=NOW))
    return store


def test_a_loss_needs_consent_and_a_reason(marked: Store, settings: Settings):
    trial = try_rules(marked, settings, draft_settings(settings, ""), NOW)
    change = RuleChange(text="", base=settings.decision_digest)
    for order in (
        ChangeOrder(caller=OPERATOR, now=NOW),
        ChangeOrder(caller=OPERATOR, now=NOW, accept_loss=True),
        ChangeOrder(caller=OPERATOR, now=NOW, reason="tidy"),
    ):
        with pytest.raises(LossRefused, match="marked as relevant: Shepherd dances"):
            put_in_force_checked(marked, settings, change, trial, order)
    order = ChangeOrder(caller=OPERATOR, now=NOW, accept_loss=True, reason="tidy")
    version = put_in_force_checked(marked, settings, change, trial, order)
    assert version.effect is not None
    assert (version.effect["gained"], version.effect["lost"]) == (0, 1)
    first = marked.rule_versions.find(1)
    assert first is not None
    assert restore_checked(marked, settings, first, order).restored == 1


def test_the_effect_is_kept_in_numbers(marked: Store, settings: Settings):
    effect: Any = effect_of(try_rules(marked, settings, draft_settings(settings, ""), NOW))
    assert (effect["articles"], effect["lost"]) == (1, 1)
    assert len(effect["known_losses"]) == 1


def test_a_lexicon_entry_is_tried_by_judging_anew(marked: Store, settings: Settings):
    drafted = draft_settings(settings, '[topic.lexicon]\nWOLF = ["dances"]\nFARM = ["shepherd"]')
    trial = try_rules(marked, settings, drafted, NOW)
    assert "entries of the lexicon" in trial.replay_reason

"""A draft is kept beside the rules that it was begun with."""

from __future__ import annotations

import pytest

from monitor.actions.rules.open_drafts import begin_anew, discard_draft, open_draft, save_draft
from monitor.actions.rules.rule_history import rules_in_force
from monitor.domain.errors import ConfigError
from monitor.settings.rule_text import MAX_RULE_TEXT
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW


def test_a_draft_shows_its_changes_and_those_of_others(store: Store, settings: Settings):
    current = rules_in_force(store, settings, NOW)
    assert not open_draft(store, "otto", current).is_kept
    save_draft(store, "otto", current.text.replace("league", "goal"), current, NOW)
    draft = open_draft(store, "otto", current)
    assert [line.sign for line in draft.changes if line.sign] == ["-", "+"]
    assert not draft.has_conflict

    assert settings.path is not None
    settings.path.write_text(settings.path.read_text().replace("shepherd*", "sheep"))
    later = rules_in_force(store, settings, NOW)
    save_draft(store, "otto", current.text.replace("league", "goals"), later, NOW)
    assert open_draft(store, "otto", later).has_conflict  # typing on does not hide it
    begin_anew(store, "otto", later, NOW)
    assert not open_draft(store, "otto", later).has_conflict
    discard_draft(store, "otto")
    assert open_draft(store, "otto", later).draft.text == later.text


def test_a_draft_that_is_too_long_is_refused(store: Store, settings: Settings):
    current = rules_in_force(store, settings, NOW)
    with pytest.raises(ConfigError, match="at most"):
        save_draft(store, "otto", "x" * (MAX_RULE_TEXT + 1), current, NOW)

"""Trying a change of the keyword rules on stored articles."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.actions.teaching.keyword_trial import KeywordTrialRequest, try_keywords
from monitor.domain.errors import ConfigError
from monitor.settings.sections import Settings
from monitor.store.store import Store
from tests.fakes import NOW

LATER = NOW + timedelta(hours=2)
DAY = timedelta(days=1)


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

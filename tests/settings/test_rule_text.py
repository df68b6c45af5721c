"""The rule text holds what decides, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.rule_text import MAX_RULE_TEXT, draft_settings, rule_text

FILE = r"""
[topic]
threshold = 0.4
[topic.lexicon]
TROOPS = ["storm unit*"]
[keywords]
alert_budget = 7
[[keywords.rules]]
name = "route"
regex = '\bM-?14\b'
where = "title"
action = "boost"
boost = -0.2
[email]
password = "secret"
"""


def test_a_rule_text_gives_the_same_settings(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(FILE)
    settings = loader.load(file, environment={})
    text = rule_text(settings)
    assert text == (
        "[topic]\nthreshold = 0.4\n\n[topic.lexicon]\nTROOPS = [\"storm unit*\"]\n\n"
        "[[keywords.rules]]\nname = \"route\"\nregex = '\\bM-?14\\b'\nwhere = \"title\"\n"
        'action = "boost"\nboost = -0.2\n'
    )  # fmt: skip
    assert draft_settings(settings, text).decision_digest == settings.decision_digest
    assert rule_text(draft_settings(settings, text.replace("\n", "\r\n"))) == text


def test_what_a_draft_leaves_out_has_its_default(tmp_path: Path) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(FILE)
    settings = draft_settings(loader.load(file, environment={}), "")
    assert (settings.topic.threshold, settings.topic.lexicon) == (0.0, {})
    assert settings.keywords.rules == ()
    assert settings.keywords.alert_budget == 7
    assert settings.email.password.get_secret_value() == "secret"


def test_a_fault_names_the_line_of_the_draft() -> None:
    settings = loader.load(None, environment={})
    text = '[topic]\nthreshold = 0.0\n[[keywords.rules]]\nname = "a"\naction = "no"\n'
    with pytest.raises(ConfigError, match=r"the draft:5: keywords.rules.0.action"):
        draft_settings(settings, text)


def test_a_draft_that_is_too_long_is_refused() -> None:
    settings = loader.load(None, environment={})
    with pytest.raises(ConfigError, match="use a file"):
        draft_settings(settings, "#" * (MAX_RULE_TEXT + 1))

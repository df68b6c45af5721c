"""The rule text holds what decides, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.rule_text import MAX_RULE_TEXT, draft_settings, rule_text
from monitor.settings.sections import Settings

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


FURTHER = """
[[topic.further]]
pack = "undersea-cables"
threshold = 0.4
review_threshold = 0.2
[topic.further.lexicon]
CABLE = ["data line"]
[[topic.further]]
pack = "wolves"
"""


def of_several_topics(folder: Path) -> Settings:
    file = folder / "monitor.toml"
    file.write_text(FURTHER)
    return loader.load(file, environment={})


def test_a_rule_text_has_threshold_and_lexicon_of_each_topic(tmp_path: Path) -> None:
    settings = of_several_topics(tmp_path)
    text = rule_text(settings)
    assert text == (
        '[topic]\nthreshold = 0.0\n\n[[topic.further]]\npack = "undersea-cables"\n'
        'threshold = 0.4\n\n[topic.further.lexicon]\nCABLE = ["data line"]\n\n'
        '[[topic.further]]\npack = "wolves"\nthreshold = 0.0\n'
    )
    assert draft_settings(settings, text).decision_digest == settings.decision_digest
    cables = draft_settings(settings, text.replace("0.4", "0.6")).topic.further[0]
    assert (cables.threshold, cables.review_threshold) == (0.6, 0.2)
    assert cables.lexicon == {"CABLE": ("data line",)}


def test_a_further_topic_that_a_text_does_not_name_keeps_what_it_has(tmp_path: Path) -> None:
    settings = of_several_topics(tmp_path)
    assert draft_settings(settings, "").topic.further == settings.topic.further
    named = draft_settings(settings, '[[topic.further]]\npack = "undersea-cables"\n').topic.further
    assert [(topic.threshold, topic.lexicon) for topic in named] == [(0.0, {}), (0.0, {})]


@pytest.mark.parametrize(
    ("tables", "fault"),
    [
        ('pack = "bears"', r"bears is not watched; .* there are: undersea-cables, wolves"),
        ('pack = "wolves"\n[[topic.further]]\npack = "wolves"', "wolves is there twice"),
        ('pack = "wolves"\nreview_threshold = 0.1', r"topic.further.review_threshold does not"),
        ('pack = "wolves"\nthreshold = 3', r"the draft:3: topic.further.0.threshold = 3"),
        ('pack = "wolves"\ntreshold = 0.3', r"topic.further.treshold does not belong here"),
        ("threshold = 0.3", r"the draft:1: topic.further.0.pack"),
    ],
)
def test_a_further_topic_is_checked(tmp_path: Path, tables: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        draft_settings(of_several_topics(tmp_path), f"[[topic.further]]\n{tables}\n")


def test_a_fault_names_the_line_of_the_draft() -> None:
    settings = loader.load(None, environment={})
    text = '[topic]\nthreshold = 0.0\n[[keywords.rules]]\nname = "a"\naction = "no"\n'
    with pytest.raises(ConfigError, match=r"the draft:5: keywords.rules.0.action"):
        draft_settings(settings, text)


def test_a_draft_that_is_too_long_is_refused() -> None:
    settings = loader.load(None, environment={})
    with pytest.raises(ConfigError, match="use a file"):
        draft_settings(settings, "#" * (MAX_RULE_TEXT + 1))

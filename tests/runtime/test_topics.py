"""Several topics in the settings: the settings of each, and what is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of
from monitor.runtime import build, topic_pack, topics
from monitor.settings import loader, sections
from tests.classify import toy_topic

CABLES = "[[topic.further]]\npack = 'undersea-cables'\nthreshold = 0.4\n"
RULES = """
[[keywords.rules]]
name = "shells"
any = ["shells"]
action = "flag"
theme = "arms"

[[keywords.rules]]
name = "anchor"
any = ["anchor"]
action = "boost"
boost = 0.1
topic = "undersea-cables"
theme = "damage"
"""


def chosen(folder: Path, text: str) -> sections.Settings:
    file = folder / "monitor.toml"
    file.write_text(text, encoding="utf-8")
    return loader.load(file, environment={})


def names_of_rules(settings: sections.Settings) -> list[str]:
    """The rules of the first topic that match a headline with every term."""
    rules = topic_pack.keyword_rules(settings, topic_pack.read_card(settings))
    return [hit.rule for hit in rules.hits(toy_topic.Entry(title="Anchor and shells"))]


def test_one_topic_is_the_default_and_its_settings_are_unchanged(tmp_path):
    settings = chosen(tmp_path, "")
    assert topics.settings_by_topic(settings) == {"dprk-russia": settings}
    assert topics.topic_of_marks(settings) == ""


def test_each_topic_has_its_pack_its_thresholds_and_its_rules(tmp_path):
    settings = chosen(tmp_path, "[topic]\nreview_threshold = 0.2\n" + CABLES + RULES)
    by_topic = topics.settings_by_topic(settings)
    assert list(by_topic) == ["dprk-russia", "undersea-cables"]
    war, cables = by_topic.values()
    assert war is settings
    assert topic_pack.read_card(cables).name == "undersea-cables"
    assert (cables.topic.threshold, cables.topic.review_threshold) == (0.4, 0.2)
    assert topic_pack.load_pack(cables).threshold == 0.4
    assert [names_of_rules(topic) for topic in (war, cables)] == [["shells"], ["anchor"]]
    assert [topics.topic_of_marks(topic) for topic in (war, cables)] == list(by_topic)
    assert list(topics.theme_titles(settings))[-1] == "protection"


def test_each_topic_has_the_lexicon_entries_that_are_added_to_it(tmp_path):
    added = "[topic.lexicon]\nTROOPS = ['storm unit*']\n"
    of_cables = "[topic.further.lexicon]\nCABLE = ['data line']\n"
    war, cables = topics.settings_by_topic(chosen(tmp_path, added + CABLES + of_cables)).values()
    assert war.topic.lexicon == {"TROOPS": ("storm unit*",)}
    assert cables.topic.lexicon == {"CABLE": ("data line",)}
    headline = toy_topic.Entry(title="Data line cut in the Baltic, sabotage suspected")
    scores = {}
    for name, text in (("without", CABLES), ("with", CABLES + of_cables)):
        settings = chosen(tmp_path, text)
        scores[name] = build.live_settings(settings, {}).topics[1].classifier.judge([headline])[0]
    assert scores["without"].own_score is None
    assert scores["with"].own_score is not None
    wrong = CABLES + "[topic.further.lexicon]\nCABEL = ['data line']\n"
    broken = topics.settings_by_topic(chosen(tmp_path, wrong))["undersea-cables"]
    with pytest.raises(ConfigError, match=r"monitor.toml:\d+: .*CABEL.* \(topic undersea-cables\)"):
        topic_pack.load_pack(broken)


def test_the_topics_are_judged_by_their_packs(tmp_path):
    live = build.live_settings(chosen(tmp_path, CABLES + RULES), {})
    headline = toy_topic.Entry(title="Two undersea cables cut in the Baltic, sabotage suspected")
    scores = [topic.classifier.judge([headline])[0] for topic in live.topics]
    assert [verdict.pack.partition("@")[0] for verdict in scores] == [
        "dprk-russia",
        "undersea-cables",
    ]
    assert scores[0].score < 0.1 < 0.9 < scores[1].score


def test_the_digest_of_one_topic_stays_what_it_was_and_a_second_one_changes_it(tmp_path):
    settings = chosen(tmp_path, "")
    digest = settings.decision_digest
    topic = settings.topic.model_dump(mode="json", exclude={"further"})
    before = json.dumps({"topic": topic, "keywords": {"rules": []}}, sort_keys=True)
    assert digest == key_of(before)[:12]
    assert chosen(tmp_path, CABLES).decision_digest != digest


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[topic.further]]\npack = 'dprk-russia'\n", "dprk-russia is listed twice"),
        (CABLES + CABLES, "undersea-cables is listed twice"),
        ("[[topic.further]]\npack = 'wolves'\n", "no such shipped topic and no such folder"),
        ("[[topic.further]]\npack = ''\n", r"monitor.toml:2: topic.further.0.pack"),
        ("[[topic.further]]\npack = './bears'\nthreshold = 2\n", "topic.further.0.threshold"),
        (
            "[[topic.further]]\npack = 'x'\ntreshold = 0.4\n",
            r"monitor.toml:3: no such setting topic.further.0.treshold.*threshold",
        ),
        (RULES, r"monitor.toml:9: rule 'anchor': topic = 'undersea-cables' is not watched"),
        (CABLES + RULES.replace('"damage"', '"arms"'), "names the theme 'arms'; there are: damage"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        build.live_settings(chosen(tmp_path, text), {})


def test_themes_of_one_name_are_refused(tmp_path):
    wolves = toy_topic.make(tmp_path / "wolves", trained=False)
    shutil.copytree(wolves, tmp_path / "bears")
    card = (wolves / "pack.toml").read_text().replace('"wolves"', '"bears"')
    (tmp_path / "bears" / "pack.toml").write_text(card)
    text = "[topic]\npack = './wolves'\n[[topic.further]]\npack = './bears'\n"
    with pytest.raises(ConfigError, match="wolves and bears both have a theme attack, which"):
        topics.settings_by_topic(chosen(tmp_path, text))

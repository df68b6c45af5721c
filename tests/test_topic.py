"""The pack and the rules that the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import settings, topic
from monitor.errors import ConfigError


def chosen(folder: Path, text: str) -> settings.Settings:
    file = folder / "monitor.toml"
    file.write_text(text, encoding="utf-8")
    return settings.load(file, environment={})


def test_a_shipped_topic_goes_by_its_name(tmp_path):
    plain = chosen(tmp_path, "")
    assert (topic.pack_folder(plain) / "pack.toml").is_file()
    assert topic.read_card(plain).name == "dprk-russia"
    assert topic.golden_file(plain).is_file()


def test_a_topic_that_is_nowhere_is_refused_with_those_that_are_shipped(tmp_path):
    with pytest.raises(ConfigError, match="shipped: dprk-russia"):
        topic.pack_folder(chosen(tmp_path, "[topic]\npack = 'wolves'\n"))


def test_a_pack_named_by_a_path_is_used_as_it_is(tmp_path):
    assert topic.shelf(chosen(tmp_path, "[topic]\npack = './wolves'\n")) is None
    assert topic.shelf(chosen(tmp_path, "")) is not None


def test_the_settings_threshold_wins_and_zero_leaves_it_to_the_pack(tmp_path):
    pack = topic.load_pack(chosen(tmp_path, ""))
    own = topic.at_threshold(chosen(tmp_path, "[topic]\nthreshold = 0.0\n"), pack)
    assert own.threshold == pack.own_threshold
    higher = chosen(tmp_path, "[topic]\nthreshold = 0.75\n")
    assert topic.at_threshold(higher, pack).threshold == 0.75
    assert topic.rulebook(higher, pack).threshold == 0.75


def test_a_wrong_rule_is_refused_with_the_line_of_its_name(tmp_path):
    text = "[[keywords.rules]]\nname = 'fine'\nany = ['x']\n[[keywords.rules]]\nname = 'bad'\n"
    wrong = chosen(tmp_path, text + "regex = '('\n")
    with pytest.raises(ConfigError, match=r"monitor\.toml:5: "):
        topic.keyword_rules(wrong, topic.read_card(wrong))

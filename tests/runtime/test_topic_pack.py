"""The pack and the rules that the settings name."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.domain.errors import ConfigError
from monitor.runtime import build, topic_pack, topics
from monitor.settings import loader, sections


def chosen(folder: Path, text: str) -> sections.Settings:
    file = folder / "monitor.toml"
    file.write_text(text, encoding="utf-8")
    return loader.load(file, environment={})


def test_a_shipped_topic_goes_by_its_name(tmp_path):
    plain = chosen(tmp_path, "")
    assert (topic_pack.pack_folder(plain) / "pack.toml").is_file()
    assert topic_pack.read_card(plain).name == "dprk-russia"
    assert topic_pack.golden_file(plain).is_file()


def test_an_unknown_topic_is_refused_with_the_names_of_shipped_ones(tmp_path):
    with pytest.raises(ConfigError, match="shipped: dprk-russia, undersea-cables"):
        topic_pack.pack_folder(chosen(tmp_path, "[topic]\npack = 'wolves'\n"))


def test_a_pack_named_by_a_path_is_used_as_it_is(tmp_path):
    assert topic_pack.pack_registry(chosen(tmp_path, "[topic]\npack = './wolves'\n")) is None
    assert topic_pack.pack_registry(chosen(tmp_path, "")) is not None


def test_the_settings_threshold_wins_and_zero_leaves_it_to_the_pack(tmp_path):
    pack = topic_pack.load_pack(chosen(tmp_path, ""))
    trained = topic_pack.as_set(chosen(tmp_path, "[topic]\nthreshold = 0.0\n"), pack)
    assert trained.threshold == pack.trained_threshold
    higher = chosen(tmp_path, "[topic]\nthreshold = 0.75\n")
    assert topic_pack.as_set(higher, pack).threshold == 0.75
    assert topic_pack.load_pack(higher).threshold == 0.75
    assert topics.rulebook(higher, {pack.name: pack}, build.classifier).threshold == 0.75


def test_the_settings_lexicon_is_added_to_the_packs_and_removed_with_its_line(tmp_path):
    plain = topic_pack.load_pack(chosen(tmp_path, ""))
    extended = chosen(tmp_path, "[topic.lexicon]\nTROOPS = ['storm unit*', '안개군단']\n")
    pack = topic_pack.as_set(extended, plain)
    assert pack.lexicon.entries["storm unit*"] == ("TROOPS",)
    assert len(pack.lexicon.entries) == len(plain.lexicon.entries) + 2
    assert (pack.id, pack.trained_lexicon) == (plain.id, plain.trained_lexicon)
    assert topic_pack.as_set(chosen(tmp_path, ""), pack).lexicon is plain.trained_lexicon
    assert extended.decision_digest != chosen(tmp_path, "").decision_digest


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "TROPS = ['x']",
            r"monitor\.toml:4: topic\.lexicon\.TROPS: no such class; did you mean TROOPS",
        ),
        ("TROOPS = ['*']", r"monitor\.toml:4: topic\.lexicon\.TROOPS: .* is not valid"),
        ("silent = ['Kursk']", r"monitor\.toml: topic\.lexicon: silent: .*also listed under RUPL"),
    ],
)
def test_a_wrong_lexicon_entry_is_refused_with_its_line(tmp_path, line, message):
    wrong = chosen(tmp_path, f"[topic.lexicon]\nRUPL = ['Kursk']\n\n{line}\n")
    with pytest.raises(ConfigError, match=message):
        topic_pack.load_pack(wrong)


def test_a_wrong_rule_is_refused_with_the_line_of_its_name(tmp_path):
    good = "[[keywords.rules]]\nname = 'fine'\nany = ['x']\naction = 'flag'\n"
    bad = "[[keywords.rules]]\nname = 'bad'\nregex = '('\naction = 'flag'\n"
    wrong = chosen(tmp_path, good + bad)
    with pytest.raises(ConfigError, match=r"monitor\.toml:6: "):
        topic_pack.keyword_rules(wrong, topic_pack.read_card(wrong))

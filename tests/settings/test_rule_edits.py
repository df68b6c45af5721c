"""Edits of rules keep comments and everything else, however the file is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.domain.errors import ConfigError
from monitor.settings import loader
from monitor.settings.rule_edits import with_rules
from monitor.settings.rule_text import draft_settings

FOOTBALL = '[[keywords.rules]]\nname = "football"\nany = ["football"]\naction = "drop"\n'
PATH = Path("/nowhere/monitor.toml")


def edit(text: str, draft: str) -> str:
    current = loader.load(PATH, text=text, environment={})
    return with_rules(text, current, draft_settings(current, draft))


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("", FOOTBALL),
        ("# only this\n", "# only this\n\n" + FOOTBALL),
        (
            "[keywords]\nrules = []\nalert_budget = 3\n\n# mail\n[email]\nport = 25\n",
            f"[keywords]\nalert_budget = 3\n\n{FOOTBALL}\n# mail\n[email]\nport = 25\n",
        ),
        (
            '[keywords]\nrules = [{name = "a", any = ["b"], action = "flag"}]\n',
            f"[keywords]\n\n{FOOTBALL}",
        ),
        (
            FOOTBALL.replace("football", "chess") + "# mail\n[email]\n",
            f"\n{FOOTBALL}# mail\n[email]\n",
        ),
    ],
)
def test_a_new_rule_is_written_where_it_belongs(text: str, edited: str) -> None:
    assert edit(text, FOOTBALL) == edited


def test_a_comment_about_the_next_table_stays_above_it() -> None:
    text = f"{FOOTBALL}\n# the server\n[email]\nport = 25\n"
    new = FOOTBALL.replace('"football"\n', '"second"\n', 1)
    assert edit(text, FOOTBALL + new) == f"{FOOTBALL}\n{new}\n# the server\n[email]\nport = 25\n"


def test_threshold_and_lexicon_are_changed_where_they_are() -> None:
    text = (
        "[topic]\nthreshold = 0.4  # agreed\n"
        "[topic.lexicon]\nTROOPS = ['a']  # ours\nOTHER = ['b']\n"
    )
    draft = "[topic]\nthreshold = 0.5\n[topic.lexicon]\nTROOPS = ['a']\nNEW = ['c']\n"
    assert edit(text, draft) == (
        "[topic]\nthreshold = 0.5  # agreed\n[topic.lexicon]\nTROOPS = ['a']  # ours\n"
        'NEW = ["c"]\n'
    )


FURTHER = (
    '[[topic.further]]\npack = "cables"  # the sea\nthreshold = 0.4\n'
    "# our words\n[topic.further.lexicon]\nCABLE = ['line']\n\n"
    '[[topic.further]]\npack = "wolves"\n\n[log]\nlevel = "info"\n'
)


def test_a_further_topic_is_changed_in_its_own_table() -> None:
    draft = (
        '[[topic.further]]\npack = "wolves"\nthreshold = 0.6\n[topic.further.lexicon]\n'
        'WOLF = ["howl*"]\n[[topic.further]]\npack = "cables"\nthreshold = 0.3\n'
        '[topic.further.lexicon]\nCABLE = ["line"]\nSHIP = ["tug"]\n'
    )
    assert edit(FURTHER, draft) == (
        '[[topic.further]]\npack = "cables"  # the sea\nthreshold = 0.3\n'
        "# our words\n[topic.further.lexicon]\nCABLE = ['line']\n"
        'SHIP = ["tug"]\n\n[[topic.further]]\npack = "wolves"\nthreshold = 0.6\n\n'
        '[topic.further.lexicon]\nWOLF = ["howl*"]\n\n[log]\nlevel = "info"\n'
    )


def test_further_topics_in_one_line_are_changed_there() -> None:
    text = '[topic]\nfurther = [{pack = "cables", threshold = 0.4}, {pack = "wolves"}]\n'
    draft = '[[topic.further]]\npack = "wolves"\n[topic.further.lexicon]\nWOLF = ["howl*"]\n'
    edited = loader.load(PATH, text=edit(text, draft), environment={}).topic.further
    assert [(topic.pack, topic.threshold) for topic in edited] == [("cables", 0.4), ("wolves", 0.0)]
    assert edited[1].lexicon == {"WOLF": ("howl*",)}


def test_a_further_topic_of_a_variable_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_TOPIC__FURTHER", '[{"pack": "cables"}]')
    current = loader.load(PATH, text="")
    drafted = draft_settings(current, "")
    cables = drafted.topic.further[0].model_copy(update={"threshold": 0.3})
    topic = drafted.topic.model_copy(update={"further": (cables,)})
    with pytest.raises(ConfigError, match=r"has no pack 'cables'. Copy the text"):
        with_rules("", current, drafted.model_copy(update={"topic": topic}))


def test_rules_in_another_order_are_written_anew() -> None:
    other = FOOTBALL.replace("football", "chess")
    edited = edit(FOOTBALL + other, other + FOOTBALL)
    rules = loader.load(PATH, text=edited, environment={}).keywords.rules
    assert [rule.name for rule in rules] == ["chess", "football"]


def test_a_variable_that_outranks_the_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_TOPIC__THRESHOLD", "0.7")
    current = loader.load(PATH, text="")
    wanted = draft_settings(loader.load(PATH, text="", environment={}), "[topic]\nthreshold = 0.4")
    wanted = wanted.model_copy(update={"topic": wanted.topic.model_copy(update={"threshold": 0.4})})
    with pytest.raises(ConfigError, match="Copy the text"):
        with_rules("", current, wanted)


_NAMES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=5)


def _rules(names: list[str], word: str) -> str:
    return "".join(
        f'# about {name}\n[[keywords.rules]]\nname = "{name}"\nany = ["{word}"] # {name}\n'
        'action = "flag"\n'
        for name in names
    )


@settings(max_examples=30)
@given(_NAMES, _NAMES, st.booleans())
def test_any_rules_become_any_others_and_comments_stay(
    old: list[str], new: list[str], changes: bool
) -> None:
    text = f'{_rules(old, "word")}\n# end\n[log]\nlevel = "info"\n'
    edited = edit(text, _rules(new, "other" if changes else "word"))
    loaded = loader.load(PATH, text=edited, environment={})
    assert [rule.name for rule in loaded.keywords.rules] == new
    assert all(f"# about {name}" in edited for name in old)
    assert "\n# end\n[log]" in edited

"""Two shipped packs in one installation, by the commands that people type."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Terminal

CUT = "Two undersea cables cut in the Baltic, sabotage suspected"
FURTHER = "[[topic.further]]\npack = 'undersea-cables'\n"


@pytest.fixture
def both(watch: Terminal) -> Terminal:
    """A terminal in the folder of a service that watches two topics."""
    (watch.folder / "monitor.toml").write_text(FURTHER)
    return watch


def test_a_text_is_judged_for_the_topic_that_is_named(both: Terminal):
    def relevant(*options: str) -> bool:
        explained = both("explain", "--text", CUT, *options, "--json").json()
        return bool(explained["decision"]["relevant"])

    assert not relevant()
    assert relevant("--topic", "undersea-cables")
    message = both.refused("explain", "--text", CUT, "--topic", "wolves")
    assert "wolves: no such topic is watched; there are: dprk-russia, undersea-cables" in message
    assert "--topic goes with --text" in both.refused("explain", "abcdef12", "--topic", "wolves")


def test_a_pack_is_shown_by_its_topic(both: Terminal):
    assert both("model", "show", "--json").json()["name"] == "dprk-russia"
    shown = both("model", "show", "--topic", "undersea-cables", "--json").json()
    assert shown["name"] == "undersea-cables"


def test_a_subscription_to_one_topic_is_added_changed_and_shown(both: Terminal):
    added = both("subscriptions", "add", "sea", "--email", "a@b.example",
                 "--topic", "undersea-cables", "--theme", "repair")  # fmt: skip
    assert added.code == 0
    (listed,) = both("subscriptions", "list", "--json").json()
    assert (listed["topics"], listed["themes"]) == (["undersea-cables"], ["repair"])
    assert both("subscriptions", "edit", "sea", "--topic", "none").code == 0
    (listed,) = both("subscriptions", "list", "--json").json()
    assert listed["topics"] == []
    for words in (("add", "x", "--email", "a@b.example"), ("edit", "sea")):
        message = both.refused("subscriptions", *words, "--topic", "wolves")
        assert "wolves: no such topic is watched; there are: dprk-russia, undersea" in message


def test_a_subscription_to_a_topic_that_was_removed_is_named(both: Terminal):
    both("subscriptions", "add", "sea", "--email", "a@b.example", "--topic", "undersea-cables")
    (both.folder / "monitor.toml").write_text("")
    assert "undersea-cables is not watched any more" in both("subscriptions", "list").out
    findings = json.loads(both("doctor", "--json").out)
    (lost,) = (finding for finding in findings if "not watched" in finding["finding"])
    assert (lost["level"], lost["subject"]) == ("fault", "subscriptions")


def test_a_setup_file_names_topics(both: Terminal):
    setup = both.folder / "setup.toml"
    entry = "[[subscriptions]]\nname = 'sea'\nemail = 'a@b.example'\ntopics = ['{}']\n"
    setup.write_text(entry.format("undersea-cables"))
    assert both("apply", str(setup), "--yes").code == 0
    (listed,) = both("subscriptions", "list", "--json").json()
    assert listed["topics"] == ["undersea-cables"]
    setup.write_text(entry.format("wolves"))
    assert "wolves: no such topic is watched" in both.refused("apply", str(setup), "--yes")


def test_the_whole_configuration_is_checked(both: Terminal):
    assert both("config", "check").code == 0
    (both.folder / "monitor.toml").write_text(FURTHER + FURTHER)
    assert "undersea-cables is listed twice" in both.refused("config", "check")


def test_stories_of_a_topic_without_any_are_refused_with_the_reason(both: Terminal):
    assert both("stories", "list", "--topic", "dprk-russia", "--json").json() == (
        both("stories", "list", "--json").json()
    )
    message = both.refused("stories", "list", "--topic", "undersea-cables")
    assert "--topic undersea-cables: it has no stories, so its articles alert one by one" in message
    assert "stories are those of dprk-russia" in message
    assert "no such topic is watched" in both.refused("stories", "list", "--topic", "wolves")

"""`monitor articles` and `monitor explain`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal

TOLD = "North Korea sends 1,000 deminers and 5,000 military builders to Russia's Kursk region"


def test_a_text_is_explained_without_any_service(terminal: Terminal):
    account = terminal("explain", "--text", TOLD, "--json").json()
    decision = account["decision"]
    assert decision["relevant"] is True
    assert decision["score"] >= decision["threshold"]
    assert set(decision["themes"]) == {
        "troops", "labour", "arms", "technology", "treaty", "sanctions", "alliances", "regional",
    }  # fmt: skip
    assert "labour" in decision["labels"]
    assert any(term["weight"] > 0 for term in decision["terms"])
    assert decision["pack"].startswith("dprk-russia@")
    assert account["language"] == "en"


@pytest.mark.parametrize(
    "text",
    ["", "x", "\n", "<b>", "🇰🇵🇷🇺", "שלום עולם", "\x00\ud800", "북" * 100_000, "a " * 500_000],
    ids=["empty", "one", "newline", "tag", "flags", "rtl", "odd", "long", "megabyte"],
)
def test_any_text_gets_an_answer(terminal: Terminal, text):
    decision = terminal("explain", "--text", text, "--json").json()["decision"]
    assert 0 <= decision["score"] <= 1


def test_a_keyword_rule_is_applied_and_named(watch: Terminal):
    (watch.folder / "monitor.toml").write_text(
        "[[keywords.rules]]\nname = 'no buses'\nany = ['bus*']\naction = 'drop'\n"
    )
    result = watch("explain", "--text", f"{TOLD}, and buses")
    assert "not relevant: a keyword rule drops it" in result.out
    assert "rule no buses (drop): buses" in result.out


def test_an_operators_own_word_counts_and_is_named(watch: Terminal):
    text = "Pyongyang's Pokpung guards seen in Grayvoron"
    before = watch("explain", "--text", text, "--json").json()["decision"]
    (watch.folder / "monitor.toml").write_text(
        "[topic.lexicon]\nTROOPS = ['Pokpung guard*']\nRUPL = ['Grayvoron*']\n"
    )
    after = watch("explain", "--text", text, "--json").json()["decision"]
    assert (before["relevant"], after["relevant"]) == (False, True)
    assert any("Pokpung guards" in term["text"] for term in after["terms"] if term["weight"] > 0)
    assert before["config"] != after["config"]


def test_a_word_under_a_class_that_is_not_there_is_refused_with_its_line(watch: Terminal):
    (watch.folder / "monitor.toml").write_text("[topic.lexicon]\nTROOP = ['guard*']\n")
    result = watch.refused("config", "check")
    assert "monitor.toml:2: topic.lexicon.TROOP: no such class; did you mean TROOPS?" in result


def test_the_page_for_people_names_terms_for_and_against(terminal: Terminal):
    result = terminal("explain", "--text", TOLD)
    assert "relevant: the score reaches the threshold" in result.out
    assert "for: " in result.out


@pytest.mark.parametrize("words", [(), ("abc", "--text", "x")])
def test_a_key_or_a_text_must_be_given(watch: Terminal, words):
    assert "say what to explain" in watch.refused("explain", *words)


def test_an_unknown_article_is_refused(watch: Terminal):
    assert "no article 'abcdef'" in watch.refused("explain", "abcdef")
    assert "no article ''" in watch.refused("explain", "")


def test_a_list_without_articles_is_empty(watch: Terminal):
    assert watch("articles", "list", "--json", "--since", "7d").json() == []
    assert "--since '7'" in watch.refused("articles", "list", "--since", "7")


def test_a_theme_that_the_topic_does_not_have_is_refused(watch: Terminal):
    message = watch.refused("articles", "list", "--theme", "nosuch")
    assert "--theme nosuch: no such theme; there are: " in message

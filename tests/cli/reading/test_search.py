"""`monitor search`, `monitor articles show` and `monitor db index`."""

from __future__ import annotations

import pytest

from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.store.builders import a_feed, a_poll, an_article


@pytest.fixture
def stored(watch: Terminal) -> Terminal:
    """A terminal in the folder of a service with two articles."""
    feed = a_feed(title="Wire")
    with Store.open(f"sqlite:///{watch.folder / 'watchpost.db'}") as store:
        store.feeds.add_all([feed])
        store.commit([a_poll(feed, an_article("Kursk", feed), an_article("북한군", feed))])
    return watch


def test_articles_are_found_and_shown(stored: Terminal):
    result = stored("search", "북한")
    assert "북한군" in result.out
    assert "Kursk" not in result.out
    assert "has “북한” · newest first" in result.err
    (article,) = stored("search", "kursk", "--json").json()["articles"]
    shown = stored("articles", "show", article["key"][:8], "--json").json()
    assert (shown["title"], shown["text"]) == ("Kursk", "All about Kursk")
    assert shown["decision"]["relevant"] is True
    page = stored("articles", "show", article["key"]).out
    assert "All about Kursk" in page
    assert "https://example.org/Kursk" in page
    assert "published at an unknown time · seen 2025-06-17 12:00 UTC" in page


def test_a_page_names_the_next(stored: Terminal):
    first = stored("search", "about", "--limit", "1", "--json").json()
    rest = stored("search", "about", "--after", first["next"], "--json").json()
    assert len(first["articles"] + rest["articles"]) == 2
    assert rest["next"] is None
    assert "--after" in stored("search", "about", "--limit", "1").err


def test_a_wrong_question_is_refused_with_its_place(stored: Terminal):
    message = stored.refused("search", "kursk is:flaged")
    assert "character 10: is: 'flaged' is not known: did you mean flagged?" in message
    assert "^" in message
    assert "no cursor" in stored.refused("search", "kursk", "--after", "1-0.5-12345678")


def test_nothing_found_is_said(stored: Terminal):
    assert "no article matches" in stored("search", "nowhere").err


def test_the_index_is_completed_at_once(stored: Terminal):
    assert "all 2 articles" in stored("db", "index").err
    findings = stored("doctor", "--json").out
    assert "the words of 2 of 2 articles are indexed" in findings


def test_an_unknown_article_is_not_shown(stored: Terminal):
    assert "no article" in stored.refused("articles", "show", "abcdef12")

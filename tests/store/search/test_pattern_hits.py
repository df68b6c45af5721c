"""Patterns are looked for in the texts of the articles that words narrow to."""

from __future__ import annotations

import time

import pytest

from monitor.actions.reading.questions import read_question
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed, a_poll, an_article

SECONDS = 20  # the longest that a test may wait


@pytest.fixture
def stored(store: Store) -> Store:
    feed = a_feed()
    store.feeds.add_all([feed])
    entries = [
        Entry(title="Kursk route", text="Sappers clear the road."),
        Entry(title="Kursk", text="the ROTE; 북한군 3,000명"),
        Entry(title="Belgorod route", text="b" * 20_000),
    ]
    articles = [an_article(entry.title, feed, entry=entry) for entry in entries]
    store.commit([a_poll(feed, *articles)])
    return store


def titles(store: Store, question: str) -> list[str]:
    page = store.search.find(read_question(store, question, NOW), limit=5)
    return sorted(article.entry.title for article in page.articles)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("kursk /ro(u|)te/", ["Kursk", "Kursk route"]),
        ("kursk -/route/", ["Kursk"]),
        ("kursk (theme:none OR /route\\nsap/)", ["Kursk route"]),
        (r"kursk /[\d,]+명/", ["Kursk"]),
        (r"kursk /\brout\b/", []),
        ("(kursk OR belgorod) /route/", ["Belgorod route", "Kursk route"]),
        ("kursk /route/ /clear/", ["Kursk route"]),
        ("belgorod /^belgorod/", ["Belgorod route"]),
    ],
)
def test_a_pattern_finds_what_it_matches(stored: Store, question: str, expected: list[str]):
    assert titles(stored, question) == expected
    count = stored.search.count(read_question(stored, question, NOW))
    assert count == len(expected)


def test_too_many_candidates_are_refused(stored: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("monitor.store.search.pattern_hits.MOST_CANDIDATES", 1)
    assert titles(stored, "belgorod /route/") == ["Belgorod route"]
    with pytest.raises(ConfigError, match="more than 1 articles: add a word"):
        titles(stored, "kursk /route/")


@pytest.mark.parametrize("bomb", ["(b|bb)+c", "(b*)*c", "((b+)+)+c?x", "(b?){50}b{50}c"])
def test_a_pattern_that_others_never_finish_takes_no_time(stored: Store, bomb: str):
    begin = time.monotonic()
    assert titles(stored, f"belgorod /{bomb}/") == []
    assert time.monotonic() - begin < SECONDS


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("(a", "missing"), ("a(?=b)", "no look-around"), ("a|", "matches an empty text"),
     ("a{2000}", "is not an RE2 pattern")],
)  # fmt: skip
def test_what_is_no_pattern_is_refused_with_its_place(stored: Store, pattern: str, words: str):
    with pytest.raises(ConfigError, match=words) as refused:
        titles(stored, f"kursk /{pattern}/")
    assert str(refused.value).startswith("search, character 7: ")
    assert "keyword rule" not in str(refused.value)

"""Versions of an edited article: which are stored, and which was current at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.articles.entry_names import identified
from monitor.domain.articles import Article
from monitor.domain.feeds import Entry
from monitor.store.repositories import revisions
from monitor.store.store import Store
from monitor.text.comparison import wording_key
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, an_article

FEED = a_feed()


def edited(article: Article, title: str, edits: int) -> Article:
    entry = replace(article.entry, title=title)
    return replace(article, entry=entry, edits=edits, edited_at=NOW + edits * MINUTE)


@pytest.fixture
def first(store: Store) -> Article:
    """A stored article, not edited yet."""
    article = an_article("first", FEED)
    store.feeds.add(FEED)
    store.commit([a_poll(FEED, article)])
    return article


def test_the_version_before_an_edit_stays_with_its_decision(store: Store, first: Article):
    second = edited(first, "second", 1)
    third = replace(edited(first, "third", 2), decision=replace(first.decision, relevant=False))
    for version in (second, third):
        store.commit([a_poll(FEED, edited=(version,))])
    assert store.articles.find(first.key) == third
    assert store.articles.revisions(third) == [first, second]


def test_an_edit_of_an_older_version_is_not_stored(store: Store, first: Article):
    second, late = edited(first, "second", 1), edited(first, "late", 1)
    store.commit([a_poll(FEED, edited=(second,))])
    store.commit([a_poll(FEED, edited=(late,))])
    assert store.articles.find(first.key).entry.title == "second"
    assert store.articles.revisions(second) == [first]


def test_a_text_that_changes_with_every_poll_is_not_stored_without_end(
    store: Store, first: Article, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(revisions, "MAX_REVISIONS", 2)
    versions = [edited(first, f"version {number}", number) for number in range(1, 5)]
    for version in versions:
        store.commit([a_poll(FEED, edited=(version,))])
    assert store.articles.find(first.key) == versions[-1]
    assert store.articles.revisions(versions[-1]) == [first, versions[0]]


def test_a_stored_entry_has_the_wordings_of_all_its_versions(store: Store, first: Article):
    store.commit([a_poll(FEED, edited=(edited(first, "second", 1),))])
    moved = Entry(title="second", text=first.entry.text, url="https://example.org/moved")
    by_feed = store.articles.stored_entries([(FEED.key, identified(FEED.key, [moved]))])
    (stored,) = by_feed[FEED.key]
    texts = [(title, first.entry.text) for title in ("first", "second")]
    assert stored.wordings == {wording_key(*text) for text in texts}


def test_a_name_of_several_articles_is_shared(store: Store, first: Article):
    page = "https://example.org/page"
    entries = [Entry(title=title, url=page) for title in ("a", "b")]
    articles = [an_article(entry.title, FEED, entry=entry) for entry in entries]
    store.commit([a_poll(FEED, *articles)])
    names = [(None, page), (None, first.entry.url), ("guid", page)]
    assert store.articles.shared_names(FEED.key, names) == {(None, page)}
    assert store.articles.shared_names("other", names) == set()


@pytest.mark.parametrize(
    ("minutes", "title"),
    [(-1, "first"), (0, "first"), (1, "second"), (1.5, "second"), (2, "third")],
)
def test_the_version_of_a_time_is_the_last_one_made_before_it(minutes, title):
    first = an_article("first", FEED)
    second, third = edited(first, "second", 1), edited(first, "third", 2)
    current = revisions.as_of(third, [first, second], NOW + minutes * MINUTE)
    assert current.entry.title == title


def test_before_its_oldest_known_version_an_article_is_that_version():
    oldest, newest = (edited(an_article(), str(edits), edits) for edits in (1, 2))
    assert revisions.as_of(newest, [oldest], NOW) == oldest
    assert revisions.as_of(newest, [], NOW) == newest

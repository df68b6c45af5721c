"""Articles are stored, listed, found and replayed, relevant or not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from monitor.articles.entry_names import IdentifiedEntry
from monitor.domain.articles import Article
from monitor.domain.contents.exported_article import ExportedArticle
from monitor.domain.errors import ConfigError
from monitor.domain.feeds import Entry
from monitor.store.store import Store
from monitor.text.comparison import wording_key
from tests.store.builders import (
    MINUTE,
    NOW,
    a_decision,
    a_feed,
    a_poll,
    a_rejected_article,
    an_article,
)
from tests.store.query_plans import plans


def a_name(entry: Entry, key: str = "?", alias: str = "?") -> IdentifiedEntry:
    return IdentifiedEntry(
        entry=entry,
        key=key,
        alias=alias,
        story_key="?",
        wording="?",
        headline_alias="?",
    )


@pytest.fixture
def stored(store: Store) -> list[Article]:
    """Six articles of two feeds, oldest first: every second one irrelevant, the last about arms."""
    wire, daily = a_feed("one"), a_feed("two")
    store.feeds.add_all([wire, daily])
    articles = [
        (a_rejected_article if number % 2 else an_article)(
            f"story {number}", wire if number < 4 else daily, seen_at=NOW + number * MINUTE
        )
        for number in range(5)
    ]
    arms = a_decision(labels=("arms", "treaty"))
    articles.append(an_article("story 5", daily, seen_at=NOW + 5 * MINUTE, decision=arms))
    store.commit([a_poll(wire, *articles[:4]), a_poll(daily, *articles[4:])])
    return articles


class TestList:
    def test_has_every_article_the_newest_first(self, store: Store, stored: list[Article]) -> None:
        assert store.articles.list() == stored[::-1]

    def test_ends_at_the_limit(self, store: Store, stored: list[Article]) -> None:
        assert store.articles.list(limit=2) == [stored[5], stored[4]]

    @pytest.mark.parametrize(
        ("filters", "numbers"),
        [
            ({"since": NOW + 4 * MINUTE}, [5, 4]),
            ({"since": NOW + 4 * MINUTE + timedelta(microseconds=1)}, [5]),
            ({"flagged": True}, [5, 4, 2, 0]),
            ({"flagged": False}, [3, 1]),
            ({"theme": "troops"}, [4, 2, 0]),
            ({"theme": "treaty"}, [5]),
            ({"theme": "troop"}, []),
            ({"theme": "\x00"}, []),
            ({"feed": a_feed("two").key}, [5, 4]),
            ({"feed": "\ud800"}, []),
            ({"feed": a_feed("one").key, "flagged": True, "since": NOW + MINUTE}, [2]),
        ],
    )
    def test_has_the_articles_that_match_the_filters(
        self, store: Store, stored: list[Article], filters: dict, numbers: list[int]
    ) -> None:
        assert store.articles.list(**filters) == [stored[number] for number in numbers]
        assert store.articles.count(**filters) == len(numbers)


class TestStoredEntries:
    def test_has_the_stored_articles_without_the_new(
        self, store: Store, stored: list[Article]
    ) -> None:
        wire = a_feed("one").key
        existing = [
            a_name(stored[0].entry, key=stored[0].key),
            a_name(stored[1].entry, key=stored[1].key),
        ]
        numerous = [a_name(stored[0].entry, key=f"new {number}") for number in range(2_000)]
        matches = store.articles.stored_entries([(wire, [*existing, *numerous, *existing])])
        assert {article.key for article in matches[wire]} == {stored[0].key, stored[1].key}
        assert not store.articles.stored_entries([(wire, [])])

    def test_has_a_page_under_another_guid_in_its_feed_only(
        self, store: Store, stored: list[Article]
    ) -> None:
        names = [a_name(stored[0].entry, alias=stored[0].alias)]
        wire, daily = a_feed("one").key, a_feed("two").key
        (matches,) = store.articles.stored_entries([(wire, names)])[wire]
        assert (matches.key, matches.alias) == (stored[0].key, stored[0].alias)
        assert matches.wordings == {wording_key(stored[0].entry.title, stored[0].entry.text)}
        assert not store.articles.stored_entries([(daily, names)])

    def test_has_for_each_feed_the_articles_of_its_own_entries(
        self, store: Store, stored: list[Article]
    ) -> None:
        wire, daily = stored[0].feed_key, stored[4].feed_key
        first, second = (
            a_name(article.entry, alias=article.alias) for article in (stored[0], stored[4])
        )
        matches = store.articles.stored_entries([(wire, [first]), (daily, [second])])
        assert {feed: [entry.key for entry in entries] for feed, entries in matches.items()} == {
            wire: [stored[0].key],
            daily: [stored[4].key],
        }
        assert not store.articles.stored_entries([(wire, [second]), (daily, [first])])

    def test_are_found_by_their_names_however_many_their_feed_has(
        self, store: Store, stored: list[Article]
    ) -> None:
        names = [a_name(stored[0].entry, key=f"{n}", alias=f"{n}") for n in range(40)]
        with plans(store, "FROM articles") as explained:
            store.articles.stored_entries([(stored[0].feed_key, names)])
        assert len(explained) == 3
        assert not [plan for plan in explained if "ix_articles_feed_key_seen_at" in plan]

    def test_articles_are_returned_by_key(self, store: Store, stored: list[Article]) -> None:
        assert store.articles.by_keys([stored[2].key, "new"]) == {stored[2].key: stored[2]}
        assert store.articles.by_keys([]) == {}


class TestFind:
    def test_by_key_and_by_its_beginning(self, store: Store, stored: list[Article]) -> None:
        assert store.articles.find(stored[3].key) == stored[3]
        assert store.articles.find(stored[3].key[:8]) == stored[3]

    def test_nothing(self, store: Store, stored: list[Article]) -> None:
        assert store.articles.find("f" * 32) is None
        assert store.articles.find(stored[3].key + "f") is None

    def test_an_ambiguous_beginning_is_refused(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        twins = [an_article(name, key=f"abcdef{name}") for name in ("one", "two")]
        store.commit([a_poll(feed, *twins)])
        with pytest.raises(ConfigError, match="beginning of several articles"):
            store.articles.find("abcdef")


class TestOldestFirst:
    def test_has_the_oldest_first(self, store: Store, stored: list[Article]) -> None:
        assert list(store.articles.oldest_first()) == stored
        assert list(store.articles.oldest_first(NOW + 4 * MINUTE)) == stored[4:]

    def test_has_each_once_when_many_were_seen_at_one_instant(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        numerous = [an_article(str(number), feed) for number in range(1_201)]
        store.commit([a_poll(feed, *numerous)])
        assert [article.key for article in store.articles.oldest_first()] == sorted(
            article.key for article in numerous
        )

    def test_lets_others_write_between_pages(self, store: Store, stored: list[Article]) -> None:
        late = an_article("late", a_feed("two"), seen_at=NOW + 9 * MINUTE)
        replay = store.articles.oldest_first()
        assert next(replay) == stored[0]
        store.commit([a_poll(a_feed("two"), late)])
        assert list(replay) == [*stored[1:], late]  # the page after the first was read later


class TestExported:
    def test_has_the_same_articles_in_the_same_order(
        self, store: Store, stored: list[Article]
    ) -> None:
        assert list(store.articles.exported()) == [ExportedArticle.of(each) for each in stored]
        later = [exported.key for exported in store.articles.exported(NOW + 4 * MINUTE)]
        assert later == [article.key for article in stored[4:]]
        rejected = store.articles.exported(flagged=False)
        assert [exported.title for exported in rejected] == ["story 1", "story 3"]

    def test_has_each_once_when_pages_end_within_one_instant(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        numerous = [an_article(str(number), feed) for number in range(1_201)]
        store.commit([a_poll(feed, *numerous)])
        assert [exported.key for exported in store.articles.exported()] == sorted(
            article.key for article in numerous
        )


def test_titles_leave_out_unknown_keys(store: Store, stored: list[Article]) -> None:
    keys = [stored[0].key, "nobody"]
    assert store.articles.titles(keys) == {stored[0].key: "story 0"}


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("relevant", "ix_articles_relevant"),
        ("seen_at >= '2025'", "ix_articles_seen_at"),
        ("feed_key = 'x'", "ix_articles_feed_key_seen_at"),
        ("copy_key = 'x'", "ix_articles_copy_key"),
    ],
)
def test_a_frequent_query_uses_its_index(sqlite_url: str, question: str, index: str) -> None:
    orders = {"copy_key = 'x'": "", "seen_at >= '2025'": "ORDER BY seen_at DESC, key DESC"}
    ordered = orders.get(question, "ORDER BY seen_at DESC")
    explain = text(f"EXPLAIN QUERY PLAN SELECT title FROM articles WHERE {question} {ordered}")
    with Store.open(sqlite_url) as store:
        plan = store._database.read(lambda connection: str(connection.execute(explain).all()))
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_the_newest_flagged_come_in_pages_each_once(store: Store) -> None:
    feed = a_feed()
    store.feeds.add_all([feed])
    articles = [an_article(str(n), feed, seen_at=NOW + (n // 7) * MINUTE) for n in range(230)]
    store.commit([a_poll(feed, *articles, a_rejected_article(feed=feed))])
    matches = list(store.articles.newest_first(flagged=True))
    assert len(matches) == 230
    assert matches == sorted(
        articles, key=lambda article: (article.seen_at, article.key), reverse=True
    )

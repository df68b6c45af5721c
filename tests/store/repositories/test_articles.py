"""Articles: everything is kept, and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from monitor.articles.identity import IdentifiedEntry
from monitor.domain.articles import Article
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


def a_name(entry: Entry, key: str = "?", alias: str = "?") -> IdentifiedEntry:
    return IdentifiedEntry(entry=entry, key=key, alias=alias, story_key="?", wording="?")


@pytest.fixture
def kept(store: Store) -> list[Article]:
    """Six of two feeds, the oldest first: every other one rejected, the last about arms."""
    one, two = a_feed("one"), a_feed("two")
    store.feeds.add_all([one, two])
    articles = [
        (a_rejected_article if number % 2 else an_article)(
            f"story {number}", one if number < 4 else two, seen_at=NOW + number * MINUTE
        )
        for number in range(5)
    ]
    arms = a_decision(labels=("arms", "treaty"))
    articles.append(an_article("story 5", two, seen_at=NOW + 5 * MINUTE, decision=arms))
    store.commit([a_poll(one, *articles[:4]), a_poll(two, *articles[4:])])
    return articles


class TestList:
    def test_is_of_everything_the_newest_first(self, store: Store, kept: list[Article]) -> None:
        assert store.articles.list() == kept[::-1]

    def test_ends_at_the_limit(self, store: Store, kept: list[Article]) -> None:
        assert store.articles.list(limit=2) == [kept[5], kept[4]]

    @pytest.mark.parametrize(
        ("asked", "numbers"),
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
    def test_is_of_what_was_asked_for(
        self, store: Store, kept: list[Article], asked: dict, numbers: list[int]
    ) -> None:
        assert store.articles.list(**asked) == [kept[number] for number in numbers]
        assert store.articles.count(**asked) == len(numbers)


class TestKnown:
    def test_tells_the_kept_from_the_new(self, store: Store, kept: list[Article]) -> None:
        one = a_feed("one").key
        known = [a_name(kept[0].entry, key=kept[0].key), a_name(kept[1].entry, key=kept[1].key)]
        many = [a_name(kept[0].entry, key=f"new {number}") for number in range(2_000)]
        found = store.articles.stored_entries([(one, [*known, *many, *known])])
        assert {article.key for article in found[one]} == {kept[0].key, kept[1].key}
        assert not store.articles.stored_entries([(one, [])])

    def test_knows_a_page_under_another_guid_in_its_feed_only(
        self, store: Store, kept: list[Article]
    ) -> None:
        names = [a_name(kept[0].entry, alias=kept[0].alias)]
        one, two = a_feed("one").key, a_feed("two").key
        (found,) = store.articles.stored_entries([(one, names)])[one]
        assert (found.key, found.alias) == (kept[0].key, kept[0].alias)
        assert found.wordings == {wording_key(kept[0].entry.title, kept[0].entry.text)}
        assert not store.articles.stored_entries([(two, names)])

    def test_asked_for_two_feeds_gives_each_what_its_own_entries_name(
        self, store: Store, kept: list[Article]
    ) -> None:
        one, two = kept[0].feed_key, kept[4].feed_key
        first, second = (a_name(each.entry, alias=each.alias) for each in (kept[0], kept[4]))
        found = store.articles.stored_entries([(one, [first]), (two, [second])])
        assert {feed: [each.key for each in those] for feed, those in found.items()} == {
            one: [kept[0].key],
            two: [kept[4].key],
        }
        assert not store.articles.stored_entries([(one, [second]), (two, [first])])

    def test_gives_whole_articles(self, store: Store, kept: list[Article]) -> None:
        assert store.articles.by_keys([kept[2].key, "new"]) == {kept[2].key: kept[2]}
        assert store.articles.by_keys([]) == {}


class TestFind:
    def test_by_key_and_by_its_beginning(self, store: Store, kept: list[Article]) -> None:
        assert store.articles.find(kept[3].key) == kept[3]
        assert store.articles.find(kept[3].key[:8]) == kept[3]

    def test_nothing(self, store: Store, kept: list[Article]) -> None:
        assert store.articles.find("f" * 32) is None
        assert store.articles.find(kept[3].key + "f") is None

    def test_asks_for_more_where_several_begin_so(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        twins = [an_article(name, key=f"abcdef{name}") for name in ("one", "two")]
        store.commit([a_poll(feed, *twins)])
        with pytest.raises(ConfigError, match="beginning of several articles"):
            store.articles.find("abcdef")


class TestEach:
    def test_comes_the_oldest_first(self, store: Store, kept: list[Article]) -> None:
        assert list(store.articles.oldest_first()) == kept
        assert list(store.articles.oldest_first(NOW + 4 * MINUTE)) == kept[4:]

    def test_comes_once_however_many_were_seen_at_one_instant(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        many = [an_article(str(number), feed) for number in range(1_201)]
        store.commit([a_poll(feed, *many)])
        assert [one.key for one in store.articles.oldest_first()] == sorted(one.key for one in many)

    def test_lets_others_write_meanwhile(self, store: Store, kept: list[Article]) -> None:
        late = an_article("late", a_feed("two"), seen_at=NOW + 9 * MINUTE)
        replay = store.articles.oldest_first()
        assert next(replay) == kept[0]
        store.commit([a_poll(a_feed("two"), late)])
        assert list(replay) == [*kept[1:], late]  # the page after the first was read later


def test_titles_are_of_those_that_are_there(store: Store, kept: list[Article]) -> None:
    keys = [kept[0].key, "nobody"]
    assert store.articles.titles(keys) == {kept[0].key: "story 0"}


@pytest.mark.parametrize(
    ("question", "index"),
    [
        ("relevant", "ix_articles_relevant"),
        ("seen_at >= '2025'", "ix_articles_seen_at"),
        ("feed_key = 'x'", "ix_articles_feed_key_seen_at"),
        ("copy_key = 'x'", "ix_articles_copy_key"),
    ],
)
def test_a_question_that_is_often_asked_has_its_index(
    sqlite_url: str, question: str, index: str
) -> None:
    ordered = "" if "copy" in question else "ORDER BY seen_at DESC"
    asked = text(f"EXPLAIN QUERY PLAN SELECT title FROM articles WHERE {question} {ordered}")
    with Store.open(sqlite_url) as store:
        plan = store._database.read(lambda connection: str(connection.execute(asked).all()))
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_the_newest_flagged_come_in_pages_each_once(store: Store) -> None:
    feed = a_feed()
    store.feeds.add_all([feed])
    articles = [an_article(str(n), feed, seen_at=NOW + (n // 7) * MINUTE) for n in range(230)]
    store.commit([a_poll(feed, *articles, a_rejected_article(feed=feed))])
    found = list(store.articles.flagged_newest_first())
    assert len(found) == 230
    assert found == sorted(articles, key=lambda one: (one.seen_at, one.key), reverse=True)

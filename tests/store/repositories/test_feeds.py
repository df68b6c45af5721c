"""Feeds are added once, and claimed by one process at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.errors import ConfigError
from monitor.domain.feeds import ClaimedFeed, FeedLogin, FeedState, PollState
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, an_article

LEASE = 5 * MINUTE


def claimed(store: Store, at=NOW, **options) -> list[ClaimedFeed]:
    return store.feeds.claim(at, limit=10, lease=LEASE, **options)


def claim(store: Store, at=NOW, **options) -> list[str]:
    """The addresses of the claimed feeds."""
    return [claim.feed.url for claim in claimed(store, at, **options)]


class TestSetLogin:
    LOGIN = FeedLogin(user="reader", password="пароль")

    def test_replaces_and_removes_the_login_and_makes_the_feed_due(self, store: Store) -> None:
        later = PollState(due_at=NOW + 60 * MINUTE, etag='"x"', last_modified="y", failures=9)
        store.feeds.add(a_feed(poll=later))
        for login in (self.LOGIN, FeedLogin(user="", password="token"), None):
            assert store.feeds.set_login(a_feed().key, login, NOW)
            (feed,) = store.feeds.list()
            assert feed.login == login
            assert (feed.poll.due_at, feed.poll.failures) == (NOW, 0)
            assert (feed.poll.etag, feed.poll.last_modified) == (None, None)

    def test_is_refused_when_it_is_too_long(self, store: Store) -> None:
        store.feeds.add(a_feed(login=self.LOGIN))
        with pytest.raises(ConfigError, match="the feed's password is longer than 500 bytes"):
            store.feeds.set_login(a_feed().key, FeedLogin(user="a", password="x" * 501), NOW)
        assert store.feeds.list() == [a_feed(login=self.LOGIN)]


class TestAdd:
    def test_returns_whether_the_feed_is_new(self, store: Store) -> None:
        assert store.feeds.add(a_feed("one"))
        assert not store.feeds.add(a_feed("one"))
        assert store.feeds.list() == [a_feed("one")]

    def test_refuses_another_key_for_the_same_address(self, store: Store) -> None:
        store.feeds.add(a_feed("one", title="first"))
        assert not store.feeds.add(a_feed("one", key="another", title="second"))
        assert [feed.title for feed in store.feeds.list()] == ["first"]

    def test_returns_which_of_many_feeds_were_new(self, store: Store) -> None:
        store.feeds.add(a_feed("feed 3"))
        feeds = [a_feed(f"feed {number}") for number in range(1_200)]
        added = store.feeds.add_all([*feeds, feeds[7]])
        assert added == [feed for feed in feeds if feed.url != a_feed("feed 3").url]
        assert len(store.feeds.list()) == 1_200

    @pytest.mark.parametrize(
        ("url", "fault"),
        [
            ("", "is empty"),
            ("https://example.org/\x00", "can't be stored"),
            ("https://example.org/\ud800", "can't be stored"),
            ("https://example.org/" + "a" * 2_000, "longer than 2,000 bytes"),
            ("https://example.org/" + "북" * 700, "longer than 2,000 bytes"),
        ],
    )
    def test_refuses_an_address_that_can_not_be_stored(
        self, store: Store, url: str, fault: str
    ) -> None:
        with pytest.raises(ConfigError, match=f"the feed's address .*{fault}|{fault}"):
            store.feeds.add_all([a_feed("good"), a_feed(url=url)])
        assert store.feeds.list() == []

    def test_cleans_text_that_an_operator_pasted(self, store: Store) -> None:
        store.feeds.add(a_feed(title="News\x00", note="half \ud800", tags=("a\x00b",)))
        feed = store.feeds.list()[0]
        assert (feed.title, feed.note, feed.tags) == ("News", "half ?", ("ab",))

    def test_stores_no_truncated_validator(self, store: Store) -> None:
        store.feeds.add(a_feed(poll=PollState(due_at=NOW, etag='"' + "x" * 2_000 + '"')))
        assert store.feeds.list()[0].poll.etag is None


class TestFind:
    def test_by_key_by_address_and_by_the_beginning_of_a_key(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add_all([feed, a_feed("two")])
        for named in (feed.key, feed.url, feed.key[:6], feed.key[:20]):
            assert store.feeds.find(named) == feed

    @pytest.mark.parametrize(
        "named", ["", "abc", "abcdef", "https://other.org", "\x00", "\ud800aaaaaa"]
    )
    def test_nothing(self, store: Store, named: str) -> None:
        store.feeds.add(a_feed())
        assert store.feeds.find(named) is None

    def test_a_short_beginning_finds_nothing(self, store: Store) -> None:
        store.feeds.add(a_feed(key="abcdef0123"))
        assert store.feeds.find("abc") is None

    def test_an_ambiguous_beginning_is_refused(self, store: Store) -> None:
        store.feeds.add_all([a_feed("one", key="abcdef01"), a_feed("two", key="abcdef02")])
        with pytest.raises(ConfigError, match="several feeds, such as abcdef01 and abcdef02"):
            store.feeds.find("abcdef")
        assert store.feeds.find("abcdef01") is not None


class TestList:
    def test_is_sorted_by_title_then_address(self, store: Store) -> None:
        named = [a_feed("z", title="alpha"), a_feed("y", title="Beta"), a_feed("a"), a_feed("b")]
        store.feeds.add_all(reversed(named))
        assert [feed.url for feed in store.feeds.list()] == [
            feed.url for feed in (named[2], named[3], named[0], named[1])
        ]
        assert [(name.title, name.url) for name in store.feeds.names()] == [
            (feed.title, feed.url) for feed in store.feeds.list()
        ]

    def test_keys_alone_come_in_the_same_order(self, store: Store) -> None:
        due_later = PollState(due_at=NOW + MINUTE)
        now, later = a_feed("a", title="beta"), a_feed("b", title="Alpha", poll=due_later)
        store.feeds.add_all([now, later])
        assert store.feeds.keys() == [later.key, now.key]
        assert store.feeds.keys(due_at=NOW) == [now.key]
        assert store.feeds.keys(due_at=NOW + MINUTE) == [later.key, now.key]


class TestRemove:
    def test_leaves_the_articles(self, store: Store) -> None:
        feed, article = a_feed(), an_article()
        store.feeds.add(feed)
        store.commit([a_poll(feed, article)])
        assert store.feeds.remove(feed.key)
        assert not store.feeds.remove(feed.key)
        assert store.feeds.list() == []
        assert store.articles.list() == [article]

    def test_keeps_the_title_for_the_articles(self, store: Store) -> None:
        feed, other, article = a_feed(title="One"), a_feed("two", title="Two"), an_article()
        store.feeds.add_all([feed, other])
        store.commit([a_poll(feed, article)])
        store.feeds.remove(feed.key)
        titles = {feed.key: "One", other.key: "Two"}
        assert store.feeds.titles([feed.key, other.key, "nobody"]) == titles
        assert store.feeds.all_titles() == titles
        (source,) = store.articles.sources([article])[article.key]
        assert source.feed_title == "One"

    def test_of_a_feed_that_was_added_again_keeps_its_newer_title(self, store: Store) -> None:
        for title in ("Old", "New", ""):
            store.feeds.add(a_feed(title=title))
            store.feeds.remove(a_feed().key)
        assert store.feeds.all_titles() == {a_feed().key: "New"}
        store.feeds.add(a_feed(title="Newest"))
        assert store.feeds.titles([a_feed().key]) == {a_feed().key: "Newest"}


class TestClaim:
    def test_takes_due_feeds_the_longest_overdue_first(self, store: Store) -> None:
        for name, minutes in (("late", -10), ("now", 0), ("later", 1)):
            store.feeds.add(a_feed(name, poll=PollState(due_at=NOW + minutes * MINUTE)))
        assert claim(store) == [a_feed("late").url, a_feed("now").url]

    def test_takes_no_more_than_the_limit(self, store: Store) -> None:
        store.feeds.add_all(a_feed(str(number)) for number in range(5))
        assert len(store.feeds.claim(NOW, limit=2, lease=LEASE)) == 2
        assert len(store.feeds.claim(NOW, limit=9, lease=LEASE)) == 3

    def test_takes_nothing_twice_until_the_lease_runs_out(self, store: Store) -> None:
        store.feeds.add(a_feed())
        assert claim(store) == [a_feed().url]
        assert claim(store, NOW + LEASE - timedelta(seconds=1)) == []
        assert claim(store, NOW + LEASE) == [a_feed().url]

    def test_never_takes_a_paused_feed(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        assert store.feeds.set_paused(feed.key, True, NOW)
        assert claim(store) == claim(store, due_only=False, only=[feed.key]) == []
        assert store.feeds.find(feed.key).paused
        store.feeds.set_paused(feed.key, False, NOW)
        assert claim(store) == [feed.url]

    def test_takes_only_the_named_feeds(self, store: Store) -> None:
        store.feeds.add_all([a_feed("one"), a_feed("two")])
        assert claim(store, only=[]) == []
        assert claim(store, only=[a_feed("two").key, "nobody"]) == [a_feed("two").url]

    def test_takes_feeds_that_are_not_due_when_asked_to(self, store: Store) -> None:
        feed = a_feed(poll=PollState(due_at=NOW + 60 * MINUTE))
        store.feeds.add(feed)
        assert claim(store) == []
        assert claim(store, due_only=False) == [feed.url]

    def test_returns_the_feed_as_stored(self, store: Store) -> None:
        store.feeds.add(a_feed(title="One"))
        assert [claim.feed for claim in claimed(store)] == store.feeds.list()

    def test_can_be_repeated_after_a_release(self, store: Store) -> None:
        store.feeds.add_all([a_feed("one"), a_feed("two")])
        (first, _) = sorted(claimed(store), key=lambda claim: claim.feed.url)
        store.feeds.release([first, ClaimedFeed(feed=a_feed("nobody"), token="none")])
        store.feeds.release([first])
        store.feeds.release([])
        assert claim(store) == [a_feed("one").url]

    def test_of_another_process_is_not_released(self, store: Store, database_url: str) -> None:
        store.feeds.add(a_feed())
        late = claimed(store)
        with Store.open(database_url) as other:
            assert claim(other, NOW + LEASE) == [a_feed().url]
            store.feeds.release(late)  # it is the other's by now
            assert claim(store, NOW + LEASE) == []

    def test_ends_with_the_commit(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        (claimed_feed,) = claimed(store)
        store.commit([a_poll(feed, token=claimed_feed.token)])
        assert claim(store) == []  # not due
        assert claim(store, due_only=False) == [feed.url]


def test_pausing_an_unknown_feed_returns_false(store: Store) -> None:
    assert not store.feeds.set_paused("nobody", True, NOW)


def test_full_text_is_switched_on_and_off(store: Store) -> None:
    feed = a_feed(fulltext=True)
    store.feeds.add(feed)
    assert store.feeds.find(feed.key).fulltext
    assert store.feeds.set_fulltext(feed.key, False)
    assert not store.feeds.find(feed.key).fulltext
    assert not store.feeds.set_fulltext("nobody", True)


def test_a_paused_feed_keeps_its_state(store: Store) -> None:
    feed = a_feed()
    store.feeds.add(feed)
    store.commit([a_poll(feed)])
    store.feeds.set_paused(feed.key, True, NOW)
    assert store.feeds.find(feed.key).poll.state is FeedState.OK


class TestInterval:
    def test_is_the_operators_until_it_is_reset(self, store: Store) -> None:
        store.feeds.add(a_feed())
        for interval in (7 * MINUTE, None):
            assert store.feeds.set_interval(a_feed().key, interval)
            assert store.feeds.list()[0].every == interval
        assert not store.feeds.set_interval("nobody", MINUTE)

    def test_a_gone_feed_is_not_claimed_until_it_is_revived(self, store: Store) -> None:
        gone = PollState(due_at=NOW, state=FeedState.GONE, failures=1)
        store.feeds.add(a_feed("once", poll=gone))
        store.feeds.add(a_feed("twice", poll=replace(gone, failures=2)))
        assert claim(store) == [a_feed("once").url]
        (twice,) = claimed(store, due_only=False)
        assert twice.feed.url == a_feed("twice").url
        store.feeds.release([twice])
        assert store.feeds.revive(a_feed("twice").key, NOW)
        assert claim(store) == [a_feed("twice").url]

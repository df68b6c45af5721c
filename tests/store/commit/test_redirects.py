"""A permanent redirect changes the address of a feed, or merges it into the feed that is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.feeds import Feed, FeedLogin, FeedState, PollState
from monitor.health import feed_notices
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, a_subscription, an_article


def claim(store: Store, at=NOW) -> list[str]:
    """The addresses of the feeds that are due."""
    return [claim.feed.url for claim in store.feeds.claim(at, limit=10, lease=5 * MINUTE)]


class TestRedirect:
    NEW = "https://new.example.org/feed.xml"

    def moved(self, store: Store, *feeds: Feed, url: str = NEW) -> list[Feed]:
        for feed in feeds:
            store.feeds.add(feed)
        store.commit([a_poll(feed, url=url) for feed in feeds])
        moved = [store.feeds.find(feed.key) for feed in feeds]
        return [feed for feed in moved if feed is not None]

    def test_changes_the_address_and_keeps_the_key_and_the_former_address(
        self, store: Store
    ) -> None:
        (feed,) = self.moved(store, a_feed())
        assert (feed.url, feed.former_urls) == (self.NEW, (a_feed().url,))
        assert store.feeds.find(self.NEW) == feed

    def test_a_login_stays_on_its_server_and_is_never_sent_to_another(self, store: Store) -> None:
        login = FeedLogin(user="reader", password="sesame")
        headers = (("X-Key", "k3y"),)
        feed = a_feed(url="https://old.example/feed", login=login, headers=headers)
        (moved,) = self.moved(store, feed)
        assert (moved.url, moved.login, moved.headers) == (self.NEW, None, ())
        store.feeds.set_login(moved.key, login, NOW)
        store.commit([a_poll(moved, url=f"{self.NEW}?page=1")])
        (moved,) = store.feeds.list()
        assert (moved.url, moved.login) == (f"{self.NEW}?page=1", login)

    def test_back_to_a_former_address_lists_each_address_once(self, store: Store) -> None:
        (feed,) = self.moved(store, a_feed())
        for url in (a_feed().url, self.NEW):
            store.commit([a_poll(feed, url=url)])
        (feed,) = store.feeds.list()
        assert (feed.url, feed.former_urls) == (self.NEW, (a_feed().url,))

    def read_before(self, name: str, **changes: object) -> Feed:
        poll = PollState(due_at=NOW, state=FeedState.OK, first_ok_at=NOW, last_ok_at=NOW)
        return a_feed(name, poll=replace(poll, **changes))

    def test_of_two_feeds_to_one_address_moves_one_and_ends_the_other(self, store: Store) -> None:
        moved, ended = self.moved(store, self.read_before("one"), self.read_before("two"))
        assert moved.url == self.NEW
        assert (ended.url, ended.poll.state) == (a_feed("two").url, FeedState.GONE)
        assert ended.poll.last_error.startswith(
            f"it moved to {self.NEW}, which is watched as “{self.NEW}”: its articles come from"
        )
        assert claim(store, at=NOW + timedelta(days=9)) == [self.NEW]

    def test_to_the_address_of_another_feed_ends_it_and_loses_nothing(self, store: Store) -> None:
        existing = replace(self.read_before("there"), title="The Wire")
        gone = replace(self.read_before("gone"), fulltext=True)
        store.feeds.add_all([existing, gone])
        store.subscriptions.add(a_subscription("one", feeds=frozenset({gone.key})))
        store.subscriptions.add(a_subscription("all"))
        article = an_article("last", gone)
        (done,) = store.commit([a_poll(gone, article, url=existing.url, at=NOW)])
        assert done.articles == (article,)
        left = store.feeds.find(gone.key)
        assert (left.poll.state, left.poll.since) == (FeedState.GONE, NOW)
        assert "watched as “The Wire”" in left.poll.last_error
        assert store.feeds.find(existing.key).fulltext
        feeds = {reader.name: reader.feeds for reader in store.subscriptions.list()}
        assert feeds == {"one": {gone.key, existing.key}, "all": frozenset()}

    def test_to_the_address_of_another_feed_is_reported_once(self, store: Store) -> None:
        gone = self.moved(store, self.read_before("there"), self.read_before("gone"))[1]
        unhealthy, total = store.feed_notices.list()
        assert [(health.key, health.state) for health in unhealthy] == [(gone.key, FeedState.GONE)]
        notice = feed_notices.due_notice(unhealthy, total, NOW, feed_notices.NoticePolicy())
        assert [health.key for health in notice.feeds] == [gone.key]

    @pytest.mark.parametrize(
        "existing",
        [
            {"paused": True},
            {"poll": PollState(due_at=NOW)},
            {"poll": PollState(due_at=NOW, state=FeedState.FAILING, first_ok_at=NOW, failures=1)},
        ],
        ids=["paused", "never read", "failing"],
    )
    def test_to_the_address_of_an_unhealthy_feed_waits(
        self, store: Store, existing: dict[str, object]
    ) -> None:
        store.feeds.add(replace(self.read_before("there"), url=self.NEW, **existing))
        (feed,) = self.moved(store, self.read_before("one"))
        assert (feed.url, feed.poll.state) == (a_feed("one").url, FeedState.OK)

    def test_that_ended_can_be_resumed(self, store: Store) -> None:
        _, two = self.moved(store, self.read_before("one"), self.read_before("two"))
        store.feeds.revive(two.key, NOW)
        assert a_feed("two").url in claim(store)

    @pytest.mark.parametrize("url", [f"https://e.org/{'a' * 2_000}", "https://e.org/\x00"])
    def test_to_an_address_that_can_not_be_stored_is_ignored(self, store: Store, url: str) -> None:
        (feed,) = self.moved(store, a_feed(), url=url)
        assert (feed.url, feed.poll.state) == (a_feed().url, FeedState.OK)

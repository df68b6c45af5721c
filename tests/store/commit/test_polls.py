"""What polls brought is kept in one transaction: each poll whole, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import event

from monitor.domain.alerts import AlertState
from monitor.domain.errors import StoreError
from monitor.store.store import Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

LEASE = 5 * MINUTE


class TestCommit:
    def test_keeps_the_state_the_articles_and_their_alerts(self, store: Store) -> None:
        feed, asker = a_feed(), a_subscription()
        article = an_article(feed=feed)
        store.feeds.add(feed)
        store.subscriptions.add(asker)
        poll = a_poll(feed, article, alerts=(an_alert(article, asker),), entries=7)
        assert store.commit([poll]) == [poll]
        assert store.feeds.find(feed.key).poll == poll.state
        assert store.articles.list() == [article]
        assert store.outbox.list() == list(poll.alerts)

    def test_of_no_polls_stores_nothing(self, store: Store) -> None:
        assert store.commit([]) == []

    def test_answers_for_each_poll_in_order(self, store: Store) -> None:
        feeds = [a_feed(str(number)) for number in range(60)]
        store.feeds.add_all(feeds)
        polls = [a_poll(feed, an_article("a", feed), an_article("b", feed)) for feed in feeds]
        assert store.commit(polls) == polls
        assert store.articles.count() == 120

    def test_again_changes_nothing_and_says_so(self, store: Store) -> None:
        feed, asker = a_feed(), a_subscription()
        old, new = an_article("old", feed), an_article("new", feed)
        store.feeds.add(feed)
        store.subscriptions.add(asker)
        store.commit([a_poll(feed, old, alerts=(an_alert(old, asker),))])
        again = a_poll(feed, old, new, alerts=(an_alert(old, asker), an_alert(new, asker)))
        (done,) = store.commit([again])
        assert done == replace(again, articles=(new,), alerts=(an_alert(new, asker),))
        assert store.articles.count() == 2

    def test_does_not_repeat_an_alert_whatever_became_of_it(self, store: Store) -> None:
        feed, asker = a_feed(), a_subscription()
        first = an_article("story", feed)
        copy = replace(first, key="the same under a new guid")
        store.feeds.add(feed)
        store.subscriptions.add(asker)
        store.commit([a_poll(feed, first, alerts=(an_alert(first, asker),))])
        (claimed,) = store.outbox.claim(NOW, limit=1, per_subscription=1, lease=LEASE)
        store.outbox.record(an_attempt(claimed.alert), token=claimed.token, due_at=None)
        (done,) = store.commit([a_poll(feed, copy, alerts=(an_alert(copy, asker),))])
        assert (done.articles, done.alerts) == ((copy,), ())
        (alert,) = store.outbox.list()
        assert (alert.state, alert.article_keys) == (AlertState.SENT, (first.key,))

    def test_stores_one_alert_for_one_story_in_two_feeds(self, store: Store) -> None:
        first, second, asker = a_feed("one"), a_feed("two"), a_subscription()
        in_one, in_two = an_article("story", first), an_article("story", second)
        store.feeds.add_all([first, second])
        store.subscriptions.add(asker)
        polls = [
            a_poll(first, in_one, alerts=(an_alert(in_one, asker),)),
            a_poll(second, in_two, alerts=(an_alert(in_two, asker),)),
        ]
        assert store.commit(polls) == [polls[0], replace(polls[1], alerts=())]
        assert [alert.article_keys for alert in store.outbox.list()] == [(in_one.key,)]

    def test_stores_no_alert_for_a_removed_subscription(self, store: Store) -> None:
        feed, gone = a_feed(), a_subscription()
        article = an_article(feed=feed)
        store.feeds.add(feed)
        (done,) = store.commit([a_poll(feed, article, alerts=(an_alert(article, gone),))])
        assert (done.articles, done.alerts) == ((article,), ())
        assert store.outbox.list() == []

    def test_skips_a_feed_that_was_removed_whole(self, store: Store) -> None:
        gone, existing, asker = a_feed("gone"), a_feed("there"), a_subscription()
        store.feeds.add(existing)
        store.subscriptions.add(asker)
        article = an_article(feed=gone)
        lost = a_poll(gone, article, alerts=(an_alert(article, asker),))
        stored = a_poll(existing, an_article(feed=existing))
        assert store.commit([lost, stored]) == [replace(lost, articles=(), alerts=()), stored]
        assert store.articles.list() == list(stored.articles)
        assert store.outbox.list() == []

    def test_fills_an_empty_title_and_language_only(self, store: Store) -> None:
        named, bare = a_feed("named", title="Mine", language="ko"), a_feed("bare")
        store.feeds.add_all([named, bare])
        store.commit([a_poll(feed, title="Published", language="en") for feed in (named, bare)])
        assert store.feeds.find(named.key).title == "Mine"
        assert store.feeds.find(named.key).language == "ko"
        assert store.feeds.find(bare.key).title == "Published"
        assert store.feeds.find(bare.key).language == "en"
        store.commit([a_poll(bare)])
        assert store.feeds.find(bare.key).title == "Published"


def claimed(store: Store, now: datetime = NOW) -> str:
    """Claim the only feed; the token."""
    (claim,) = store.feeds.claim(now, limit=1, lease=LEASE)
    return claim.token


class TestFencing:
    def test_skips_a_poll_whose_feed_another_process_took_over(
        self, store: Store, database_url: str
    ) -> None:
        feed, late, quick = a_feed(), an_article("late"), an_article("quick")
        store.feeds.add(feed)
        first = claimed(store)
        with Store.open(database_url) as other:
            second = claimed(other, NOW + LEASE)
            (skipped,) = store.commit([a_poll(feed, late, token=first)])
            assert skipped.articles == ()
            (done,) = other.commit([a_poll(feed, quick, token=second)])
            assert done.articles == (quick,)
        assert store.articles.list() == [quick]

    def test_skips_a_poll_whose_feed_another_process_polled_since(
        self, store: Store, database_url: str
    ) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        late = claimed(store)
        with Store.open(database_url) as other:
            other.commit([a_poll(feed, token=claimed(other, NOW + LEASE))])
        (skipped,) = store.commit([a_poll(feed, an_article(), token=late)])
        assert skipped.articles == ()

    def test_stores_a_late_poll_when_nobody_else_claimed_the_feed(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        token = claimed(store)
        (done,) = store.commit([a_poll(feed, an_article(), token=token)])
        assert done.articles == (an_article(),)

    def test_does_not_store_for_a_feed_that_another_process_holds(
        self, store: Store, database_url: str
    ) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        claimed(store)
        with Store.open(database_url) as other:
            (skipped,) = other.commit([a_poll(feed, an_article())])
        assert skipped.articles == ()


class TestFailure:
    def test_of_the_database_stores_nothing_and_keeps_the_lease(self, sqlite_url: str) -> None:
        with Store.open(sqlite_url) as store:
            feeds = [a_feed("one"), a_feed("two")]
            store.feeds.add_all(feeds)
            tokens = {
                claim.feed.key: claim.token
                for claim in store.feeds.claim(NOW, limit=2, lease=LEASE)
            }
            database = store._database
            pages = "SELECT page_count FROM pragma_page_count"
            full = database._driver(lambda driver: driver.execute(pages).fetchone()[0])
            database._driver(lambda driver: driver.execute(f"PRAGMA max_page_count = {full}"))
            articles = [an_article(str(number), feeds[1]) for number in range(500)]
            polls = [a_poll(feeds[0], an_article(feed=feeds[0])), a_poll(feeds[1], *articles)]
            polls = [replace(poll, token=tokens[poll.feed_key]) for poll in polls]
            with pytest.raises(StoreError, match="the disk is full: free some space"):
                store.commit(polls)
            assert store.articles.count() == 0
            database._driver(lambda driver: driver.execute("PRAGMA max_page_count = 1000000"))
            assert store.commit(polls) == polls  # as soon as there is space
            check = database._driver(lambda driver: driver.execute("PRAGMA integrity_check"))
            assert check.fetchall() == [("ok",)]

    def test_of_the_database_is_no_fault_of_a_poll(self, store: Store) -> None:
        """A group is tried poll by poll only when its values are at fault."""
        feeds = [a_feed("one"), a_feed("two")]
        store.feeds.add_all(feeds)
        tries = []

        def break_down(connection, cursor, statement, *_) -> None:
            if "INSERT INTO articles" in statement:
                tries.append(statement)
                connection.exec_driver_sql("SELECT * FROM no_such_table")

        event.listen(store._database.engine, "before_cursor_execute", break_down)
        with pytest.raises(StoreError, match="no_such_table"):
            store.commit([a_poll(feed, an_article(feed=feed)) for feed in feeds])
        assert len(tries) == 1


class TestMemory:
    def test_is_kept_until_there_is_another(self, store: Store) -> None:
        feed, other = a_feed(), a_feed("other")
        store.feeds.add_all([feed, other])
        store.commit([a_poll(feed, memory=b"\x00first"), a_poll(other)])
        assert store.feeds.memories([feed.key, other.key]) == {feed.key: b"\x00first"}
        store.commit([a_poll(feed, memory=None)])
        assert store.feeds.memories([feed.key]) == {feed.key: b"\x00first"}
        store.commit([a_poll(feed, memory=b"second"), a_poll(other, memory=b"")])
        memories = store.feeds.memories([feed.key, other.key])
        assert memories == {feed.key: b"second", other.key: b""}

    def test_is_not_kept_without_the_articles(self, store: Store) -> None:
        feed, leased = a_feed(), a_feed("taken")
        store.feeds.add_all([feed, leased])
        lost = a_poll(a_feed("removed"), memory=b"of a removed feed")
        store.feeds.claim(NOW, limit=5, lease=LEASE, only=[leased.key])  # as another process may
        dangling = an_alert(an_article(), a_subscription(), article_keys=("nowhere",))
        store.subscriptions.add(a_subscription())
        store.commit([a_poll(feed, alerts=(dangling,), memory=b"m"), lost])
        store.commit([a_poll(leased, memory=b"m")])
        assert store.feeds.memories([feed.key, lost.feed_key, leased.key]) == {}

    def test_is_removed_with_the_feed(self, store: Store) -> None:
        feed = a_feed()
        store.feeds.add(feed)
        store.commit([a_poll(feed, memory=b"m")])
        store.feeds.remove(feed.key)
        store.feeds.add(feed)
        assert store.feeds.memories([feed.key]) == {}

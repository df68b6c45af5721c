"""Reported feed states are stored together with the notices about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.alerts import match
from monitor.domain.alerts import About
from monitor.domain.feeds import FeedState
from monitor.domain.message_contents import FeedStateChanged
from monitor.domain.messages import MessageType
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, a_subscription

DAY = timedelta(days=1)


def feed_in(store, state, name, **changes):
    why = None if state is FeedState.OK else "timeout: no answer"
    poll = replace(a_feed(name).poll, state=state, since=NOW - DAY, last_error=why)
    feed = a_feed(name, poll=poll, title=name.upper(), **changes)
    store.feeds.add(feed)
    return feed


def notices(store, occasion="once"):
    return match.notices(FeedStateChanged(), store.subscriptions.list(), NOW, occasion=occasion)


def test_healthy_feeds_are_counted_and_not_listed(store):
    for state in (FeedState.OK, FeedState.UNCHANGED, FeedState.NEW):
        feed_in(store, state, state.value)
    feed_in(store, FeedState.FAILING, "paused", paused=True)
    failing = feed_in(store, FeedState.FAILING, "failing")
    (health,), total = store.feed_notices.list()
    assert total == 4
    assert (health.key, health.name, health.state, health.why) == (
        failing.key, "FAILING", FeedState.FAILING, "timeout: no answer",
    )  # fmt: skip
    assert (health.since, health.notified_state, health.notified_at, health.notified_times) == (
        NOW - DAY,
        FeedState.OK,
        None,
        0,
    )


def test_a_report_is_stored_with_its_notice(store):
    store.subscriptions.add(a_subscription(about=frozenset({About.SERVICE})))
    feed = feed_in(store, FeedState.FAILING, "one")
    (health,), _ = store.feed_notices.list()
    assert store.feed_notices.record([health], notices(store), NOW)
    (after,), _ = store.feed_notices.list()
    assert (after.notified_state, after.notified_at, after.notified_times) == (
        FeedState.FAILING,
        NOW,
        1,
    )
    (alert,) = store.outbox.list()
    assert alert.type is MessageType.FEED
    store.commit([a_poll(feed)])  # it is well: listed until that is told, too
    (well,), _ = store.feed_notices.list()
    assert (well.state, well.notified_state, well.why) == (FeedState.OK, FeedState.FAILING, "")
    assert store.feed_notices.record([well], notices(store, "twice"), NOW + MINUTE)
    assert store.feed_notices.list() == ([], 1)


def test_of_two_processes_that_report_a_feed_one_does(store):
    store.subscriptions.add(a_subscription(about=frozenset({About.SERVICE})))
    feed_in(store, FeedState.FAILING, "one")
    seen_by_both, _ = store.feed_notices.list()
    assert store.feed_notices.record(seen_by_both, notices(store, "a"), NOW)
    assert not store.feed_notices.record(seen_by_both, notices(store, "b"), NOW + MINUTE)
    assert len(store.outbox.list()) == 1


def test_a_feed_removed_meanwhile_refuses_the_report(store):
    feed_in(store, FeedState.FAILING, "one")
    gone = feed_in(store, FeedState.FAILING, "two")
    listed, _ = store.feed_notices.list()
    store.feeds.remove(gone.key)
    assert not store.feed_notices.record(listed, (), NOW)
    (health,), _ = store.feed_notices.list()
    assert health.notified_state is FeedState.OK

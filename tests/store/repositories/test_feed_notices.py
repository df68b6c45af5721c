"""What was told of feeds is remembered together with the promise to tell it."""

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


def test_those_that_are_well_or_paused_are_not_listed_but_counted(store):
    for state in (FeedState.OK, FeedState.UNCHANGED, FeedState.NEW):
        feed_in(store, state, state.value)
    feed_in(store, FeedState.FAILING, "paused", paused=True)
    failing = feed_in(store, FeedState.FAILING, "failing")
    (one,), watched = store.feed_notices.list()
    assert watched == 4
    assert (one.key, one.name, one.state, one.why) == (
        failing.key, "FAILING", FeedState.FAILING, "timeout: no answer",
    )  # fmt: skip
    assert (one.since, one.notified_state, one.notified_at, one.notified_times) == (
        NOW - DAY,
        FeedState.OK,
        None,
        0,
    )


def test_what_was_told_is_known_and_promised(store):
    store.subscriptions.add(a_subscription(about=frozenset({About.SERVICE})))
    feed = feed_in(store, FeedState.FAILING, "one")
    (one,), _ = store.feed_notices.list()
    assert store.feed_notices.record([one], notices(store), NOW)
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


def test_of_two_that_tell_the_same_only_one_does(store):
    store.subscriptions.add(a_subscription(about=frozenset({About.SERVICE})))
    feed_in(store, FeedState.FAILING, "one")
    seen_by_both, _ = store.feed_notices.list()
    assert store.feed_notices.record(seen_by_both, notices(store, "a"), NOW)
    assert not store.feed_notices.record(seen_by_both, notices(store, "b"), NOW + MINUTE)
    assert len(store.outbox.list()) == 1


def test_a_feed_that_was_removed_meanwhile_is_looked_at_anew(store):
    feed_in(store, FeedState.FAILING, "one")
    gone = feed_in(store, FeedState.FAILING, "two")
    listed, _ = store.feed_notices.list()
    store.feeds.remove(gone.key)
    assert not store.feed_notices.record(listed, (), NOW)
    (one,), _ = store.feed_notices.list()
    assert one.notified_state is FeedState.OK

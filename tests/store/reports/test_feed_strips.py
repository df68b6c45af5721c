"""Strips of feeds, written in the transaction of their polls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.domain.feeds import FeedState
from monitor.health.feed_strip import HOURS, StripHour
from monitor.store.reports import feed_strips
from tests.store.builders import NOW, a_feed, a_poll, an_article

HOUR = timedelta(hours=1)


def poll(store, *articles, at=NOW, state=FeedState.OK, feed=None):
    done = a_poll(feed or a_feed(), *articles, at=at)
    store.commit([replace(done, state=replace(done.state, state=state))])


def hours(store, since=NOW, number=1, feed=None):
    key = (feed or a_feed()).key
    strips = store._database.read(lambda connection: feed_strips.read(connection, [key]))
    return strips[key].hours(since, number) if strips else None


def test_a_poll_is_in_the_strip_of_its_feed(store):
    store.feeds.add(a_feed())
    assert hours(store) is None
    poll(store, an_article("first"), an_article("second"))
    assert hours(store) == [StripHour(read=True, new=2)]


def test_polls_of_later_hours_move_the_strip_on(store):
    store.feeds.add(a_feed())
    poll(store, an_article("first"))
    poll(store, at=NOW + HOUR, state=FeedState.FAILING)
    poll(store, at=NOW + 2 * HOUR, state=FeedState.DEGRADED)
    assert hours(store, number=3) == [
        StripHour(read=True, new=1),
        StripHour(failed=True),
        StripHour(part=True),
    ]


def test_the_backlog_of_a_feed_is_no_news(store):
    store.feeds.add(a_feed())
    poll(store, an_article("old", backlog=True))
    assert hours(store) == [StripHour(read=True)]


def test_two_feeds_of_one_commit_have_a_strip_each(store):
    first, second = a_feed("one"), a_feed("two")
    store.feeds.add(first)
    store.feeds.add(second)
    store.commit([a_poll(first, at=NOW), a_poll(second, an_article("a", second), at=NOW)])
    assert hours(store, feed=first) == [StripHour(read=True)]
    assert hours(store, feed=second) == [StripHour(read=True, new=1)]


def test_a_strip_takes_336_bytes_and_goes_with_its_feed(store):
    store.feeds.add(a_feed())
    poll(store)
    strips = store._database.read(lambda connection: feed_strips.read(connection, [a_feed().key]))
    assert len(strips[a_feed().key].cells) == HOURS == 336
    store.feeds.remove(a_feed().key)
    assert hours(store) is None


def test_a_poll_that_can_not_be_stored_has_failed(store):
    store.feeds.add(a_feed())

    def refuse(polls, find):
        raise ValueError("no")

    store.commit([a_poll(a_feed(), at=NOW)], refuse)
    assert hours(store) == [StripHour(failed=True)]

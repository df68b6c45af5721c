"""Feeds hour by hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.option_values import InvalidOption
from monitor.actions.statistics.feed_hours import COLUMNS, feed_hours
from monitor.domain.feeds import FeedState
from tests.store.builders import NOW, a_feed, a_poll, an_article

HOUR = timedelta(hours=1)


def poll(store, *articles, at, state=FeedState.OK):
    store.feeds.add(a_feed())
    done = a_poll(a_feed(), *articles, at=at)
    store.commit([replace(done, state=replace(done.state, state=state, last_error="why"))])


def test_each_hour_has_a_sign(store):
    poll(store, an_article("a"), at=NOW - 5 * HOUR)
    poll(store, at=NOW - 3 * HOUR)
    poll(store, at=NOW - 2 * HOUR, state=FeedState.DEGRADED)
    poll(store, at=NOW - HOUR, state=FeedState.FAILING)
    poll(store, at=NOW - HOUR)
    poll(store, at=NOW, state=FeedState.FAILING)
    page = feed_hours(store, NOW, hours=6)
    (feed,) = page.feeds
    assert feed.signs == "n .ppx"
    assert (feed.state, feed.why) == (FeedState.FAILING, "why")
    assert page.since == NOW - 5 * HOUR
    assert page.rows() == [(a_feed().key, a_feed().url, "failing", "n .ppx", 1)]
    assert len(COLUMNS) == len(page.rows()[0])


def test_a_feed_that_was_never_polled_has_an_empty_strip(store):
    store.feeds.add(a_feed())
    (feed,) = feed_hours(store, NOW, hours=3).feeds
    assert feed.signs == "   "
    assert feed.chart().finding == "not polled in these 3 hours"


def test_pages_follow_each_other_by_their_cursor(store):
    for name in "abc":
        store.feeds.add(a_feed(name, title=name))
    first = feed_hours(store, NOW, limit=2)
    assert [feed.name for feed in first.feeds] == ["a", "b"]
    rest = feed_hours(store, NOW, limit=2, after=first.next)
    assert [feed.name for feed in rest.feeds] == ["c"]
    assert rest.next is None


@pytest.mark.parametrize("cursor", ["", "x", "1-", "1-zz", "1-" + "0" * 64, "9" * 400])
def test_a_cursor_that_is_none_is_refused(store, cursor):
    if not cursor:
        assert feed_hours(store, NOW, after=cursor).feeds == ()
        return
    with pytest.raises(InvalidOption, match="is no cursor of this list"):
        feed_hours(store, NOW, after=cursor)


@pytest.mark.parametrize("numbers", [{"hours": 0}, {"hours": 337}, {"limit": 0}, {"limit": 201}])
def test_numbers_out_of_bounds_are_refused_with_their_bounds(store, numbers):
    with pytest.raises(InvalidOption, match="from 1 to"):
        feed_hours(store, NOW, **numbers)


def test_the_json_explains_its_signs(store):
    poll(store, an_article("a"), at=NOW)
    document = feed_hours(store, NOW, hours=2).as_json()
    assert document["signs"]["n"] == "news"
    assert document["feeds"][0]["hours"] == " n"
    assert document["feeds"][0]["new"] == 1
    assert document["next"] is None

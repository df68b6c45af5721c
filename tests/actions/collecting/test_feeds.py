"""Actions on feeds, on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.collecting import feeds
from monitor.actions.collecting.feeds import ListedFeed, NewFeed
from monitor.domain.errors import ConfigError, FetchError
from monitor.domain.feeds import FeedState
from monitor.domain.keys import feed_key
from monitor.store.store import Store
from tests.store.builders import NOW, a_feed

URL = "https://wire.example/feed.xml"


@pytest.fixture
def store(sqlite_url: str):
    with Store.open(sqlite_url) as opened:
        yield opened


def test_a_feed_is_stored_as_it_is_described_and_is_due_now(store: Store):
    request = NewFeed(
        url=URL, title="Wire", language="ko", interval=timedelta(minutes=15), tags=("Asia",),
        note="slow", paused=True,
    )  # fmt: skip
    assert feeds.add_feed(store, request, NOW).is_new
    (feed,) = store.feeds.list()
    assert (feed.key, feed.url, feed.title, feed.language) == (feed_key(URL), URL, "Wire", "ko")
    assert (feed.every, feed.tags, feed.note) == (timedelta(minutes=15), ("Asia",), "slow")
    assert (feed.paused, feed.fulltext, feed.poll.due_at) == (True, False, NOW)


def test_a_feed_of_the_same_address_stays_as_it_is(store: Store):
    feeds.add_feed(store, NewFeed(url=URL, title="Wire"), NOW)
    again = feeds.add_feed(store, NewFeed(url=URL, title="Other"), NOW)
    assert not again.is_new
    assert [feed.title for feed in store.feeds.list()] == ["Wire"]


def test_a_key_may_be_chosen(store: Store):
    feeds.add_feed(store, NewFeed(url=URL, key="f00d"), NOW)
    assert feeds.find_feed(store, URL).key == "f00d"


@pytest.mark.parametrize("length", [8, 32])
def test_a_feed_is_found_by_its_key_and_the_beginning_of_it(store: Store, length):
    feeds.add_feed(store, NewFeed(url=URL), NOW)
    assert feeds.find_feed(store, feed_key(URL)[:length]).url == URL


def test_a_feed_that_is_not_there_is_an_error_that_names_the_command(store: Store):
    with pytest.raises(ConfigError, match="no feed 'nope': `monitor feeds list`"):
        feeds.find_feed(store, "nope")


def test_addresses_are_checked_against_the_ranges_that_are_open():
    assert feeds.check_feed_url("https://WIRE.example:443/a#b", ()) == "https://wire.example/a"
    with pytest.raises(FetchError):
        feeds.check_feed_url("http://127.0.0.1/feed", ())


def test_a_paused_feed_is_listed_as_paused_and_resumes(store: Store):
    feeds.add_feed(store, NewFeed(url=URL), NOW)
    store.feeds.add(a_feed("other"))
    feeds.pause_feed(store, URL, NOW)
    (paused,) = feeds.list_feeds(store, [FeedState.PAUSED])
    assert (paused.feed.url, feeds.feed_state(paused.feed)) == (URL, FeedState.PAUSED)
    assert len(feeds.list_feeds(store)) == 2
    feeds.resume_feed(store, URL, NOW)
    assert feeds.list_feeds(store, [FeedState.PAUSED]) == []


def test_a_feed_that_was_gone_is_due_when_it_is_resumed(store: Store):
    later = NOW + timedelta(days=1)
    feed = a_feed()
    poll = replace(feed.poll, state=FeedState.GONE, failures=2, due_at=NOW + timedelta(days=99))
    store.feeds.add(replace(feed, poll=poll))
    feeds.resume_feed(store, feed.key, later)
    revived = feeds.show_feed(store, feed.key).feed.poll
    assert (revived.due_at, revived.failures) == (later, 0)


def test_the_interval_is_set_and_made_automatic_again(store: Store):
    feeds.add_feed(store, NewFeed(url=URL), NOW)
    for interval in (timedelta(minutes=10), None):
        feeds.set_interval(store, URL, interval)
        assert feeds.find_feed(store, URL).every == interval


def test_full_text_is_switched_on_and_off(store: Store):
    pytest.importorskip("trafilatura")
    feeds.add_feed(store, NewFeed(url=URL), NOW)
    for enabled in (True, False):
        feeds.set_full_text(store, URL, enabled)
        assert feeds.find_feed(store, URL).fulltext is enabled


def test_a_removed_feed_is_not_found(store: Store):
    feeds.add_feed(store, NewFeed(url=URL), NOW)
    assert feeds.remove_feed(store, URL).url == URL
    with pytest.raises(ConfigError):
        feeds.remove_feed(store, URL)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"due_why": "every 12 min"}, "every 12 min"),
        ({"last_error": "timeout: no answer"}, "timeout: no answer"),
        (
            {"last_error": "timeout: no answer", "since": NOW - timedelta(days=3)},
            "timeout: no answer (for 3 days)",
        ),
        (
            {
                "last_error": "nothing new for 3 days",
                "since": NOW - timedelta(days=3),
                "state": FeedState.SILENT,
            },
            "nothing new for 3 days",
        ),
    ],
)
def test_the_reason_of_a_state_is_the_fault_or_the_time_of_the_next_poll(changes, reason):
    feed = a_feed()
    assert feeds.state_reason(replace(feed, poll=replace(feed.poll, **changes)), NOW) == reason


def test_the_reason_of_a_paused_feed_is_how_to_resume_it():
    feed = replace(a_feed(), paused=True)
    assert feeds.state_reason(feed, NOW) == "not polled until `monitor feeds resume`"


def test_a_feed_as_json_has_instants_and_durations_as_text():
    feed = a_feed(every=timedelta(minutes=90), title="Wire", language="ko", tags=("Asia",))
    json = ListedFeed(feed=feed).as_json()
    assert (json["every"], json["due_at"]) == ("1h30m", "2025-06-17T12:00:00Z")
    assert (json["state"], json["last_error"], json["newest_at"]) == ("new", None, None)


def test_a_feed_is_polled_at_the_next_round_unless_it_is_paused(store: Store):
    added = feeds.add_feed(store, NewFeed(url="https://soon.example/feed.xml"), NOW).feed
    later = NOW + timedelta(minutes=5)
    feeds.poll_soon(store, added.key, later)
    stored = store.feeds.find(added.key)
    assert (stored.poll.due_at, stored.poll.due_why) == (later, "now: a person asked for it")
    feeds.pause_feed(store, added.key, NOW)
    with pytest.raises(ConfigError, match="resume it first"):
        feeds.poll_soon(store, added.key, later)

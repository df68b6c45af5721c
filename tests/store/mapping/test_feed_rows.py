"""Rows of feeds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.errors import ConfigError
from monitor.domain.feeds import (
    FeedLogin,
    FeedState,
    PublisherHints,
    PublishingHistory,
    Redirect,
)
from monitor.store.mapping import feed_rows
from monitor.store.schema.base import URL_LENGTH
from monitor.store.schema.tables import feeds
from tests.store.builders import NOW, a_feed
from tests.store.mapping.conftest import ReadBack

LONG = "https://e.example/" + URL_LENGTH * "a"


def test_a_feed_comes_back_with_its_poll_state_and_history(read_back: ReadBack):
    poll = replace(
        a_feed().poll, state=FeedState.DEGRADED, etag="v1", gap=timedelta(microseconds=1),
        hints=PublisherHints(ttl=timedelta(minutes=7), skip_days=frozenset({6})), failures=2,
        redirect=Redirect(to="https://new.example/rss", since=NOW, times=2), since=NOW,
    )  # fmt: skip
    history = PublishingHistory(newest_at=NOW, days=((9_131, 4, 3_600), (9_132, 1, 0)))
    feed = a_feed(
        login=FeedLogin(user="desk", password=""), every=timedelta(minutes=10), poll=poll,
        history=history, tags=("a",), former_urls=("https://old.example/",), fulltext=True,
    )  # fmt: skip
    row = read_back(feeds, feed_rows.feed_values(feed))
    assert feed_rows.feed_from_row(row) == feed


def test_half_a_validator_is_none():
    poll = replace(a_feed().poll, etag="e" * 1_001, last_modified="a\x00")
    values = feed_rows.poll_values(poll)
    assert (values["etag"], values["last_modified"]) == (None, None)


@pytest.mark.parametrize("address", [LONG, "https://e.example/\x00"])
def test_a_redirect_to_an_address_that_can_not_be_stored_is_ignored(address):
    poll = replace(a_feed().poll, redirect=Redirect(to=address, since=NOW, times=1))
    assert feed_rows.poll_values(poll)["move"] == {}
    assert feed_rows.is_too_long(address)


@pytest.mark.parametrize(("extra", "expected"), [(0, False), (1, True)])
def test_the_length_of_an_address_is_counted_in_bytes(extra, expected):
    start = "https://e.example/é"
    address = start + (URL_LENGTH - len(start.encode()) + extra) * "a"
    assert feed_rows.is_too_long(address) is expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": LONG}, "the feed's address is longer than 2,000 bytes"),
        ({"key": ""}, "the feed's key is empty"),
        ({"login": FeedLogin(user="a\x00", password="p")}, "the feed's username holds"),
        ({"login": FeedLogin(user="a", password="p" * 501)}, "the feed's password is longer"),
    ],
)
def test_what_must_not_be_cut_is_refused(changes, words):
    with pytest.raises(ConfigError, match=words):
        feed_rows.feed_values(a_feed(**changes))

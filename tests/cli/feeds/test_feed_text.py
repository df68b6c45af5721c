"""Feeds as text: a row of the table, and the lines of one feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.collecting.feeds import FeedDetails
from monitor.cli.feeds import feed_text
from monitor.domain.feeds import (
    Feed,
    FeedLogin,
    FeedState,
    PublisherHints,
    PublishingHistory,
    Redirect,
)
from monitor.polling import websub
from monitor.polling.websub import HubSubscription
from tests.fakes import NOW, feed

HOUR = timedelta(hours=1)


def lines(shown: Feed, hub: HubSubscription | None = None) -> dict[str, str]:
    return dict(feed_text.lines(FeedDetails(feed=shown, hub=hub)))


def test_a_row_has_the_address_until_the_title_is_known():
    new = feed("f" * 64)
    assert feed_text.table_row(new, NOW)[:2] == ("ffffffff", "https://" + "f" * 64 + ".example/rss")
    titled = replace(new, title="Wire", language="ko", fulltext=True)
    assert feed_text.table_row(titled, NOW)[1:5] == ("Wire", "ko", "full", "new")


def test_a_paused_feed_has_no_due_time():
    row = feed_text.table_row(feed(), NOW)
    paused = feed_text.table_row(feed(paused=True), NOW)
    assert (row[7], paused[7], paused[4]) == ("17 Jun 12:00 UTC", "", "paused")
    assert lines(feed(paused=True))["next"] == "after `monitor feeds resume`"


@pytest.mark.parametrize(
    ("login", "words"),
    [
        (FeedLogin(user="desk", password="hunter2"), "desk, password set"),
        (FeedLogin(user="desk", password=""), "desk, no password"),
    ],
)
def test_a_password_is_not_shown(login, words):
    assert lines(feed(login=login))["user"] == words
    assert "user" not in lines(feed())


def test_former_addresses_come_newest_first_and_a_redirect_says_how_far_it_is():
    moving = feed(former_urls=("https://a.example/", "https://b.example/"))
    redirect = Redirect(to="https://new.example/", since=NOW, times=1)
    moving = replace(moving, poll=replace(moving.poll, redirect=redirect))
    shown = list(feed_text.lines(FeedDetails(feed=moving, hub=None)))
    assert [text for name, text in shown if name == "formerly"] == [
        "https://b.example/", "https://a.example/",
    ]  # fmt: skip
    assert dict(shown)["moving to"].startswith("https://new.example/, ")


def test_the_state_has_its_error_and_the_next_poll_its_reason():
    failing = feed(every=HOUR, note="call them", tags=("a", "b"))
    poll = replace(
        failing.poll, state=FeedState.FAILING, last_error="timeout: 30 s", due_why="in 1 h",
        since=NOW, hints=PublisherHints(ttl=HOUR),
    )  # fmt: skip
    shown = lines(replace(failing, poll=poll))
    assert shown["state"] == "failing: timeout: 30 s"
    assert shown["next"] == "17 Jun 12:00 UTC, in 1 h"
    assert (shown["interval"], shown["tags"], shown["note"]) == ("1h", "a, b", "call them")
    assert "asks for" in shown


def test_a_feed_with_a_history_says_how_often_it_publishes():
    history = PublishingHistory(newest_at=NOW, days=tuple((day, 4, 3_600) for day in range(20)))
    assert lines(feed(history=history))["publishes"].startswith("usually every ")
    assert lines(feed())["interval"] == "automatic, as it publishes"


def test_a_hub_has_its_state_its_end_and_its_reason():
    hub = websub.new_subscription("f", "https://hub.example/", "https://f.example/", NOW)
    hub = replace(hub, until=NOW + HOUR, why="it refused")
    assert lines(feed(), hub=hub)["hub"] == (
        f"https://hub.example/ {hub.state} until 17 Jun 13:00 UTC: it refused"
    )

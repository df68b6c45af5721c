"""`monitor review`: list doubtful articles, confirm one, reject one."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest

from monitor.domain.alerts import PollResult
from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.runtime import build
from monitor.settings import loader
from tests.cli.conftest import Terminal
from tests.fakes import doubtful, entry


@pytest.fixture
def in_doubt(watch: Terminal) -> Terminal:
    """A service with two articles in review."""
    now = datetime.now(UTC)
    feed = Feed(key="f", url="https://f.example/rss", title="Wire", poll=PollState(due_at=now))
    articles = (
        doubtful("dddddddd", entry=entry("A letter"), seen_at=now),
        doubtful("eeeeeeee", entry=entry("A wreath"), seen_at=now),
    )
    with build.open_store(loader.load(watch.folder / "monitor.toml")) as store:
        store.feeds.add(feed)
        state = PollState(due_at=now, state=FeedState.OK)
        store.commit([PollResult(feed_key="f", state=state, articles=articles)])
    return watch


def test_doubtful_articles_are_listed_and_answered(in_doubt: Terminal) -> None:
    listed = in_doubt("review", "list").out
    for word in ("dddddddd", "A wreath", "Wire"):
        assert word in listed
    in_doubt("subscriptions", "add", "me", "--email", "me@watch.example")
    confirmed = in_doubt("review", "confirm", "dddddd", "--theme", "troops", "--by", "Ana")
    assert "A letter: Confirmed: 1 alert follows." in confirmed.err
    rejected = in_doubt("review", "reject", "eeeeee", "--note", "a wreath", "--json").json()
    assert (rejected["result"], rejected["tier"]) == ("rejected", "review")
    assert in_doubt("review", "list", "--json").json() == []
    assert "confirmed by Ana" in in_doubt("explain", "dddddd").out


def test_a_topic_that_is_not_watched_is_refused(in_doubt: Terminal) -> None:
    of_topic = in_doubt("review", "list", "--topic", "dprk-russia", "--json").json()
    assert of_topic == []  # the articles of the test were judged by another pack
    refusal = in_doubt.refused("review", "list", "--topic", "bears")
    assert "bears: no such topic is watched; there are: dprk-russia" in refusal


def test_the_tier_is_exported_and_searched_for(in_doubt: Terminal) -> None:
    exported = in_doubt("export", "--format", "csv", "--tier", "review").out
    assert [row["tier"] for row in csv.DictReader(exported.splitlines())] == ["review"] * 2
    assert in_doubt("export", "--format", "csv").out.count("\n") == 1
    (first, second) = in_doubt("search", "is:review", "--json").json()["articles"]
    assert {first["title"], second["title"]} == {"A letter", "A wreath"}


def test_an_empty_list_says_so(watch: Terminal) -> None:
    assert "no article of the last 30d waits for an answer" in watch("review", "list").err
    assert "`monitor review list` shows keys" in watch.refused("review", "confirm", "abcdef")

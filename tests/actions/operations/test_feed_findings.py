"""Findings about feeds: what needs a person is a fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.actions.operations.feed_findings import feed_findings, last_poll_finding
from monitor.actions.operations.findings import Finding, FindingLevel
from monitor.domain.feeds import Feed, FeedState, PollState
from monitor.store.store import Store

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def a_feed(state: FeedState, *, lasted: timedelta = HOUR, why: str | None = None) -> Feed:
    poll = PollState(
        due_at=NOW, state=state, since=NOW - lasted, last_error=why, last_ok_at=NOW - MINUTE
    )
    return Feed(key="f", url="https://f.example/rss", title="TASS", poll=poll)


def findings(url: str, *feeds: Feed) -> dict[str, list[tuple[str, str]]]:
    """Subject → level and sentence."""
    by_subject: dict[str, list[tuple[str, str]]] = {}
    with Store.open(url) as store:
        store.feeds.add_all(feeds)
        for finding in feed_findings(store, NOW, patience=DAY):
            by_subject.setdefault(finding.subject, []).append((finding.level, finding.sentence))
    return by_subject


@pytest.mark.parametrize(
    ("feed", "level", "sentence"),
    [
        (a_feed(FeedState.OK), None, ""),
        (a_feed(FeedState.UNCHANGED), None, ""),
        (
            a_feed(FeedState.SILENT, why="nothing new for 3 days"),
            "fault",
            "TASS is silent: nothing new for 3 days",
        ),
        (a_feed(FeedState.GONE, why="gone: 410"), "fault", "TASS is gone for 1 h: gone: 410"),
        (
            a_feed(FeedState.FAILING, why="dns: no address"),
            "warning",
            "TASS is failing for 1 h: dns: no address",
        ),
        (
            a_feed(FeedState.FAILING, why="dns: no address", lasted=DAY),
            "fault",
            "TASS is failing for 24 h: dns: no address",
        ),
        (a_feed(FeedState.EMPTY), "warning", "TASS is empty for 1 h"),
        (a_feed(FeedState.NEW), None, ""),
        (replace(a_feed(FeedState.FAILING), paused=True), None, ""),
    ],
)
def test_each_unhealthy_feed_is_named(sqlite_url, feed, level, sentence):
    feeds = [feed, replace(a_feed(FeedState.OK), key="g", url="https://g.example/")]
    expected = [] if level is None else [(level, sentence)]
    assert findings(sqlite_url, *feeds).get("feeds", []) == expected


def test_the_last_day_is_summed_up_in_the_sentence_of_the_statement(sqlite_url):
    assert findings(sqlite_url, a_feed(FeedState.OK))["last day"] == [
        ("ok", "1 of 1 feed healthy; 0 read, 0 flagged, 0 alerted")
    ]


def test_without_feeds_the_finding_says_what_to_do(sqlite_url):
    assert findings(sqlite_url) == {
        "feeds": [("warning", "none is watched: `monitor feeds add URL`")]
    }


@pytest.mark.parametrize(
    ("ago", "overdue", "level", "sentence"),
    [
        (MINUTE, -MINUTE, "ok", "a feed was read 1 min ago, at 2025-06-17T11:59:00Z"),
        (5 * HOUR, HOUR, "ok", "a feed was read 5 h ago, at 2025-06-17T07:00:00Z"),
        (
            5 * HOUR,
            2 * HOUR,
            "fault",
            "a feed was read 5 h ago, at 2025-06-17T07:00:00Z; one is due for 2 h: does it run?",
        ),
    ],
)
def test_the_last_successful_poll_is_told_with_its_age(ago, overdue, level, sentence):
    feed = a_feed(FeedState.OK)
    poll = replace(feed.poll, last_ok_at=NOW - ago, due_at=NOW - overdue)
    finding = last_poll_finding([replace(feed, poll=poll)], NOW)
    assert finding == Finding(FindingLevel(level), "polling", sentence)


def test_beyond_twenty_lines_feeds_are_counted(sqlite_url):
    feeds = [
        replace(
            a_feed(FeedState.SILENT, why=f"nothing new for {n + 3} d"),
            key=f"k{n:02}",
            url=f"https://f{n}.example/",
        )
        for n in range(25)
    ]
    lines = findings(sqlite_url, *feeds)["feeds"]
    assert len(lines) == 21
    assert lines[-1] == ("fault", "and 5 more: `monitor feeds list`")


def test_many_feeds_with_one_cause_share_a_line(sqlite_url):
    """53 lines of one cause would hide that the cause is one: the network of this machine."""
    feeds = [
        replace(
            a_feed(FeedState.FAILING, why="dns: no address"),
            key=f"k{n:02}",
            url=f"https://f{n}.example/",
            title=f"Feed {n:02}",
        )
        for n in range(53)
    ]
    assert findings(sqlite_url, *feeds)["feeds"] == [
        (
            "warning",
            (
                "53 feeds are failing: dns: no address (Feed 00, Feed 01, Feed 02 and 50 more;"
                " `monitor feeds list` has all)"
            ),
        )
    ]

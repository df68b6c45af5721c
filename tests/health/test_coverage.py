"""The sentence of monitoring coverage, and the content of a digest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.domain.feeds import FeedState
from monitor.health.coverage import Coverage, UnhealthyFeed, digest_coverage, in_order, sentence

UNTIL = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
QUIET = Coverage(since=UNTIL - timedelta(days=1), until=UNTIL, feeds=43)
CAME, NOTHING = "1,204 read, 11 flagged, 3 alerted", "0 read, 0 flagged, 0 alerted"
LONG_AGO = "that were rejected long ago"
A_DAY = replace(QUIET, read=1_204, flagged=11, alerted=3)


def unwell(name: str, state: FeedState = FeedState.SILENT) -> UnhealthyFeed:
    return UnhealthyFeed(key=name, name=name, state=state)


@pytest.mark.parametrize(
    ("coverage", "expected"),
    [
        (A_DAY, "43 of 43 feeds healthy; 1,204 read, 11 flagged, 3 alerted"),
        (QUIET, "43 of 43 feeds healthy; 0 read, 0 flagged, 0 alerted"),
        (replace(QUIET, feeds=0), "no feed is watched; 0 read, 0 flagged, 0 alerted"),
        (replace(QUIET, feeds=1), "1 of 1 feed healthy; 0 read, 0 flagged, 0 alerted"),
        (
            replace(A_DAY, unwell=(unwell("TASS", FeedState.FAILING), unwell("KCNA"))),
            f"41 of 43 feeds healthy; failing: TASS; silent: KCNA; {CAME}",
        ),
        (
            replace(A_DAY, unwell=tuple(unwell(name) for name in "ABCDE")),
            "38 of 43 feeds healthy; silent: A, B, C and 2 more; 1,204 read, 11 flagged, 3 alerted",
        ),
        (
            replace(A_DAY, pruned_texts=1_200, pruned_articles=3),
            f"43 of 43 feeds healthy; {CAME}; pruned: 1,200 texts and 3 articles {LONG_AGO}",
        ),
        (
            replace(A_DAY, pruned_texts=7),
            f"43 of 43 feeds healthy; {CAME}; pruned: 7 texts {LONG_AGO}",
        ),
        (
            replace(A_DAY, unwell=(unwell("off", FeedState.PAUSED),)),
            "43 of 43 feeds healthy; paused: off; 1,204 read, 11 flagged, 3 alerted",
        ),
        (
            replace(A_DAY, held=2, undelivered=1, suppressed=5),
            f"43 of 43 feeds healthy; {CAME}, 2 held, 1 undelivered, 5 suppressed",
        ),
        (
            replace(QUIET, backlog=1_600),
            "43 of 43 feeds healthy; 0 read, 0 flagged, 0 alerted (1,600 more were there before)",
        ),
        (
            replace(A_DAY, unwatched=timedelta(hours=7, minutes=4)),
            f"43 of 43 feeds healthy; the service did not run for 7 h 4 min of this time; {CAME}",
        ),
        (
            replace(QUIET, unwatched=timedelta(hours=24)),
            f"43 of 43 feeds healthy; the service did not run in this time; {NOTHING}",
        ),
        (
            replace(A_DAY, unwatched=timedelta(minutes=5)),
            "43 of 43 feeds healthy; 1,204 read, 11 flagged, 3 alerted",
        ),
    ],
)
def test_the_sentence(coverage, expected):
    assert sentence(coverage) == expected


def test_the_worst_states_come_first():
    states = [state for state in FeedState if state not in (FeedState.OK, FeedState.UNCHANGED)]
    ordered = in_order([unwell("b", state) for state in states] + [unwell("A")])
    assert [(feed.name, feed.state) for feed in ordered] == [
        ("b", FeedState.FAILING),
        ("b", FeedState.GONE),
        ("A", FeedState.SILENT),
        ("b", FeedState.SILENT),
        ("b", FeedState.DEGRADED),
        ("b", FeedState.EMPTY),
        ("b", FeedState.NEW),
        ("b", FeedState.PAUSED),
    ]


def test_unhealthy_feeds_can_be_picked_by_state():
    paused, silent = unwell("off", FeedState.PAUSED), unwell("KCNA")
    coverage = replace(A_DAY, unwell=(silent, paused))
    assert coverage.in_states(FeedState.SILENT, FeedState.GONE) == (silent,)
    assert coverage.healthy == 42


def test_a_digest_has_the_counts_the_sentence_and_at_most_fifty_feeds():
    feeds = tuple(unwell(f"feed {number}") for number in range(51))
    coverage = replace(A_DAY, feeds=60, unwell=feeds, unwatched=timedelta(minutes=7))
    content = digest_coverage(coverage)
    assert (content.sentence, content.feeds, content.healthy) == (sentence(coverage), 60, 9)
    assert content.unwatched_seconds == 420
    assert [feed.name for feed in content.unwell] == [feed.name for feed in feeds[:50]]


def test_a_long_name_is_cut_in_the_sentence():
    fits = replace(A_DAY, unwell=(unwell("a" * 60),))
    cut = replace(A_DAY, unwell=(unwell("a" * 61),))
    assert f"silent: {'a' * 60};" in sentence(fits)
    assert f"silent: {'a' * 59}…;" in sentence(cut)

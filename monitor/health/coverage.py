"""What was watched in a span of time, and what came of it: one noun, and one sentence for it.

The daily statement, digests and `monitor doctor` say it in the same words, so that a quiet day is
never mistaken for a blind one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.feeds import FeedState
from monitor.domain.message_contents import DigestCoverage, DigestFeed
from monitor.text.formats import readable_duration

# What stands first where not all can be told: what a person can mend, and what is worst.
_ORDER = (
    (FeedState.FAILING, "failing"),
    (FeedState.GONE, "gone"),
    (FeedState.SILENT, "silent"),
    (FeedState.DEGRADED, "read in part"),
    (FeedState.EMPTY, "empty"),
    (FeedState.NEW, "not read yet"),
    (FeedState.PAUSED, "paused"),
)
_MOST_NAMES = 3  # of one state, in a sentence
_MOST_FACTS = 50  # unwell feeds in a message; their numbers are whole
_LONGEST_NAME_IN_SENTENCE = 60

# An hour of which the service missed less than this counts as watched: it starts and restarts.
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnhealthyFeed:
    """A feed that is not read as it should be."""

    key: str
    name: str  # its title, or its address where it has none
    state: FeedState  # none of HEALTHY_STATES
    why: str = ""  # a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was watched from `since` until `until`, how the feeds did at its end, what came of it.

    Of the entries that were new in this time: `read` of them were judged, `flagged` of those are
    relevant, and of the flagged every one is either `alerted` (somebody was told), `held` (it
    waits to be told), `undelivered` (given up: `monitor deliveries list`), `suppressed` (on
    purpose) or wanted by nobody.  What a feed's first poll found is `backlog`, and in no other.
    """

    since: datetime
    until: datetime
    feeds: int  # that are to be read: paused ones are not
    unwell: tuple[UnhealthyFeed, ...] = ()  # by state, then by name; paused ones too
    polls: int = 0  # in the hours that the span touches
    failed: int = 0  # of the polls
    unwatched: timedelta = timedelta()  # how long no service ran
    read: int = 0
    backlog: int = 0
    flagged: int = 0
    alerted: int = 0
    held: int = 0
    undelivered: int = 0
    suppressed: int = 0

    @property
    def healthy(self) -> int:
        """How many feeds are read as they should be."""
        return self.feeds - sum(one.state is not FeedState.PAUSED for one in self.unwell)

    def of(self, *states: FeedState) -> tuple[UnhealthyFeed, ...]:
        """Those of the unwell in one of these states."""
        return tuple(one for one in self.unwell if one.state in states)


def digest_coverage(coverage: Coverage) -> DigestCoverage:
    """The coverage and its sentence as the content of a digest holds them."""
    return DigestCoverage(
        sentence=sentence(coverage),
        feeds=coverage.feeds,
        healthy=coverage.healthy,
        unwell=tuple(
            DigestFeed(feed=feed.key, name=feed.name, state=feed.state.value, why=feed.why)
            for feed in coverage.unwell[:_MOST_FACTS]
        ),
        unwatched_seconds=round(coverage.unwatched.total_seconds()),
        read=coverage.read,
        backlog=coverage.backlog,
        flagged=coverage.flagged,
        alerted=coverage.alerted,
        held=coverage.held,
        undelivered=coverage.undelivered,
        suppressed=coverage.suppressed,
    )


def in_order(unwell: Sequence[UnhealthyFeed]) -> tuple[UnhealthyFeed, ...]:
    """The worst first, by name among equals."""
    ranks = {state: rank for rank, (state, _) in enumerate(_ORDER)}
    return tuple(sorted(unwell, key=lambda one: (ranks[one.state], one.name.casefold(), one.key)))


def sentence(coverage: Coverage) -> str:
    """ "41 of 43 feeds healthy; silent: KCNA, TASS; 1,204 read, 11 flagged, 3 alerted" """
    parts = [_feeds(coverage), *_named(coverage), _unwatched(coverage), _came(coverage)]
    return "; ".join(part for part in parts if part)


def _feeds(coverage: Coverage) -> str:
    if not coverage.feeds:
        return "no feed is watched"
    noun = "feed" if coverage.feeds == 1 else "feeds"
    return f"{coverage.healthy:,} of {coverage.feeds:,} {noun} healthy"


def _named(coverage: Coverage) -> list[str]:
    said = []
    for state, words in _ORDER:
        names = [_short(one.name) for one in coverage.of(state)]
        if names:
            rest = len(names) - _MOST_NAMES
            more = f" and {rest:,} more" if rest > 0 else ""
            said.append(f"{words}: {', '.join(names[:_MOST_NAMES])}{more}")
    return said


def _short(name: str) -> str:
    return (
        name
        if len(name) <= _LONGEST_NAME_IN_SENTENCE
        else name[: _LONGEST_NAME_IN_SENTENCE - 1] + "…"
    )


def _unwatched(coverage: Coverage) -> str:
    if coverage.unwatched <= _SLACK:
        return ""
    if coverage.unwatched >= coverage.until - coverage.since - _SLACK:
        return "the service did not run in this time"
    return f"the service did not run for {readable_duration(coverage.unwatched)} of this time"


def _came(coverage: Coverage) -> str:
    counts = [
        f"{coverage.read:,} read",
        f"{coverage.flagged:,} flagged",
        f"{coverage.alerted:,} alerted",
    ]
    for count, word in (
        (coverage.held, "held"),
        (coverage.undelivered, "undelivered"),
        (coverage.suppressed, "suppressed"),
    ):
        if count:
            counts.append(f"{count:,} {word}")
    before = f" ({coverage.backlog:,} more were there before)" if coverage.backlog else ""
    return ", ".join(counts) + before

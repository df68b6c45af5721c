"""Monitoring coverage of a period: feeds read, articles judged, alerts sent; its sentence.  Pure.

The daily statement, digests and `monitor doctor` use the same sentence, so that a day without news
is never mistaken for a day without monitoring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.domain.digest_content import DigestCoverage, DigestFeed
from monitor.domain.feeds import FeedState
from monitor.text.formats import readable_duration

# The order where not all can be listed: first what a person can repair, and the worst.
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
_MOST_FACTS = 50  # unhealthy feeds in a message; the counts are complete
_LONGEST_NAME_IN_SENTENCE = 60

# Shorter downtimes are not mentioned: the service starts and restarts.
_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnhealthyFeed:
    """A feed that is not read as it should be: failing, silent, paused…"""

    key: str
    name: str  # its title, or its address where it has none
    state: FeedState  # none of HEALTHY_STATES
    why: str = ""  # a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What was monitored from `since` until `until`, and the feeds' states at the end of it.

    Of the new entries of the period, `read` were judged and `flagged` of those are relevant.  Each
    flagged one is `alerted` (a message was sent), `held` (a message waits), `undelivered` (given
    up: `monitor deliveries list`), `suppressed` (on purpose), or matches no subscription.  Entries
    of a feed's first poll are `backlog` and in no other count.
    """

    since: datetime
    until: datetime
    feeds: int  # to be read, so without paused ones
    unwell: tuple[UnhealthyFeed, ...] = ()  # by state, then by name; with paused ones
    polls: int = 0  # in all hours that the period touches
    failed: int = 0  # of the polls
    unwatched: timedelta = timedelta()  # how long no service ran
    read: int = 0
    backlog: int = 0
    flagged: int = 0
    alerted: int = 0
    held: int = 0
    undelivered: int = 0
    suppressed: int = 0
    pruned_texts: int = 0  # texts of rejected articles that were removed, in the hours as above
    pruned_articles: int = 0

    @property
    def healthy(self) -> int:
        """The number of feeds that are read as they should be."""
        return self.feeds - sum(feed.state is not FeedState.PAUSED for feed in self.unwell)

    def in_states(self, *states: FeedState) -> tuple[UnhealthyFeed, ...]:
        """The unhealthy feeds in one of these states."""
        return tuple(feed for feed in self.unwell if feed.state in states)


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
    """The worst state first, then by name."""
    ranks = {state: rank for rank, (state, _) in enumerate(_ORDER)}
    return tuple(
        sorted(unwell, key=lambda feed: (ranks[feed.state], feed.name.casefold(), feed.key))
    )


def sentence(coverage: Coverage) -> str:
    """ "41 of 43 feeds healthy; silent: KCNA, TASS; 1,204 read, 11 flagged, 3 alerted" """
    feeds = [_feeds(coverage), *_unhealthy(coverage), _downtime(coverage)]
    parts = [*feeds, _articles(coverage), _pruned(coverage)]
    return "; ".join(part for part in parts if part)


def _feeds(coverage: Coverage) -> str:
    if not coverage.feeds:
        return "no feed is watched"
    noun = "feed" if coverage.feeds == 1 else "feeds"
    return f"{coverage.healthy:,} of {coverage.feeds:,} {noun} healthy"


def _unhealthy(coverage: Coverage) -> list[str]:
    phrases = []
    for state, words in _ORDER:
        names = [_short(feed.name) for feed in coverage.in_states(state)]
        if names:
            omitted = len(names) - _MOST_NAMES
            suffix = f" and {omitted:,} more" if omitted > 0 else ""
            phrases.append(f"{words}: {', '.join(names[:_MOST_NAMES])}{suffix}")
    return phrases


def _short(name: str) -> str:
    return (
        name
        if len(name) <= _LONGEST_NAME_IN_SENTENCE
        else name[: _LONGEST_NAME_IN_SENTENCE - 1] + "…"
    )


def _downtime(coverage: Coverage) -> str:
    if coverage.unwatched <= _SLACK:
        return ""
    if coverage.unwatched >= coverage.until - coverage.since - _SLACK:
        return "the service did not run in this time"
    return f"the service did not run for {readable_duration(coverage.unwatched)} of this time"


def _articles(coverage: Coverage) -> str:
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


def _pruned(coverage: Coverage) -> str:
    pruned = [
        f"{count:,} {noun}"
        for count, noun in (
            (coverage.pruned_texts, "texts"),
            (coverage.pruned_articles, "articles"),
        )
        if count
    ]
    return f"pruned: {' and '.join(pruned)} that were rejected long ago" if pruned else ""

"""The daily coverage statement: what was monitored and with what result, sent on quiet days too."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from monitor.deliver.messages import phrases
from monitor.deliver.messages.notice import Notice
from monitor.deliver.messages.webhook_payload import fitting
from monitor.domain.feeds import FeedState
from monitor.domain.message_contents import CoverageFeed, CoverageReady
from monitor.health.coverage import Coverage, UnhealthyFeed, sentence
from monitor.text import sanitize
from monitor.text.formats import readable_duration

_LONGEST_WHY = 300
_LONGEST_SENTENCE = 1_000
_MOST_UNWELL = 25
# A shorter stop of the service is a restart: not worth a line.
_SHORTEST_STOP = timedelta(minutes=5)


def content(coverage: Coverage, day: date) -> CoverageReady:
    """The content of the alert; `day` is the local date on whose morning it is sent."""
    unwell = fitting(map(_unwell, coverage.unwell[:_MOST_UNWELL]))
    return CoverageReady(
        date=day,
        since=coverage.since,
        until=coverage.until,
        sentence=sanitize.line(sentence(coverage), _LONGEST_SENTENCE),
        watched=coverage.feeds,
        healthy=coverage.healthy,
        unwell=unwell,
        omitted=len(coverage.unwell) - len(unwell),
        polls=coverage.polls,
        failed_polls=coverage.failed,
        unwatched_seconds=int(coverage.unwatched.total_seconds()),
        read=coverage.read,
        flagged=coverage.flagged,
        alerted=coverage.alerted,
        held=coverage.held,
        undelivered=coverage.undelivered,
        suppressed=coverage.suppressed,
        backlog=coverage.backlog,
    )


def _unwell(feed: UnhealthyFeed) -> CoverageFeed:
    return CoverageFeed(
        key=feed.key,
        title=sanitize.name(feed.name),
        state=feed.state.value,
        why=sanitize.line(feed.why, _LONGEST_WHY),
    )


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def notice(content: CoverageReady) -> Notice:
    """The content in words."""
    rest = f"{content.omitted:,} more feeds: `monitor feeds list`"
    problems = any(feed.state != FeedState.PAUSED for feed in content.unwell)
    return Notice(
        tag="coverage",
        headline=f"{_weekday(content.date)}{content.healthy:,} of {content.watched:,} feeds"
        f" healthy, {content.alerted:,} alerted",
        sentences=(
            f"From {_instant(content.since)} until {_instant(content.until)}:",
            f"{content.sentence}.",
        ),
        facts=(
            *_counts(content),
            *((phrases.feed_name(feed.title), _line(feed)) for feed in content.unwell),
            *((("And", rest),) if content.omitted else ()),
        ),
        commands=("monitor doctor",) if problems else (),
    )


def _weekday(day: date | None) -> str:
    """ "Tue 17 Jun: " """
    return f"{day:%a %-d %b}: " if day else ""


def _instant(time: datetime | None) -> str:
    return phrases.instant(time) if time else "?"


def _counts(content: CoverageReady) -> list[tuple[str, str]]:
    """Name and value of each count: four always, the others unless they are 0."""
    counts = [
        ("Polls", f"{content.polls:,}, {content.failed_polls:,} of them failed"),
        ("Read", f"{content.read:,}"),
        ("Flagged", f"{content.flagged:,}"),
        ("Alerted", f"{content.alerted:,}"),
    ]
    for name, count in (
        ("Held for later", content.held),
        ("Undelivered", content.undelivered),
        ("Suppressed", content.suppressed),
        ("Backlog", content.backlog),
    ):
        if count:
            counts.append((name, f"{count:,}"))
    stop = timedelta(seconds=content.unwatched_seconds)
    if stop >= _SHORTEST_STOP:
        counts.append(("Not running", readable_duration(stop)))
    return counts


def _line(feed: CoverageFeed) -> str:
    return f"{feed.state}: {feed.why}" if feed.why else feed.state

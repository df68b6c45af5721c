"""Check feeds: the state of each, coverage of the last day, and the last successful poll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.actions.operations.findings import Finding, FindingLevel, fault, ok, warning
from monitor.domain.feeds import Feed, FeedState
from monitor.health.coverage import Coverage, UnhealthyFeed, sentence
from monitor.text.formats import readable_duration, rfc3339

if TYPE_CHECKING:
    from monitor.store.store import Store

_MAX_LINES = 20  # of one level
_CROWD = 5  # feeds with the same state and reason share a line …
_NAMED = 3  # … that names so many
_SLACK = timedelta(hours=1)  # how long a feed may be due before it is a fault


def feed_findings(store: Store, now: datetime, *, patience: timedelta) -> Iterator[Finding]:
    """Findings about feeds and polls; a feed unwell for longer than `patience` is a fault."""
    feeds = store.feeds.list()
    active = [feed for feed in feeds if not feed.paused]
    if not active:
        yield warning("feeds", "none is watched: `monitor feeds add URL`")
        return
    coverage = store.coverage(now - timedelta(days=1), now)
    yield Finding(_coverage_level(coverage), "last day", sentence(coverage))
    yield last_poll_finding(active, now)
    since = {feed.key: feed.poll.since for feed in feeds}
    yield from _unhealthy_feeds(coverage, since, now, patience)


def _coverage_level(coverage: Coverage) -> FindingLevel:
    """A fault when no feed is read as it should be, except for feeds that were never polled."""
    if coverage.healthy == coverage.feeds:
        return FindingLevel.OK
    unread = coverage.feeds - len(coverage.in_states(FeedState.NEW))
    return FindingLevel.FAULT if unread and not coverage.healthy else FindingLevel.WARNING


def last_poll_finding(active: Sequence[Feed], now: datetime) -> Finding:
    """When a publisher last answered well, and whether polling is late."""
    times = [feed.poll.last_ok_at for feed in active if feed.poll.last_ok_at]
    if not times:
        polled = any(feed.poll.state is not FeedState.NEW for feed in active)
        level = FindingLevel.FAULT if polled else FindingLevel.WARNING
        return Finding(level, "polling", "no feed was ever read: `monitor poll`")
    latest = max(times)
    summary = f"a feed was read {readable_duration(now - latest)} ago, at {rfc3339(latest)}"
    overdue = now - min(feed.poll.due_at for feed in active)
    if overdue <= _SLACK:
        return ok("polling", summary)
    late = f"one is due for {readable_duration(overdue)}: does it run?"
    return fault("polling", f"{summary}; {late}")


def _unhealthy_feeds(
    coverage: Coverage,
    since: Mapping[str, datetime | None],
    now: datetime,
    patience: timedelta,
) -> Iterator[Finding]:
    """Faults, then warnings; at most `_MAX_LINES` of each."""
    feeds = [
        feed for feed in coverage.unwell if feed.state not in (FeedState.NEW, FeedState.PAUSED)
    ]
    for level in (FindingLevel.FAULT, FindingLevel.WARNING):
        alike: dict[tuple[str, str], list[UnhealthyFeed]] = {}
        for feed in feeds:
            if _level(feed, since.get(feed.key), now, patience) is level:
                alike.setdefault((feed.state, feed.why), []).append(feed)
        lines: list[str] = []
        for group in alike.values():
            lines += _lines(group, since, now)
        yield from (Finding(level, "feeds", line) for line in lines[:_MAX_LINES])
        if len(lines) > _MAX_LINES:
            rest = len(lines) - _MAX_LINES
            yield Finding(level, "feeds", f"and {rest:,} more: `monitor feeds list`")


def _lines(
    alike: Sequence[UnhealthyFeed], since: Mapping[str, datetime | None], now: datetime
) -> list[str]:
    """A line for each feed; one line for many with one cause: it may be our own network."""
    if len(alike) < _CROWD:
        return [_line(feed, since.get(feed.key), now) for feed in alike]
    first = alike[0]
    names = ", ".join(feed.name for feed in alike[:_NAMED])
    why = f": {first.why}" if first.why else ""
    examples = f"{names} and {len(alike) - _NAMED:,} more"
    count = f"{len(alike):,}"
    return [f"{count} feeds are {first.state}{why} ({examples}; `monitor feeds list` has all)"]


def _level(
    feed: UnhealthyFeed, since: datetime | None, now: datetime, patience: timedelta
) -> FindingLevel:
    """Silent and gone feeds need a person; others when the state has lasted."""
    lasting = since is not None and now - since >= patience
    needs_person = lasting or feed.state in (FeedState.SILENT, FeedState.GONE)
    return FindingLevel.FAULT if needs_person else FindingLevel.WARNING


def _line(feed: UnhealthyFeed, since: datetime | None, now: datetime) -> str:
    """ "TASS is failing for 2 days: timeout: no answer within 30 s" """
    lasted = ""
    if since and feed.state is not FeedState.SILENT:
        lasted = f" for {readable_duration(now - since)}"
    return f"{feed.name} is {feed.state}{lasted}" + (f": {feed.why}" if feed.why else "")

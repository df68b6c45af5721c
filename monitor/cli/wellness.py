"""What `monitor doctor` says of the feeds: how each does, what was covered, when one was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.cli import output
from monitor.domain.feeds import Feed, FeedState
from monitor.health.coverage import Coverage, UnhealthyFeed, sentence
from monitor.text.formats import readable_duration

if TYPE_CHECKING:
    from monitor.store.store import Store

Finding = tuple[str, str, str]  # "ok" | "warning" | "fault", what, the sentence

_MOST = 20  # lines of one level in full
_CROWD = 5  # feeds with the same to say share a line …
_NAMED = 3  # … that names so many
_SLACK = timedelta(hours=1)  # that a feed may be due before somebody has to look


def findings(store: Store, now: datetime, *, patience: timedelta) -> Iterator[Finding]:
    """Of feeds and polls; a fault is what needs a person.  `patience` is `health.notice_after`."""
    feeds = store.feeds.list()
    active = [feed for feed in feeds if not feed.paused]
    if not active:
        yield "warning", "feeds", "none is watched: `monitor feeds add URL`"
        return
    coverage = store.coverage(now - timedelta(days=1), now)
    yield "ok", "last day", sentence(coverage)
    yield last_read(active, now)
    since = {feed.key: feed.poll.since for feed in feeds}
    yield from _unwell(coverage, since, now, patience)


def last_read(active: list[Feed], now: datetime) -> Finding:
    """When a publisher last answered well."""
    times = [feed.poll.last_ok_at for feed in active if feed.poll.last_ok_at]
    if not times:
        tried = any(feed.poll.state is not FeedState.NEW for feed in active)
        return ("fault" if tried else "warning"), "polling", "no feed was ever read: `monitor poll`"
    ago = now - max(times)
    said = f"a feed was read {readable_duration(ago)} ago, at {output.instant(max(times))}"
    overdue = now - min(feed.poll.due_at for feed in active)
    if overdue <= _SLACK:
        return "ok", "polling", said
    return "fault", "polling", f"{said}; one is due for {readable_duration(overdue)}: does it run?"


def _unwell(
    coverage: Coverage,
    since: dict[str, datetime | None],
    now: datetime,
    patience: timedelta,
) -> Iterator[Finding]:
    told = [
        (_level(one, since.get(one.key), now, patience), one)
        for one in coverage.unwell
        if one.state not in (FeedState.NEW, FeedState.PAUSED)
    ]
    for level in ("fault", "warning"):
        alike: dict[tuple[str, str], list[UnhealthyFeed]] = {}
        for found, one in told:
            if found == level:
                alike.setdefault((one.state, one.why), []).append(one)
        lines = [line for group in alike.values() for line in _lines(group, since, now)]
        yield from ((level, "feeds", line) for line in lines[:_MOST])
        if len(lines) > _MOST:
            yield level, "feeds", f"and {len(lines) - _MOST:,} more: `monitor feeds list`"


def _lines(
    alike: Sequence[UnhealthyFeed], since: Mapping[str, datetime | None], now: datetime
) -> Iterator[str]:
    """A line each; one for many that have the same to say: it may be our own network."""
    if len(alike) < _CROWD:
        yield from (_said(one, since.get(one.key), now) for one in alike)
        return
    first = alike[0]
    names = ", ".join(one.name for one in alike[:_NAMED])
    why = f": {first.why}" if first.why else ""
    more = f"{names} and {len(alike) - _NAMED:,} more"
    yield f"{len(alike):,} feeds are {first.state}{why} ({more}; `monitor feeds list` has all)"


def _level(one: UnhealthyFeed, since: datetime | None, now: datetime, patience: timedelta) -> str:
    """Silent and gone need a person; the rest when it has lasted."""
    if one.state in (FeedState.SILENT, FeedState.GONE):
        return "fault"
    return "fault" if since is not None and now - since >= patience else "warning"


def _said(one: UnhealthyFeed, since: datetime | None, now: datetime) -> str:
    """ "TASS is failing for 2 days: timeout: no answer within 30 s" """
    lasted = (
        f" for {readable_duration(now - since)}"
        if since and one.state is not FeedState.SILENT
        else ""
    )
    return f"{one.name} is {one.state}{lasted}" + (f": {one.why}" if one.why else "")

"""Feeds hour by hour: whether each was read, brought something new, or failed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from monitor.actions.as_json import JsonObject, instant
from monitor.actions.option_values import InvalidOption
from monitor.charts.chart import Chart
from monitor.charts.hour_strip import HourLook, HourMark, hour_strip
from monitor.domain.feeds import FeedState
from monitor.health.feed_strip import HOUR, HOURS, NOT_POLLED, StripHour, hour_of

if TYPE_CHECKING:
    from monitor.store.reports.dashboard_counts import FeedPlace
    from monitor.store.store import Store

SHOWN_HOURS = 48
MOST_FEEDS = 200  # of a page
_CURSOR = re.compile(r"([0-9]{1,2})-([0-9a-f]{1,64})", re.ASCII)
# One sign for each hour in JSON and CSV: 48 of them are readable, 48 objects are not.
_SIGNS = {
    HourLook.NONE: " ",
    HourLook.QUIET: ".",
    HourLook.NEWS: "n",
    HourLook.PART: "p",
    HourLook.FAILED: "x",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHours:
    """A feed, its state, and its last hours."""

    key: str
    name: str
    state: FeedState
    why: str  # a sentence when something is wrong
    since: datetime  # the begin of the first hour
    hours: tuple[StripHour, ...]

    def chart(self, zone: tzinfo = UTC) -> Chart:
        """The strip of these hours."""
        marks = [HourMark(look=_look(hour), new=hour.new) for hour in self.hours]
        return hour_strip(self.name, self.since, marks, zone)

    def as_json(self) -> JsonObject:
        """The feed, with a sign for each hour and the new articles of the hours that had some."""
        return {
            "key": self.key,
            "name": self.name,
            "state": self.state,
            "why": self.why,
            "hours": self.signs,
            "new": self.new,
            "finding": self.chart().finding,
        }

    @property
    def new(self) -> int:
        """The new articles of these hours; of one hour at most 31 are known."""
        return sum(hour.new for hour in self.hours)

    @property
    def signs(self) -> str:
        """One sign for each hour: n: new, .: nothing new, p: in part, x: failed, blank: no poll."""
        return "".join(_SIGNS[_look(hour)] for hour in self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHoursPage:
    """A page of feeds, the worst state first."""

    since: datetime
    feeds: tuple[FeedHours, ...]
    next: str | None  # the cursor of the next page; None: there is none

    def as_json(self) -> JsonObject:
        """The page, with the meaning of the signs."""
        return {
            "since": instant(self.since),
            "signs": {sign: look.value for look, sign in _SIGNS.items()},
            "feeds": [feed.as_json() for feed in self.feeds],
            "next": self.next,
        }

    def rows(self) -> list[tuple[str | int, ...]]:
        """One row for each feed, as `COLUMNS` names them."""
        return [
            (feed.key, feed.name, feed.state.value, feed.signs, feed.new) for feed in self.feeds
        ]


COLUMNS = ("key", "feed", "state", "hours", "new")


def feed_hours(
    store: Store,
    now: datetime,
    *,
    hours: int = SHOWN_HOURS,
    limit: int = 20,
    after: str | None = None,
) -> FeedHoursPage:
    """So many last hours of feeds; paused feeds are left out.

    `after` is the cursor of the page before.  Raise InvalidOption for a cursor that is none, and
    for more hours or feeds than there may be.
    """
    if not 1 <= hours <= HOURS:
        raise InvalidOption("hours", f"{hours}: from 1 to {HOURS}")
    if not 1 <= limit <= MOST_FEEDS:
        raise InvalidOption("limit", f"{limit}: from 1 to {MOST_FEEDS}")
    place = _place(store, after) if after else None
    histories = store.dashboard.feed_histories(limit + 1, place)
    since = hour_of(now) - (hours - 1) * HOUR
    shown = histories[:limit]
    last = shown[-1].place if len(histories) > limit else None
    return FeedHoursPage(
        since=since,
        feeds=tuple(
            FeedHours(
                key=history.key,
                name=history.name,
                state=history.state,
                why=history.why,
                since=since,
                hours=tuple(history.strip.hours(since, hours))
                if history.strip
                else (NOT_POLLED,) * hours,
            )
            for history in shown
        ),
        next=f"{last.rank}-{last.key}" if last else None,
    )


def _place(store: Store, cursor: str) -> FeedPlace:
    from monitor.store.reports.dashboard_counts import FeedPlace

    match = _CURSOR.fullmatch(cursor)
    feed = store.feeds.find(match[2]) if match else None
    if match is None or feed is None:
        raise InvalidOption("after", f"{cursor!r} is no cursor of this list: begin without it")
    return FeedPlace(int(match[1]), feed.title or feed.url, feed.key)


def _look(hour: StripHour) -> HourLook:
    """How an hour is drawn: as failed only when no poll succeeded."""
    if not (hour.read or hour.part):
        return HourLook.FAILED if hour.failed else HourLook.NONE
    if hour.part or hour.failed:
        return HourLook.PART
    return HourLook.NEWS if hour.new else HourLook.QUIET

"""The strip of a feed: how its polls went in each of the last 336 hours, one byte an hour.  Pure.

Three bits of a byte say that a poll read the document, read a part of it, or failed; the other five
count its new articles, up to 31.  So a strip of 14 days takes 336 bytes, whatever happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.domain.feeds import FeedState

HOURS = 14 * 24
HOUR = timedelta(hours=1)
MOST_NEW = 31  # that a byte holds; more count as many

_READ, _PART, _FAILED = 1, 2, 4
_COUNT_SHIFT = 3
_FLAGS = {FeedState.FAILING: _FAILED, FeedState.GONE: _FAILED, FeedState.DEGRADED: _PART}
_EMPTY = bytes(HOURS)


@dataclass(frozen=True, slots=True)
class StripHour:
    """What the polls of a feed came to in one hour; without a poll nothing is set."""

    read: bool = False  # at least once
    part: bool = False  # at least once only in part
    failed: bool = False  # at least once
    new: int = 0  # articles, the backlog not counted; at most `MOST_NEW`


NOT_POLLED = StripHour()
# Of each value of a byte: a page of strips has thousands of hours.
_HOUR_OF_CELL = tuple(
    StripHour(
        read=bool(cell & _READ),
        part=bool(cell & _PART),
        failed=bool(cell & _FAILED),
        new=cell >> _COUNT_SHIFT,
    )
    for cell in range(256)
)


@dataclass(frozen=True, slots=True)
class FeedStrip:
    """The hours of one feed, the oldest first; the last one begins at `newest`."""

    newest: datetime  # a whole hour, in UTC
    cells: bytes = _EMPTY

    def with_poll(self, at: datetime, state: FeedState, new: int) -> FeedStrip:
        """The strip with one more poll at this instant, after which the feed had this state.

        An instant far from the others, on whichever side, starts a new strip: the clock was wrong
        then, or is now.
        """
        strip = self._moved(hour_of(at))
        place = HOURS - 1 - (strip.newest - hour_of(at)) // HOUR
        before = strip.cells[place]
        count = min(MOST_NEW, (before >> _COUNT_SHIFT) + new)
        flags = before & (_READ | _PART | _FAILED) | _FLAGS.get(state, _READ)
        cell = bytes([count << _COUNT_SHIFT | flags])
        return FeedStrip(strip.newest, strip.cells[:place] + cell + strip.cells[place + 1 :])

    def hours(self, since: datetime, number: int) -> list[StripHour]:
        """So many hours from the one that `since` lies in; unknown ones were not polled."""
        first = HOURS - 1 - (self.newest - hour_of(since)) // HOUR
        return [self._hour(place) for place in range(first, first + number)]

    def _moved(self, hour: datetime) -> FeedStrip:
        """The strip that has a place for this hour."""
        ahead = (hour - self.newest) // HOUR
        if not -HOURS < ahead < HOURS:
            return FeedStrip(hour)
        return self if ahead <= 0 else FeedStrip(hour, self.cells[ahead:] + bytes(ahead))

    def _hour(self, place: int) -> StripHour:
        if not 0 <= place < len(self.cells):
            return NOT_POLLED
        return _HOUR_OF_CELL[self.cells[place]]


def hour_of(instant: datetime) -> datetime:
    """The begin of the hour that this instant is in, in UTC."""
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)

"""What the clock on the wall of a place shows, and when it will show it.  Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def is_zone(name: str) -> bool:
    """Is there a zone of this IANA name?"""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def zones() -> list[str]:
    """The names of all zones, in order."""
    return sorted(_names())


@cache
def zone(name: str) -> tzinfo:
    """The zone of this name.

    One that this machine does not know (any more) is taken for UTC: names are checked when they
    are set, and a digest an hour off is better than none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def today(now: datetime, place: tzinfo) -> date:
    """The local date."""
    return now.astimezone(place).date()


def instant(day: date, at: time, place: tzinfo) -> datetime:
    """The first instant at which the clock shows this, or has jumped over it; in UTC.

    So 02:30 on the night when the clock jumps from 02:00 to 03:00 is the instant of the jump.
    """
    wanted = datetime.combine(day, at, place)
    found = wanted.astimezone(UTC)
    if found.astimezone(place).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return found
    return _jump(wanted.replace(fold=1).astimezone(UTC), found, place)


def _jump(before: datetime, after: datetime, place: tzinfo) -> datetime:
    """The instant between these two, to the second, from which on another offset holds."""
    old = before.astimezone(place).utcoffset()
    seconds = (after - before) // _SECOND
    low, high = 0, seconds  # the old offset holds at `low`, no more at `high`
    while high - low > 1:
        middle = (low + high) // 2
        if (before + middle * _SECOND).astimezone(place).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + high * _SECOND


def exists(day: date, place: tzinfo) -> bool:
    """False for a date that a place left out when it moved across the date line."""
    return instant(day, time(), place) < instant(day + _DAY, time(), place)


def full_hour_after(now: datetime, place: tzinfo) -> datetime:
    """The next instant at which the clock shows a full hour; always within the hour.

    Where the clock is put forward by half an hour, once, what would have been one.
    """
    shown = now.astimezone(place)
    into = timedelta(minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)
    return (now + timedelta(hours=1) - into).astimezone(UTC)


def is_between(now: datetime, start: time, end: time, place: tzinfo) -> bool:
    """Does the clock show a time from `start` to before `end`?  Across midnight when `end` is
    the smaller one; never when they are equal.
    """
    shown = now.astimezone(place).time()
    if start <= end:
        return start <= shown < end
    return shown >= start or shown < end


def end_of(now: datetime, start: time, end: time, place: tzinfo) -> datetime:
    """The first instant from `now` on at which the clock shows no time between the two."""
    if not is_between(now, start, end, place):
        return now
    day = today(now, place)
    found = next(
        until for ahead in range(3) if (until := instant(day + ahead * _DAY, end, place)) > now
    )
    if now.astimezone(place).utcoffset() == found.astimezone(place).utcoffset():
        return found
    looked_at = now.astimezone(UTC).replace(second=0, microsecond=0)  # the clock was put forward
    while is_between(looked_at, start, end, place):  # or back meanwhile: look minute by minute
        looked_at += _MINUTE
    return max(now, looked_at)

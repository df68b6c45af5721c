"""Local time: time zones, daylight-saving changes, local dates and times of day as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


def is_zone(name: str) -> bool:
    """Whether there is an IANA time zone of this name."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory"}


def zones() -> list[str]:
    """The IANA names of all zones, in order."""
    return sorted(_names())


@cache
def zone(name: str) -> tzinfo:
    """The zone of this IANA name; UTC when this machine does not know it.

    Names are checked when they are set, and a digest an hour off is better than none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def today(now: datetime, place: tzinfo) -> date:
    """The local date."""
    return now.astimezone(place).date()


def instant(day: date, at: time, place: tzinfo) -> datetime:
    """The first instant, in UTC, at which the local clock shows this time or has skipped it.

    02:30 on the night when the clock goes from 02:00 to 03:00 is the instant of the change.
    """
    local = datetime.combine(day, at, place)
    utc = local.astimezone(UTC)
    if utc.astimezone(place).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    return _offset_change(local.replace(fold=1).astimezone(UTC), utc, place)


def _offset_change(before: datetime, after: datetime, place: tzinfo) -> datetime:
    """The first instant between these two, to the second, with another UTC offset."""
    old = before.astimezone(place).utcoffset()
    seconds = (after - before) // _SECOND
    low, high = 0, seconds  # the old offset holds at `low`, the new one at `high`
    while high - low > 1:
        middle = (low + high) // 2
        if (before + middle * _SECOND).astimezone(place).utcoffset() == old:
            low = middle
        else:
            high = middle
    return before + high * _SECOND


def exists(day: date, place: tzinfo) -> bool:
    """False for a date that a zone skipped when it crossed the date line."""
    return instant(day, time(), place) < instant(day + _DAY, time(), place)


def full_hour_after(now: datetime, place: tzinfo) -> datetime:
    """The next instant at which the local clock shows a full hour; always within an hour.

    Offset changes within that hour are not taken into account.
    """
    local = now.astimezone(place)
    elapsed = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return (now + timedelta(hours=1) - elapsed).astimezone(UTC)


def is_between(now: datetime, start: time, end: time, place: tzinfo) -> bool:
    """Whether the local time is in [start, end), across midnight when `end` is the earlier one.

    False when they are equal.
    """
    local = now.astimezone(place).time()
    if start <= end:
        return start <= local < end
    return local >= start or local < end


def end_of(now: datetime, start: time, end: time, place: tzinfo) -> datetime:
    """The first instant from `now` on at which the local time is not in [start, end)."""
    if not is_between(now, start, end, place):
        return now
    day = today(now, place)
    ends = (instant(day + days * _DAY, end, place) for days in range(3))
    until = min(later for later in ends if later > now)
    if now.astimezone(place).utcoffset() == until.astimezone(place).utcoffset():
        return until
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    while is_between(minute, start, end, place):  # the offset changes meanwhile: try each minute
        minute += _MINUTE
    return max(now, minute)

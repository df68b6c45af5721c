"""Periods in search questions: days, months, years and hours, ranges of them, and times ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.text.formats import YEARS

_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?)?)?)?", re.ASCII
)
_SHORT_END = re.compile(r"\d{1,2}-\d{1,2}", re.ASCII)
_AGO = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
EXAMPLES = "write 2025, 2025-06, 2025-06-17 or 2025-06-17T12"
_FIRSTS = (1, 1, 1, 0, 0, 0)  # of what a date leaves out


def period_of_date(text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """The period (UTC) of a date in this zone: a year, a month, a day, an hour or shorter.

    Raise ValueError for what is no date.
    """
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is no date: {EXAMPLES}")
    numbers = [int(group) for group in match.groups() if group is not None]
    if numbers[0] not in YEARS:
        raise ValueError(f"{text!r} lies outside the years {YEARS[0]} to {YEARS[-1]}")
    year, month, day, hour, minute, second = [*numbers, *_FIRSTS[len(numbers) :]]
    try:
        start = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        raise ValueError(f"there is no date {text!r} in the calendar: {EXAMPLES}") from None
    return start.astimezone(UTC), _end(start, len(numbers)).astimezone(UTC)


def _end(start: datetime, precision: int) -> datetime:
    """The first instant after a period that begins at `start`; precision 1 is a year."""
    if precision == 1:
        return start.replace(year=start.year + 1)
    if precision == 2:
        after = start.month % 12 + 1
        return start.replace(year=start.year + start.month // 12, month=after)
    steps = {3: timedelta(days=1), 4: timedelta(hours=1), 5: timedelta(minutes=1)}
    return start + steps.get(precision, timedelta(seconds=1))


def period_of_range(text: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """The period of "2025-06", "2025-06-01..2025-06-15", "…01..06-15", "2025-06.." or "..2025".

    The last date is included.  Raise ValueError.
    """
    first, dots, last = text.partition("..")
    if not dots:
        return period_of_date(text, zone)
    if not first and not last:
        raise ValueError(f"a range without an end: {EXAMPLES}, on one side at least")
    if first and _SHORT_END.fullmatch(last):
        last = f"{first[:4]}-{last}"
    since = period_of_date(first, zone)[0] if first else None
    until = period_of_date(last, zone)[1] if last else None
    if since and until and since >= until:
        raise ValueError(f"{text!r} ends before it begins: exchange the dates")
    return since, until


def instant(text: str, now: datetime, zone: tzinfo) -> datetime:
    """A time ago ("90m", "12h", "7d", "2w"), or the beginning of a date.  Raise ValueError."""
    if match := _AGO.fullmatch(text):
        ago = timedelta(**{_UNITS[match[2]]: int(match[1])})
        when = now.astimezone(UTC).replace(microsecond=0) - ago
        if when.year not in YEARS:
            raise ValueError(f"{text!r} lies before the year {YEARS[0]}")
        return when
    if not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} is no time: write 12h, 7d or 2w ago, or a date: {EXAMPLES}")
    return period_of_date(text, zone)[0]

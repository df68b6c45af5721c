"""Instants, durations, counts and sizes as text: RFC 3339 for programs, phrases for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, overload

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
# From the first duration on, a phrase is rounded to the second one: no hours beside three weeks.
_ROUNDING = ((600, 60), (86_400, 3_600), (14 * 86_400, 86_400))  # seconds
# Of instants that people give: with any offset from UTC they are within the calendar.
YEARS = range(1900, 2201)
_FIRST_DAYS = 2 * 86_400  # below: "24 h", "36 h", which also reads well after "every"


@overload
def rfc3339(instant: datetime, timespec: Literal["seconds", "milliseconds"] = "seconds") -> str: ...


@overload
def rfc3339(
    instant: datetime | None, timespec: Literal["seconds", "milliseconds"] = "seconds"
) -> str | None: ...


def rfc3339(
    instant: datetime | None, timespec: Literal["seconds", "milliseconds"] = "seconds"
) -> str | None:
    """An aware instant in UTC: "2025-06-17T12:00:00Z" (RFC 3339); None for None."""
    if instant is None:
        return None
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return f"{in_utc.isoformat('T', timespec)[:-6]}Z"  # without "+00:00"


def short_instant(instant: datetime | None) -> str:
    """An instant for a cell of a table, in the zone of `TZ`: "17 Jun 12:00 UTC"; "–" for None."""
    return instant.astimezone().strftime("%d %b %H:%M %Z") if instant else "–"


def zoned_instant(instant: datetime) -> str:
    """An instant for people, in the zone of `TZ`: "2025-06-17 12:00 UTC"."""
    return instant.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def duration_text(length: timedelta) -> str:
    """The form that settings read back: timedelta(minutes=90) is "1h30m"."""
    seconds = round(length.total_seconds())
    parts = []
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def readable_duration(length: timedelta) -> str:
    """A duration for people, in at most two units: "45 s", "2 h 5 min", "9 days".

    Rounded to the minute from ten minutes on, to the hour from a day on, to the day from two
    weeks on.  Up to two days it is in hours.  A negative duration is taken for zero.
    """
    seconds = max(0, round(length.total_seconds()))
    for least, step in _ROUNDING:
        if seconds >= least:
            seconds = (seconds + step // 2) // step * step
    days = seconds // 86_400 if seconds >= _FIRST_DAYS else 0
    hours, seconds = divmod(seconds - days * 86_400, 3_600)
    minutes, seconds = divmod(seconds, 60)
    counts = ((days, "days"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{count:,} {unit}" for count, unit in counts if count) or "0 s"


def count_text(count: int, noun: str) -> str:
    """A number with its noun: "1 mark", "6,142 marks"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size_text(count: int) -> str:
    """A size of so many bytes for people: "36 KB", "1.2 MB"; at least 1 KB where there is one."""
    if count < 1_000_000:
        return f"{-(-count // 1_000):,} KB"
    return f"{count / 1_000_000:,.1f} MB"

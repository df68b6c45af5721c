"""Time intervals of recurring silences: "mon-fri 22:00-06:00" as text, and when they apply.

The parts are those of Alertmanager's time intervals: months, days of the month, weekdays, times of
day, and a time zone.  Pure.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from monitor.domain.muting.silence import TimeInterval
from monitor.text import local_time

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SHORT = 3  # letters of a name that are enough, and that are written
_DAY_PREFIX = "day:"
_TIMES = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
_DAYS = re.compile(r"(-?\d{1,2})(?:-(-?\d{1,2}))?", re.ASCII)
_LAST_DAY = 31
_ONE_DAY = timedelta(days=1)
EXAMPLE = '"sat,sun", "22:00-06:00", "mon-fri 09:00-17:00", "day:1-7" or "jul-aug"'


def contains(interval: TimeInterval, now: datetime) -> bool:
    """Whether the instant is in the interval."""
    local = now.astimezone(local_time.zone(interval.zone))
    today = local.date()
    if not interval.times:
        return _has_day(interval, today)
    return any(
        _is_between(interval, local.time(), today, start, end) for start, end in interval.times
    )


def _is_between(interval: TimeInterval, at: time, today: date, start: time, end: time) -> bool:
    if start < end:
        return start <= at < end and _has_day(interval, today)
    began_today = at >= start and _has_day(interval, today)
    return began_today or (at < end and _has_day(interval, today - _ONE_DAY))


def _has_day(interval: TimeInterval, day: date) -> bool:
    days_in_month = calendar.monthrange(day.year, day.month)[1]

    def in_month(place: int) -> int:
        return place if place > 0 else days_in_month + 1 + place

    return (
        (not interval.months or day.month in interval.months)
        and (not interval.weekdays or day.weekday() in interval.weekdays)
        and (
            not interval.days
            or any(in_month(first) <= day.day <= in_month(last) for first, last in interval.days)
        )
    )


# ── as text ──────────────────────────────────────────────────────────────────────────────────────


def parse_interval(text: str, zone: str = "UTC") -> TimeInterval:
    """The interval of a text such as "mon-fri 22:00-06:00", its parts in any order.

    Raise ValueError, with the part that can't be understood.
    """
    interval = TimeInterval(zone=zone)
    seen: set[str] = set()
    for word in text.lower().split():
        kind, part = _part(word)
        if kind in seen:
            raise ValueError(f"{word!r}: there are {kind} already: write them as one list, a,b")
        seen.add(kind)
        interval = part(interval)
    if not seen:
        raise ValueError(f"is empty: write {EXAMPLE}")
    return interval


def _part(word: str) -> tuple[str, Callable[[TimeInterval], TimeInterval]]:
    """The kind of a word, and what adds it to an interval.  Raise ValueError."""
    items = word.removeprefix(_DAY_PREFIX).split(",")
    if word.startswith(_DAY_PREFIX):
        days = tuple(_days(item) for item in items)
        return "days", lambda interval: replace(interval, days=days)
    if ":" in word:
        times = tuple(_times(item) for item in items)
        return "times", lambda interval: replace(interval, times=times)
    if any(month.startswith(word[:_SHORT]) for month in _MONTHS):
        months = _named(items, _MONTHS, first=1)
        return "months", lambda interval: replace(interval, months=months)
    weekdays = _named(items, _WEEKDAYS, first=0)
    return "weekdays", lambda interval: replace(interval, weekdays=weekdays)


def _named(items: Iterable[str], names: tuple[str, ...], first: int) -> frozenset[int]:
    """The numbers of names and of ranges of names: "fri-mon" runs across the end."""
    numbers: set[int] = set()
    for item in items:
        start, dash, end = item.partition("-")
        places = [_place(start, item, names), _place(end if dash else start, item, names)]
        count = (places[1] - places[0]) % len(names) + 1
        numbers |= {(places[0] + step) % len(names) + first for step in range(count)}
    return frozenset(numbers)


def _place(name: str, item: str, names: tuple[str, ...]) -> int:
    """Its place among the names, of which it is one, or the beginning of one."""
    if len(name) >= _SHORT:
        for place, whole_name in enumerate(names):
            if whole_name.startswith(name):
                return place
    raise ValueError(f"{item!r} can't be understood: write {EXAMPLE}")


def _days(item: str) -> tuple[int, int]:
    match = _DAYS.fullmatch(item)
    first = int(match[1]) if match else 0
    last = int(match[2]) if match and match[2] else first
    if not first or not last or max(abs(first), abs(last)) > _LAST_DAY:
        raise ValueError(f"{item!r} are no days of a month: from 1 to 31, -1 is the last one")
    if (first > 0) == (last > 0) and first > last:
        raise ValueError(f"{item!r} ends before it begins: exchange the days")
    return first, last


def _times(item: str) -> tuple[time, time]:
    match = _TIMES.fullmatch(item)
    try:
        if match is None:
            raise ValueError
        start = time(int(match[1]), int(match[2]))
        is_midnight = match[3] == "24" and match[4] == "00"
        end = time() if is_midnight else time(int(match[3]), int(match[4]))
    except ValueError:
        raise ValueError(f"{item!r} are no times of day: write 22:00-06:00") from None
    if start == end and not is_midnight:
        raise ValueError(f"{item!r} ends where it begins: leave the times out for whole days")
    return start, end


def interval_text(interval: TimeInterval) -> str:
    """The interval as `parse_interval` reads it, without its zone."""
    parts = [
        _ranges(interval.months, _MONTHS, first=1),
        _DAY_PREFIX + ",".join(_day_range(first, last) for first, last in interval.days)
        if interval.days
        else "",
        _ranges(interval.weekdays, _WEEKDAYS, first=0),
        ",".join(f"{start:%H:%M}-{_end(end)}" for start, end in interval.times),
    ]
    return " ".join(filter(None, parts))


def _day_range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _end(at: time) -> str:
    return "24:00" if at == time() else f"{at:%H:%M}"


def _ranges(numbers: frozenset[int], names: tuple[str, ...], first: int) -> str:
    """ "mon-fri,sun": runs of three or more as a range."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words: list[str] = []
    for run in runs:
        run_names = [names[number - first][:_SHORT] for number in run]
        words += run_names if len(run) < 3 else [f"{run_names[0]}-{run_names[-1]}"]
    return ",".join(words)

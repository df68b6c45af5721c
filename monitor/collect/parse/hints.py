"""Publisher's polling hints in a feed document: ttl, skipHours, skipDays, sy:updatePeriod.

Sources: RSS 2.0, https://www.rssboard.org/rss-specification; RSS 1.0 syndication module,
https://web.resource.org/rss/1.0/modules/syndication/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.domain.feeds import PublisherHints

MAX_INTERVAL = timedelta(days=365)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = {
    name: number
    for number, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
}
_SECOND = timedelta(seconds=1)


def hints_from_feed(feed: Any, *, hours: Iterable[str], days: Iterable[str]) -> PublisherHints:
    """Return the hints in feedparser's `feed` dictionary; invalid values are ignored.

    `hours` and `days` are the texts of <hour> in skipHours and <day> in skipDays.
    """
    period = _period(_text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency"))
    weekdays = (_DAYS.get(day.strip().lower()) for day in days)
    return PublisherHints(
        ttl=_ttl(_text(feed, "ttl")),
        period=period,
        base=_base(_text(feed, "sy_updatebase")) if period else None,
        # RSS 0.91 counts hours from 1 to 24, later versions from 0 to 23
        skip_hours=frozenset(int(hour) % 24 for hour in map(str.strip, hours) if _is_hour(hour)),
        skip_days=frozenset(day for day in weekdays if day is not None),
    )


def _text(feed: Any, key: str) -> str:
    value = dict.get(feed, key)
    return value.strip()[:100] if isinstance(value, str) else ""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None


def _is_hour(text: str) -> bool:
    return _is_number(text) and int(text) <= 24


def _ttl(text: str) -> timedelta | None:
    """A number of minutes; None for zero or an invalid one."""
    if not _is_number(text) or int(text) == 0:
        return None
    return min(timedelta(minutes=int(text)), MAX_INTERVAL)


def _period(name: str, frequency: str) -> timedelta | None:
    """The interval between updates.  The defaults of the module are "daily" and once."""
    if not name and not frequency:
        return None
    period = _PERIODS.get(name.lower() or "daily")
    if period is None:
        return None
    times = int(frequency) if _is_number(frequency) else 1
    return max(period / max(times, 1) // _SECOND * _SECOND, _SECOND)


def _base(text: str) -> datetime | None:
    """A W3C date and time in UTC; one without an offset is taken as UTC."""
    try:
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

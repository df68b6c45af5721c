"""What does a document say of when to ask for it again?  ttl, skipHours, skipDays, sy:update….

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
    """The wishes in feedparser's `feed` dictionary; what can't be read was not said.

    `hours` and `days` are the texts of <hour> in skipHours and <day> in skipDays.
    """
    period = _period(_text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency"))
    named = (_DAYS.get(day.strip().lower()) for day in days)
    return PublisherHints(
        ttl=_ttl(_text(feed, "ttl")),
        period=period,
        base=_base(_text(feed, "sy_updatebase")) if period else None,
        # RSS 0.91 counts from 1 to 24, later ones from 0 to 23
        skip_hours=frozenset(
            int(hour) % 24 for hour in map(str.strip, hours) if _is_number(hour) and int(hour) <= 24
        ),
        skip_days=frozenset(day for day in named if day is not None),
    )


def _text(feed: Any, key: str) -> str:
    value = dict.get(feed, key)
    return value.strip()[:100] if isinstance(value, str) else ""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None


def _ttl(text: str) -> timedelta | None:
    """Minutes; zero says nothing."""
    if not _is_number(text) or int(text) == 0:
        return None
    return min(timedelta(minutes=int(text)), MAX_INTERVAL)


def _period(name: str, frequency: str) -> timedelta | None:
    """Daily and once are what the module says when one of the two is missing."""
    if not name and not frequency:
        return None
    period = _PERIODS.get(name.lower() or "daily")
    if period is None:
        return None
    times = int(frequency) if _is_number(frequency) else 1
    return max(period / max(times, 1) // _SECOND * _SECOND, _SECOND)


def _base(text: str) -> datetime | None:
    """W3C date and time, in UTC; a date without a zone is taken for UTC."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None

"""The Retry-After header of HTTP (RFC 9110 §10.2.3): seconds or a date, clamped."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A server may slow us down, but neither silence us nor make us send a request at once again.
SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(hours=24)


def read(text: str | None, now: datetime | None) -> timedelta | None:
    """The time to wait, clamped; None for a missing or malformed header.

    A date is counted from `now`; without `now` it is ignored.
    """
    text = (text or "").strip()
    if re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        return clamped(timedelta(seconds=min(max(int(text), 0), round(LONGEST.total_seconds()))))
    date = read_date(text)
    return clamped(date - now) if date and now else None


def read_date(text: str | None) -> datetime | None:
    """An HTTP date (RFC 9110 §5.6.7) in UTC; None for a malformed one."""
    try:
        date = parsedate_to_datetime(text or "")
        return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def clamped(length: timedelta) -> timedelta:
    """The time that we wait for it: at least a second, at most a day."""
    return min(max(length, SHORTEST), LONGEST)

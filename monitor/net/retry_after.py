"""How long a server asks us to wait: the Retry-After header of HTTP, in all its forms."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A server may ask for patience, not for silence, nor for an attack.
SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(hours=24)


def read(text: str | None, now: datetime | None) -> timedelta | None:
    """Seconds or a date, clamped; None when there is none to be read.

    A date is counted from `now`; without one it can't be read.
    """
    text = (text or "").strip()
    if re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        return clamped(timedelta(seconds=min(max(int(text), 0), round(LONGEST.total_seconds()))))
    date = read_date(text)
    return clamped(date - now) if date and now else None


def read_date(text: str | None) -> datetime | None:
    """A date as HTTP writes it, in UTC; None when it is none."""
    try:
        date = parsedate_to_datetime(text or "")
        return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def clamped(asked: timedelta) -> timedelta:
    """What we are ready to wait: one second to one day."""
    return min(max(asked, SHORTEST), LONGEST)

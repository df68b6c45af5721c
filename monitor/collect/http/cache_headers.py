"""How long does an answer stay fresh?  What HTTP's caching headers say to those who poll.

Source: RFC 9111, sections 4.2 and 5.  We are a private cache: `s-maxage` is for others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from monitor.net import retry_after

MAX_LIFETIME = timedelta(days=365)  # RFC 9111 knows numbers up to 68 years; nobody means them

_DIRECTIVE = re.compile(r'([\w-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]*))?')
_MOST_CHARACTERS = 1_000


def freshness_lifetime(headers: Mapping[str, str]) -> timedelta | None:
    """How long nothing new is to be expected; zero when the server denies it, None when silent.

    A lifetime counts from when the answer was made (`Age`), and Expires from the server's own
    Date: a wrong clock does no harm.
    """
    directives = _directives(headers.get("Cache-Control", ""))
    if directives.keys() & {"no-cache", "no-store"}:
        return timedelta()
    if "max-age" in directives:
        lifetime = _seconds(directives["max-age"])
    elif "Expires" in headers:
        lifetime = _until(headers["Expires"], headers.get("Date"))
    else:
        return None
    aged = _seconds(headers.get("Age", "")) or timedelta()
    return max(lifetime - aged, timedelta()) if lifetime else timedelta()


def _directives(text: str) -> dict[str, str]:
    """Name → value; of two with one name the first counts."""
    found: dict[str, str] = {}
    for name, value in _DIRECTIVE.findall(text[:_MOST_CHARACTERS]):
        found.setdefault(name.lower(), value.strip('"'))
    return found


def _seconds(text: str) -> timedelta | None:
    """Whole seconds, as long as a year at most; None for anything else."""
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,40}", text):
        return None
    return timedelta(seconds=min(int(text), MAX_LIFETIME // timedelta(seconds=1)))


def _until(expires: str, date: str | None) -> timedelta | None:
    """From Date to Expires.  What is no date ("0", "-1") is in the past, as the standard has it."""
    end, start = retry_after.read_date(expires), retry_after.read_date(date)
    return min(end - start, MAX_LIFETIME) if end and start else None

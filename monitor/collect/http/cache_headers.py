"""HTTP cache freshness: how long a response stays fresh (Cache-Control, Expires, Age).

Source: RFC 9111, sections 4.2 and 5.  We are a private cache, so `s-maxage` is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from monitor.net import retry_after

MAX_LIFETIME = timedelta(days=365)  # RFC 9111 allows up to 68 years, which no publisher means

_DIRECTIVE = re.compile(r'([\w-]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,"]*))?')
_MAX_CHARACTERS = 1_000


def freshness_lifetime(headers: Mapping[str, str]) -> timedelta | None:
    """Return the remaining freshness lifetime: zero when caching is denied, None when unstated.

    `Age` is subtracted, and Expires is compared with the server's own Date, so that a wrong clock
    on either side does no harm.
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
    age = _seconds(headers.get("Age", "")) or timedelta()
    return max(lifetime - age, timedelta()) if lifetime else timedelta()


def _directives(text: str) -> dict[str, str]:
    """Directives by lower-case name; the first of several with the same name counts."""
    directives: dict[str, str] = {}
    for name, value in _DIRECTIVE.findall(text[:_MAX_CHARACTERS]):
        directives.setdefault(name.lower(), value.strip('"'))
    return directives


def _seconds(text: str) -> timedelta | None:
    """A number of whole seconds, at most `MAX_LIFETIME`; None for anything else."""
    text = text.strip()
    if not re.fullmatch(r"[0-9]{1,40}", text):
        return None
    return timedelta(seconds=min(int(text), MAX_LIFETIME // timedelta(seconds=1)))


def _until(expires: str, date: str | None) -> timedelta | None:
    """The time from Date to Expires; None when either is invalid ("0", "-1"): expired."""
    end, start = retry_after.read_date(expires), retry_after.read_date(date)
    return min(end - start, MAX_LIFETIME) if end and start else None

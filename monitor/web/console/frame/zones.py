"""Time zone of a reader: the one that they have chosen, else that of the browser, else UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request

from monitor.access.caller import Caller
from monitor.text.formats import rfc3339

ZONE_COOKIE = "watchpost-zone"  # set by keys.js: the zone of the browser


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """The zone, as "Asia/Seoul"; UTC for a name that is none."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def zone_of(request: Request) -> tzinfo:
    """The zone that the reader has chosen, else that of their browser."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is not None and caller.time_zone:
        return zone_named(caller.time_zone)
    return zone_named(request.cookies.get(ZONE_COOKIE, "")[:64].replace("%2F", "/"))


def local_text(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """A time for people: "14:05" today, "27 Nov, 14:05" this year, "27 Nov 2024" before."""
    local, today = instant.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b}, {local:%H:%M}"
    return f"{local.day} {local:%b %Y}"


def full_text(instant: datetime, zone: tzinfo) -> str:
    """The whole time with its zone: "Fri 27 Nov 2026, 14:05:10 KST"."""
    local = instant.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"


def utc_text(instant: datetime) -> str:
    """The time in UTC for `title` and `datetime`: "2026-11-27T05:05:10Z"."""
    return rfc3339(instant)

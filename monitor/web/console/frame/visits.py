"""Visits: which articles are new since the reader was here before; kept in the browser.

A visit ends when nothing was asked for half an hour; until then the line stays where it is, so
that opening an article does not move it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

VISIT_COOKIE = "watchpost-visit"
VISIT_END = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Visit:
    """What the browser keeps of the visits."""

    seen_until: datetime | None  # what came later is new; None: this is the first visit
    this_until: datetime | None  # the newest article that this visit has shown
    asked_at: datetime


def read_visit(cookie: str) -> Visit | None:
    """The visit of a cookie, as `cookie_text` wrote it; None for another text."""
    parts = cookie.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        until, this_until, asked_at = (datetime.fromtimestamp(int(part), UTC) for part in parts)
    except (OverflowError, OSError, ValueError):
        return None
    return Visit(until if int(parts[0]) else None, this_until if int(parts[1]) else None, asked_at)


def cookie_text(visit: Visit) -> str:
    """Three instants in seconds, with dots between; 0 for None."""
    instants = (visit.seen_until, visit.this_until, visit.asked_at)
    return ".".join(str(int(instant.timestamp())) if instant else "0" for instant in instants)


def next_visit(before: Visit | None, newest: datetime | None, now: datetime) -> Visit:
    """The visit after a page whose newest article was seen at `newest`."""
    if before is None:
        return Visit(None, newest, now)
    is_over = now - before.asked_at > VISIT_END
    seen_until = before.this_until if is_over else before.seen_until
    shown = [instant for instant in (before.this_until, newest) if instant is not None]
    return Visit(seen_until, max(shown, default=None), now)

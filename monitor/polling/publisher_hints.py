"""Publisher-declared polling limits: Retry-After, Cache-Control, ttl, skipHours, sy:updatePeriod.

Pure: limits as instants, a sentence for people, and their JSON form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from monitor.domain.feeds import PublisherHints
from monitor.text.formats import readable_duration

# A publisher may slow us down, not silence us: a ttl of ten years is a typing error.
LONGEST = timedelta(days=1)
LONGEST_SKIP = timedelta(days=3)  # a weekend and one more day
GONE_ANSWERS_TO_END = 2  # answers 410 in a row; then the feed is not polled any more
_SECOND = timedelta(seconds=1)
_HOUR = timedelta(hours=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class PollLimit(NamedTuple):
    """No poll before `until`; `source` names the header or element that says so."""

    until: datetime
    source: str


def not_before(hints: PublisherHints, now: datetime) -> PollLimit | None:
    """The latest limit that the hints set, at most a day from now; None without one.

    Hours and days to skip are not included: see `outside_skips`.
    """
    latest = max(_limits(hints, now), default=None, key=lambda limit: limit.until)
    if latest is None or latest.until <= now:
        return None
    return latest


def _limits(hints: PublisherHints, now: datetime) -> Iterator[PollLimit]:
    if hints.wait:
        yield PollLimit(now + min(hints.wait, LONGEST), "Retry-After")
    if hints.fresh_for:
        yield PollLimit(now + min(hints.fresh_for, LONGEST), "its answer stays fresh so long")
    if hints.ttl:
        yield PollLimit(now + min(hints.ttl, LONGEST), "ttl")
    if hints.period and hints.base is None:
        yield PollLimit(now + min(hints.period, LONGEST), "sy:updatePeriod")
    elif hints.period and hints.base is not None:
        elapsed = (now - hints.base) % hints.period
        remaining = min(hints.period - elapsed, LONGEST)
        yield PollLimit(now + remaining, "sy:updatePeriod and its base")


def outside_skips(hints: PublisherHints, at: datetime) -> datetime:
    """`at`, or the start of the next hour outside skipHours and skipDays; three days on at most.

    All 24 hours, or all seven days, to skip are taken for a mistake and ignored.
    """
    hours = hints.skip_hours if len(hints.skip_hours) < 24 else frozenset[int]()
    days = hints.skip_days if len(hints.skip_days) < 7 else frozenset[int]()
    allowed = at
    while allowed.hour in hours or allowed.weekday() in days:
        allowed = allowed.replace(minute=0, second=0, microsecond=0) + _HOUR
        if allowed - at >= LONGEST_SKIP:
            return at + LONGEST_SKIP
    return allowed


def sentence(hints: PublisherHints) -> str:
    """The hints for people: "ttl of 1 h, no polls on Sat, Sun"; "" without any."""
    durations = (
        ("fresh for", hints.fresh_for, ""),
        ("ttl of", hints.ttl, ""),
        ("an update every", hints.period, " (sy:updatePeriod)"),
        ("no poll for", hints.wait, " (Retry-After)"),
    )
    phrases = [
        f"{name} {readable_duration(length)}{source}"
        for name, length, source in durations
        if length
    ]
    if hints.skip_hours:
        hours = ", ".join(str(hour) for hour in sorted(hints.skip_hours))
        phrases.append(f"no polls in the hours {hours} UTC")
    if hints.skip_days:
        days = ", ".join(_DAYS[day] for day in sorted(hints.skip_days))
        phrases.append(f"no polls on {days}")
    return ", ".join(phrases)


def hints_as_json(hints: PublisherHints) -> dict[str, Any]:
    """The stored form: seconds, an ISO 8601 instant, sorted numbers; empty fields are left out."""
    fields: dict[str, Any] = {
        "wait": _seconds(hints.wait),
        "fresh_for": _seconds(hints.fresh_for),
        "ttl": _seconds(hints.ttl),
        "period": _seconds(hints.period),
        "base": hints.base.isoformat() if hints.base else None,
        "skip_hours": sorted(hints.skip_hours) or None,
        "skip_days": sorted(hints.skip_days) or None,
        "hub": hints.hub or None,
        "topic": hints.topic or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def hints_from_json(fields: Mapping[str, Any]) -> PublisherHints:
    """The inverse of `hints_as_json`.  Raise TypeError or ValueError for any other form."""
    base = fields.get("base")
    return PublisherHints(
        wait=_duration(fields.get("wait")),
        fresh_for=_duration(fields.get("fresh_for")),
        ttl=_duration(fields.get("ttl")),
        period=_duration(fields.get("period")),
        base=datetime.fromisoformat(base) if base else None,
        skip_hours=frozenset(fields.get("skip_hours", ())),
        skip_days=frozenset(fields.get("skip_days", ())),
        hub=str(fields.get("hub", "")),
        topic=str(fields.get("topic", "")),
    )


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else length // _SECOND


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)

"""When may a publisher be asked again, by its own words?  Pure; and the words as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.domain.feeds import PublisherHints
from monitor.text.formats import readable_duration

# A publisher may ask for patience, not for silence: a lifetime of ten years is a slip of the pen.
LONGEST = timedelta(days=1)
LONGEST_SKIP = timedelta(days=3)  # a weekend, and a day more
ENDED = 2  # answers 410 in a row: a feed that was gone is not asked any more
_SECOND = timedelta(seconds=1)
_HOUR = timedelta(hours=1)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def not_before(hints: PublisherHints, now: datetime) -> tuple[datetime, str] | None:
    """The instant until which the publisher wants to be left alone, and where it says so.

    A day from now at the latest.  None when it has no such wish.  Hours and days to skip are not
    in it: see `outside_skips`.
    """
    latest = max(_instants(hints, now), default=None, key=lambda wish: wish[0])
    if latest is None or latest[0] <= now:
        return None
    return min(latest[0], now + LONGEST), latest[1]


def _instants(hints: PublisherHints, now: datetime) -> Iterator[tuple[datetime, str]]:
    if hints.wait:
        yield now + min(hints.wait, LONGEST), "Retry-After"
    if hints.fresh_for:
        yield now + min(hints.fresh_for, LONGEST), "its answer stays fresh so long"
    if hints.ttl:
        yield now + min(hints.ttl, LONGEST), "ttl"
    if hints.period:
        if hints.base is None:
            yield now + min(hints.period, LONGEST), "sy:updatePeriod"
        else:
            past = (now - hints.base) % hints.period
            yield now + min(hints.period - past, LONGEST), "sy:updatePeriod and its base"


def outside_skips(hints: PublisherHints, at: datetime) -> datetime:
    """`at`, or the beginning of the next hour that the publisher does not ask us to skip.

    Three days later at the latest.  Who wants every hour or every day skipped is not heard: that
    is no wish but a mistake.
    """
    hours = hints.skip_hours if len(hints.skip_hours) < 24 else frozenset[int]()
    days = hints.skip_days if len(hints.skip_days) < 7 else frozenset[int]()
    found = at
    while found.hour in hours or found.weekday() in days:
        found = found.replace(minute=0, second=0, microsecond=0) + _HOUR
        if found - at >= LONGEST_SKIP:
            return at + LONGEST_SKIP
    return found


def sentence(hints: PublisherHints) -> str:
    """What the publisher said, for people: "ttl of 60 min, no polls on Sat, Sun"."""
    spans = (
        ("fresh for", hints.fresh_for, ""),
        ("ttl of", hints.ttl, ""),
        ("an update every", hints.period, " (sy:updatePeriod)"),
        ("to be left alone for", hints.wait, " (Retry-After)"),
    )
    said = [f"{name} {readable_duration(value)}{more}" for name, value, more in spans if value]
    if hints.skip_hours:
        said.append(f"no polls in the hours {_listed(hints.skip_hours)} UTC")
    if hints.skip_days:
        said.append(f"no polls on {', '.join(_DAYS[day] for day in sorted(hints.skip_days))}")
    return ", ".join(said)


def _listed(numbers: frozenset[int]) -> str:
    return ", ".join(str(number) for number in sorted(numbers))


def flat(hints: PublisherHints) -> dict[str, Any]:
    """As JSON takes it: seconds, RFC 3339, sorted numbers; what was not said is left out."""
    said: dict[str, Any] = {
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
    return {name: value for name, value in said.items() if value is not None}


def of(said: Mapping[str, Any]) -> PublisherHints:
    """The wishes that `flat` wrote.  Raise TypeError or ValueError for anything else."""
    base = said.get("base")
    return PublisherHints(
        wait=_span(said.get("wait")),
        fresh_for=_span(said.get("fresh_for")),
        ttl=_span(said.get("ttl")),
        period=_span(said.get("period")),
        base=datetime.fromisoformat(base) if base else None,
        skip_hours=frozenset(said.get("skip_hours", ())),
        skip_days=frozenset(said.get("skip_days", ())),
        hub=str(said.get("hub", "")),
        topic=str(said.get("topic", "")),
    )


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else span // _SECOND


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)

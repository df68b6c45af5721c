"""What we learn of a feed and its publisher: how it publishes, what it wants, where it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How a feed publishes: each of the last days on which it did."""

    newest_at: datetime | None = None  # when it brought something new last
    days: tuple[tuple[int, int, int], ...] = ()  # ordinal, publications, longest gap in minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """When a publisher wants to be asked again; what it did not say is empty."""

    wait: timedelta | None = None  # Retry-After of the last answer
    fresh_for: timedelta | None = None  # Cache-Control or Expires; zero: none, and it said so
    ttl: timedelta | None = None
    period: timedelta | None = None  # sy:updatePeriod ÷ sy:updateFrequency
    base: datetime | None = None  # sy:updateBase: `period` counts from here
    skip_hours: frozenset[int] = frozenset()  # UTC
    skip_days: frozenset[int] = frozenset()  # UTC; Monday is 0
    hub: str = ""  # who tells of news (WebSub), and the topic's name there
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An address that the publisher sends us on to for good, and how often it said so."""

    to: str
    since: datetime
    times: int = 1


NO_HABIT = Habit()
NO_WISHES = Wishes()

"""When a subscriber wants to be told, and when not: the nouns.  Times are local to a zone."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import time, timedelta


class Frequency(enum.StrEnum):
    """How often."""

    ONCE = "at-once"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class HoldReason(enum.StrEnum):
    """What a held alert waits for."""

    DIGEST = "digest"
    QUIET = "quiet"  # the end of the quiet hours
    GROUP = "group"  # its neighbours in time, or its turn in the day's budget
    BUDGET = "budget"  # the next digest, since the day's budget is spent


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours in which nothing is sent; `start` > `end` runs across midnight, equal means none."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySchedule:
    """How often a subscription is told, and when not.  The plain one: each article at once."""

    every: Frequency = Frequency.ONCE
    at: time = time(8)  # daily, weekly, and what is over a budget
    weekday: int = 0  # of a weekly one; Monday is 0
    zone: str = "UTC"
    quiet: QuietHours | None = None
    budget: int | None = None  # at most so many messages at once on one local date
    group: timedelta = timedelta()  # wait so long for more of it; zero: do not
    empty: bool = False  # send a digest that has nothing to tell, too

    @property
    def gathers(self) -> bool:
        """Are there digests by a timetable?"""
        return self.every is not Frequency.ONCE or self.budget is not None


AT_ONCE = DeliverySchedule()

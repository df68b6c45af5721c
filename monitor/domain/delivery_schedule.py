"""Delivery schedule of a subscription: frequency, quiet hours, budget; times of day are local."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import time, timedelta


class Frequency(enum.StrEnum):
    """How often messages are sent."""

    ONCE = "at-once"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class HoldReason(enum.StrEnum):
    """What a held alert waits for."""

    DIGEST = "digest"
    QUIET = "quiet"  # the end of the quiet hours
    GROUP = "group"  # others that come soon after it, or its turn in the day's budget
    BUDGET = "budget"  # the next digest: the day's budget is spent


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours without messages; `start` > `end` runs across midnight, equal times mean none."""

    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySchedule:
    """When a subscription gets messages.  The default sends each article at once."""

    every: Frequency = Frequency.ONCE
    at: time = time(8)  # of daily and weekly digests, and of the one for what is over the budget
    weekday: int = 0  # of a weekly digest; Monday is 0
    zone: str = "UTC"
    quiet: QuietHours | None = None
    budget: int | None = None  # most messages outside digests on one local date
    group: timedelta = timedelta()  # how long an alert waits for others; zero: not at all
    empty: bool = False  # also send digests without articles

    @property
    def gathers(self) -> bool:
        """Whether there are scheduled digests."""
        return self.every is not Frequency.ONCE or self.budget is not None


AT_ONCE = DeliverySchedule()

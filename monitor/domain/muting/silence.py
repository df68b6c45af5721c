"""Silence (mute): which alerts are not sent until when, and at which times that come again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInterval:
    """Local times that come again, as Alertmanager's time intervals; an empty part: all of them.

    A range of times whose end is not later than its start runs across midnight, and belongs to the
    day on which it starts.
    """

    months: frozenset[int] = frozenset()  # 1 to 12
    days: tuple[tuple[int, int], ...] = ()  # of the month, both included; -1 is the last one
    weekdays: frozenset[int] = frozenset()  # Monday is 0
    times: tuple[tuple[time, time], ...] = ()  # start included, end excluded
    zone: str = "UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A mute with an end: alerts for articles that meet every set criterion are not sent."""

    key: str
    subscription_key: str | None = None
    feed_key: str | None = None
    theme: str | None = None
    term: str | None = None
    every: TimeInterval | None = None  # when it is in force again and again; None: all the time
    reason: str
    created_at: datetime
    until: datetime

"""Delivery schedules in words, and instants as a local clock shows them."""

from __future__ import annotations

from datetime import datetime, time

from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.text import local_time
from monitor.text.formats import readable_duration

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def schedule_phrase(schedule: DeliverySchedule) -> str:
    """ "daily at 07:30, quiet from 22:00 to 07:00 (Europe/Warsaw)" """
    quiet = (
        schedule.quiet if schedule.quiet and schedule.quiet.start != schedule.quiet.end else None
    )
    parts = [
        _frequency(schedule),
        f"articles within {readable_duration(schedule.group)} together" if schedule.group else "",
        f"at most {schedule.budget} a day, the rest in a digest at {clock(schedule.at)}"
        if schedule.budget is not None
        else "",
        f"quiet from {clock(quiet.start)} to {clock(quiet.end)}" if quiet else "",
        "empty digests too" if schedule.empty else "",
    ]
    words = ", ".join(part for part in parts if part)
    has_times = schedule.every is not Frequency.ONCE or schedule.budget is not None or quiet
    return f"{words} ({schedule.zone})" if has_times else words


def _frequency(schedule: DeliverySchedule) -> str:
    return {
        Frequency.ONCE: "at once",
        Frequency.HOURLY: "hourly",
        Frequency.DAILY: f"daily at {clock(schedule.at)}",
        Frequency.WEEKLY: f"weekly on {WEEKDAYS[schedule.weekday]} at {clock(schedule.at)}",
    }[schedule.every]


def clock(at: time) -> str:
    """ "07:30" """
    return f"{at:%H:%M}"


def moment(instant: datetime, zone: str) -> str:
    """ "Tue 24 Nov 2026, 07:30": the local time in this zone."""
    shown = instant.astimezone(local_time.zone(zone))
    day = WEEKDAYS[shown.weekday()][:3]
    return f"{day} {shown.day} {_MONTHS[shown.month - 1]} {shown.year}, {shown:%H:%M}"

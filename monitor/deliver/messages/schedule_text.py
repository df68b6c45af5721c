"""When a subscription is told, in words."""

from __future__ import annotations

from datetime import datetime, time

from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.text import local_time
from monitor.text.formats import readable_duration

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def described(cadence: DeliverySchedule) -> str:
    """ "daily at 07:30, quiet from 22:00 to 07:00 (Europe/Warsaw)" """
    quiet = cadence.quiet if cadence.quiet and cadence.quiet.start != cadence.quiet.end else None
    parts = [
        _every(cadence),
        f"what comes within {readable_duration(cadence.group)} together" if cadence.group else "",
        f"at most {cadence.budget} a day, the rest in a digest at {clock(cadence.at)}"
        if cadence.budget is not None
        else "",
        f"quiet from {clock(quiet.start)} to {clock(quiet.end)}" if quiet else "",
        "also when there is nothing to tell" if cadence.empty else "",
    ]
    words = ", ".join(part for part in parts if part)
    placed = cadence.every is not Frequency.ONCE or cadence.budget is not None or quiet
    return f"{words} ({cadence.zone})" if placed else words


def _every(cadence: DeliverySchedule) -> str:
    return {
        Frequency.ONCE: "at once",
        Frequency.HOURLY: "hourly",
        Frequency.DAILY: f"daily at {clock(cadence.at)}",
        Frequency.WEEKLY: f"weekly on {WEEKDAYS[cadence.weekday]} at {clock(cadence.at)}",
    }[cadence.every]


def clock(at: time) -> str:
    """ "07:30" """
    return f"{at:%H:%M}"


def moment(now: datetime, zone: str) -> str:
    """ "Tue 24 Nov 2026, 07:30", as the clock of the zone shows it."""
    shown = now.astimezone(local_time.zone(zone))
    day = WEEKDAYS[shown.weekday()][:3]
    return f"{day} {shown.day} {_MONTHS[shown.month - 1]} {shown.year}, {shown:%H:%M}"

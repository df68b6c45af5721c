"""The column `subscriptions.cadence`: a delivery schedule to JSON, and back."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency, QuietHours

Values = dict[str, Any]


def cadence_values(cadence: DeliverySchedule) -> Values | None:
    """The schedule as JSON; None for the default one, which most subscriptions have."""
    if cadence == AT_ONCE:
        return None
    quiet = cadence.quiet
    return {
        "every": cadence.every.value,
        "at": cadence.at.isoformat(),
        "weekday": cadence.weekday,
        "zone": cadence.zone,
        "quiet": [quiet.start.isoformat(), quiet.end.isoformat()] if quiet else None,
        "budget": cadence.budget,
        "group_seconds": cadence.group.total_seconds(),
        "empty": cadence.empty,
    }


def cadence_of(values: Values | None) -> DeliverySchedule:
    """The schedule of a column."""
    if values is None:
        return AT_ONCE
    quiet = [time.fromisoformat(text) for text in values["quiet"] or ()]
    return DeliverySchedule(
        every=Frequency(values["every"]),
        at=time.fromisoformat(values["at"]),
        weekday=values["weekday"],
        zone=values["zone"],
        quiet=QuietHours(start=quiet[0], end=quiet[1]) if quiet else None,
        budget=values["budget"],
        group=timedelta(seconds=values["group_seconds"]),
        empty=values["empty"],
    )

"""A delivery schedule in words."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.deliver.messages import schedule_text
from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency, QuietHours

WARSAW = "Europe/Warsaw"


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (AT_ONCE, "at once"),
        (DeliverySchedule(every=Frequency.HOURLY), "hourly (UTC)"),
        (
            DeliverySchedule(every=Frequency.DAILY, at=time(7, 30), zone=WARSAW),
            "daily at 07:30 (Europe/Warsaw)",
        ),
        (
            DeliverySchedule(every=Frequency.WEEKLY, weekday=4, empty=True),
            "weekly on Friday at 08:00, empty digests too (UTC)",
        ),
        (
            DeliverySchedule(quiet=QuietHours(start=time(22), end=time(7)), zone=WARSAW),
            "at once, quiet from 22:00 to 07:00 (Europe/Warsaw)",
        ),
        (DeliverySchedule(quiet=QuietHours(start=time(7), end=time(7))), "at once"),
        (
            DeliverySchedule(budget=20, group=timedelta(minutes=10)),
            (
                "at once, articles within 10 min together,"
                " at most 20 a day, the rest in a digest at 08:00 (UTC)"
            ),
        ),
    ],
)
def test_a_schedule_in_words(schedule, words):
    assert schedule_text.schedule_phrase(schedule) == words


def test_an_instant_as_the_local_clock_shows_it():
    now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert schedule_text.moment(now, WARSAW) == "Tue 24 Nov 2026, 00:30"

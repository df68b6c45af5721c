"""The day of a delivery schedule: spans, digests, and the sentence."""

from __future__ import annotations

from datetime import time

from monitor.actions.subscribing.schedule_picture import schedule_picture
from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency, QuietHours

NIGHT = QuietHours(start=time(22), end=time(7))


def test_quiet_hours_across_midnight_are_two_spans():
    picture = schedule_picture(DeliverySchedule(quiet=NIGHT, zone="Europe/Warsaw"))
    assert picture.finding == "At once, quiet from 22:00 to 07:00 (Europe/Warsaw)."
    assert picture.rows == (
        ("00:00", "07:00", "held: quiet hours"),
        ("07:00", "22:00", "sent at once"),
        ("22:00", "24:00", "held: quiet hours"),
    )


def test_an_hourly_digest_waits_for_the_end_of_the_quiet_hours():
    picture = schedule_picture(DeliverySchedule(every=Frequency.HOURLY, quiet=NIGHT))
    digests = [start for start, end, _ in picture.rows if start == end]
    assert digests == [f"{hour:02}:00" for hour in range(7, 22)]


def test_a_weekly_digest_names_its_day_and_a_budget_its_number():
    weekly = schedule_picture(DeliverySchedule(every=Frequency.WEEKLY, at=time(7, 30), weekday=4))
    assert ("07:30", "07:30", "07:30 on Friday: digest") in weekly.rows
    budget = schedule_picture(DeliverySchedule(budget=5))
    assert ("00:00", "24:00", "sent at once, the first 5 of a day") in budget.rows
    assert ("08:00", "08:00", "08:00: digest of what is over the budget") in budget.rows


def test_at_once_is_one_span():
    assert schedule_picture(AT_ONCE).rows == (("00:00", "24:00", "sent at once"),)

"""Delivery schedules: which of them have digests."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.domain.delivery_schedule import AT_ONCE, DeliverySchedule, Frequency


@pytest.mark.parametrize(
    ("schedule", "has_digests"),
    [
        (AT_ONCE, False),
        (DeliverySchedule(group=timedelta(minutes=1)), False),
        (DeliverySchedule(budget=3), True),
        (DeliverySchedule(every=Frequency.DAILY), True),
    ],
)
def test_a_schedule_with_a_frequency_or_a_budget_has_digests(schedule, has_digests):
    assert schedule.gathers is has_digests

"""A silence without times is in force all the time; an interval without parts is always."""

from __future__ import annotations

from monitor.alerts.time_intervals import contains
from monitor.domain.muting.silence import TimeInterval
from tests.fakes import NOW


def test_an_interval_without_parts_has_every_instant():
    assert contains(TimeInterval(), NOW)

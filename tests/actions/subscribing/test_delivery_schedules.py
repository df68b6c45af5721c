"""Delivery schedules: parsed from options, refused with a remedy, and described."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.actions.subscribing import delivery_schedules
from monitor.actions.subscribing.delivery_schedules import (
    ScheduleOptions,
    changed_schedule,
    next_message,
)
from monitor.alerts.digest_schedule import DigestProgress
from monitor.domain.alerts import EndpointHealth, SubscriptionState
from monitor.domain.delivery_schedule import (
    AT_ONCE,
    DeliverySchedule,
    Frequency,
    HoldReason,
    QuietHours,
)
from monitor.domain.errors import ConfigError
from monitor.store.repositories.digests import Outlook
from tests.fakes import subscription

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = DeliverySchedule(every=Frequency.DAILY, at=time(7, 30), zone="Europe/Warsaw")
DAILY, HOURLY, WEEKLY = Frequency.DAILY, Frequency.HOURLY, Frequency.WEEKLY


def changed(before: DeliverySchedule = AT_ONCE, **change) -> DeliverySchedule:
    return changed_schedule(before, ScheduleOptions(**change))


def outlook(held, next_at: datetime | None = None) -> Outlook:
    progress = DigestProgress(covered_until=NOON)
    return Outlook(progress=progress, next_at=next_at, held=held)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": "Europe/Warszawa"}, "did you mean 'Europe/Warsaw'?"),
        ({"zone": "seoul"}, "did you mean 'Asia/Seoul'?"),
        ({"zone": "europe/berlin"}, "did you mean 'Europe/Berlin'?"),
        ({"zone": "CEST+2"}, "is not a known time zone"),
        ({"frequency": DAILY, "at": "24:00"}, "from 00:00 to 23:59"),
        ({"frequency": DAILY, "at": "half past"}, 'a time is written "07:30"'),
        ({"at": "07:30"}, "set it to daily or weekly"),
        ({"frequency": HOURLY, "at": "07:30"}, "set it to daily or weekly"),
        ({"frequency": DAILY, "on": "monday"}, "set the cadence to weekly"),
        ({"frequency": WEEKLY, "on": "someday"}, "one of Monday, Tuesday"),
        ({"frequency": WEEKLY, "on": "t"}, "one of Monday, Tuesday"),
        ({"quiet": "00:00-23:59"}, "less than an hour of the day"),
        ({"quiet": "12:00-11:30"}, "less than an hour of the day"),
        ({"quiet": "all day"}, 'hours are written "22:00-07:00"'),
        ({"frequency": DAILY, "at": "03:00", "quiet": "22:00-07:00"}, "set its time to 07:00"),
        ({"budget": "20", "at": "23:00", "quiet": "22:00-07:00"}, "set its time to 07:00"),
        ({"budget": "0"}, "a whole number from 1 to 10,000"),
        ({"budget": "-3"}, "a whole number from 1"),
        ({"frequency": DAILY, "budget": "20"}, "is one message already"),
        ({"frequency": HOURLY, "group": "10m"}, "is one message already"),
        ({"group": "10"}, 'with its unit: "45s"'),
        ({"group": "2d"}, "longer than 12 hours"),
        ({"empty": True}, "needs a cadence of hourly, daily or weekly"),
    ],
)
def test_options_that_contradict_each_other_are_refused_with_a_remedy(change, message):
    with pytest.raises(ConfigError) as refusal:
        changed(**change)
    assert message in str(refusal.value)


def test_quiet_hours_of_exactly_23_hours_leave_enough_of_the_day():
    assert changed(quiet="08:00-07:00").quiet == QuietHours(start=time(8), end=time(7))


def test_quiet_hours_that_end_where_they_begin_are_none():
    assert changed(quiet="07:00-07:00") == AT_ONCE


def test_quiet_hours_may_be_written_with_a_dash_of_print():
    assert changed(quiet="22:00–7:00").quiet == QuietHours(start=time(22), end=time(7))


def test_none_ends_quiet_hours_budget_and_group():
    before = changed(quiet="22:00-07:00", budget="5", group="10m")
    assert changed(before, quiet="none", budget="none", group="none") == AT_ONCE


def test_budget_and_group_end_when_the_frequency_becomes_a_digest():
    before = changed(budget="5", group="10m", empty=True, zone="Asia/Seoul")
    daily = changed(before, frequency=DAILY)
    assert (daily.budget, daily.group, daily.empty) == (None, timedelta(), True)
    assert changed(daily, frequency=Frequency.ONCE) == DeliverySchedule(zone="Asia/Seoul")


@pytest.mark.parametrize(
    ("schedule", "held", "sentence"),
    [
        (AT_ONCE, {}, "as soon as something comes"),
        (DAY, {}, "next digest Tue 24 Nov 2026, 07:30 (if anything comes); nothing held"),
        (DAY, {HoldReason.DIGEST: 1200}, "next digest Tue 24 Nov 2026, 07:30; 1,200 held"),
        (
            DeliverySchedule(quiet=QuietHours(start=time(11), end=time(14))),
            {HoldReason.QUIET: 2},
            "quiet until Mon 23 Nov 2026, 14:00; 2 held",
        ),
        (DeliverySchedule(group=timedelta(minutes=10)), {HoldReason.GROUP: 2}, "2 held"),
        (
            DeliverySchedule(budget=3, at=time(18)),
            {HoldReason.BUDGET: 2},
            "next digest Mon 23 Nov 2026, 18:00; 2 held",
        ),
        (
            DeliverySchedule(budget=3, at=time(18)),
            {HoldReason.GROUP: 2},
            "next digest Mon 23 Nov 2026, 18:00 (if anything comes); 2 held",
        ),
    ],
)
def test_the_next_message_is_named_with_its_time_and_what_is_held(schedule, held, sentence):
    assert next_message(subscription(cadence=schedule), outlook(held), NOON) == sentence


@pytest.mark.parametrize(("minutes", "is_overdue"), [(60, True), (5, False)])
def test_a_digest_that_is_overdue_is_pointed_out(minutes, is_overdue):
    late = outlook({HoldReason.DIGEST: 1}, next_at=NOON - timedelta(minutes=minutes))
    sentence = next_message(subscription(cadence=DAY), late, NOON)
    assert sentence.endswith("; one is due already: does `monitor run` run?") is is_overdue


@pytest.mark.parametrize(
    ("schedule", "until"),
    [
        (AT_ONCE, "12:02; nothing held"),
        (DAY, "13:02; next digest Tue 24 Nov 2026, 07:30 (if anything comes); nothing held"),
    ],
)
def test_a_pause_of_the_receiver_after_failures_comes_first(schedule, until):
    paused_until = NOON + timedelta(minutes=2)
    health = EndpointHealth(failures=5, paused_until=paused_until)
    failing = subscription(cadence=schedule, health=health)
    sentence = next_message(failing, outlook({}), NOON)
    assert sentence == f"receiver paused after failures until Mon 23 Nov 2026, {until}"
    assert "receiver" not in next_message(failing, outlook({}), paused_until)


def test_a_paused_subscription_has_no_next_message():
    paused = subscription(cadence=DAY, state=SubscriptionState.PAUSED)
    sentence = next_message(paused, outlook({HoldReason.DIGEST: 3}), NOON)
    assert sentence == "3 held; nothing is sent while it is paused"


def test_a_schedule_as_json_has_null_where_an_option_does_not_apply():
    weekly = changed(frequency=WEEKLY, on="fri", quiet="22:00-07:00")
    assert delivery_schedules.schedule_fields(weekly) == {
        "every": "weekly", "at": "08:00", "on": "Friday", "zone": "UTC",
        "quiet": ["22:00", "07:00"], "budget": None, "group_seconds": 0, "empty_digest": False,
    }  # fmt: skip
    at_once = delivery_schedules.schedule_fields(AT_ONCE)
    assert (at_once["at"], at_once["on"], at_once["quiet"]) == (None, None, None)

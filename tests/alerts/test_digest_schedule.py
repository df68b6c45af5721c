"""When a subscriber is told, and in which message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from monitor.alerts import digest_schedule
from monitor.alerts.digest_schedule import BatchReason, DigestProgress, HeldAlert
from monitor.domain.delivery_schedule import (
    AT_ONCE,
    DeliverySchedule,
    Frequency,
    HoldReason,
    QuietHours,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday
DAILY = DeliverySchedule(every=Frequency.DAILY, at=time(7, 30), zone="Europe/Warsaw")
WEEKLY = replace(DAILY, every=Frequency.WEEKLY, weekday=0)
HOURLY = replace(DAILY, every=Frequency.HOURLY)
NIGHT = QuietHours(start=time(22), end=time(7))


def progress(covered_until: datetime = NOON, **changes) -> DigestProgress:
    return replace(DigestProgress(covered_until=covered_until), **changes)


def held(key: str, at: datetime, hold: HoldReason = HoldReason.GROUP) -> HeldAlert:
    return HeldAlert(key=key, created_at=at, hold=hold)


# ── one alert ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("schedule", "hold", "until"),
    [
        (AT_ONCE, None, None),
        (DAILY, HoldReason.DIGEST, datetime(2026, 11, 24, 6, 30, tzinfo=UTC)),
        (WEEKLY, HoldReason.DIGEST, datetime(2026, 11, 30, 6, 30, tzinfo=UTC)),
        (HOURLY, HoldReason.DIGEST, NOON + HOUR),
        (DeliverySchedule(quiet=NIGHT), None, None),
        (
            DeliverySchedule(quiet=QuietHours(start=time(11), end=time(13))),
            HoldReason.QUIET,
            NOON + HOUR,
        ),
        (
            DeliverySchedule(quiet=QuietHours(start=time(12), end=time(12))),
            None,
            None,
        ),  # none at all
        (DeliverySchedule(group=10 * MINUTE), HoldReason.GROUP, NOON + 10 * MINUTE),
        (DeliverySchedule(budget=20), HoldReason.GROUP, NOON),
    ],
)
def test_an_alert_goes_at_once_or_waits_for_something(schedule, hold, until):
    actual = digest_schedule.initial_hold(schedule, NOON)
    assert (actual and actual.hold, actual and actual.until) == (hold, until)


# ── the timetable ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("schedule", "now", "label", "at"),
    [
        (DAILY, "2026-11-23T06:29", "2026-11-23", "2026-11-23T06:30"),
        (DAILY, "2026-11-23T06:30", "2026-11-24", "2026-11-24T06:30"),
        (WEEKLY, "2026-11-23T06:29", "2026-11-23", "2026-11-23T06:30"),
        (WEEKLY, "2026-11-23T06:30", "2026-11-30", "2026-11-30T06:30"),
        (replace(WEEKLY, weekday=6), "2026-11-23T06:30", "2026-11-29", "2026-11-29T06:30"),
        (HOURLY, "2026-11-23T06:30", "2026-11-23T07:00Z", "2026-11-23T07:00"),
        (replace(HOURLY, zone="Asia/Kathmandu"), "2026-11-23T06:20", None, "2026-11-23T07:15"),
        # in the night when the clock is put forward, and in the one when it is put back
        (replace(DAILY, at=time(2, 30)), "2026-03-29T00:00", "2026-03-29", "2026-03-29T01:00"),
        (replace(DAILY, at=time(2, 30)), "2026-10-25T00:30", "2026-10-26", "2026-10-26T01:30"),
        # Nuuk's clock jumps over the last hour of a day: its digest comes at midnight
        (
            DeliverySchedule(every=Frequency.DAILY, at=time(23, 30), zone="America/Nuuk"),
            "2024-03-30T12:00",
            "2024-03-30",
            "2024-03-31T01:00",
        ),
        # Samoa left a Friday out: no daily digest for it, but the week's
        (replace(DAILY, zone="Pacific/Apia"), "2011-12-29T20:00", "2011-12-31", None),
        (replace(WEEKLY, zone="Pacific/Apia", weekday=4), "2011-12-29T20:00", "2011-12-30", None),
    ],
)
def test_the_next_time_of_the_timetable(schedule, now, label, at):
    slot = digest_schedule.next_slot(schedule, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert label in (None, slot.label)
    assert at in (None, slot.at.isoformat().removesuffix(":00+00:00"))


def test_a_date_that_had_its_digest_gets_no_second_one_when_the_time_is_changed():
    covered = progress(covered_day=date(2026, 11, 23))
    assert (
        digest_schedule.next_slot(replace(DAILY, at=time(20)), NOON, covered).label == "2026-11-24"
    )


def test_a_later_time_on_a_covered_date_gives_no_second_digest():
    covered = progress(NOON, covered_day=date(2026, 11, 23))
    evening = replace(DAILY, at=time(20))
    plan = digest_schedule.plan(evening, NOON + 10 * HOUR, [], covered)
    assert plan.batches == ()
    assert plan.next_at == datetime(2026, 11, 24, 19, tzinfo=UTC)
    assert digest_schedule.next_slot(evening, NOON + 10 * HOUR).label == "2026-11-24"


# ── digests ──────────────────────────────────────────────────────────────────────────────────────


def test_a_digest_takes_what_came_before_its_time_and_leaves_the_rest():
    before, after = held("b", NOON, HoldReason.DIGEST), held("a", NOON + DAY, HoldReason.DIGEST)
    now = datetime(2026, 11, 24, 6, 31, tzinfo=UTC)
    (digest,) = digest_schedule.plan(DAILY, now, [before], progress()).batches
    assert (digest.kind, digest.label, digest.keys) == (BatchReason.DIGEST, "2026-11-24", ("b",))
    assert (digest.since, digest.until) == (NOON, now - MINUTE)
    late = held("l", now - 2 * MINUTE, HoldReason.DIGEST)  # stored after the digest was sealed
    after_first = digest_schedule.plan(DAILY, now, [before], progress()).progress
    assert not digest_schedule.plan(DAILY, now + MINUTE, [late], after_first).batches
    (following,) = digest_schedule.plan(DAILY, now + DAY, [late, after], after_first).batches
    assert following.keys == ("l", "a")


def test_an_empty_digest_is_made_only_for_who_asked():
    now = NOON + DAY
    silent = digest_schedule.plan(DAILY, now, [], progress())
    assert not silent.batches
    assert silent.progress.covered_day == date(2026, 11, 24)
    with_empty = digest_schedule.plan(replace(DAILY, empty=True), now, [], progress())
    assert [batch.keys for batch in with_empty.batches] == [()]


def test_after_days_of_downtime_each_date_gets_its_own_and_hours_go_together():
    items = [held(str(day), NOON + day * DAY, HoldReason.DIGEST) for day in range(3)]
    now = NOON + 3 * DAY
    days = digest_schedule.plan(DAILY, now, items, progress()).batches
    assert [batch.label for batch in days] == ["2026-11-24", "2026-11-25", "2026-11-26"]
    assert [batch.keys for batch in days] == [("0",), ("1",), ("2",)]
    (hours,) = digest_schedule.plan(HOURLY, now, items, progress()).batches
    assert hours.keys == ("0", "1", "2")


def test_after_a_year_of_downtime_a_month_of_digests_is_made_and_nothing_is_left_out():
    items = [held(str(day), NOON + day * DAY, HoldReason.DIGEST) for day in range(365)]
    digests = digest_schedule.plan(DAILY, NOON + 365 * DAY, items, progress()).batches
    assert len(digests) == 31
    assert sum(len(digest.keys) for digest in digests) == 365


def test_a_digest_that_is_due_in_quiet_hours_comes_when_they_end():
    schedule = replace(HOURLY, quiet=NIGHT)
    item = held("a", NOON + 9 * HOUR, HoldReason.DIGEST)
    in_the_night = datetime(2026, 11, 24, 2, tzinfo=UTC)
    morning = datetime(2026, 11, 24, 6, tzinfo=UTC)
    waits = digest_schedule.plan(schedule, in_the_night, [item], progress())
    assert (waits.batches, waits.next_at) == ((), morning)
    (digest,) = digest_schedule.plan(schedule, morning, [item], progress()).batches
    assert digest.keys == ("a",)


def test_a_clock_that_ran_ahead_for_a_while_stops_no_later_digest():
    ahead = progress(NOON + 1000 * DAY, covered_day=date(2029, 8, 19))
    item = held("a", NOON + 1000 * DAY, HoldReason.DIGEST)
    first = digest_schedule.plan(DAILY, NOON, [item], ahead)
    assert first.next_at == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    (digest,) = digest_schedule.plan(DAILY, NOON + DAY, [item], first.progress).batches
    assert digest.keys == ("a",)


# ── at once, with conditions ─────────────────────────────────────────────────────────────────────


def test_what_came_in_the_night_is_one_message_in_the_morning():
    schedule = DeliverySchedule(quiet=NIGHT)
    items = [held(str(n), NOON + (11 + n) * HOUR, HoldReason.QUIET) for n in range(3)]
    night, morning = NOON + 12 * HOUR, NOON + 19 * HOUR
    assert digest_schedule.plan(schedule, night, items, progress()).next_at == morning
    plan = digest_schedule.plan(schedule, morning, items, progress())
    assert [(batch.kind, batch.keys) for batch in plan.batches] == [
        (BatchReason.QUIET, ("0", "1", "2"))
    ]
    (batch,) = plan.batches
    assert (batch.since, batch.until) == (NOON + 10 * HOUR, morning)
    assert plan.next_at is None


def test_alerts_held_in_quiet_hours_that_were_removed_since_cover_the_time_from_the_first():
    items = [held(key, NOON + HOUR, HoldReason.QUIET) for key in "ab"]
    (batch,) = digest_schedule.plan(AT_ONCE, NOON + DAY, items, progress()).batches
    assert (batch.kind, batch.since) == (BatchReason.QUIET, NOON + HOUR)


def test_a_digest_of_alerts_held_over_a_pause_covers_the_time_since_the_first_of_them():
    now = datetime(2026, 11, 24, 6, 31, tzinfo=UTC)
    resumed = progress(covered_until=now - 2 * MINUTE)
    items = [held("a", NOON + HOUR, HoldReason.DIGEST), held("b", NOON + 2 * HOUR)]
    (digest,) = digest_schedule.plan(DAILY, now, items, resumed).batches
    assert (digest.since, digest.until) == (NOON + HOUR, now - MINUTE)


def test_one_that_waited_alone_goes_as_itself():
    plan = digest_schedule.plan(
        DeliverySchedule(quiet=NIGHT), NOON, [held("a", NOON - DAY, HoldReason.QUIET)], progress()
    )
    assert (plan.single, plan.batches) == (("a",), ())


def test_a_burst_is_one_message_when_its_window_ends():
    schedule = DeliverySchedule(group=10 * MINUTE)
    burst = [held(str(n), NOON + n * MINUTE) for n in range(8)]
    waits = digest_schedule.plan(schedule, NOON + 9 * MINUTE, burst, progress())
    assert (waits.single, waits.batches, waits.next_at) == ((), (), NOON + 10 * MINUTE)
    (group,) = digest_schedule.plan(schedule, NOON + 10 * MINUTE, burst, progress()).batches
    assert (group.kind, len(group.keys)) == (BatchReason.GROUP, 8)


def test_over_the_budget_it_waits_for_the_digest_which_says_so():
    schedule = DeliverySchedule(budget=2, at=time(18))
    items = [held(key, NOON) for key in "abcde"]
    first = digest_schedule.plan(schedule, NOON, items, progress())
    assert (first.single, first.over_budget) == (("a", "b"), ("c", "d", "e"))
    assert first.next_at == NOON + 6 * HOUR
    postponed = [held(key, NOON, HoldReason.BUDGET) for key in "cde"]
    evening = digest_schedule.plan(schedule, NOON + 6 * HOUR, postponed, first.progress)
    (digest,) = evening.batches
    assert (digest.kind, digest.keys, digest.over_budget) == (
        BatchReason.DIGEST,
        ("c", "d", "e"),
        3,
    )
    again = digest_schedule.plan(
        schedule, NOON + 7 * HOUR, [held("f", NOON + 7 * HOUR)], evening.progress
    )
    assert again.over_budget == ("f",)  # still the same day
    tomorrow = digest_schedule.plan(
        schedule, NOON + 13 * HOUR, [held("g", NOON + 13 * HOUR)], again.progress
    )
    assert tomorrow.single == ("g",)


def test_a_burst_or_a_night_is_one_message_of_the_budget():
    schedule = DeliverySchedule(budget=1, quiet=NIGHT)
    night = [held(key, NOON - DAY / 2, HoldReason.QUIET) for key in "ab"]
    plan = digest_schedule.plan(schedule, NOON, [*night, held("c", NOON)], progress())
    assert [batch.keys for batch in plan.batches] == [("a", "b")]
    assert plan.over_budget == ("c",)


def test_what_waited_for_a_digest_goes_when_none_will_come_any_more():
    items = [held(key, NOON, HoldReason.DIGEST) for key in "ab"]
    (last,) = digest_schedule.plan(AT_ONCE, NOON, items, progress()).batches
    assert last.keys == ("a", "b")


def test_what_waited_for_the_morning_goes_into_the_digest_when_there_are_only_digests_now():
    (digest,) = digest_schedule.plan(
        DAILY, NOON + DAY, [held("a", NOON, HoldReason.QUIET), held("b", NOON)], progress()
    ).batches
    assert digest.keys == ("a", "b")

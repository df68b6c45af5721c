"""Laws of digests, by random schedules and arrivals: nothing twice, nothing left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.alerts import digest_schedule
from monitor.alerts.digest_schedule import BatchReason, DigestProgress, HeldAlert
from monitor.domain.delivery_schedule import (
    DeliverySchedule,
    Frequency,
    HoldReason,
    QuietHours,
)
from monitor.text import local_time
from tests.text.test_local_time import PLACES

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


zones = st.sampled_from(PLACES)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
nights = st.none() | st.builds(QuietHours, start=minutes, end=minutes)
# Years in which the places above changed their clocks, in weeks in which they did.
starts = st.sampled_from(
    [
        datetime(2011, 12, 27, tzinfo=UTC),
        datetime(2015, 8, 12, tzinfo=UTC),
        datetime(2024, 3, 8, tzinfo=UTC),
        datetime(2024, 3, 28, tzinfo=UTC),
        datetime(2024, 4, 24, tzinfo=UTC),
        datetime(2024, 10, 24, tzinfo=UTC),
        datetime(2026, 4, 2, tzinfo=UTC),
    ]
)
offsets = st.integers(0, 15 * 24 * 60).map(lambda count: count * MINUTE)
cadences = st.builds(
    DeliverySchedule,
    every=st.sampled_from(list(Frequency)),
    at=minutes,
    weekday=st.integers(0, 6),
    zone=zones,
    quiet=nights,
    budget=st.none() | st.integers(1, 3),
    group=st.sampled_from([timedelta(), 10 * MINUTE, 3 * HOUR]),
    empty=st.booleans(),
)


class Subscriber:
    """A subscription as the store keeps it, and the messages it received."""

    def __init__(self, schedule: DeliverySchedule, start: datetime) -> None:
        self.schedule = schedule
        self.progress = DigestProgress(covered_until=start)
        self.waiting: list[HeldAlert] = []
        self.delivered: list[str] = []
        self.messages: list[tuple[datetime, digest_schedule.DigestBatch | None]] = []
        self.next_at: datetime | None = start

    def arrives(self, key: str, now: datetime) -> None:
        hold = digest_schedule.initial_hold(self.schedule, now)
        if hold is None:
            self._deliver(now, None, [key])
            return
        assert hold.until >= now
        self.waiting.append(HeldAlert(key=key, created_at=now, hold=hold.hold))
        self.next_at = min(filter(None, (self.next_at, hold.until)))

    def ticks(self, now: datetime) -> None:
        if self.next_at is None or self.next_at > now:
            return
        plan = digest_schedule.plan(self.schedule, now, self.waiting, self.progress)
        for key in plan.single:
            self._deliver(now, None, [key])
        for batch in plan.batches:
            self._deliver(now, batch, batch.keys)
        gone = {*plan.single, *(key for batch in plan.batches for key in batch.keys)}
        self.waiting = [
            replace(alert, hold=HoldReason.BUDGET) if alert.key in plan.over_budget else alert
            for alert in self.waiting
            if alert.key not in gone
        ]
        assert plan.next_at is None or plan.next_at > now
        self.progress, self.next_at = plan.progress, plan.next_at

    def _deliver(self, now: datetime, batch: digest_schedule.DigestBatch | None, keys) -> None:
        assert not digest_schedule.is_quiet(self.schedule, now)
        self.delivered += keys
        self.messages.append((now, batch))


def played(schedule, start, arrivals, ticks) -> Subscriber:
    """Articles arrive at these offsets; the service looks at those, and is down in between."""
    subscriber = Subscriber(schedule, start)
    events = [(start + at, 0, f"{n:03}") for n, at in enumerate(arrivals)]
    events += [(start + at, 1, "") for at in ticks]
    for now, is_tick, key in sorted(events):
        if is_tick:
            subscriber.ticks(now)
        else:
            subscriber.arrives(key, now)
    return subscriber


@given(cadences, starts, st.lists(offsets, max_size=30), st.lists(offsets, max_size=60))
def test_nothing_is_told_twice_and_nothing_is_left_out(schedule, start, arrivals, ticks):
    subscriber = played(schedule, start, arrivals, [*ticks, 15 * DAY])
    end = start + 30 * DAY
    for hour in range(16 * 24, 30 * 24 + 1):  # and what waits still is told in the end
        subscriber.ticks(start + hour * HOUR)
    waiting = {alert.key for alert in subscriber.waiting}
    assert max(Counter(subscriber.delivered).values(), default=1) == 1
    assert set(subscriber.delivered) | waiting == {f"{n:03}" for n in range(len(arrivals))}
    assert not waiting or subscriber.next_at is not None
    assert not waiting or digest_schedule.quiet_until(schedule, end) > end
    spent = Counter(
        local_time.today(now, local_time.zone(schedule.zone))
        for now, batch in subscriber.messages
        if batch is None or batch.kind is not BatchReason.DIGEST
    )
    if schedule.every is Frequency.ONCE and schedule.budget is not None:
        assert max(spent.values(), default=0) <= schedule.budget


@given(
    cadences.filter(lambda schedule: schedule.every in (Frequency.DAILY, Frequency.WEEKLY)),
    starts,
    st.lists(offsets, max_size=60),
)
@example(
    DeliverySchedule(every=Frequency.DAILY, at=time(2, 30), zone="Europe/Warsaw", empty=True),
    datetime(2024, 10, 24, tzinfo=UTC),
    [hour * HOUR for hour in range(15 * 24)],
)
def test_each_local_date_or_week_has_exactly_one_digest(schedule, start, ticks):
    schedule = replace(schedule, empty=True, quiet=None)
    subscriber = played(schedule, start, [], [*ticks, 15 * DAY])
    labels = [batch.label for _, batch in subscriber.messages if batch]
    place = local_time.zone(schedule.zone)
    first = local_time.today(start, place) - DAY
    expected = [
        day.isoformat()
        for day in (first + n * DAY for n in range(18))
        if start < local_time.instant(day, schedule.at, place) <= start + 15 * DAY
        and (schedule.every is Frequency.WEEKLY or local_time.exists(day, place))
        and (schedule.every is Frequency.DAILY or day.weekday() == schedule.weekday)
    ]
    assert labels == expected
    spans = [(batch.since, batch.until) for _, batch in subscriber.messages if batch]
    assert all(end == begin for (_, end), (begin, _) in pairwise(spans))


@given(cadences, starts, st.lists(offsets, max_size=20), offsets)
def test_a_plan_made_again_at_once_has_nothing_to_say(schedule, start, arrivals, at):
    subscriber = played(schedule, start, [offset for offset in arrivals if offset <= at], [at])
    count = len(subscriber.messages)
    subscriber.next_at = start
    subscriber.ticks(start + at)
    assert len(subscriber.messages) == count

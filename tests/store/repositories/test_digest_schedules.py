"""Digests by any schedule, in every process: no article twice or left out, no date twice."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.domain.alerts import (
    Alert,
)
from monitor.domain.delivery_schedule import (
    DeliverySchedule,
    Frequency,
    QuietHours,
)
from monitor.store.store import Store
from monitor.text import local_time
from tests.store.builders import (
    a_feed,
    a_subscription,
    change_schedule,
)
from tests.store.held_alerts import (
    DAY,
    HOUR,
    MINUTE,
    arrive,
    sent_until,
)

NAMES = count()
PLACES = ["Europe/Warsaw", "America/Nuuk", "Pacific/Apia", "Asia/Kathmandu"]
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
cadences = st.builds(
    DeliverySchedule,
    every=st.sampled_from(Frequency),
    at=minutes,
    weekday=st.integers(0, 6),
    zone=st.sampled_from(PLACES),
    quiet=st.sampled_from(
        [
            None,
            QuietHours(start=time(22), end=time(7)),
            QuietHours(start=time(1, 30), end=time(3, 15)),
        ]
    ),
    budget=st.none() | st.integers(1, 2),
    group=st.sampled_from([timedelta(), HOUR]),
    empty=st.booleans(),
)
offsets = st.integers(0, 6 * 24 * 60).map(lambda minute: minute * MINUTE)
starts = st.sampled_from(
    [
        datetime(2011, 12, 27, tzinfo=UTC),
        datetime(2024, 3, 28, tzinfo=UTC),
        datetime(2024, 10, 24, tzinfo=UTC),
    ]
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cadences,
    starts,
    st.lists(offsets, max_size=8),
    st.lists(offsets, max_size=8),
    st.none() | st.tuples(offsets, cadences),
)
def test_no_article_is_repeated_or_left_out_and_each_date_has_its_digest(
    store: Store, schedule: DeliverySchedule, start: datetime, arrivals, looks, change
) -> None:
    """Two processes look, at any times, down in between; the cadence may be changed meanwhile."""
    desk = a_subscription(f"desk {next(NAMES)}", cadence=schedule, created_at=start)
    store.feeds.add(a_feed())
    for earlier in store.subscriptions.list():
        store.subscriptions.remove(earlier.key, start)
    store.subscriptions.add(desk)
    events = [(at, 0, f"{desk.name} {n}") for n, at in enumerate(arrivals)]
    events += [(at, 1, "") for at in looks] + [(7 * DAY, 1, "")]
    events += [(30 * DAY + hour * HOUR, 1, "") for hour in range(0, 27, 3)]
    if change:
        events.append((change[0], 2, ""))
    sent = []
    for at, kind, name in sorted(events):
        if kind == 0:
            arrive(store, start + at, name)
        elif kind == 1:
            sent += sent_until(store, start + at)
            assert sent_until(store, start + at) == []  # the other process, at the same instant
        elif change:
            change_schedule(store, desk.key, change[1], start + at)
    counted = Counter(key for alert in sent for key in alert.article_keys)
    assert max(counted.values(), default=1) == 1
    assert len(counted) == len(arrivals)
    if not change and schedule.every in (Frequency.DAILY, Frequency.WEEKLY):
        _check_dates(schedule, start, sent)


def _check_dates(schedule: DeliverySchedule, start: datetime, sent: list[Alert]) -> None:
    """No date or week has two; where empty ones are asked for, their times join without a gap."""
    times = [(digest.content.since, digest.content.until) for digest in sent]
    place = local_time.zone(schedule.zone)
    ends = [until for _, until in times]
    assert len(set(ends)) == len(ends)
    if schedule.empty:
        assert all(end == begin for (_, end), (begin, _) in pairwise(sorted(times)))
        days = [local_time.today(end, place) for end in sorted(ends)]
        assert days == sorted(days)
    assert date(2011, 12, 30) not in {local_time.today(end, place) for end in ends} or (
        schedule.zone != "Pacific/Apia"
    )

"""The rounds beside polling: who is told, when, and only once."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest

from monitor.domain.alerts import About, PollCounts, PollResult
from monitor.domain.errors import ConfigError, Unreachable
from monitor.domain.feeds import FeedState, PollState
from monitor.domain.messages import MessageType
from monitor.domain.reasons import DeliveryReason
from monitor.health.feed_notices import NoticePolicy
from monitor.pipeline import health_checks
from monitor.runtime import build
from monitor.settings import loader
from monitor.store.store import Store
from tests.contexts import at_once
from tests.fakes import NOW, feed, subscription

T = TypeVar("T")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SEOUL, KYIV = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Kyiv")


def health_checks_of(
    store: Store, *, at: time = time(7), zone: ZoneInfo | None = None
) -> health_checks.HealthChecks:
    return health_checks.HealthChecks(
        store=store,
        run_in_store=at_once,
        notice_policy=NoticePolicy(ill=DAY, recovered=HOUR, outage=15 * MINUTE, spacing=HOUR),
        at=at,
        zone=zone or UTC,
    )


@pytest.fixture
def store(sqlite_url: str):
    with Store.open(sqlite_url) as opened:
        opened.subscriptions.add(subscription("op", about=frozenset({About.SERVICE})))
        opened.subscriptions.add(subscription("desk"))
        yield opened


def becomes(store: Store, key: str, state: FeedState, at: datetime, why: str | None = None) -> None:
    was = store.feeds.find(f"https://{key}.example/rss").poll
    poll = replace(was, state=state, since=at, last_error=why, last_ok_at=at)
    store.commit([PollResult(feed_key=key, at=at, state=poll)])


def told(store: Store) -> list[tuple[str, MessageType]]:
    return [(alert.subscription_key, alert.type) for alert in store.outbox.list()]


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────


async def test_one_notice_is_sent_for_a_feed_that_fails_for_a_day(store):
    store.feeds.add(feed("f"))
    becomes(store, "f", FeedState.FAILING, NOW, "timeout: no answer within 30 s")
    for hours in range(72):
        await health_checks.check_feeds(health_checks_of(store), NOW + hours * HOUR)
    (alert,) = store.outbox.list()
    assert (alert.subscription_key, alert.type) == ("op", MessageType.FEED)
    assert alert.created_at == NOW + DAY
    (change,) = alert.content.feeds
    assert (change.state, change.why) == ("failing", "timeout: no answer within 30 s")
    assert (alert.content.healthy, alert.content.watched) == (0, 1)


async def test_one_notice_is_sent_when_the_feed_recovers(store, caplog):
    caplog.set_level(logging.INFO)
    store.feeds.add(feed("f"))
    becomes(store, "f", FeedState.SILENT, NOW, "nothing new for 3 days")
    await health_checks.check_feeds(health_checks_of(store), NOW)
    becomes(store, "f", FeedState.OK, NOW + DAY)
    for hours in range(24, 72):
        await health_checks.check_feeds(health_checks_of(store), NOW + hours * HOUR)
    after, before = store.outbox.list()
    assert [record.content.counts for record in (before, after)] == [{"silent": 1}, {"ok": 1}]
    assert after.created_at == NOW + DAY + HOUR
    logged = [
        (record.levelname, record.state) for record in caplog.records if "state" in record.__dict__
    ]
    assert logged == [("WARNING", "silent"), ("INFO", "ok")]


async def test_an_outage_of_our_own_network_is_one_notice_and_its_end_another(store):
    keys = [f"f{number}" for number in range(50)]
    store.feeds.add_all([feed(key) for key in keys])
    for number, key in enumerate(keys):
        becomes(store, key, FeedState.FAILING, NOW + number * MINUTE / 2, "dns: no address")
    for minutes in range(0, 240, 5):
        await health_checks.check_feeds(health_checks_of(store), NOW + minutes * MINUTE)
    for number, key in enumerate(keys):
        becomes(store, key, FeedState.OK, NOW + 4 * HOUR + number * MINUTE)
    for minutes in range(240, 24 * 60, 5):
        await health_checks.check_feeds(health_checks_of(store), NOW + minutes * MINUTE)
    after, before = store.outbox.list()
    assert before.content.outage is True
    assert before.content.counts == {"failing": 50}
    assert after.content.counts == {"ok": 50}


async def test_without_subscriptions_the_log_has_the_state_change(sqlite_url, caplog):
    with Store.open(sqlite_url) as store:
        store.feeds.add(feed("f"))
        becomes(store, "f", FeedState.GONE, NOW, "gone")
        await health_checks.check_feeds(health_checks_of(store), NOW)
        assert told(store) == []
    assert [record.message for record in caplog.records] == ["feed.state_changed"]


async def test_a_round_records_that_a_service_is_watching(store):
    for minutes in range(60):
        await health_checks.check_feeds(health_checks_of(store), NOW + minutes * MINUTE)
    assert store.coverage(NOW, NOW + HOUR).unwatched == timedelta()
    assert store.coverage(NOW, NOW + 2 * HOUR).unwatched == HOUR


# ── the service itself ───────────────────────────────────────────────────────────────────────────


async def test_a_refused_configuration_is_notified_when_it_lasts_and_when_it_ends(store, caplog):
    fault = [""]
    look = health_checks.ServiceFaultCheck(
        health_checks_of(store), {"configuration (all)": lambda: fault[0]}, lasting=2 * MINUTE
    )
    for minute, sentence in enumerate(
        ["", "line 3", "", "line 3", "line 3", "line 4", "line 4", ""]
    ):
        fault[0] = sentence
        await look(NOW + minute * MINUTE)
    after, before = store.outbox.list()
    assert before.created_at == NOW + 5 * MINUTE
    assert before.content.to_json()["conditions"] == [
        {"name": "configuration (all)", "sentence": "line 4"}
    ]
    assert after.content.to_json()["state"] == "ok"
    assert "service.degraded" in [record.message for record in caplog.records]


async def test_a_restart_does_not_repeat_a_notice(store):
    bad = {"pack": lambda: "damaged"}
    await health_checks.ServiceFaultCheck(health_checks_of(store), bad, lasting=timedelta())(NOW)
    await health_checks.ServiceFaultCheck(health_checks_of(store), bad, lasting=timedelta())(
        NOW + HOUR
    )
    assert told(store) == [("op", MessageType.SERVICE)]
    await health_checks.ServiceFaultCheck(
        health_checks_of(store), {"pack": lambda: ""}, lasting=timedelta()
    )(NOW + DAY)
    assert store.outbox.list()[0].content.to_json()["mended"] == [
        {"name": "pack", "sentence": "damaged"}
    ]


async def test_a_restart_does_not_end_a_fault_that_does_not_last_yet(store):
    bad = {"pack": lambda: "damaged"}
    await health_checks.ServiceFaultCheck(health_checks_of(store), bad, lasting=timedelta())(NOW)
    await health_checks.ServiceFaultCheck(health_checks_of(store), bad, lasting=2 * MINUTE)(
        NOW + HOUR
    )
    assert store.service_faults.all() == {"pack": "damaged"}


# ── the day ──────────────────────────────────────────────────────────────────────────────────────


async def stated(store: Store, *instants: datetime, **where: object) -> list[str]:
    """The dates told when a service runs at these instants."""
    statement = health_checks.CoverageStatement(health_checks_of(store, **where))
    for now in instants:
        await statement(now)
    return [str(alert.content.date) for alert in reversed(store.outbox.list(limit=99))]


async def test_each_date_has_one_statement_over_restarts_and_in_two_processes(store):
    start = NOW + DAY
    for _ in range(3):  # each a process of its own
        await stated(store, *(start + quarter * HOUR / 4 for quarter in range(4 * 72)))
    assert await stated(store, start) == [
        "2025-06-18", "2025-06-19", "2025-06-20", "2025-06-21",
    ]  # fmt: skip


async def test_a_new_subscription_gets_its_first_statement_the_next_morning(store):
    assert await stated(store, NOW + HOUR) == []  # the subscription is of 12:00, the date's is 7:00
    assert await stated(store, NOW + DAY) == ["2025-06-18"]


async def test_a_service_that_was_down_for_days_states_the_last_date_only(store):
    await stated(store, NOW + DAY)
    assert await stated(store, NOW + 5 * DAY) == ["2025-06-18", "2025-06-22"]


async def test_a_service_that_just_began_logs_no_statement(store, caplog):
    caplog.set_level(logging.INFO)
    store.feeds.add(feed("f"))
    await stated(store, NOW)
    assert "coverage.ready" not in caplog.messages
    becomes(store, "f", FeedState.OK, NOW)
    await stated(store, NOW + DAY)
    assert "coverage.ready" in caplog.messages


async def test_the_statement_is_about_the_day_before(store):
    await stated(store, NOW + DAY, at=time(9), zone=SEOUL)
    (alert,) = store.outbox.list()
    assert (alert.subscription_key, alert.type) == ("op", MessageType.COVERAGE)
    facts = alert.content.to_json()
    assert (facts["since"], facts["until"]) == ("2025-06-17T00:00:00Z", "2025-06-18T00:00:00Z")
    assert alert.content.sentence == "no feed is watched; 0 read, 0 flagged, 0 alerted"


@pytest.mark.parametrize(
    ("day", "at", "hours"),
    [
        (date(2025, 3, 30), time(7), 23),  # the clock was put forward
        (date(2025, 10, 26), time(7), 25),
        (date(2025, 3, 30), time(3, 30), 24),  # the time that the clock jumped over
        (date(2025, 6, 17), time(0), 24),
    ],
)
def test_a_local_day_is_as_long_as_its_clock_says(day, at, hours):
    before, after = (health_checks.utc_instant(midnight, at, KYIV) for midnight in (day - DAY, day))
    assert after - before == hours * HOUR


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2025, 6, 17, 3, 59, tzinfo=UTC), date(2025, 6, 16)),
        (datetime(2025, 6, 17, 4, 0, tzinfo=UTC), date(2025, 6, 17)),
        (datetime(2025, 6, 17, 23, 59, tzinfo=UTC), date(2025, 6, 17)),
    ],
)
def test_a_date_begins_at_the_stated_time_there(now, day):
    assert health_checks.last_date(now, time(7), KYIV) == day


# ── the dead man's call ──────────────────────────────────────────────────────────────────────────


class Line:
    """Counts calls; the first ones fail."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.calls = 0

    async def __call__(self) -> None:
        self.calls += 1
        if self.calls <= self.failures:
            raise Unreachable(DeliveryReason.CONNECT, "no connection")


def poll_that(went_well: bool, at: datetime = NOW) -> PollCounts:
    state = PollState(due_at=at, last_ok_at=at if went_well else at - DAY)
    return PollResult(feed_key="f", at=at, state=state).counts()


async def test_the_heartbeat_calls_after_good_rounds_only():
    pulse = health_checks.Heartbeat(line := Line())
    await pulse(NOW)
    assert line.calls == 0  # nothing was polled: the store may be down
    pulse.polled([poll_that(went_well=False)] * 3)
    await pulse(NOW)
    assert line.calls == 0  # all feeds fail
    pulse.polled([poll_that(went_well=False), poll_that(went_well=True)])
    await pulse(NOW)
    await pulse(NOW + MINUTE)
    assert line.calls == 1


async def test_a_failing_heartbeat_harms_nothing_and_is_logged_once(caplog):
    pulse = health_checks.Heartbeat(line := Line(failures=3))
    pulse.polled([poll_that(went_well=True)])
    for minute in range(6):
        await pulse(NOW + minute * MINUTE)
    assert line.calls == 4
    assert [record.message for record in caplog.records] == ["deadman.failed"]


# ── put together ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("url", ["", "https://hc.example.org/ping/s3cret"])
async def test_the_heartbeat_runs_only_when_its_url_is_set(store, url):
    chosen = loader.load(environment={}, overrides={"health": {"deadman_url": url}})
    with closing(build.StoreThread()) as run_in_store:
        async with build.health_rounds(chosen, store, run_in_store, {}) as (rounds, on_poll):
            on_poll([poll_that(went_well=False)])
            names = [round_.name for round_ in rounds]
    assert names == ["watch", "conditions", "spikes", "statement", *(["deadman"] if url else [])]
    assert "s3cret" not in repr(chosen)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("deadman_url", "file:///s3cret", "an address to call looks like"),
        ("statement_at", "25:00", 'a time of day looks like "07:00"'),
        ("zone", "Europe/Atlantis", "a time zone has a name like"),
    ],
)
def test_an_invalid_setting_is_refused_without_showing_a_secret(name, value, message):
    with pytest.raises(ConfigError) as refused:
        loader.load(environment={}, overrides={"health": {name: value}})
    assert message in str(refused.value)
    assert "s3cret" not in str(refused.value)

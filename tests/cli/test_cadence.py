"""`monitor subscriptions … --cadence`: taken when it can be kept, refused with what to do."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from monitor.alerts import match
from monitor.cli import cadence
from monitor.domain.alerts import SubscriptionState
from monitor.domain.delivery_schedule import (
    AT_ONCE,
    DeliverySchedule,
    Frequency,
    HoldReason,
    QuietHours,
)
from monitor.store.repositories.digests import Outlook
from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.fakes import subscription
from tests.store.builders import a_feed, a_poll, an_article

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ME = ("subscriptions", "add", "me", "--email", "me@watch.example")
DAILY = (*ME, "--cadence", "daily", "--at", "7:30", "--zone", "Europe/Warsaw")


def test_all_of_it_is_kept_and_shown(watch: Terminal):
    watch(*DAILY, "--quiet", "22:00-07:00", "--empty-digest")
    (kept,) = watch("subscriptions", "list", "--json").json()
    assert kept["cadence"] == {
        "every": "daily",
        "at": "07:30",
        "on": None,
        "zone": "Europe/Warsaw",
        "quiet": ["22:00", "07:00"],
        "budget": None,
        "group_seconds": 0,
        "empty_digest": True,
    }
    shown = watch("subscriptions", "show", "me").out
    assert "daily at 07:30, quiet from 22:00 to 07:00, also when there is nothing" in shown
    assert ", 07:30; nothing held" in shown or "quiet until" in shown
    assert watch("subscriptions", "show", "me", "--json").json()["held"] == {}
    assert "daily at 07:30" in " ".join(watch("subscriptions", "list").out.split())


def test_another_cadence_for_who_is_told_already(watch: Terminal):
    watch(*ME, "--budget", "20", "--group", "10m")
    said = watch("subscriptions", "edit", "me", "--cadence", "weekly", "--on", "fri")
    assert "me is told weekly on Friday at 08:00 (UTC)" in said.err
    assert "next digest Fri" in said.err
    said = watch("subscriptions", "edit", "me", "--cadence", "at-once", "--quiet", "none")
    assert "me is told at once\n" in said.err
    assert "say what to change" in watch.refused("subscriptions", "edit", "me")
    assert "no subscription 'you'" in watch.refused("subscriptions", "edit", "you", "--at", "9:00")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--zone", "Europe/Warszawa"), "did you mean 'Europe/Warsaw'?"),
        (("--zone", "seoul"), "did you mean 'Asia/Seoul'?"),
        (("--zone", "europe/berlin"), "did you mean 'Europe/Berlin'?"),
        (("--zone", "CEST+2"), "is no zone that is known"),
        (("--cadence", "daily", "--at", "24:00"), "from 00:00 to 23:59"),
        (("--cadence", "daily", "--at", "half past"), 'a time is written "07:30"'),
        (("--cadence", "monthly"), "monthly"),
        (("--at", "07:30"), "add --cadence daily"),
        (("--cadence", "hourly", "--at", "07:30"), "add --cadence daily"),
        (("--cadence", "daily", "--on", "monday"), "add --cadence weekly"),
        (("--cadence", "weekly", "--on", "someday"), "one of Monday, Tuesday"),
        (("--cadence", "weekly", "--on", "t"), "one of Monday, Tuesday"),
        (("--quiet", "00:00-23:59"), "less than an hour of the day"),
        (("--quiet", "12:00-11:30"), "less than an hour of the day"),
        (("--quiet", "all day"), 'hours are written "22:00-07:00"'),
        (("--cadence", "daily", "--at", "03:00", "--quiet", "22:00-07:00"), "say --at 07:00"),
        (("--budget", "20", "--at", "23:00", "--quiet", "22:00-07:00"), "say --at 07:00"),
        (("--budget", "0"), "a whole number from 1 to 10,000"),
        (("--budget", "-3"), "a whole number from 1"),
        (("--cadence", "daily", "--budget", "20"), "is one message already"),
        (("--cadence", "hourly", "--group", "10m"), "is one message already"),
        (("--group", "10"), 'with its unit: "45s"'),
        (("--group", "2d"), "longer than 12 hours"),
        (("--empty-digest",), "needs a digest"),
    ],
)
def test_what_can_not_be_kept_is_refused_with_what_to_do(watch: Terminal, words, says):
    assert says in " ".join(watch.refused(*ME, *words).split())
    assert watch("subscriptions", "list", "--json").json() == []


def asked(before: DeliverySchedule = AT_ONCE, **wanted) -> DeliverySchedule:
    return cadence.asked(before, cadence.ScheduleOptions(**wanted))


def test_quiet_hours_that_begin_where_they_end_are_none():
    assert asked(quiet="07:00-07:00") == AT_ONCE
    assert asked(quiet="22:00–7:00").quiet == QuietHours(
        start=time(22), end=time(7)
    )  # a dash of print


def test_what_goes_with_another_cadence_only_ends_with_it():
    before = asked(budget="5", group="10m", empty=True, zone="Asia/Seoul")
    daily = asked(before, every=Frequency.DAILY)
    assert (daily.budget, daily.group, daily.empty) == (None, timedelta(), True)
    assert asked(daily, every=Frequency.ONCE) == DeliverySchedule(zone="Asia/Seoul")


DAY = DeliverySchedule(every=Frequency.DAILY, at=time(7, 30), zone="Europe/Warsaw")


@pytest.mark.parametrize(
    ("made", "held", "said"),
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
    ],
)
def test_when_it_is_told_next(made, held, said):
    assert cadence.next_told(subscription(cadence=made), outlook(held), NOON) == said


def test_a_digest_that_nobody_sends_is_noticed():
    late = outlook({HoldReason.DIGEST: 1}, next_at=NOON - timedelta(hours=1))
    said = cadence.next_told(subscription(cadence=DAY), late, NOON)
    assert said.endswith("; 1 held; one is due already: does `monitor run` run?")


def test_who_is_paused_is_told_nothing():
    paused = subscription(cadence=DAY, state=SubscriptionState.PAUSED)
    said = cadence.next_told(paused, outlook({HoldReason.DIGEST: 3}), NOON)
    assert said == "3 held; nothing is told while it is paused"


def outlook(held, next_at: datetime | None = None) -> Outlook:
    progress = cadence.rules.DigestProgress(told_until=NOON)
    return Outlook(standing=progress, next_at=next_at, held=held)


def test_what_is_held_and_where_it_was_told_is_shown(watch: Terminal):
    watch(*DAILY)
    with Store.open(f"sqlite:///{next(watch.folder.glob('*.db'))}") as store:
        (me,) = store.subscriptions.list()
        store.feeds.add(a_feed())
        now = datetime.now(UTC)
        articles = [an_article(f"Story {n}", seen_at=now) for n in range(2)]
        store.commit([a_poll(a_feed(), *articles, alerts=match.alerts(articles, [me]))])
        listed = " ".join(watch("deliveries", "list", "--state", "held").out.split())
        assert "for the digest" in listed
        assert "; 2 held" in watch("subscriptions", "show", "me").out
        store.digests.seal_due(now + timedelta(days=2))
    (digest,) = watch("deliveries", "list", "--state", "pending", "--json").json()
    assert f"told in {digest['key'][:8]}" in watch("deliveries", "list").out
    shown = watch("deliveries", "show", digest["key"][:8]).out
    assert "digest.ready" in shown
    assert all(f"Story {n}" in shown for n in range(2))
    assert watch("deliveries", "show", digest["key"], "--json").json()["data"]["kind"] == "digest"
    assert "deliveries list" in watch.refused("deliveries", "show", "nothing")

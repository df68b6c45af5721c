"""`monitor subscriptions edit`: schedules, filters, name and address are changed and shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts import match
from monitor.store.store import Store
from tests.cli.conftest import Terminal
from tests.store.builders import a_feed, a_poll, an_article

ME = ("subscriptions", "add", "me", "--email", "me@watch.example")
DAILY = (*ME, "--cadence", "daily", "--at", "7:30", "--zone", "Europe/Warsaw")


def test_a_schedule_is_stored_and_shown(watch: Terminal):
    watch(*DAILY, "--quiet", "22:00-07:00", "--empty-digest")
    (stored,) = watch("subscriptions", "list", "--json").json()
    assert stored["cadence"] == {
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
    assert "daily at 07:30, quiet from 22:00 to 07:00, empty digests too" in shown
    assert ", 07:30; nothing held" in shown or "quiet until" in shown
    assert watch("subscriptions", "show", "me", "--json").json()["held"] == {}
    assert "daily at 07:30" in " ".join(watch("subscriptions", "list").out.split())


def test_a_schedule_is_changed_one_option_at_a_time(watch: Terminal):
    watch(*ME, "--budget", "20", "--group", "10m")
    result = watch("subscriptions", "edit", "me", "--cadence", "weekly", "--on", "fri")
    assert " me: alerted weekly on Friday at 08:00 (UTC)" in result.err
    assert "next digest Fri" in result.err
    result = watch("subscriptions", "edit", "me", "--cadence", "at-once", "--quiet", "none")
    assert " me: alerted at once\n" in result.err
    assert "say what to change" in watch.refused("subscriptions", "edit", "me")
    assert "no subscription 'you'" in watch.refused("subscriptions", "edit", "you", "--at", "9:00")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--cadence", "monthly"), "monthly"),
        (("--zone", "Europe/Warszawa"), "did you mean 'Europe/Warsaw'?"),
        (("--at", "07:30"), "--at is the time of a daily or weekly digest"),
        (("--empty-digest",), "--empty-digest needs a cadence"),
    ],
)
def test_a_schedule_that_can_not_be_kept_is_refused_and_nothing_is_stored(
    watch: Terminal, words, message
):
    assert message in " ".join(watch.refused(*ME, *words).split())
    assert watch("subscriptions", "list", "--json").json() == []


def test_held_alerts_and_the_digest_that_tells_them_are_shown(watch: Terminal):
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
        store.digests.close_due(now + timedelta(days=2))
    (digest,) = watch("deliveries", "list", "--state", "pending", "--json").json()
    assert f"sent in {digest['key'][:8]}" in watch("deliveries", "list").out
    shown = watch("deliveries", "show", digest["key"][:8]).out
    assert "digest.ready" in shown
    assert all(f"Story {n}" in shown for n in range(2))
    assert watch("deliveries", "show", digest["key"], "--json").json()["data"]["kind"] == "digest"
    assert "deliveries list" in watch.refused("deliveries", "show", "nothing")


def test_a_filter_is_changed_and_removed(watch: Terminal):
    watch(*ME)
    changed = watch("subscriptions", "edit", "me", "--filter", "kursk lang:ru")
    assert "about: kursk lang:ru" in changed.err
    assert watch("subscriptions", "show", "me", "--json").json()["filter"] == "kursk lang:ru"
    watch("subscriptions", "edit", "me", "--filter", "none")
    assert watch("subscriptions", "show", "me", "--json").json()["filter"] is None


def test_a_webhook_keeps_its_secret_at_another_address_and_under_another_name(watch: Terminal):
    secret = watch("subscriptions", "add", "hook", "--webhook", "https://a.example/").out.strip()
    words = ("--name", "desk", "--address", "https://b.example/", "--lang", "ko", "--lang", "en")
    changed = watch(
        "subscriptions", "edit", "hook", *words, "--theme", "arms", "--min-score", "0.6"
    )
    assert "sends to https://b.example/" in changed.err
    assert "about: arms; en, ko; score ≥ 0.6" in changed.err
    with Store.open(f"sqlite:///{next(watch.folder.glob('*.db'))}") as store:
        (stored,) = store.subscriptions.list()
    assert (stored.name, stored.signing_secret) == ("desk", secret)
    shown = watch("subscriptions", "edit", "desk", "--lang", "none", "--json").json()
    assert (shown["languages"], shown["themes"]) == ([], ["arms"])
    (entry, *_) = watch("audit", "list", "--json").json()["entries"]
    assert (entry["before"], entry["after"]) == ({"languages": ["en", "ko"]}, {"languages": []})
    assert "nothing changed" in watch("subscriptions", "edit", "desk", "--lang", "none").err


def test_an_address_is_one_of_the_same_channel(watch: Terminal):
    watch(*ME)
    message = watch.refused("subscriptions", "edit", "me", "--address", "https://b.example/")
    assert "https://b.example/" in message
    private = ("subscriptions", "edit", "hook", "--address", "http://192.168.0.1/")
    watch("subscriptions", "add", "hook", "--webhook", "https://a.example/")
    assert "private address" in watch.refused(*private)


def test_the_tier_is_changed_with_the_schedule_that_it_needs(watch: Terminal):
    watch(*ME)
    assert "--tier review needs digests" in watch.refused(
        "subscriptions", "edit", "me", "--tier", "review"
    )
    result = watch("subscriptions", "edit", "me", "--tier", "review", "--cadence", "daily")
    assert "doubtful articles in digests" in result.err
    assert "doubtful articles in digests" in watch("subscriptions", "show", "me").out
    watch("subscriptions", "edit", "me", "--cadence", "at-once", "--tier", "alert")
    assert watch("subscriptions", "show", "me", "--json").json()["tier"] == "alert"

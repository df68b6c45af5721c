"""The content of a digest: what was held and silenced, and the coverage of its time."""

from __future__ import annotations

from datetime import timedelta

from monitor.alerts.digest_schedule import BatchReason, DigestBatch
from monitor.domain.alerts import AlertState, Subscription
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency, HoldReason
from monitor.domain.digest_content import DigestReady
from monitor.domain.muting.silence import Silence
from monitor.store.repositories.digest_facts import digest_ready
from monitor.store.store import Store
from tests.store.builders import MINUTE, NOW, a_feed, a_poll, a_subscription, an_alert, an_article

HOUR = timedelta(hours=1)
SEOUL = DeliverySchedule(every=Frequency.DAILY, zone="Asia/Seoul", budget=5)
FEED = a_feed()


def subscribed(store: Store) -> Subscription:
    desk = a_subscription(cadence=SEOUL)
    store.feeds.add(FEED)
    store.subscriptions.add(desk)
    return desk


def arrive(store: Store, desk: Subscription, name: str, minutes: int = 1, **changes) -> str:
    """The key of the alert of an article that came so many minutes after NOW."""
    article = an_article(name, FEED, seen_at=NOW + minutes * MINUTE)
    alert = an_alert(article, desk, **changes)
    store.commit([a_poll(FEED, article, alerts=(alert,))])
    return alert.key


def facts(store: Store, desk: Subscription, *keys: str, over_budget: int = 0) -> DigestReady:
    batch = DigestBatch(
        kind=BatchReason.DIGEST, label="2025-06-17", since=NOW, until=NOW + HOUR, keys=keys,
        over_budget=over_budget,
    )  # fmt: skip
    return store._database.read(lambda connection: digest_ready(connection, desk, batch, ()))


def test_a_digest_names_its_time_and_the_schedule_of_its_subscription(store: Store):
    ready = facts(store, subscribed(store), over_budget=2)
    assert (ready.kind, ready.since, ready.until) == ("digest", NOW, NOW + HOUR)
    assert (ready.zone, ready.budget, ready.over_budget) == ("Asia/Seoul", 5, 2)


def test_alerts_that_stay_held_are_counted_without_those_of_the_batch(store: Store):
    desk = subscribed(store)
    held = {"state": AlertState.HELD, "held_for": HoldReason.DIGEST}
    keys = [arrive(store, desk, name, **held) for name in "abc"]
    arrive(store, desk, "sent at once")
    assert facts(store, desk, keys[0]).held == 2
    assert facts(store, desk, *keys).held == 0


def test_silences_are_listed_by_the_articles_that_they_kept_out_of_its_time(store: Store):
    desk = subscribed(store)
    for key in "rb":
        silence = Silence(
            key=key, theme="t", reason=f"reason {key}", created_at=NOW, until=NOW + HOUR
        )
        store.silences.add(silence)
    silenced = {"state": AlertState.SILENCED}
    arrive(store, desk, "one", silenced_by="b", **silenced)
    for name in ("two", "three"):
        arrive(store, desk, name, minutes=60, silenced_by="r", **silenced)
    arrive(store, desk, "at the start", minutes=0, silenced_by="b", **silenced)
    arrive(store, desk, "after the end", minutes=61, silenced_by="b", **silenced)
    ready = facts(store, desk)
    assert [(silence.key, silence.articles) for silence in ready.silences] == [("r", 2), ("b", 1)]
    assert (ready.silenced, ready.silences[0].reason) == (3, "reason r")

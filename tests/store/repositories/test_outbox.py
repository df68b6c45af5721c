"""The outbox: claims, fair shares, recorded attempts, retries, replays and due times."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest

from monitor.domain.alerts import (
    Alert,
    AlertState,
    Claim,
    EndpointHealth,
    Outcome,
    Subscription,
    SubscriptionState,
)
from monitor.domain.message_contents import SubscriptionDisabled
from monitor.store.store import Store
from tests.store.builders import (
    MINUTE,
    NOW,
    a_feed,
    a_poll,
    a_subscription,
    an_alert,
    an_article,
    an_attempt,
)

LEASE = 5 * MINUTE


def add_alerts(store: Store, subscription: Subscription, number: int = 1) -> list[Alert]:
    """Add alerts for a subscription, each due a second after the one before."""
    feed = a_feed(title="One")
    store.feeds.add(feed)
    store.subscriptions.add(subscription)
    articles = [an_article(f"story {index}", feed) for index in range(number)]
    alerts = [
        an_alert(article, subscription, due_at=NOW - timedelta(seconds=number - index))
        for index, article in enumerate(articles)
    ]
    store.commit([a_poll(feed, *articles, alerts=tuple(alerts))])
    return alerts


def claim(store: Store, at=NOW, limit: int = 100, per: int = 100, **options) -> list[Claim]:
    return store.outbox.claim(at, limit=limit, per_subscription=per, lease=LEASE, **options)


class TestClaim:
    def test_has_everything_that_a_message_needs(self, store: Store) -> None:
        asker = a_subscription()
        (alert,) = add_alerts(store, asker)
        (claimed,) = claim(store)
        assert claimed.alert == alert
        assert claimed.subscription == asker
        assert claimed.articles == (an_article("story 0"),)
        assert claimed.feed_titles == {a_feed().key: "One"}
        assert len(claimed.token) == 32

    def test_has_the_articles_in_the_order_of_the_alert(self, store: Store) -> None:
        feed, asker = a_feed(), a_subscription()
        articles = [an_article(f"story {number}", feed) for number in range(20)]
        store.feeds.add(feed)
        store.subscriptions.add(asker)
        digest = an_alert(
            articles[0], asker, article_keys=tuple(article.key for article in articles)
        )
        store.commit([a_poll(feed, *articles, alerts=(digest,))])
        (claimed,) = claim(store)
        assert claimed.articles == tuple(articles)
        assert claimed.alert == digest

    def test_has_the_title_that_a_removed_feed_had(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        store.feeds.remove(a_feed().key)
        assert claim(store)[0].feed_titles == {a_feed().key: "One"}

    def test_takes_due_alerts_the_longest_overdue_first(self, store: Store) -> None:
        alerts = add_alerts(store, a_subscription(), 3)
        before = alerts[1].due_at
        assert [claimed.alert.key for claimed in claim(store, before)] == [
            alert.key for alert in alerts[:2]
        ]

    def test_takes_nothing_twice_until_the_lease_runs_out(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (first,) = claim(store)
        assert claim(store, NOW + LEASE - timedelta(seconds=1)) == []
        (second,) = claim(store, NOW + LEASE)
        assert second.alert == first.alert
        assert second.token != first.token

    def test_is_fair_when_one_endpoint_has_five_hundred(self, store: Store) -> None:
        busy_reader, quiet_reader = a_subscription("many"), a_subscription("few")
        add_alerts(store, busy_reader, 500)
        add_alerts(store, quiet_reader, 3)
        shares = Counter(claimed.subscription.name for claimed in claim(store, limit=20, per=10))
        assert shares == {"many": 10, "few": 3}
        assert Counter(claimed.subscription.name for claimed in claim(store, limit=4)) == {
            "many": 4
        }

    def test_takes_turns_when_the_batch_is_small(self, store: Store) -> None:
        for name in ("a", "b", "c"):
            add_alerts(store, a_subscription(name), 5)
        shares = Counter(claimed.subscription.name for claimed in claim(store, limit=6))
        assert shares == {"a": 2, "b": 2, "c": 2}

    def test_leaves_out_the_excluded_subscriptions(self, store: Store) -> None:
        busy, idle = a_subscription("busy"), a_subscription("idle")
        add_alerts(store, busy)
        add_alerts(store, idle)
        assert [claimed.subscription for claimed in claim(store, exclude={busy.key})] == [idle]

    @pytest.mark.parametrize("state", [SubscriptionState.PAUSED, SubscriptionState.DISABLED])
    def test_waits_for_a_subscription_that_is_not_active(
        self, store: Store, state: SubscriptionState
    ) -> None:
        asker = a_subscription()
        add_alerts(store, asker)
        store.subscriptions.set_state(asker.key, state, "for now")
        assert claim(store) == []
        assert store.outbox.next_due(NOW) is None
        store.subscriptions.set_state(asker.key, SubscriptionState.ACTIVE)
        assert len(claim(store)) == 1

    def test_without_alerts_does_nothing(self, store: Store) -> None:
        assert claim(store) == []

    def test_does_not_wait_for_what_another_process_is_taking(self, postgresql_url: str) -> None:
        with Store.open(postgresql_url) as store, psycopg.connect(postgresql_url) as other:
            add_alerts(store, a_subscription())
            other.execute("SELECT * FROM alerts FOR UPDATE")
            assert claim(store) == []


class TestRecord:
    def test_sent_is_done(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        attempt = an_attempt(claimed.alert)
        assert store.outbox.record(attempt, token=claimed.token, due_at=None)
        (alert,) = store.outbox.list()
        assert alert == replace(claimed.alert, state=AlertState.SENT, attempts=1)
        assert store.outbox.attempts(alert.key) == [attempt]
        assert claim(store, NOW + 9 * LEASE) == []

    def test_later_is_due_again_with_the_same_key(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        attempt = an_attempt(claimed.alert, Outcome.LATER)
        again_at = NOW + 30 * MINUTE
        assert store.outbox.record(attempt, token=claimed.token, due_at=again_at)
        assert claim(store, again_at - MINUTE) == []
        (again,) = claim(store, again_at)
        assert (again.alert.key, again.alert.attempts) == (claimed.alert.key, 1)
        assert again.alert.last_error == "status: 500 oops"

    def test_later_without_a_time_is_refused(self, store: Store) -> None:
        (alert,) = add_alerts(store, a_subscription())
        with pytest.raises(ValueError, match="the time of the next try"):
            store.outbox.record(an_attempt(alert, Outcome.LATER), token="x", due_at=None)

    def test_dead_is_listed_with_the_reason(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        attempt = an_attempt(claimed.alert, Outcome.DEAD)
        assert store.outbox.record(attempt, token=claimed.token, due_at=None)
        (dead,) = store.outbox.list(state=AlertState.DEAD)
        assert dead.last_error == "status: 500 oops"
        assert claim(store, NOW + 9 * LEASE) == []

    def test_is_fenced_off_when_another_claim_has_the_lease(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (slow,) = claim(store)
        (quick,) = claim(store, NOW + LEASE)
        late = an_attempt(slow.alert, Outcome.DEAD)
        assert not store.outbox.record(late, token=slow.token, due_at=None)
        assert store.outbox.list()[0].state is AlertState.PENDING
        sent = an_attempt(quick.alert, at=NOW + LEASE)
        assert store.outbox.record(sent, token=quick.token, due_at=None)
        assert store.outbox.attempts(slow.alert.key) == [late, sent]  # both are told of
        attempts = store.outbox.attempts_of([slow.alert.key, "another"])
        assert attempts == {slow.alert.key: [late, sent], "another": []}

    def test_counts_after_the_lease_ended_when_no_other_claim_took_it(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        late = an_attempt(claimed.alert, at=NOW + 9 * LEASE)
        assert store.outbox.record(late, token=claimed.token, due_at=None)

    def test_twice_is_stored_once(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        attempt = an_attempt(claimed.alert)
        store.outbox.record(attempt, token=claimed.token, due_at=None)
        assert not store.outbox.record(attempt, token=claimed.token, due_at=None)
        assert store.outbox.attempts(claimed.alert.key) == [attempt]

    def test_of_an_unknown_alert_changes_nothing(self, store: Store) -> None:
        alert = an_alert(an_article(), a_subscription())
        assert not store.outbox.record(an_attempt(alert), token="x", due_at=None)
        assert store.outbox.attempts(alert.key) == []

    def test_cleans_the_answer_of_a_receiver(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        rude = an_attempt(claimed.alert, Outcome.DEAD, detail="\x00\ud800" + "x" * 5_000)
        store.outbox.record(rude, token=claimed.token, due_at=None)
        (stored,) = store.outbox.attempts(claimed.alert.key)
        assert stored.detail == "?" + "x" * 999


class TestExtend:
    def test_keeps_the_leases_of_alerts_not_recorded_yet(self, store: Store) -> None:
        add_alerts(store, a_subscription(), 2)
        done, slow = claim(store)
        store.outbox.record(an_attempt(done.alert), token=done.token, due_at=None)
        store.outbox.extend([done.token, slow.token, "nobody's"], NOW + 3 * LEASE)
        assert claim(store, NOW + 2 * LEASE) == []
        (late,) = claim(store, NOW + 3 * LEASE)
        assert late.alert == slow.alert

    def test_without_alerts_does_nothing(self, store: Store) -> None:
        store.outbox.extend([], NOW)


class TestRelease:
    def test_makes_it_due_as_before(self, store: Store) -> None:
        add_alerts(store, a_subscription(), 2)
        claims = claim(store)
        store.outbox.release([claims[0].token, "nobody's"])
        assert [claimed.alert for claimed in claim(store)] == [claims[0].alert]

    def test_without_alerts_does_nothing(self, store: Store) -> None:
        store.outbox.release([])

    def test_does_nothing_when_another_claim_has_the_lease(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (slow,) = claim(store)
        (quick,) = claim(store, NOW + LEASE)
        store.outbox.release([slow.token])
        assert claim(store, NOW + LEASE) == []
        assert store.outbox.record(an_attempt(quick.alert), token=quick.token, due_at=None)


class TestRetry:
    def test_makes_a_dead_alert_due(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        store.outbox.record(
            an_attempt(claimed.alert, Outcome.DEAD), token=claimed.token, due_at=None
        )
        assert store.outbox.retry(claimed.alert.key, NOW + MINUTE)
        (again,) = claim(store, NOW + MINUTE)
        assert (again.alert.key, again.alert.attempts) == (claimed.alert.key, 0)

    def test_makes_a_waiting_alert_due_now(self, store: Store) -> None:
        (alert,) = add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        later = an_attempt(claimed.alert, Outcome.LATER)
        store.outbox.record(later, token=claimed.token, due_at=NOW + 60 * MINUTE)
        assert store.outbox.retry(alert.key, NOW)
        (again,) = claim(store)
        assert again.alert.attempts == 1

    def test_does_not_repeat_what_was_sent(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        (claimed,) = claim(store)
        store.outbox.record(an_attempt(claimed.alert), token=claimed.token, due_at=None)
        assert not store.outbox.retry(claimed.alert.key, NOW)
        assert not store.outbox.retry("nobody", NOW)


class TestReplay:
    def test_resends_sent_and_dead_alerts_and_leaves_pending_ones(self, store: Store) -> None:
        add_alerts(store, a_subscription(), 3)
        sent, dead, waiting = claim(store)
        store.outbox.record(an_attempt(sent.alert), token=sent.token, due_at=None)
        store.outbox.record(an_attempt(dead.alert, Outcome.DEAD), token=dead.token, due_at=None)
        later = an_attempt(waiting.alert, Outcome.LATER)
        store.outbox.record(later, token=waiting.token, due_at=NOW + 60 * MINUTE)
        keys = [claimed.alert.key for claimed in (sent, dead, waiting)]
        assert store.outbox.replay([*keys, "nobody"], NOW + MINUTE) == 2
        again = claim(store, NOW + MINUTE)
        assert {claimed.alert.key for claimed in again} == {sent.alert.key, dead.alert.key}
        assert [claimed.alert.attempts for claimed in again] == [0, 0]
        assert len(store.outbox.attempts(sent.alert.key)) == 1

    def test_without_subscription_does_nothing(self, store: Store) -> None:
        (alert,) = add_alerts(store, a_subscription())
        store.subscriptions.remove(a_subscription().key, NOW)
        assert store.outbox.replay([alert.key], NOW) == 0
        assert store.outbox.replay([], NOW) == 0


class TestAdd:
    def test_stores_an_alert_that_no_poll_causes_once(self, store: Store) -> None:
        store.subscriptions.add(a_subscription())
        alert = Alert(
            key="n" * 32,
            subscription_key=a_subscription().key,
            content=SubscriptionDisabled(name="desk"),
            created_at=NOW,
            due_at=NOW,
        )
        assert (store.outbox.add([alert]), store.outbox.add([alert])) == (1, 0)
        assert store.outbox.add([]) == 0
        (claimed,) = claim(store)
        assert (claimed.alert, claimed.articles) == (alert, ())


class TestBackOff:
    def test_alerts_to_an_endpoint_in_back_off_wait(self, store: Store) -> None:
        add_alerts(store, a_subscription())
        paused_until = NOW + 5 * MINUTE
        store.subscriptions.set_health(
            a_subscription().key, EndpointHealth(paused_until=paused_until)
        )
        assert claim(store, NOW + 4 * MINUTE) == []
        assert store.outbox.next_due(NOW) == paused_until
        assert len(claim(store, paused_until)) == 1

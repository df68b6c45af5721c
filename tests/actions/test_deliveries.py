"""Alerts with their attempts: list, show, retry, replay."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from monitor.actions.deliveries import (
    DeliveryQuery,
    ListedDelivery,
    ReplayRequest,
    list_deliveries,
    replay_deliveries,
    retry_dead_deliveries,
    retry_delivery,
    show_delivery,
)
from monitor.alerts import match
from monitor.domain.alerts import Alert, AlertState, Attempt, EndpointHealth, Outcome, PollResult
from monitor.domain.delivery_schedule import DeliverySchedule
from monitor.domain.errors import ConfigError
from monitor.domain.reasons import DeliveryReason
from monitor.store.store import Store
from tests.fakes import NOW, article, entry, feed, subscription
from tests.store.builders import change_schedule

SECOND = timedelta(seconds=1)
ALERT = Alert(
    key="1" * 32,
    subscription_key="s",
    article_keys=("dddddddd",),
    created_at=NOW,
    due_at=NOW,
)
WHOLE_SPAN = ReplayRequest(
    subscription=subscription("s"), since=NOW - SECOND, until=NOW + SECOND, dry_run=False
)


@pytest.fixture
def sent(store: Store) -> Store:
    """A store in which one alert was sent at the second attempt."""
    article_ = article("dddddddd")
    state = feed("f").poll
    store.commit([PollResult(feed_key="f", state=state, articles=(article_,), alerts=(ALERT,))])
    for number, outcome in ((1, Outcome.LATER), (2, Outcome.SENT)):
        (claim,) = store.outbox.claim(NOW, limit=9, per_subscription=9, lease=timedelta(minutes=1))
        attempt = Attempt(
            reason=DeliveryReason.TIMEOUT if outcome is Outcome.LATER else DeliveryReason.ACCEPTED,
            alert_key=ALERT.key,
            number=number,
            at=NOW + number * SECOND,
            took=SECOND / 2,
            outcome=outcome,
            detail="busy" if outcome is Outcome.LATER else "ok",
        )
        store.outbox.record(attempt, token=claim.token, due_at=NOW)
    return store


def test_a_list_has_attempts_headline_and_the_name_of_the_subscription(sent: Store):
    (row,) = list_deliveries(sent, DeliveryQuery(limit=10), NOW)
    assert (row.headline, row.subscription_name) == ("Sappers leave for Kursk", "name of s")
    assert [attempt.outcome for attempt in row.attempts] == [Outcome.LATER, Outcome.SENT]
    shown = row.as_json()
    assert shown["state"] is AlertState.SENT
    assert shown["times"] == {
        "published_at": None,
        "seen_at": "2025-06-17T12:00:00.000+00:00",
        "decided_at": "2025-06-17T12:00:00.000+00:00",
        "handed_over_at": "2025-06-17T12:00:02.000+00:00",
        "accepted_at": "2025-06-17T12:00:02.500+00:00",
        "seconds": 2.5,
    }


def test_a_query_restricts_by_state_subscription_and_time(sent: Store):
    for query in (
        DeliveryQuery(limit=10, state=AlertState.DEAD),
        DeliveryQuery(limit=10, subscription_key="another"),
        DeliveryQuery(limit=10, since=NOW + SECOND),
        DeliveryQuery(limit=10, until=NOW),
    ):
        assert list_deliveries(sent, query, NOW) == []


def test_an_empty_list_says_whether_the_query_restricts():
    assert DeliveryQuery(limit=1).empty_sentence == "no alerts yet"
    restricted = DeliveryQuery(limit=1, state=AlertState.DEAD).empty_sentence
    assert restricted == "no alert is like that: `monitor deliveries list` shows all"


def test_what_was_not_accepted_has_no_time_of_acceptance():
    row = ListedDelivery(alert=ALERT, attempts=(), article=None, subscription_name=None)
    assert row.as_json()["times"] == {
        "published_at": None,
        "seen_at": None,
        "decided_at": "2025-06-17T12:00:00.000+00:00",
        "handed_over_at": None,
        "accepted_at": None,
        "seconds": None,
    }


def test_one_delivery_is_shown_with_every_article(sent: Store):
    shown = show_delivery(sent, ALERT.key[:8], NOW)
    assert [article_.key for article_ in shown.articles] == ["dddddddd"]
    assert shown.as_json()["data"] == ALERT.content.to_json()
    with pytest.raises(ConfigError, match="no alert 'nothing'"):
        show_delivery(sent, "nothing", NOW)


def test_what_was_sent_is_not_retried(sent: Store):
    with pytest.raises(ConfigError, match=r"no alert .* that waits or was given up"):
        retry_delivery(sent, ALERT.key, NOW)
    assert retry_dead_deliveries(sent, NOW) == 0


def test_a_replay_makes_what_was_sent_due_again_and_a_dry_run_only_counts(sent: Store):
    counted = replay_deliveries(sent, replace(WHOLE_SPAN, dry_run=True), NOW)
    assert counted.as_json() == {"found": 1, "due_now": 0, "most": 10_000}
    assert list_deliveries(sent, DeliveryQuery(limit=1, state=AlertState.PENDING), NOW) == []
    replayed = replay_deliveries(sent, WHOLE_SPAN, NOW)
    assert replayed.as_json() == {"found": 1, "due_now": 1, "most": 10_000}
    assert list_deliveries(sent, DeliveryQuery(limit=1, state=AlertState.PENDING), NOW)
    retry_delivery(sent, ALERT.key, NOW)


def test_an_empty_span_is_refused(sent: Store):
    with pytest.raises(ConfigError, match="until must be later"):
        replay_deliveries(sent, replace(WHOLE_SPAN, until=WHOLE_SPAN.since), NOW)


def test_attempts_are_left_out_when_not_asked_for(sent: Store):
    (row,) = list_deliveries(sent, DeliveryQuery(limit=10, include_attempts=False), NOW)
    assert row.attempts == ()
    assert row.alert.attempts == 2


def test_the_headline_of_many_articles_counts_the_others():
    row = ListedDelivery(
        alert=replace(ALERT, article_keys=("a", "b", "c")),
        attempts=(),
        article=article("a"),
        subscription_name="desk",
    )
    assert row.headline == "Sappers leave for Kursk (+2)"
    assert replace(row, article=None).headline == "– (+2)"
    assert replace(row, alert=replace(ALERT, article_keys=())).headline == "article.flagged"


def test_alerts_of_one_instant_are_listed_by_the_time_of_their_articles(store: Store):
    names = ("Early", "Late", "Later")
    articles = [
        article(
            f"{number}" * 8,
            entry=entry(name, published_at=NOW - timedelta(hours=9 - number)),
            copy_key=f"copy-{number}",
        )
        for number, name in enumerate(names)
    ]
    alerts = match.alerts(articles, [subscription("s")])
    polled = PollResult(feed_key="f", state=feed("f").poll, articles=tuple(articles), alerts=alerts)
    store.commit([polled])
    rows = list_deliveries(store, DeliveryQuery(limit=10), NOW)
    assert [row.headline for row in rows] == ["Later", "Late", "Early"]
    assert {row.next_at for row in rows} == {NOW}


def test_the_next_try_of_an_alert_over_the_budget_is_the_digest(store: Store):
    spent = DeliverySchedule(budget=1, at=time(18))
    change_schedule(store, "s", spent, NOW)
    desk = replace(subscription("s"), cadence=spent)
    articles = (article("dddddddd"), article("eeeeeeee", entry=entry("Another story")))
    alerts = match.alerts(articles, [desk])
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=articles, alerts=alerts)])
    store.digests.close_due(NOW)
    later = NOW + timedelta(hours=3)
    rows = list_deliveries(store, DeliveryQuery(limit=10, state=AlertState.HELD), later)
    assert [row.next_at for row in rows] == [NOW + timedelta(hours=6)]


class TestAPausedReceiver:
    FAILED = EndpointHealth(failures=5, paused_until=NOW + timedelta(minutes=5))

    @pytest.fixture
    def paused(self, store: Store) -> Store:
        """A store in which two alerts wait for a receiver that failed five times."""
        articles = (article("dddddddd"), article("eeeeeeee", entry=entry("Another")))
        overdue = replace(ALERT, key="0" * 32, article_keys=("eeeeeeee",), due_at=NOW - SECOND)
        alerts, state = (ALERT, overdue), feed("f").poll
        store.commit([PollResult(feed_key="f", state=state, articles=articles, alerts=alerts)])
        store.subscriptions.set_health("s", self.FAILED)
        assert claimed_keys(store) == []
        return store

    def test_is_tried_at_once_with_the_alert_that_a_person_asks_for(self, paused: Store):
        retry_delivery(paused, ALERT.key, NOW)
        assert claimed_keys(paused)[0] == ALERT.key
        (receiver,) = paused.subscriptions.list()
        assert receiver.health == replace(self.FAILED, paused_until=NOW)

    def test_is_tried_at_once_when_what_was_given_up_is_sent_again(self, paused: Store):
        retry_dead_deliveries(paused, NOW)
        assert claimed_keys(paused) == []  # nothing was given up, so nobody asked for an attempt
        give_up(paused, ALERT.key)
        assert retry_dead_deliveries(paused, NOW) == 1
        assert set(claimed_keys(paused)) == {ALERT.key, "0" * 32}

    def test_is_tried_at_once_in_a_replay(self, paused: Store):
        give_up(paused, ALERT.key)
        assert replay_deliveries(paused, WHOLE_SPAN, NOW).due_now == 1
        assert ALERT.key in claimed_keys(paused)


def claimed_keys(store: Store) -> list[str]:
    claims = store.outbox.claim(NOW, limit=9, per_subscription=9, lease=timedelta(minutes=1))
    return [claim.alert.key for claim in claims]


def give_up(store: Store, alert_key: str) -> None:
    """Set the alert dead, and let its receiver be paused as before."""
    (before,) = store.subscriptions.list()
    store.subscriptions.set_health("s", EndpointHealth())
    claims = store.outbox.claim(NOW, limit=9, per_subscription=9, lease=timedelta(minutes=1))
    for claim in claims:
        if claim.alert.key == alert_key:
            attempt = Attempt(
                alert_key=alert_key,
                number=1,
                at=NOW,
                took=SECOND,
                outcome=Outcome.DEAD,
                reason=DeliveryReason.TIMEOUT,
                detail="",
            )
            store.outbox.record(attempt, token=claim.token, due_at=None)
    store.outbox.release([claim.token for claim in claims])
    store.subscriptions.set_health("s", before.health)

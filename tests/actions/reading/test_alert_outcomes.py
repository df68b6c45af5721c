"""What became of an article for each subscription."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.actions.reading.alert_outcomes import OutcomeState, alert_outcomes
from monitor.alerts import match
from monitor.domain.alerts import (
    AlertState,
    Attempt,
    Outcome,
    PollResult,
    Subscription,
    SubscriptionState,
)
from monitor.domain.articles import Article
from monitor.domain.delivery_schedule import DeliverySchedule, Frequency
from monitor.domain.muting.silence import Silence
from monitor.domain.reasons import DeliveryReason
from monitor.search.article_filter import stored_filter
from monitor.store.store import Store
from tests.fakes import NOW, article, decision, feed, subscription

HOUR = timedelta(hours=1)


def alerted(store: Store, subscriber: Subscription, news: Article, *silences: Silence) -> None:
    """Store the subscription, the article and the alert that it causes."""
    store.subscriptions.add(subscriber)
    alerts = match.alerts([news], [subscriber], silences=silences)
    store.commit([PollResult(feed_key="f", state=feed("f").poll, articles=(news,), alerts=alerts)])


def outcome(store: Store, news: Article, name: str) -> tuple[OutcomeState, str]:
    (outcome,) = [line for line in alert_outcomes(news, store) if line.subscription == name]
    return outcome.state, outcome.sentence


def attempted(store: Store, news: Article, subscriber: Subscription, result: Outcome) -> None:
    """Try the alert at NOW + 1 h."""
    (claim,) = store.outbox.claim(NOW + HOUR, limit=9, per_subscription=9, lease=HOUR)
    attempt = Attempt(
        alert_key=claim.alert.key,
        number=1,
        at=NOW + HOUR,
        took=timedelta(),
        outcome=result,
        reason=DeliveryReason.STATUS,
        detail="451 no",
    )
    due_at = NOW + 2 * HOUR if result is Outcome.LATER else None
    store.outbox.record(attempt, token=claim.token, due_at=due_at)


@pytest.fixture
def news() -> Article:
    return article("dddddddd")


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (Outcome.SENT, "sent at 2025-06-17 13:00 UTC"),
        (Outcome.LATER, "waiting until 2025-06-17 14:00 UTC: status: 451 no"),
        (Outcome.DEAD, "undelivered since 2025-06-17 13:00 UTC: status: 451 no"),
    ],
)
def test_a_tried_alert_has_its_outcome_and_time(store: Store, news: Article, result, sentence):
    desk = subscription("t", name="desk")
    alerted(store, desk, news)
    attempted(store, news, desk, result)
    assert outcome(store, news, "desk")[1] == sentence


def test_an_alert_of_a_digest_is_held_and_then_sent_with_it(store: Store, news: Article):
    daily = DeliverySchedule(every=Frequency.HOURLY)
    desk = subscription("t", name="desk", cadence=daily)
    alerted(store, desk, news)
    assert outcome(store, news, "desk") == (
        OutcomeState.HELD,
        "held until 2025-06-17 13:00 UTC: for digest",
    )
    store.digests.close_due(NOW + HOUR)
    (digest,) = store.outbox.list(state=AlertState.PENDING)
    attempted(store, news, desk, Outcome.SENT)
    assert outcome(store, news, "desk")[1] == (
        f"sent at 2025-06-17 13:00 UTC: in the message {digest.key[:8]}"
    )


def test_a_silenced_alert_names_the_silence(store: Store, news: Article):
    silence = Silence(
        key="5" * 64, reason="known", feed_key="f", until=NOW + HOUR, created_at=NOW - HOUR
    )
    alerted(store, subscription("t", name="desk"), news, silence)
    state, sentence = outcome(store, news, "desk")
    assert state is OutcomeState.SILENCED
    assert sentence.startswith("silenced since 2025-06-17 12:00 UTC: silenced until")


def test_an_alert_of_a_disabled_subscription_waits_for_it(store: Store, news: Article):
    desk = subscription("t", name="desk")
    alerted(store, desk, news)
    store.subscriptions.set_state(desk.key, SubscriptionState.DISABLED, "gone: 410")
    assert outcome(store, news, "desk") == (
        OutcomeState.DISABLED,
        "disabled since 2025-06-17 12:00 UTC: it waits; the subscription is disabled: gone: 410",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"themes": frozenset({"arms"})}, "not asked for: the article has none of its themes"),
        ({"languages": frozenset({"ko"})}, "not asked for: the article is in another language"),
        ({"min_score": 0.95}, "not asked for: the score is under its minimum"),
        ({"state": SubscriptionState.PAUSED}, "not asked for: it is paused"),
        (
            {"created_at": NOW + HOUR},
            "subscribed later at 2025-06-17 13:00 UTC: the subscription is newer than the article",
        ),
    ],
)
def test_without_an_alert_the_reason_is_named(store: Store, news: Article, changes, sentence):
    store.subscriptions.add(subscription("t", name="desk", **changes))
    assert outcome(store, news, "desk")[1] == sentence


def test_the_backlog_and_rejected_articles_are_named(store: Store, news: Article):
    store.subscriptions.add(subscription("t", name="desk"))
    assert outcome(store, replace(news, backlog=True), "desk")[0] is OutcomeState.BACKLOG
    rejected = replace(news, decision=decision(relevant=False))
    assert outcome(store, rejected, "desk")[1] == "not asked for: the article is not relevant"


def test_a_filter_says_what_the_article_lacks(store: Store, news: Article):
    question = stored_filter("theme:arms -lang:ru sappers")
    store.subscriptions.add(subscription("t", name="desk", filter=question))
    assert outcome(store, news, "desk")[1] == "not asked for: filter: about arms"

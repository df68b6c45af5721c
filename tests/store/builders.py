"""Builders of nouns to store: tests name only the fields they are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.domain.alerts import Alert, Attempt, ChannelKind, Outcome, PollResult, Subscription
from monitor.domain.articles import Article, Decision, DecisionReason
from monitor.domain.delivery_schedule import DeliverySchedule
from monitor.domain.feeds import Entry, Feed, FeedState, PollState
from monitor.domain.keys import key_of
from monitor.domain.reasons import DeliveryReason
from monitor.store.repositories.digests import reschedule
from monitor.store.store import Store

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def a_feed(name: str = "one", **changes: Any) -> Feed:
    url = f"https://example.org/{name}.xml"
    feed = Feed(key=key_of("feed", url), url=url, poll=PollState(due_at=NOW))
    return replace(feed, **changes)


def an_article(name: str = "story", feed: Feed | None = None, **changes: Any) -> Article:
    """A relevant article about troops."""
    feed_key = (feed or a_feed()).key
    article = Article(
        key=key_of("article", feed_key, name),
        copy_key=key_of("copy", name),
        feed_key=feed_key,
        alias=key_of("alias", feed_key, name),
        entry=Entry(title=name, text=f"All about {name}", url=f"https://example.org/{name}"),
        decision=a_decision(),
        seen_at=NOW,
    )
    return replace(article, **changes)


def a_decision(**changes: Any) -> Decision:
    decision = Decision(
        relevant=True,
        reason=DecisionReason.SCORE,
        score=0.9,
        pack_score=0.9,
        threshold=0.5,
        themes={"troops": 0.8, "arms": 0.1},
        labels=("troops",),
    )
    return replace(decision, **changes)


def a_rejected_article(name: str = "weather", feed: Feed | None = None, **changes: Any) -> Article:
    decision = a_decision(relevant=False, reason=DecisionReason.BELOW, score=0.1, labels=())
    return an_article(name, feed, decision=decision, **changes)


def a_subscription(name: str = "desk", **changes: Any) -> Subscription:
    subscription = Subscription(
        key=key_of("subscription", name),
        name=name,
        channel=ChannelKind.WEBHOOK,
        address=f"https://example.org/hooks/{name}",
        created_at=NOW,
    )
    return replace(subscription, **changes)


def an_alert(article: Article, subscription: Subscription, **changes: Any) -> Alert:
    alert = Alert(
        key=key_of("alert", subscription.key, article.copy_key),
        subscription_key=subscription.key,
        article_keys=(article.key,),
        created_at=article.seen_at,
        due_at=article.seen_at,
    )
    return replace(alert, **changes)


def an_attempt(alert: Alert, outcome: Outcome = Outcome.SENT, **changes: Any) -> Attempt:
    attempt = Attempt(
        alert_key=alert.key,
        number=alert.attempts + 1,
        at=NOW,
        took=timedelta(milliseconds=120),
        outcome=outcome,
        reason=DeliveryReason.ACCEPTED if outcome is Outcome.SENT else DeliveryReason.STATUS,
        detail="200 OK" if outcome is Outcome.SENT else "500 oops",
    )
    return replace(attempt, **changes)


def a_poll(feed: Feed, *articles: Article, **changes: Any) -> PollResult:
    """A poll that went well, and is due again in half an hour."""
    state = replace(feed.poll, state=FeedState.OK, due_at=NOW + 30 * MINUTE)
    return replace(PollResult(feed_key=feed.key, state=state, articles=articles), **changes)


def change_schedule(store: Store, key: str, schedule: DeliverySchedule, now: datetime) -> bool:
    """Give a subscription another schedule, as an edit does; False when it is not there."""
    return store._database.write(lambda connection: reschedule(connection, key, schedule, now))

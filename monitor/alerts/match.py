"""Who asked for it?  Articles against subscriptions; the alerts that follow."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from monitor.alerts import digest_schedule
from monitor.alerts.silences import silencing
from monitor.domain.alerts import (
    About,
    Alert,
    AlertState,
    PollResult,
    Silence,
    Subscription,
    SubscriptionState,
)
from monitor.domain.articles import Article, DecisionReason
from monitor.domain.keys import key_of
from monitor.domain.message_contents import AlertContent

# What happens meanwhile is not kept for such a one.
_NOT_TOLD = (
    SubscriptionState.PAUSED,
    SubscriptionState.UNSUBSCRIBED,
    SubscriptionState.UNCONFIRMED,
)


class Mismatch(enum.StrEnum):
    """Why a subscription does not get an article."""

    ABOUT = "about"
    IRRELEVANT = "irrelevant"
    PAUSED = "paused"
    SCORE = "score"
    THEME = "theme"
    LANGUAGE = "language"
    FEED = "feed"


def mismatch(article: Article, subscription: Subscription) -> Mismatch | None:
    """The first wish that the article fails, or None when it is wanted.

    What an operator's rule flagged passes any minimum score: the rule speaks where the score is
    silent.  An article of unknown language passes any language.
    """
    language = (article.entry.language or "").partition("-")[0].lower()
    flagged = article.decision.reason is DecisionReason.FLAGGED
    themes, languages, feeds = subscription.themes, subscription.languages, subscription.feeds
    checks = (
        (Mismatch.ABOUT, About.ARTICLES in subscription.about),
        (Mismatch.IRRELEVANT, article.decision.relevant),
        (Mismatch.PAUSED, subscription.state not in _NOT_TOLD),
        (Mismatch.SCORE, flagged or article.decision.score >= subscription.min_score),
        (Mismatch.THEME, not themes or bool(themes & set(article.decision.labels))),
        (Mismatch.LANGUAGE, not languages or not language or language in languages),
        (Mismatch.FEED, not feeds or article.feed_key in feeds),
    )
    return next((why for why, passed in checks if not passed), None)


def alert(article: Article, subscription: Subscription, silences: Iterable[Silence] = ()) -> Alert:
    """The promise to tell one subscriber of one article: at once, held, or silenced.

    Its key is that of `alert_key`: the same article in other words, under a new guid, or in a
    second feed, is the same promise.
    """
    now = article.edited_at or article.seen_at
    made = Alert(
        key=alert_key(subscription.key, article.copy_key),
        subscription_key=subscription.key,
        article_keys=(article.key,),
        created_at=now,
        due_at=now,
    )
    silence = silencing(article, subscription, silences, now)
    if silence is not None:
        why = f"silenced until {silence.until:%Y-%m-%d %H:%M} UTC: {silence.reason}"
        return replace(made, state=AlertState.SILENCED, silenced_by=silence.key, last_error=why)
    wait = digest_schedule.wait(subscription.cadence, now)
    if wait is None:
        return made
    return replace(made, state=AlertState.HELD, held_for=wait.hold, due_at=wait.until)


def alert_key(subscription_key: str, copy_key: str) -> str:
    """One for each subscription and article, all its copies and edits included."""
    return key_of("alert", subscription_key, copy_key)


def alerts(
    articles: Iterable[Article],
    subscriptions: Iterable[Subscription],
    before: Mapping[str, Article] | None = None,
    silences: Iterable[Silence] = (),
) -> tuple[Alert, ...]:
    """Every alert that these articles cause, one per key.

    `before` has, by key, what edited articles were: who would have been told of that is not told.
    """
    subscriptions, silences, before = list(subscriptions), list(silences), before or {}
    promised = (
        alert(article, subscription, silences)
        for article in articles
        for subscription in subscriptions
        if mismatch(article, subscription) is None
        and (article.key not in before or mismatch(before[article.key], subscription))
    )
    return tuple({promise.key: promise for promise in promised}.values())


def promised_at(decided_at: datetime, polled: Iterable[PollResult]) -> list[PollResult]:
    """The same polls, their alerts created when it was decided, not when the feed was asked."""
    return [
        replace(poll, alerts=tuple(replace(alert, created_at=decided_at) for alert in poll.alerts))
        for poll in polled
    ]


def notices(
    content: AlertContent,
    subscriptions: Iterable[Subscription],
    now: datetime,
    *,
    occasion: str,
) -> tuple[Alert, ...]:
    """A promise to tell of the service, for each subscription that asked for that.

    `occasion` names what happened: the same occasion is the same promise.
    """
    return tuple(
        Alert(
            key=key_of("notice", content.type, subscription.key, occasion),
            subscription_key=subscription.key,
            content=content,
            created_at=now,
            due_at=now,
        )
        for subscription in subscriptions
        if About.SERVICE in subscription.about and subscription.state not in _NOT_TOLD
    )

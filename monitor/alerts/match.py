"""Matching of articles against subscriptions, and the alerts that follow.  Pure."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from monitor.alerts import digest_schedule
from monitor.alerts.silences import active_silence
from monitor.domain.alerts import About, Alert, AlertState, Subscription, SubscriptionState
from monitor.domain.articles import Article, Decision, DecisionReason
from monitor.domain.keys import key_of
from monitor.domain.message_contents import AlertContent
from monitor.domain.muting.silence import Silence
from monitor.domain.review.confirmation import confirmed
from monitor.domain.topics.topic_decisions import with_decisions

# A subscription in one of these states gets no alerts, and none later for the time in between.
_INACTIVE_STATES = (
    SubscriptionState.PAUSED,
    SubscriptionState.UNSUBSCRIBED,
    SubscriptionState.UNCONFIRMED,
)


class Mismatch(enum.StrEnum):
    """Why a subscription does not get an article."""

    ABOUT = "about"
    TOPIC = "topic"
    IRRELEVANT = "irrelevant"
    PAUSED = "paused"
    SCORE = "score"
    THEME = "theme"
    LANGUAGE = "language"
    FEED = "feed"
    FILTER = "filter"


def mismatch(
    article: Article, subscription: Subscription, about: About = About.ARTICLES
) -> Mismatch | None:
    """The first condition that the article does not meet, or None when it meets all.

    `about` is what the alert would be about: the article itself, or its story.

    An article that an operator's rule flagged, or that a person confirmed, meets any minimum
    score.  An article of unknown language meets any language.  Of an article with decisions on
    several topics it is enough that one of them meets all conditions.
    """
    reasons = [
        _mismatch(as_decided, subscription, about)
        for as_decided in _by_wanted_topic(article, subscription)
    ]
    if not reasons:
        return Mismatch.TOPIC
    return None if None in reasons else reasons[0]


def wanted_view(article: Article, subscription: Subscription) -> Article:
    """The article as this subscription is told of it: led by the decision that it wants.

    The leading decision stays where the subscription wants that, or none.
    """
    views = _by_wanted_topic(article, subscription)
    matching_views = (
        view for view in views if _mismatch(view, subscription, About.ARTICLES) is None
    )
    return next(matching_views, article)


def _by_wanted_topic(article: Article, subscription: Subscription) -> list[Article]:
    """The article led by each decision on a topic that the subscription wants; no topic: any.

    An unjudged article has no topic, and is nobody's.
    """
    topics = subscription.topics
    decisions = [decided for decided in article.decisions if not topics or decided.topic in topics]
    return [_led_by(article, decided) for decided in decisions]


def _led_by(article: Article, decision: Decision) -> Article:
    if decision is article.decision:
        return article
    others = tuple(other for other in article.decisions if other is not decision)
    return replace(article, decision=decision, other_decisions=others)


def _mismatch(article: Article, subscription: Subscription, about: About) -> Mismatch | None:
    """The first condition that the leading decision does not meet."""
    language = (article.entry.language or "").partition("-")[0].lower()
    flagged = article.decision.reason in (DecisionReason.FLAGGED, DecisionReason.CONFIRMED)
    themes, languages, feeds = subscription.themes, subscription.languages, subscription.feeds
    checks = (
        (Mismatch.ABOUT, about in subscription.about),
        (Mismatch.IRRELEVANT, article.decision.relevant),
        (Mismatch.PAUSED, subscription.state not in _INACTIVE_STATES),
        (Mismatch.SCORE, flagged or article.decision.score >= subscription.min_score),
        (Mismatch.THEME, not themes or bool(themes & set(article.decision.labels))),
        (Mismatch.LANGUAGE, not languages or not language or language in languages),
        (Mismatch.FEED, not feeds or article.feed_key in feeds),
    )
    unmet = next((reason for reason, is_met in checks if not is_met), None)
    if unmet is None and subscription.filter and not subscription.filter.admits(article):
        return Mismatch.FILTER  # asked last: it looks for words in the text
    return unmet


def would_want(article: Article, subscription: Subscription) -> bool:
    """Whether the subscription would get an article in review if it were confirmed."""
    as_confirmed = with_decisions(
        article, (confirmed(article.decision, ""), *article.other_decisions)
    )
    return mismatch(as_confirmed, subscription) is None


def alert(
    article: Article,
    subscription: Subscription,
    silences: Iterable[Silence] = (),
    at: datetime | None = None,
) -> Alert:
    """The alert of one article to one subscription: to be sent at once, held, or silenced.

    Its key is from `alert_key`: the same article edited, under a new guid, or in a second feed
    gives the same alert.  It is created `at` this time, by default when the article came.
    """
    now = at or article.edited_at or article.seen_at
    new = Alert(
        key=alert_key(subscription.key, article.copy_key),
        subscription_key=subscription.key,
        article_keys=(article.key,),
        created_at=now,
        due_at=now,
    )
    silence = active_silence(article, subscription, silences, now)
    if silence is not None:
        return silenced(new, silence)
    hold = digest_schedule.initial_hold(subscription.cadence, now)
    if hold is None:
        return new
    return replace(new, state=AlertState.HELD, held_for=hold.hold, due_at=hold.until)


def silenced(alert: Alert, silence: Silence) -> Alert:
    """The alert as it is stored under a silence: with the reason, and not sent."""
    why = f"silenced until {silence.until:%Y-%m-%d %H:%M} UTC: {silence.reason}"
    return replace(alert, state=AlertState.SILENCED, silenced_by=silence.key, last_error=why)


def alert_key(subscription_key: str, copy_key: str) -> str:
    """One key for a subscription and an article with all its copies and edits."""
    return key_of("alert", subscription_key, copy_key)


def recipients(
    article: Article, subscriptions: Iterable[Subscription], before: Article | None = None
) -> list[Subscription]:
    """The subscriptions that want this article.

    `before` is what an edited article was: who wanted that already is not told again.
    """
    return [
        subscription
        for subscription in subscriptions
        if mismatch(article, subscription) is None
        and (before is None or mismatch(before, subscription) is not None)
    ]


def alerts(
    articles: Iterable[Article],
    subscriptions: Sequence[Subscription],
    before: Mapping[str, Article] = MappingProxyType({}),
    silences: Sequence[Silence] = (),
    at: datetime | None = None,
) -> tuple[Alert, ...]:
    """Every alert that these articles cause, one per key, created `at` this time (see `alert`).

    `before` has, by article key, what edited articles were; see `recipients`.
    """
    alerts_by_key: dict[str, Alert] = {}
    for article in articles:
        for subscription in recipients(article, subscriptions, before.get(article.key)):
            caused = alert(article, subscription, silences, at)
            alerts_by_key[caused.key] = caused
    return tuple(alerts_by_key.values())


def notices(
    content: AlertContent,
    subscriptions: Iterable[Subscription],
    now: datetime,
    *,
    occasion: str,
    about: About = About.SERVICE,
) -> tuple[Alert, ...]:
    """An alert with this content for each subscription about it: about the service, unless said.

    `occasion` names the event: the same occasion gives the same alert.
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
        if about in subscription.about and subscription.state not in _INACTIVE_STATES
    )

"""The content of a digest: its reason, the time it covers, its stories, what was not told.

Composed when the digest is closed, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from monitor.alerts.digest_schedule import BatchReason, DigestBatch
from monitor.domain.alerts import Subscription
from monitor.domain.digest_content import DigestReady, DigestRepeat, DigestSilence, DoubtfulArticle
from monitor.domain.tiers import WantedTier
from monitor.health.coverage import digest_coverage
from monitor.store.database.transactions import select_in
from monitor.store.reports import coverage
from monitor.store.schema.tables import (
    IS_HELD,
    IS_REPEATED,
    IS_SILENCED,
    alert_articles,
    alerts,
    articles,
    feeds,
    silences,
)
from monitor.store.stories.digest_stories import digest_stories
from monitor.store.teaching import review_list

# Silences that one message lists; `silenced` counts the articles of all.
_MOST_SILENCES = 20
_MOST_REPEATS = 20  # of `repeated`
_MOST_IN_REVIEW = 20  # of `in_review`


def digest_ready(
    connection: Connection,
    subscription: Subscription,
    batch: DigestBatch,
    article_keys: Collection[str],
) -> DigestReady:
    """The content of the message that this batch becomes; the articles are the batch's."""
    key, since, until = subscription.key, batch.since, batch.until
    counts = _silence_counts(connection, key, since, until)
    doubtful = _doubtful(connection, subscription, batch)
    return DigestReady(
        kind=batch.kind.value,
        since=since,
        until=until,
        zone=subscription.cadence.zone,
        budget=subscription.cadence.budget,
        over_budget=batch.over_budget,
        held=_held_count(connection, key) - len(batch.keys),
        silenced=sum(silence.articles for silence in counts),
        silences=tuple(counts[:_MOST_SILENCES]),
        repeated=_repeated_count(connection, key, since, until),
        repeats=_repeats(connection, key, since, until),
        in_review=len(doubtful),
        review=doubtful[:_MOST_IN_REVIEW],
        coverage=digest_coverage(
            coverage.count_coverage(connection, since, until, telling=article_keys)
        ),
        stories=digest_stories(connection, key, (since, until), batch.keys, article_keys),
    )


def _doubtful(
    connection: Connection, subscription: Subscription, batch: DigestBatch
) -> tuple[DoubtfulArticle, ...]:
    """The articles that wait for review; only a scheduled digest lists them."""
    is_wanted = subscription.tier is WantedTier.REVIEW and batch.kind is BatchReason.DIGEST
    if not is_wanted:
        return ()
    waiting = review_list.waiting_for(connection, subscription, batch.since, batch.until)
    feed_keys = {article.feed_key for article in waiting}
    query = select(feeds.c.key, feeds.c.title)
    titles = {row.key: row.title for row in select_in(connection, query, feeds.c.key, feed_keys)}
    return tuple(
        DoubtfulArticle(
            article=article.key,
            title=article.entry.title,
            url=article.entry.url,
            language=article.entry.language or "",
            feed_title=titles.get(article.feed_key, ""),
            score=round(article.decision.score, 4),
        )
        for article in waiting
    )


def _held_count(connection: Connection, key: str) -> int:
    """How many alerts are held for the subscription, those of the batch included."""
    query = select(func.count()).where(alerts.c.subscription_key == key, IS_HELD)
    return connection.scalar(query) or 0


def _is_repeated(key: str, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(
        alerts.c.subscription_key == key,
        IS_REPEATED,
        alerts.c.created_at > since,
        alerts.c.created_at <= until,
    )


def _repeated_count(connection: Connection, key: str, since: datetime, until: datetime) -> int:
    """How many articles of told stories this subscription was not told in this time."""
    query = select(func.count()).where(_is_repeated(key, since, until))
    return connection.scalar(query) or 0


def _repeats(
    connection: Connection, key: str, since: datetime, until: datetime
) -> tuple[DigestRepeat, ...]:
    """The newest of them, with the reasons."""
    query = (
        select(articles.c.key, articles.c.title, articles.c.url, alerts.c.last_error)
        .select_from(
            alerts.join(alert_articles, alert_articles.c.alert_key == alerts.c.key).join(
                articles, articles.c.key == alert_articles.c.article_key
            )
        )
        .where(_is_repeated(key, since, until))
        .order_by(alerts.c.created_at.desc(), alerts.c.key)
        .limit(_MOST_REPEATS)
    )
    return tuple(
        DigestRepeat(article=row.key, title=row.title, url=row.url, reason=row.last_error or "")
        for row in connection.execute(query)
    )


def _silence_counts(
    connection: Connection, key: str, since: datetime, until: datetime
) -> list[DigestSilence]:
    """The silences that kept articles from this subscription in this time, most articles first."""
    number = func.count().label("number")
    query = (
        select(silences, number)
        .select_from(alerts.join(silences, silences.c.key == alerts.c.silenced_by))
        .where(
            alerts.c.subscription_key == key,
            IS_SILENCED,
            alerts.c.created_at > since,
            alerts.c.created_at <= until,
        )
        .group_by(*silences.c)
        .order_by(number.desc(), silences.c.key)
    )
    return [
        DigestSilence(key=row.key, reason=row.reason, until=row.until, articles=row.number)
        for row in connection.execute(query)
    ]

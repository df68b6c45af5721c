"""The review list: doubtful articles that wait for a person's answer."""

from __future__ import annotations

import builtins
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select

from monitor.alerts import match
from monitor.domain.alerts import Subscription
from monitor.domain.articles import Article
from monitor.search.article_filter import stored_filter
from monitor.store.database.transactions import Database
from monitor.store.mapping import article_rows
from monitor.store.schema.tables import IS_IN_REVIEW, articles, marks
from monitor.store.search.feed_lookup import named_feeds
from monitor.store.teaching.topic_decisions_table import answers_for_leading

REVIEW_SPAN = timedelta(days=30)  # how long an article waits for an answer
_COMMIT_TIME = timedelta(minutes=5)
_MOST_OF_A_DIGEST = 200

_same = articles.alias("same")
# A copy of the article that is flagged, or that somebody has marked for the topic that leads it.
_settled = (
    select(_same.c.key)
    .outerjoin(
        marks,
        and_(marks.c.article_key == _same.c.key, answers_for_leading(_same)),
    )
    .where(
        _same.c.copy_key == articles.c.copy_key,
        or_(_same.c.relevant, marks.c.article_key.is_not(None)),
    )
)
# Of several copies the first one waits for all of them.
_earlier = articles.alias("earlier")
_repeated = select(_earlier.c.key).where(
    _earlier.c.copy_key == articles.c.copy_key,
    or_(
        _earlier.c.seen_at < articles.c.seen_at,
        (_earlier.c.seen_at == articles.c.seen_at) & (_earlier.c.key < articles.c.key),
    ),
    _earlier.c.score >= _earlier.c.review_threshold,
)


def waiting_condition(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions of articles seen at `since` or later that wait for an answer."""
    return articles.c.seen_at >= since, IS_IN_REVIEW, _is_empty(_settled), _is_empty(_repeated)


def _is_empty(query: Select[tuple[str]]) -> ColumnElement[bool]:
    """That the query has no row, asked for each article alone.

    PostgreSQL turns NOT EXISTS into a join, and reads every article for the few that wait.
    """
    return query.limit(1).scalar_subquery().is_(None)


def waiting_for(
    connection: Connection, subscription: Subscription, since: datetime, until: datetime
) -> list[Article]:
    """The waiting articles for a digest of this time that the subscription asks for.

    The likeliest first.  Articles are committed a little after they are seen, so the time of the
    list is a little earlier than that of the digest.
    """
    times = articles.c.seen_at > since - _COMMIT_TIME, articles.c.seen_at <= until - _COMMIT_TIME
    conditions = *waiting_condition(since - _COMMIT_TIME), *times
    likeliest = articles.c.score.desc(), articles.c.key
    query = select(articles).where(*conditions).order_by(*likeliest).limit(_MOST_OF_A_DIGEST)
    waiting = [article_rows.article_from_row(row) for row in connection.execute(query)]
    if subscription.filter is not None:
        feeds = named_feeds(connection)
        subscription = replace(subscription, filter=stored_filter(subscription.filter.text, feeds))
    return [article for article in waiting if match.would_want(article, subscription)]


class ReviewList:
    """The articles of the tier `review` that nobody has marked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, *, since: datetime, limit: int, topic: str = "") -> builtins.list[Article]:
        """The newest first; of several copies of one article the first.

        Of one `topic` those that it leads; an empty one: of all.
        """
        newest = articles.c.seen_at.desc(), articles.c.key.desc()
        query = select(articles).where(*waiting_condition(since)).order_by(*newest).limit(limit)
        if topic:
            query = query.where(articles.c.pack.startswith(f"{topic}@", autoescape=True))
        return self._database.read(
            lambda connection: [
                article_rows.article_from_row(row) for row in connection.execute(query)
            ]
        )

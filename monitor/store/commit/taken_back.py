"""Take back the confirmation of a second reader after a person has said no, in one transaction.

The article is decided by its score again, leaves its story, and alerts that no process has claimed
are withdrawn.  All others stay: they were sent, or may have been.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select, update

from monitor.domain.alerts import NOT_SENT, AlertState
from monitor.domain.articles import Article, DecisionReason, Mark
from monitor.domain.keys import key_of
from monitor.domain.review.confirmation import unconfirmed
from monitor.domain.review.second_reading import is_second_reader
from monitor.domain.topics.topic_decisions import with_decisions
from monitor.store.database.transactions import Database
from monitor.store.events import event_contents, event_writes
from monitor.store.mapping import article_rows
from monitor.store.repositories import marks
from monitor.store.schema.tables import (
    alert_articles,
    alerts,
    articles,
    figures,
    story_articles,
    subscriptions,
)
from monitor.store.schema.tables import marks as marks_table
from monitor.store.search import index_writes
from monitor.store.stories import story_changes
from monitor.store.stories.stored_stories import lock_head


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAlert:
    """An alert about the article that can't be taken back."""

    key: str
    subscription: str  # its name
    state: AlertState


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """The article as it is now, and what became of its alerts."""

    article: Article
    is_taken_back: bool  # False: only the mark was stored
    withdrawn: int = 0  # alerts that nobody was sent
    standing: tuple[StandingAlert, ...] = ()


def take_back(database: Database, mark: Mark, act: str) -> TakenBack | None:
    """Store a person's "no"; undo the confirmation if it is a second reader's and nobody else's.

    None when there is no such article.
    """

    def write(connection: Connection) -> TakenBack | None:
        query = select(articles).where(articles.c.key == mark.article_key)
        row = connection.execute(query.with_for_update()).one_or_none()
        if row is None:
            return None
        change = marks.store_mark(connection, database, mark, act)
        marked = [event_contents.article_marked(change)] if change else []
        article = article_rows.article_from_row(row)
        decision = article.decision
        is_readers = is_second_reader(decision.confirmed_by)
        is_confirmed = decision.reason is DecisionReason.CONFIRMED and is_readers
        if not is_confirmed or _is_found_relevant(connection, article.key, decision.topic):
            event_writes.add(database, connection, marked)
            return TakenBack(article=article, is_taken_back=False)
        rejected = with_decisions(article, (unconfirmed(decision), *article.other_decisions))
        _store_decision(database, connection, rejected)
        _leave_story(database, connection, article.key)
        withdrawn = _withdraw(connection, article.key)
        event_writes.add(database, connection, marked)
        return TakenBack(
            article=rejected,
            is_taken_back=True,
            withdrawn=withdrawn,
            standing=_standing(connection, article.key),
        )

    return database.write(write)


def _is_found_relevant(connection: Connection, article_key: str, topic: str) -> bool:
    """Whether a person has marked it relevant for this topic."""
    of_topic = marks_table.c.topic.in_((topic, ""))
    query = select(func.count()).select_from(marks_table)
    query = query.where(marks_table.c.article_key == article_key, marks_table.c.relevant, of_topic)
    return bool(connection.scalar(query))


def _store_decision(database: Database, connection: Connection, article: Article) -> None:
    change = update(articles).where(articles.c.key == article.key)
    decision = article_rows.decision_values(article.decision)
    connection.execute(change.values(**decision, **article_rows.topic_values(article)))
    index_writes.follow_outcomes(database, connection, [article.key])


def _leave_story(database: Database, connection: Connection, article_key: str) -> None:
    """Take the article and its figures out of its story, unless copies follow it there."""
    state = lock_head(database, connection)
    copies = select(func.count()).where(story_articles.c.copy_of == article_key)
    of_article = story_articles.c.article_key == article_key
    story = connection.scalar(select(story_articles.c.story).where(of_article))
    if story is None or connection.scalar(copies):
        return
    connection.execute(delete(figures).where(figures.c.article_key == article_key))
    connection.execute(delete(story_articles).where(of_article))
    story_changes.count_articles(connection, [story])
    story_changes.set_state(connection, key_of(state, "taken back", article_key))


def _withdraw(connection: Connection, article_key: str) -> int:
    """Delete the alerts about this article alone that no process has claimed; how many."""
    of_article = select(alert_articles.c.alert_key).where(
        alert_articles.c.article_key == article_key
    )
    others = select(alert_articles.c.alert_key).where(alert_articles.c.article_key != article_key)
    unclaimed = (
        select(alerts.c.key)
        .where(
            alerts.c.key.in_(of_article),
            alerts.c.key.not_in(others.where(alert_articles.c.alert_key.in_(of_article))),
            alerts.c.state.in_((AlertState.PENDING, AlertState.HELD)),
            alerts.c.attempts == 0,
            alerts.c.lease_token.is_(None),
        )
        .with_for_update(skip_locked=True)
    )
    keys = list(connection.scalars(unclaimed))
    connection.execute(delete(alerts).where(alerts.c.key.in_(keys)))
    return len(keys)


def _standing(connection: Connection, article_key: str) -> tuple[StandingAlert, ...]:
    query = (
        select(alerts.c.key, alerts.c.state, subscriptions.c.name)
        .join(alert_articles, alert_articles.c.alert_key == alerts.c.key)
        .join(subscriptions, subscriptions.c.key == alerts.c.subscription_key)
        .where(alert_articles.c.article_key == article_key, alerts.c.state.not_in(NOT_SENT))
        .order_by(subscriptions.c.name, alerts.c.key)
    )
    return tuple(
        StandingAlert(key=row.key, subscription=row.name, state=row.state)
        for row in connection.execute(query)
    )

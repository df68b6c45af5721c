"""Commit the confirmation of an article in review: the mark, the decision, the story, the alerts.

All of it is one transaction, so that no confirmed article is left without its alerts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from monitor.domain.alerts import Alert, PollResult
from monitor.domain.articles import Article, Decision, DecisionReason, Mark
from monitor.domain.feeds import PollState
from monitor.domain.review.confirmation import confirmed
from monitor.domain.topics.topic_decisions import decision_on, with_decisions
from monitor.store.commit import poll_events, polls
from monitor.store.commit.copy_candidates import find_candidates
from monitor.store.commit.poll_events import BeforePolls
from monitor.store.commit.polls import CompletePolls, LookUps
from monitor.store.database.transactions import Database
from monitor.store.events import event_contents, event_writes
from monitor.store.mapping import article_rows
from monitor.store.repositories import marks
from monitor.store.schema.tables import articles
from monitor.store.search import index_writes
from monitor.store.stories import story_changes
from monitor.store.stories.stored_stories import StoredStories

# No feed is polled, and the article was not relevant.
_NOTHING_BEFORE = BeforePolls(feed_states={}, relevant=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationRequest:
    """Who confirms which article."""

    article_key: str
    topic: str = ""  # that it is relevant for; empty: that of the leading decision
    by: str
    at: datetime
    themes: tuple[str, ...] = ()  # empty: those that the pack has chosen
    mark: Mark | None = None  # of a person
    act: str = ""  # of the mark


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedArticle:
    """The article as it is now, and what the confirmation caused."""

    article: Article
    is_new: bool  # False: it was not in review any more; only the mark was stored
    alerts: tuple[Alert, ...] = ()  # that nobody was promised before


def confirm(
    database: Database, request: ConfirmationRequest, complete: CompletePolls
) -> ConfirmedArticle | None:
    """Make an article in doubt relevant; None when there is no such article.

    An article that is relevant, or that a rule drops, keeps its decision; a mark is stored.
    """

    def write(connection: Connection) -> ConfirmedArticle | None:
        query = select(articles).where(articles.c.key == request.article_key)
        row = connection.execute(query.with_for_update()).one_or_none()
        if row is None:
            return None
        marked = []
        if request.mark is not None:
            change = marks.store_mark(connection, database, request.mark, request.act)
            marked = [event_contents.article_marked(change)] if change else []
        article = article_rows.article_from_row(row)
        decision = decision_on(article, request.topic) if request.topic else article.decision
        if decision is None or article.decision.relevant or not _is_doubtful(decision):
            event_writes.add(database, connection, marked)
            return ConfirmedArticle(article=article, is_new=False)
        relevant = with_decisions(
            article,
            [
                confirmed(other, request.by, request.themes) if other is decision else other
                for other in article.decisions
            ],
        )
        completed = complete([_as_poll(relevant, request)], _look_ups(database, connection))
        stored = polls.without_known_alerts(connection, completed)
        _store_decision(database, connection, relevant)
        story_changes.store_stories(database, connection, stored)
        polls.insert_alerts(database, connection, stored)
        poll_events.add(database, connection, stored, _NOTHING_BEFORE, first=marked)
        return ConfirmedArticle(article=relevant, is_new=True, alerts=stored[0].alerts)

    return database.write(write)


def _is_doubtful(decision: Decision) -> bool:
    """Whether a confirmation changes it: no rule dropped it, and it is not relevant already."""
    is_below = decision.reason in (DecisionReason.BELOW, DecisionReason.BOOSTED)
    return is_below and not decision.relevant  # one may be boosted across the threshold


def _as_poll(article: Article, request: ConfirmationRequest) -> PollResult:
    """What the stages of a poll complete; the feed itself is not polled."""
    return PollResult(
        feed_key=article.feed_key, state=PollState(due_at=request.at), edited=(article,)
    )


def _look_ups(database: Database, connection: Connection) -> LookUps:
    return LookUps(
        find_candidates=lambda comparable: find_candidates(connection, comparable),
        stories=StoredStories(database, connection),
    )


def _store_decision(database: Database, connection: Connection, article: Article) -> None:
    connection.execute(
        update(articles)
        .where(articles.c.key == article.key)
        .values(
            **article_rows.decision_values(article.decision),
            **article_rows.topic_values(article),
        )
    )
    index_writes.follow_outcomes(database, connection, [article.key])

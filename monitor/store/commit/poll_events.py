"""Events of polls: what a commit of polls changed, for the event log.

A poll without news, whose feed stays in its state, makes none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from monitor.domain.alerts import PollResult
from monitor.domain.articles import Article
from monitor.domain.events.event_types import NewEvent
from monitor.domain.feeds import FeedState
from monitor.store.database.transactions import Database, select_in
from monitor.store.events import event_contents, event_writes, feed_events, story_events
from monitor.store.schema.tables import articles


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforePolls:
    """What is compared with: read in the transaction before anything is stored."""

    feed_states: Mapping[str, FeedState]  # of the claimed feeds, by key
    relevant: frozenset[str]  # of the edited articles


def add(
    database: Database, connection: Connection, stored: Sequence[PollResult], before: BeforePolls,
    *, first: Sequence[NewEvent] = (),
) -> None:  # fmt: skip
    """Store `first` and the events of these polls; the last call of the transaction."""
    new = list(first)
    for poll in stored:
        new += _of_articles(connection, poll, before.relevant)
    changes = [(poll.stories, feed_events.time_of(poll)) for poll in stored if poll.stories]
    new += story_events.of_changes(connection, changes)
    for poll in stored:
        new += event_contents.alerts_kept_back(poll.alerts)
    new += feed_events.of_polls(connection, stored, before.feed_states)
    event_writes.add(database, connection, new)


def relevant_keys(connection: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Those of these articles that are relevant."""
    query = select(articles.c.key).where(articles.c.relevant)
    return frozenset(row.key for row in select_in(connection, query, articles.c.key, keys))


def _of_articles(
    connection: Connection, poll: PollResult, relevant_before: frozenset[str]
) -> Iterator[NewEvent]:
    in_order = sorted(poll.articles, key=lambda article: (article.seen_at, article.key))
    for article in in_order:
        if article.decision.relevant:
            yield event_contents.article_flagged(article, article.seen_at)
    newly_relevant: list[Article] = [
        article
        for article in poll.edited
        if article.decision.relevant and article.key not in relevant_before
    ]
    if newly_relevant:  # an edit by another process may have come first: as it is stored
        relevant_now = relevant_keys(connection, [article.key for article in newly_relevant])
        for article in newly_relevant:
            if article.key in relevant_now:
                yield event_contents.article_flagged(article, feed_events.time_of(poll))

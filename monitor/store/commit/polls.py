"""Commit the results of polls: many polls in one transaction, each whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, case, delete, func, select, update

from monitor import failpoints
from monitor.articles.copy_groups import CandidateIndex, ComparableArticle
from monitor.domain.alerts import PollResult
from monitor.domain.feeds import FeedState, PollState
from monitor.domain.stories import NO_CHANGES
from monitor.store.claims.feed_claims import FREE
from monitor.store.commit import faulty_articles, poll_events, redirects
from monitor.store.commit.copy_candidates import find_candidates, store_fingerprints
from monitor.store.commit.poll_events import BeforePolls
from monitor.store.database.transactions import Database, chunks
from monitor.store.events import feed_events
from monitor.store.mapping import alert_rows, article_rows, feed_rows
from monitor.store.reports import feed_strips, poll_counts
from monitor.store.repositories import revisions, websub
from monitor.store.repositories.articles import existing_keys
from monitor.store.schema.tables import (
    alert_articles,
    alerts,
    articles,
    feed_memories,
    feeds,
    subscriptions,
)
from monitor.store.stories import story_changes
from monitor.store.stories.stored_stories import StoredStories

if TYPE_CHECKING:  # the search and the digests are imported at the first article or alert
    from monitor.store.search.index_writes import Numbered

log = logging.getLogger(__name__)

# Looks up, in the transaction, the stored articles of which new ones may be copies.
FindCandidates = Callable[[Sequence[ComparableArticle]], CandidateIndex]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookUps:
    """What is looked up in the transaction of the commit."""

    find_candidates: FindCandidates
    stories: StoredStories


# Completes polls, in the transaction, with all that depends on what is looked up: the copy keys and
# fingerprints of their articles, their stories, and their alerts.  It may be called again, and
# changes nothing.
CompletePolls = Callable[[Sequence[PollResult], LookUps], Sequence[PollResult]]


def as_they_are(polls: Sequence[PollResult], _look_ups: LookUps) -> Sequence[PollResult]:
    """Complete polls that are complete."""
    return polls


def commit(
    database: Database, polls: Sequence[PollResult], complete: CompletePolls
) -> list[PollResult]:
    """Store these polls in one transaction; return each as it was stored, in order.

    A poll whose feed was removed, or claimed again since, is skipped whole.  When one can't be
    stored, the others are, each in a transaction of its own.  Of its articles those that are at
    fault are stored unjudged, with the reason; where none is, its feed is marked as failing.
    """
    try:
        return database.write(lambda connection: _store(database, connection, polls, complete))
    except Exception as error:  # a loop edge: one article harms only itself
        if faulty_articles.is_of_database(error):
            raise
        if len(polls) == 1:
            return [_commit_sound(database, polls[0], complete, error)]
    stored: list[PollResult] = []
    for poll in polls:
        stored += commit(database, [poll], complete)
    return stored


def _store(
    database: Database,
    connection: Connection,
    polls: Sequence[PollResult],
    complete: CompletePolls,
) -> list[PollResult]:
    held = _still_claimed(connection, polls)
    new = _without_stored_articles(connection, [poll for poll in polls if poll.feed_key in held])
    look_ups = LookUps(
        find_candidates=partial(find_candidates, connection),
        stories=StoredStories(database, connection),
    )
    completed = complete(new, look_ups)
    stored = without_known_alerts(connection, completed)
    edited = chain.from_iterable(poll.edited for poll in stored)
    edited_keys = [article.key for article in edited]
    texts_before = _indexed_texts(connection, edited_keys)
    before = BeforePolls(
        feed_states=held, relevant=poll_events.relevant_keys(connection, edited_keys)
    )
    _insert_articles(database, connection, stored)
    story_changes.store_stories(database, connection, stored)
    failpoints.hit(failpoints.Point.STORING)
    insert_alerts(database, connection, stored)
    _update_feeds(connection, stored)
    redirects.apply_redirects(connection, stored)
    websub.apply_polls(connection, stored)
    _replace_memories(database, connection, stored)
    _update_histories(connection, stored)
    feed_strips.add_polls(database, connection, stored)
    poll_counts.add_polls(database, connection, stored)
    _index_words(database, connection, stored, texts_before)
    poll_events.add(database, connection, stored, before)
    by_feed = {poll.feed_key: poll for poll in stored}
    return [by_feed.get(poll.feed_key) or _skipped(poll) for poll in polls]


def _commit_sound(
    database: Database, poll: PollResult, complete: CompletePolls, error: Exception
) -> PollResult:
    """Store a poll that can't be stored whole."""

    def rehearse(poll: PollResult) -> None:
        database.rehearse(lambda connection: _store(database, connection, [poll], complete))

    sound = faulty_articles.without_faulty(poll, rehearse)
    if sound is None:
        return _mark_unstorable(database, poll, error)
    return database.write(lambda connection: _store(database, connection, [sound], complete))[0]


def _skipped(poll: PollResult) -> PollResult:
    return replace(
        poll, articles=(), edited=(), alerts=(), fingerprints={}, stories=NO_CHANGES, figures={}
    )


def _without_stored_articles(
    connection: Connection, polls: Sequence[PollResult]
) -> list[PollResult]:
    """The polls with those of their new articles that are not stored yet, each once."""
    articles_of_polls = chain.from_iterable(poll.articles for poll in polls)
    seen = existing_keys(connection, [article.key for article in articles_of_polls])
    remaining = []
    for poll in polls:
        new = {article.key: article for article in poll.articles if article.key not in seen}
        seen |= new.keys()
        remaining.append(replace(poll, articles=tuple(new.values())))
    return remaining


def without_known_alerts(connection: Connection, polls: Sequence[PollResult]) -> list[PollResult]:
    """The polls with those of their alerts that nobody was promised yet, each once.

    An alert that was stored before is left out whatever became of it, and so is one for a
    subscription that was removed.
    """
    alerts_of_polls = list(chain.from_iterable(poll.alerts for poll in polls))
    seen: set[str] = set()
    for chunk in chunks(alert.key for alert in alerts_of_polls):
        seen.update(connection.scalars(select(alerts.c.key).where(alerts.c.key.in_(chunk))))
    recipients = _locked_subscriptions(
        connection, [alert.subscription_key for alert in alerts_of_polls]
    )
    remaining = []
    for poll in polls:
        new = {
            alert.key: alert
            for alert in poll.alerts
            if alert.key not in seen and alert.subscription_key in recipients
        }
        seen |= new.keys()
        remaining.append(replace(poll, alerts=tuple(new.values())))
    return remaining


def _insert_articles(
    database: Database, connection: Connection, polls: Sequence[PollResult]
) -> None:
    new = list(chain.from_iterable(poll.articles for poll in polls))
    edited = list(chain.from_iterable(poll.edited for poll in polls))
    new.sort(key=lambda article: article.key)
    rows = [article_rows.article_values(article) for article in new]
    database.insert_new(connection, articles, rows)
    revisions.replace_wordings(database, connection, edited)
    fingerprints: dict[str, Sequence[int]] = {}
    for poll in polls:
        fingerprints |= poll.fingerprints
    store_fingerprints(database, connection, [*new, *edited], fingerprints)


def _indexed_texts(connection: Connection, edited_keys: Sequence[str]) -> Numbered:
    """What is indexed of edited articles, before they change."""
    if not edited_keys:
        return {}
    from monitor.store.search import index_writes

    return index_writes.stored_texts(connection, edited_keys)


def _index_words(
    database: Database,
    connection: Connection,
    polls: Sequence[PollResult],
    texts_before: Numbered,
) -> None:
    """Near the end: who numbers articles waits only for who numbers events: no deadlock."""
    new = list(chain.from_iterable(poll.articles for poll in polls))
    if not new and not texts_before:
        return
    from monitor.store.search import index_writes

    index_writes.add(database, connection, new)
    index_writes.replace(database, connection, texts_before)


def insert_alerts(database: Database, connection: Connection, polls: Sequence[PollResult]) -> None:
    """In the order of their keys: two processes that insert the same alerts never deadlock."""
    new = list(chain.from_iterable(poll.alerts for poll in polls))
    if not new:
        return
    from monitor.store.repositories import digests

    new.sort(key=lambda alert: alert.key)
    links = list(chain.from_iterable(map(alert_rows.alert_article_values, new)))
    database.insert_new(connection, alerts, [alert_rows.alert_values(alert) for alert in new])
    database.insert_new(connection, alert_articles, links)
    digests.plan_check(connection, new)


def _still_claimed(connection: Connection, polled: Sequence[PollResult]) -> dict[str, FeedState]:
    """Lock the feeds of these polls; key → state of those that the poll's claim still holds."""
    tokens = {poll.feed_key: poll.token for poll in polled}
    columns = feeds.c.key, feeds.c.lease_token, feeds.c.state, feeds.c.paused
    held: dict[str, FeedState] = {}
    for chunk in chunks(sorted(tokens)):
        rows = select(*columns).where(feeds.c.key.in_(chunk))
        for row in connection.execute(rows.order_by(feeds.c.key).with_for_update()):
            if row.lease_token == tokens[row.key]:
                held[row.key] = feed_events.health_of(row.state, paused=row.paused)
    return held


def _locked_subscriptions(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the keys that exist; they can't be removed before the commit."""
    existing: set[str] = set()
    for chunk in chunks(sorted(keys)):
        rows = select(subscriptions.c.key).where(subscriptions.c.key.in_(chunk))
        rows = rows.order_by(subscriptions.c.key).with_for_update(read=True, key_share=True)
        existing.update(connection.scalars(rows))
    return existing


def _update_feeds(connection: Connection, polls: Sequence[PollResult]) -> None:
    """Store the state after these polls and end their claims; fill an empty title or language."""
    if not polls:
        return
    published = bindparam("published", type_=feeds.c.title.type)
    spoken = bindparam("spoken", type_=feeds.c.language.type)
    change = (
        update(feeds)
        .where(feeds.c.key == bindparam("of_key"))
        .values(
            title=case((feeds.c.title == "", published), else_=feeds.c.title),
            language=func.coalesce(feeds.c.language, spoken),
            **FREE,
        )
    )
    connection.execute(
        change,
        [
            {
                "of_key": poll.feed_key,
                "published": poll.title,
                "spoken": poll.language,
                **feed_rows.poll_values(poll.state),
            }
            for poll in polls
        ],
    )


def _replace_memories(
    database: Database, connection: Connection, polls: Sequence[PollResult]
) -> None:
    """Store the parser's memory, only together with the articles: it does not parse them again."""
    new = {poll.feed_key: poll.memory for poll in polls if poll.memory is not None}
    for chunk in chunks(new):
        connection.execute(delete(feed_memories).where(feed_memories.c.feed_key.in_(chunk)))
    values = [{"feed_key": key, "memory": memory} for key, memory in new.items()]
    database.insert_new(connection, feed_memories, values)


def _update_histories(connection: Connection, polls: Sequence[PollResult]) -> None:
    """Store the publishing history of the feeds that brought something new."""
    histories = [
        {"of_key": poll.feed_key, **feed_rows.history_values(poll.history)}
        for poll in polls
        if poll.history
    ]
    if histories:
        change = update(feeds).where(feeds.c.key == bindparam("of_key"))
        connection.execute(
            change.values(newest_at=bindparam("newest_at"), habit=bindparam("habit")), histories
        )


def _mark_unstorable(database: Database, poll: PollResult, error: Exception) -> PollResult:
    """Mark the feed as failing; it keeps its old validators, so that its next answer is whole."""
    cause = f"the answer can't be stored: {error}"
    fields = {"feed": poll.feed_key, "error": str(error)}
    log.error("commit.unstorable", extra=fields, exc_info=error)

    def mark(connection: Connection) -> PollState:
        state = replace(poll.state, state=FeedState.FAILING, last_error=cause)
        held = _still_claimed(connection, [poll])
        if held:
            row = connection.execute(select(feeds).where(feeds.c.key == poll.feed_key)).one()
            before = feed_rows.feed_from_row(row).poll
            state = replace(
                before,
                due_at=poll.state.due_at,
                due_why=poll.state.due_why,
                asked_at=poll.at or before.asked_at,
                state=FeedState.FAILING,
                failures=before.failures + 1,
                last_error=cause,
            )
            failed = PollResult(feed_key=poll.feed_key, state=state, at=poll.at)
            _update_feeds(connection, [failed])
            feed_strips.add_polls(database, connection, [failed])
            before_poll = BeforePolls(feed_states=held, relevant=frozenset())
            poll_events.add(database, connection, [failed], before_poll)
        return state

    return replace(_skipped(poll), state=database.write(mark))

"""Keep what polls brought: many polls in one transaction, each of them whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, case, delete, func, select, update

from monitor import failpoints
from monitor.alerts import match
from monitor.domain.alerts import Alert, PollResult
from monitor.domain.articles import Article
from monitor.domain.feeds import FeedState, PollState
from monitor.store.commit import near_duplicates, redirects
from monitor.store.database.database_errors import Unstorable
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import alert_rows, article_rows, feed_rows
from monitor.store.reports import poll_counts
from monitor.store.repositories import digests, revisions, websub
from monitor.store.repositories.articles import existing_keys
from monitor.store.repositories.feeds import FREE
from monitor.store.schema.tables import (
    alert_articles,
    alerts,
    articles,
    feed_memories,
    feeds,
    subscriptions,
)

log = logging.getLogger(__name__)

# What the values of one poll can raise, here, in a driver or in the database.
_DATA_ERRORS = (Unstorable, ValueError, OverflowError)


def commit(database: Database, polled: Sequence[PollResult]) -> list[PollResult]:
    """Store these polls in one transaction; return each as it came to pass, in order.

    A poll whose feed was removed, or claimed again since, is skipped whole.  When one can't be
    stored, the others are, each in a transaction of its own, and its feed is marked as failing.
    """
    try:
        return database.write(lambda connection: _store(database, connection, polled))
    except _DATA_ERRORS as error:
        if len(polled) > 1:
            return [done for poll in polled for done in commit(database, [poll])]
        return [_give_up(database, polled[0], error)]


def _store(
    database: Database, connection: Connection, polled: Sequence[PollResult]
) -> list[PollResult]:
    ours = _still_claimed(connection, polled)
    here = {at: poll for at, poll in enumerate(polled) if poll.feed_key in ours}
    article_keys = [article.key for poll in here.values() for article in poll.articles]
    there = existing_keys(connection, article_keys)
    linked = _linked(database, connection, here, there)
    kept = list(linked.values())
    brought = {article.key: article for poll in reversed(kept) for article in poll.articles}
    new_articles = {key: brought[key] for key in sorted(brought.keys() - there)}
    new_alerts = _new_alerts(connection, kept)
    # In the order of their keys: two processes that insert the same alerts then never deadlock.
    in_order = [new_alerts[key] for key in sorted(new_alerts)]
    told = [row for alert in in_order for row in alert_rows.alert_article_values(alert)]
    database.insert_new(
        connection,
        articles,
        [article_rows.article_values(new_articles[key]) for key in new_articles],
    )
    revisions.replace_wordings(
        database, connection, [article for poll in kept for article in poll.edited]
    )
    failpoints.hit(failpoints.Point.STORING)
    database.insert_new(connection, alerts, [alert_rows.alert_values(alert) for alert in in_order])
    database.insert_new(connection, alert_articles, told)
    digests.plan_check(connection, in_order)
    _settle(connection, kept)
    redirects.apply_redirects(connection, kept)
    websub.apply_polls(connection, kept)
    _remember(database, connection, kept)
    _learn(connection, kept)
    poll_counts.add_polls(database, connection, kept)
    return [
        replace(
            poll,
            articles=tuple(one for one in poll.articles if new_articles.get(one.key) is one),
            edited=poll.edited if number in linked else (),
            alerts=tuple(one for one in poll.alerts if new_alerts.get(one.key) is one),
        )
        for number, poll in enumerate(linked.get(at, poll) for at, poll in enumerate(polled))
    ]


def _linked(
    database: Database, connection: Connection, polled: Mapping[int, PollResult], there: set[str]
) -> dict[int, PollResult]:
    """The polls with their articles under the copy keys they shall have, and their alerts under
    the keys that follow from these.
    """
    polls = list(polled.values())
    told = {key for poll in polls for alert in poll.alerts for key in alert.article_keys}
    new = [one for poll in polls for one in poll.articles if one.key not in there]
    edited = [one for poll in polls for one in poll.edited if one.decision.relevant]
    linked = near_duplicates.link(database, connection, new, edited, told)
    moved = {
        one.key: linked[one.key].copy_key
        for one in (*new, *edited)
        if linked[one.key].copy_key != one.copy_key
    }
    if not moved:
        return dict(polled)
    return {number: _moved(poll, moved) for number, poll in polled.items()}


def _moved(poll: PollResult, moved: Mapping[str, str]) -> PollResult:
    """The poll with other copy keys, by article key."""

    def copied(article: Article) -> Article:
        copy_key = moved.get(article.key)
        return replace(article, copy_key=copy_key) if copy_key else article

    def renamed(alert: Alert) -> Alert:
        copy_key = next((moved[key] for key in alert.article_keys if key in moved), None)
        if copy_key is None:
            return alert
        return replace(alert, key=match.alert_key(alert.subscription_key, copy_key))

    return replace(
        poll,
        articles=tuple(map(copied, poll.articles)),
        edited=tuple(map(copied, poll.edited)),
        alerts=tuple(map(renamed, poll.alerts)),
    )


def _still_claimed(connection: Connection, polled: Sequence[PollResult]) -> set[str]:
    """Lock the feeds of these polls; return the keys of those that the poll's claim still holds."""
    tokens = {poll.feed_key: poll.token for poll in polled}
    held: set[str] = set()
    for chunk in chunks(sorted(tokens)):
        rows = select(feeds.c.key, feeds.c.lease_token).where(feeds.c.key.in_(chunk))
        for row in connection.execute(rows.order_by(feeds.c.key).with_for_update()):
            if row.lease_token == tokens[row.key]:
                held.add(row.key)
    return held


def _new_alerts(connection: Connection, polled: Sequence[PollResult]) -> dict[str, Alert]:
    """The alerts not promised before, whatever became of them, to subscriptions that are there."""
    brought = {alert.key: alert for poll in reversed(polled) for alert in poll.alerts}
    there: set[str] = set()
    for chunk in chunks(brought):
        there.update(connection.scalars(select(alerts.c.key).where(alerts.c.key.in_(chunk))))
    askers = _subscriptions(connection, [alert.subscription_key for alert in brought.values()])
    return {
        key: alert
        for key, alert in brought.items()
        if key not in there and alert.subscription_key in askers
    }


def _subscriptions(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those that are there, and will be until the commit: none is promised to nobody."""
    there: set[str] = set()
    for chunk in chunks(sorted(keys)):
        wanted = select(subscriptions.c.key).where(subscriptions.c.key.in_(chunk))
        wanted = wanted.order_by(subscriptions.c.key).with_for_update(read=True, key_share=True)
        there.update(connection.scalars(wanted))
    return there


def _settle(connection: Connection, polled: Sequence[PollResult]) -> None:
    """Remember the state of these polls; a published title fills an empty one."""
    if not polled:
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
            for poll in polled
        ],
    )


def _remember(database: Database, connection: Connection, polled: Sequence[PollResult]) -> None:
    """Only together with the articles: what is remembered is never read again."""
    new = {poll.feed_key: poll.memory for poll in polled if poll.memory is not None}
    for chunk in chunks(new):
        connection.execute(delete(feed_memories).where(feed_memories.c.feed_key.in_(chunk)))
    values = [{"feed_key": key, "memory": memory} for key, memory in new.items()]
    database.insert_new(connection, feed_memories, values)


def _learn(connection: Connection, polled: Sequence[PollResult]) -> None:
    """Remember how the feeds that brought something new publish."""
    learned = [
        {"of_key": poll.feed_key, **feed_rows.history_values(poll.history)}
        for poll in polled
        if poll.history
    ]
    if learned:
        change = update(feeds).where(feeds.c.key == bindparam("of_key"))
        connection.execute(
            change.values(newest_at=bindparam("newest_at"), habit=bindparam("habit")), learned
        )


def _give_up(database: Database, poll: PollResult, error: Exception) -> PollResult:
    """Mark the feed as failing, with what it was asked with last: its next answer is whole."""
    cause = f"the answer can't be stored: {error}"
    log.error("commit.unstorable", extra={"feed": poll.feed_key, "error": str(error)})

    def mark(connection: Connection) -> PollState:
        state = replace(poll.state, state=FeedState.FAILING, last_error=cause)
        if _still_claimed(connection, [poll]):
            row = connection.execute(select(feeds).where(feeds.c.key == poll.feed_key)).one()
            before = feed_rows.feed_from_row(row).poll
            state = replace(
                before,
                due_at=poll.state.due_at,
                state=FeedState.FAILING,
                failures=before.failures + 1,
                last_error=cause,
            )
            _settle(connection, [PollResult(feed_key=poll.feed_key, state=state)])
        return state

    return replace(poll, state=database.write(mark), articles=(), alerts=())

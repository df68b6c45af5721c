"""Monitoring coverage of a span of time: feeds, polls, entries, and what became of alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from monitor.domain.alerts import AlertState
from monitor.domain.feeds import HEALTHY_STATES, FeedState
from monitor.health.coverage import Coverage, UnhealthyFeed, in_order
from monitor.store.database.transactions import Database, select_in
from monitor.store.reports import poll_counts
from monitor.store.schema.tables import IS_RELEVANT, alert_articles, alerts, articles, feeds

# Of several alerts about one article the one with the lowest rank counts.
_RANKS = {
    AlertState.SENT: 0,
    AlertState.PENDING: 1,
    AlertState.HELD: 1,
    AlertState.DEAD: 2,
    AlertState.SILENCED: 3,
    AlertState.REPEATED: 4,
    AlertState.GATHERED: 5,  # as the alert that delivers it, which has the article too
}

_RANK = case(*[(alerts.c.state == state, rank) for state, rank in _RANKS.items()])


def coverage(database: Database, since: datetime, until: datetime) -> Coverage:
    """Coverage of the articles seen from `since` until before `until`; feed states as of now."""
    return database.read(lambda connection: count_coverage(connection, since, until))


def count_coverage(
    connection: Connection, since: datetime, until: datetime, *, telling: Collection[str] = ()
) -> Coverage:
    """`coverage` within a transaction.

    The articles with the keys `telling`, which a message carries, count as read, flagged and sent,
    also those seen before `since`.
    """
    counts = {
        **_entries(connection, since, until),
        **_outcomes(connection, since, until, frozenset(telling)),
    }
    polls, failed = poll_counts.poll_totals(connection, since, until)
    return Coverage(
        since=since,
        until=until,
        feeds=_active_feeds(connection),
        unwell=_unhealthy_feeds(connection),
        polls=polls,
        failed=failed,
        unwatched=poll_counts.unwatched_time(connection, since, until),
        **poll_counts.pruned_totals(connection, since, until),
        **_with_carried(connection, counts, since, until, telling),
    )


def _active_feeds(connection: Connection) -> int:
    active = select(func.count()).select_from(feeds).where(feeds.c.paused.is_(False))
    return connection.scalar(active) or 0


def _unhealthy_feeds(connection: Connection) -> tuple[UnhealthyFeed, ...]:
    query = select(
        feeds.c.key, feeds.c.url, feeds.c.title, feeds.c.state, feeds.c.paused, feeds.c.last_error
    ).where(or_(feeds.c.paused, feeds.c.state.not_in(HEALTHY_STATES)))
    return in_order(
        [
            UnhealthyFeed(
                key=row.key,
                name=row.title or row.url,
                state=FeedState.PAUSED if row.paused else row.state,
                why="" if row.paused else row.last_error or "",
            )
            for row in connection.execute(query)
        ]
    )


def _seen(since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(articles.c.seen_at >= since, articles.c.seen_at < until)


def _entries(connection: Connection, since: datetime, until: datetime) -> dict[str, int]:
    old = func.coalesce(func.sum(case((articles.c.backlog, 1), else_=0)), 0)
    totals = select(func.count(), old).where(_seen(since, until))
    total, backlog = connection.execute(totals).one()
    flagged = select(func.count()).select_from(articles)
    flagged = flagged.where(IS_RELEVANT, _seen(since, until), articles.c.backlog.is_(False))
    return {
        "read": int(total) - int(backlog),
        "backlog": int(backlog),
        "flagged": connection.scalar(flagged) or 0,
    }


def _with_carried(
    connection: Connection,
    counts: dict[str, int],
    since: datetime,
    until: datetime,
    carried: Collection[str],
) -> dict[str, int]:
    """The counts with the articles of a message that they lack: seen at another time, or old."""
    columns = (articles.c.seen_at, articles.c.backlog, articles.c.relevant)
    query = select(*columns)
    rows = select_in(connection, query, articles.c.key, carried) if carried else ()
    added = dict(counts)
    for row in rows:
        in_time = since <= row.seen_at < until
        is_read = in_time and not row.backlog
        added["backlog"] -= in_time and row.backlog
        added["read"] += not is_read
        added["flagged"] += not (is_read and row.relevant)
        added["alerted"] += not (is_read and row.relevant)
    return added


def _outcomes(
    connection: Connection, since: datetime, until: datetime, telling: Collection[str]
) -> dict[str, int]:
    """How many flagged articles were sent to somebody, wait to be sent, or were not delivered."""
    ranks = (
        select(articles.c.key, func.min(_RANK).label("rank"))
        .join(alert_articles, alert_articles.c.article_key == articles.c.key)
        .join(alerts, alerts.c.key == alert_articles.c.alert_key)
        .where(IS_RELEVANT, _seen(since, until), articles.c.backlog.is_(False))
        .group_by(articles.c.key)
    )
    best = ranks.subquery()
    by_rank = select(best.c.rank, func.count().label("number")).group_by(best.c.rank)
    counts = Counter({row.rank: row.number for row in connection.execute(by_rank)})
    for row in select_in(connection, ranks, articles.c.key, telling):
        counts[row.rank] -= 1
        counts[_RANKS[AlertState.SENT]] += 1
    return {
        "alerted": counts[_RANKS[AlertState.SENT]],
        "held": counts[_RANKS[AlertState.HELD]],
        "undelivered": counts[_RANKS[AlertState.DEAD]],
        "suppressed": counts[_RANKS[AlertState.SILENCED]] + counts[_RANKS[AlertState.REPEATED]],
    }

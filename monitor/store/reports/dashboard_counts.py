"""Counts for the dashboard: flagged articles, scores, alerts that wait or were given up, marks.

Each is one query that an index answers; none reads the texts of articles that are not flagged.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, func, or_, select

from monitor.domain.alerts import AlertState
from monitor.domain.articles import DecisionReason
from monitor.domain.feeds import FeedState
from monitor.domain.messages import MessageType
from monitor.health.feed_strip import FeedStrip
from monitor.store.database.transactions import Database
from monitor.store.reports import feed_strips
from monitor.store.schema.tables import (
    IS_DEAD,
    IS_HELD,
    IS_PENDING,
    IS_RELEVANT,
    alerts,
    articles,
    feeds,
    marks,
    subscriptions,
)
from monitor.store.teaching.topic_decisions_table import answers_for_leading

POINTS = 100  # a score is counted by its whole per cent; 1.0 with 0.99
_ROUNDING = 1e-9  # 0.57 is stored as 0.5699…


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreGroup:
    """The articles of one whole per cent whose decisions rest on the same."""

    point: int  # 0 to 99
    reason: DecisionReason
    relevant: bool
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingAlerts:
    """The undelivered alerts of one subscription."""

    subscription: str  # its name; its key where it was removed
    pending: int = 0
    held: int = 0  # for a digest, quiet hours or the next day's budget
    dead: int = 0  # given up
    oldest_at: datetime | None = None  # when the oldest pending one was created


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadAlert:
    """An alert that was given up."""

    key: str
    subscription: str
    created_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class FeedPlace:
    """A place in the order of feeds, the worst state first, then by name."""

    rank: int
    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHistory:
    """A feed with its state and its strip; None where it was never polled."""

    key: str
    name: str  # its title, or its address
    state: FeedState
    why: str
    strip: FeedStrip | None

    @property
    def place(self) -> FeedPlace:
        """Its place in the order of feeds."""
        states = _WORST_FIRST
        rank = states.index(self.state) if self.state in states else len(states)
        return FeedPlace(rank, self.name, self.key)


# The order of feeds: first what a person can repair, the healthy ones last.
_WORST_FIRST = (
    FeedState.FAILING,
    FeedState.GONE,
    FeedState.SILENT,
    FeedState.DEGRADED,
    FeedState.EMPTY,
    FeedState.NEW,
)


class DashboardCounts:
    """What the dashboard counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def flagged_by_theme(self, starts: Sequence[datetime]) -> list[Counter[str]]:
        """For each span its flagged articles by their strongest theme; "" for those without one.

        A span ends where the next one starts, the last one never.  An article that its feed had
        before it was watched counts when it was published.
        """
        theme = func.coalesce(articles.c.labels[0].as_string(), "").label("theme")
        watched = select(theme, func.count().label("number")).group_by(theme)
        watched = watched.where(IS_RELEVANT, articles.c.backlog.is_(False))
        published_at = func.coalesce(articles.c.published_at, articles.c.seen_at).label("at")
        backlog = select(published_at, theme).where(
            IS_RELEVANT, articles.c.backlog, articles.c.seen_at >= starts[0]
        )
        counts = [Counter[str]() for _ in starts]

        def read(connection: Connection) -> None:
            for number, (start, end) in enumerate(zip_longest(starts, starts[1:])):
                query = watched.where(articles.c.seen_at >= start)
                query = query if end is None else query.where(articles.c.seen_at < end)
                rows = connection.execute(query)
                counts[number] = Counter({row.theme: row.number for row in rows})
            for row in connection.execute(backlog):
                if row.at >= starts[0]:
                    counts[bisect_right(starts, row.at) - 1][row.theme] += 1

        self._database.read(read)
        return counts

    def scores(self, since: datetime) -> list[ScoreGroup]:
        """The articles seen since then, by score, reason and outcome."""
        percent = articles.c.score * POINTS + _ROUNDING
        # a cast cuts the rest off on SQLite, which may lack `floor`, and rounds on PostgreSQL
        whole = percent if self._database.is_sqlite else func.floor(percent)
        point = cast(whole, Integer).label("point")
        kinds = (point, articles.c.reason, articles.c.relevant)
        query = select(*kinds, func.count().label("number")).group_by(*kinds)
        query = query.where(articles.c.seen_at >= since)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [
            ScoreGroup(
                point=min(row.point, POINTS - 1),
                reason=row.reason,
                relevant=row.relevant,
                number=row.number,
            )
            for row in rows
        ]

    def newest_threshold(self) -> float | None:
        """The threshold that decided about the newest article; None where there is none."""
        newest = select(articles.c.threshold).order_by(articles.c.seen_at.desc()).limit(1)
        return self._database.read(lambda connection: connection.scalar(newest))

    def alerts_by_state(self, since: datetime) -> dict[AlertState, int]:
        """The alerts about articles that were created since then."""
        query = (
            select(alerts.c.state, func.count().label("number"))
            .where(alerts.c.created_at >= since, alerts.c.type == MessageType.FLAGGED)
            .group_by(alerts.c.state)
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return dict.fromkeys(AlertState, 0) | {row.state: row.number for row in rows}

    def waiting(self) -> list[WaitingAlerts]:
        """The subscriptions with undelivered alerts, in the order of their names."""

        def read(connection: Connection) -> list[WaitingAlerts]:
            names = _subscription_names(connection)
            pending = _by_subscription(connection, IS_PENDING)
            held = _by_subscription(connection, IS_HELD)
            dead = _by_subscription(connection, IS_DEAD)
            keys = pending.keys() | held.keys() | dead.keys()
            return sorted(
                (
                    WaitingAlerts(
                        subscription=names.get(key, key),
                        pending=pending.get(key, _NOTHING)[0],
                        held=held.get(key, _NOTHING)[0],
                        dead=dead.get(key, _NOTHING)[0],
                        oldest_at=pending.get(key, _NOTHING)[1],
                    )
                    for key in keys
                ),
                key=lambda waiting: waiting.subscription,
            )

        return self._database.read(read)

    def newest_dead(self, limit: int) -> list[DeadAlert]:
        """The alerts that were given up last."""
        query = (
            select(
                alerts.c.key, alerts.c.subscription_key, alerts.c.created_at, alerts.c.last_error
            )
            .where(IS_DEAD)
            .order_by(alerts.c.created_at.desc(), alerts.c.key)
            .limit(limit)
        )

        def read(connection: Connection) -> list[DeadAlert]:
            names = _subscription_names(connection)
            return [
                DeadAlert(
                    key=row.key,
                    subscription=names.get(row.subscription_key, row.subscription_key),
                    created_at=row.created_at,
                    why=row.last_error or "",
                )
                for row in connection.execute(query)
            ]

        return self._database.read(read)

    def marked_flagged(self, since: datetime) -> tuple[int, int]:
        """(relevant, all) of the flagged articles that were marked since then.

        An article on which people disagree is not counted.
        """
        votes = func.count().filter(marks.c.relevant)
        by_article = (
            select(votes.label("relevant"), func.count().label("all"))
            .select_from(marks)
            .join(articles, articles.c.key == marks.c.article_key)
            .where(IS_RELEVANT, answers_for_leading(articles))
            .group_by(marks.c.article_key, marks.c.topic)
            .having(func.max(marks.c.marked_at) >= since, or_(votes == 0, votes == func.count()))
            .subquery()
        )
        is_relevant = by_article.c.relevant > 0
        query = select(func.count().filter(is_relevant), func.count()).select_from(by_article)
        relevant, total = self._database.read(lambda connection: connection.execute(query).one())
        return int(relevant), int(total)

    def feed_histories(self, limit: int, after: FeedPlace | None = None) -> list[FeedHistory]:
        """Feeds with their strips, the worst state first, then by name; paused ones are left out.

        `after` is the place of the last feed of the page before.
        """
        name = func.coalesce(func.nullif(feeds.c.title, ""), feeds.c.url)
        ranks = {state: place for place, state in enumerate(_WORST_FIRST)}
        rank = case(ranks, value=feeds.c.state, else_=len(_WORST_FIRST))
        columns = (feeds.c.key, name.label("name"), feeds.c.state, feeds.c.last_error)
        query = select(*columns).where(feeds.c.paused.is_(False)).limit(limit)
        query = query.order_by(rank, name, feeds.c.key)
        if after is not None:
            behind = _is_behind((rank, name, feeds.c.key), (after.rank, after.name, after.key))
            query = query.where(behind)

        def read(connection: Connection) -> list[FeedHistory]:
            rows = connection.execute(query).all()
            strips = feed_strips.read(connection, [row.key for row in rows])
            return [
                FeedHistory(
                    key=row.key,
                    name=row.name,
                    state=row.state,
                    why=row.last_error or "",
                    strip=strips.get(row.key),
                )
                for row in rows
            ]

        return self._database.read(read)


_NOTHING: tuple[int, datetime | None] = (0, None)


def _subscription_names(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(subscriptions.c.key, subscriptions.c.name))
    return {row.key: row.name for row in rows}


def _by_subscription(
    connection: Connection, is_in_state: ColumnElement[bool]
) -> dict[str, tuple[int, datetime | None]]:
    """Subscription key → the number of its alerts in this state, and when the oldest was made."""
    oldest = func.min(alerts.c.created_at, type_=alerts.c.created_at.type)
    query = select(alerts.c.subscription_key, func.count().label("number"), oldest.label("oldest"))
    query = query.where(is_in_state).group_by(alerts.c.subscription_key)
    rows = connection.execute(query)
    return {row.subscription_key: (row.number, row.oldest) for row in rows}


def _is_behind(
    columns: Sequence[ColumnElement[object]], values: Sequence[object]
) -> ColumnElement[bool]:
    """Whether a row comes after these values in the order of these columns."""
    first, *rest = columns
    value, *values_of_rest = values
    if not rest:
        return first > value
    return or_(first > value, and_(first == value, _is_behind(rest, values_of_rest)))

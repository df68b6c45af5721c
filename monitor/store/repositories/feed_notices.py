"""Feed health as the operator was last told of it, and the notices about its changes."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from monitor.domain.alerts import Alert
from monitor.domain.feeds import FeedState
from monitor.health import feed_notices
from monitor.health.feed_notices import WELL, FeedHealth
from monitor.polling.staleness import health_state
from monitor.store.database.transactions import Database, chunks
from monitor.store.mapping import alert_rows
from monitor.store.schema.tables import alerts, feeds

_WELL_STATES = [state for state in FeedState if health_state(state) is WELL]


class FeedNotices:
    """The columns of `feeds` that hold what the operator was told of each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[builtins.list[FeedHealth], int]:
        """The feeds that are unhealthy or were reported as unhealthy, and the number of all feeds.

        Paused feeds are left out of both: the operator paused them.
        """
        unhealthy = select(feeds).where(
            feeds.c.paused.is_(False),
            or_(feeds.c.state.not_in(_WELL_STATES), feeds.c.told_state != WELL),
        )
        total = select(func.count()).select_from(feeds).where(feeds.c.paused.is_(False))

        def select_health(connection: Connection) -> tuple[builtins.list[FeedHealth], int]:
            rows = connection.execute(unhealthy.order_by(feeds.c.key))
            return [_health(row) for row in rows], connection.scalar(total) or 0

        return self._database.read(select_health)

    def record(
        self, reported: Sequence[FeedHealth], notices: Sequence[Alert], now: datetime
    ) -> bool:
        """Store that these states were reported, and add the notices: both or neither.

        False, and nothing is changed, when another process has reported one of the feeds since
        they were listed, or one was removed.
        """

        def change(connection: Connection) -> bool:
            if not _are_unchanged(connection, reported):
                return False
            connection.execute(
                update(feeds)
                .where(feeds.c.key == bindparam("of_key"))
                .values(
                    told_state=bindparam("state_now"),
                    told_at=bindparam("at"),
                    told_times=bindparam("times"),
                ),
                [_reported_values(health, now) for health in reported],
            )
            self._database.insert_new(
                connection, alerts, [alert_rows.alert_values(notice) for notice in notices]
            )
            return True

        return self._database.write(change)


def _health(row: Row[Any]) -> FeedHealth:
    state = health_state(row.state)
    return FeedHealth(
        key=row.key,
        name=row.title or row.url,
        url=row.url,
        state=state,
        why=(row.last_error or "") if state is not WELL else "",
        since=row.since,
        notified_state=row.told_state,
        notified_at=row.told_at,
        notified_times=row.told_times,
    )


def _reported_values(health: FeedHealth, now: datetime) -> dict[str, object]:
    state, at, times = feed_notices.after_notice(health, now)
    return {"of_key": health.key, "state_now": state, "at": at, "times": times}


def _are_unchanged(connection: Connection, reported: Sequence[FeedHealth]) -> bool:
    """Whether each feed was last reported as it was when it was listed; locks them."""
    listed = {health.key: (health.notified_state, health.notified_at) for health in reported}
    for keys in chunks(sorted(listed)):
        rows = select(feeds.c.key, feeds.c.told_state, feeds.c.told_at)
        rows = rows.where(feeds.c.key.in_(keys)).order_by(feeds.c.key).with_for_update()
        for row in connection.execute(rows):
            if listed.pop(row.key) != (row.told_state, row.told_at):
                return False
    return not listed

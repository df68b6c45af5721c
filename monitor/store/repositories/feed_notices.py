"""How each feed does against what the operator was told of it, and the notices that follow."""

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
    """The columns of `feeds` that hold what was told of each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[builtins.list[FeedHealth], int]:
        """The feeds that are not well or were told to be ill, and how many there are in all.

        Paused ones are in neither: whoever paused them knows.
        """
        wanted = select(feeds).where(
            feeds.c.paused.is_(False),
            or_(feeds.c.state.not_in(_WELL_STATES), feeds.c.told_state != WELL),
        )
        watched = select(func.count()).select_from(feeds).where(feeds.c.paused.is_(False))

        def look(connection: Connection) -> tuple[builtins.list[FeedHealth], int]:
            found = [_standing(row) for row in connection.execute(wanted.order_by(feeds.c.key))]
            return found, connection.scalar(watched) or 0

        return self._database.read(look)

    def record(self, told: Sequence[FeedHealth], notices: Sequence[Alert], now: datetime) -> bool:
        """Remember that this was told, and promise the notices: both or neither.

        False, and nothing is changed, when another process has told of one of them since they
        were listed, or one was removed.
        """

        def keep(connection: Connection) -> bool:
            if not _as_they_were(connection, told):
                return False
            connection.execute(
                update(feeds)
                .where(feeds.c.key == bindparam("of_key"))
                .values(
                    told_state=bindparam("state_now"),
                    told_at=bindparam("at"),
                    told_times=bindparam("times"),
                ),
                [_known(one, now) for one in told],
            )
            self._database.insert_new(
                connection, alerts, [alert_rows.alert_values(notice) for notice in notices]
            )
            return True

        return self._database.write(keep)


def _standing(found: Row[Any]) -> FeedHealth:
    state = health_state(found.state)
    return FeedHealth(
        key=found.key,
        name=found.title or found.url,
        url=found.url,
        state=state,
        why=(found.last_error or "") if state is not WELL else "",
        since=found.since,
        told=found.told_state,
        told_at=found.told_at,
        told_times=found.told_times,
    )


def _known(one: FeedHealth, now: datetime) -> dict[str, object]:
    state, at, times = feed_notices.after(one, now)
    return {"of_key": one.key, "state_now": state, "at": at, "times": times}


def _as_they_were(connection: Connection, told: Sequence[FeedHealth]) -> bool:
    """Does the operator know of each what he knew when it was listed?  So until the commit."""
    before = {one.key: (one.told, one.told_at) for one in told}
    for chunk in chunks(sorted(before)):
        wanted = select(feeds.c.key, feeds.c.told_state, feeds.c.told_at)
        wanted = wanted.where(feeds.c.key.in_(chunk)).order_by(feeds.c.key).with_for_update()
        for row in connection.execute(wanted):
            if before.pop(row.key) != (row.told_state, row.told_at):
                return False
    return not before

"""What is not as it should be with the service itself, as the operator was told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.domain.alerts import Alert
from monitor.store.database.transactions import Database
from monitor.store.mapping import alert_rows
from monitor.store.schema.tables import alerts, conditions

Notices = Callable[[Mapping[str, str], Mapping[str, str]], Sequence[Alert]]


class ServiceFaults:
    """The table of conditions: those that were told and are not over."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, str]:
        """Name → sentence."""
        return self._database.read(_all)

    def replace(
        self, owned: Sequence[str], present: Mapping[str, str], notices: Notices, now: datetime
    ) -> bool:
        """Remember these conditions and promise to tell what changed: both or neither.

        `owned` are the names this process speaks for, whether they are `present` or not; those of
        others stay.  `notices` makes the alerts, of all there are then and of what is over; it
        must not ask the store.  False when nothing changed.
        """

        def keep(connection: Connection) -> bool:
            told = _all(connection, lock=True)
            after = {name: said for name, said in told.items() if name not in owned} | dict(present)
            if after == told:
                return False
            over = {name: said for name, said in told.items() if name not in after}
            connection.execute(delete(conditions).where(conditions.c.name.in_(list(owned))))
            fresh = [
                {"name": name, "sentence": said, "since": now} for name, said in present.items()
            ]
            self._database.insert_new(connection, conditions, fresh)
            promised = [alert_rows.alert_values(alert) for alert in notices(after, over)]
            self._database.insert_new(connection, alerts, promised)
            return True

        return self._database.write(keep)


def _all(connection: Connection, *, lock: bool = False) -> dict[str, str]:
    wanted = select(conditions).order_by(conditions.c.name)
    found = connection.execute(wanted.with_for_update() if lock else wanted)
    return {row.name: row.sentence for row in found}

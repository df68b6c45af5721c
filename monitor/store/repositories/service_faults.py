"""Open faults of the service itself, as the operator was told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.domain.alerts import Alert
from monitor.store.database.transactions import Database
from monitor.store.mapping import alert_rows
from monitor.store.schema.tables import alerts, conditions

# (open faults, ended faults), each name → sentence, to the alerts about them
MakeNotices = Callable[[Mapping[str, str], Mapping[str, str]], Sequence[Alert]]


class ServiceFaults:
    """The table of conditions: the faults that were reported and have not ended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, str]:
        """Name → sentence."""
        return self._database.read(_all)

    def replace(
        self,
        owned: Sequence[str],
        present: Mapping[str, str],
        make_notices: MakeNotices,
        now: datetime,
    ) -> bool:
        """Store the present faults and add notices of the changes: both or neither.

        `owned` are the names that this process checks, present or not; the faults of other
        processes stay.  `make_notices` gets all faults that are open then, and those that ended;
        it must not use the store.  False when nothing changed.
        """

        def change(connection: Connection) -> bool:
            before = _all(connection, lock=True)
            others = {name: sentence for name, sentence in before.items() if name not in owned}
            after = others | dict(present)
            if after == before:
                return False
            ended = {name: sentence for name, sentence in before.items() if name not in after}
            connection.execute(delete(conditions).where(conditions.c.name.in_(list(owned))))
            rows = [
                {"name": name, "sentence": sentence, "since": now}
                for name, sentence in present.items()
            ]
            self._database.insert_new(connection, conditions, rows)
            notices = [alert_rows.alert_values(alert) for alert in make_notices(after, ended)]
            self._database.insert_new(connection, alerts, notices)
            return True

        return self._database.write(change)


def _all(connection: Connection, *, lock: bool = False) -> dict[str, str]:
    query = select(conditions).order_by(conditions.c.name)
    rows = connection.execute(query.with_for_update() if lock else query)
    return {row.name: row.sentence for row in rows}

"""Silences: mute rules with an end, and how many alerts each one suppressed."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update

from monitor.domain.muting.silence import Silence
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database
from monitor.store.mapping import silence_rows
from monitor.store.schema.tables import IS_SILENCED, alerts, silences


class Silences:
    """The table of silences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, silence: Silence) -> bool:
        """Store a silence; False when its key exists already.

        Raise ConfigError for a term or theme that can't be stored.
        """
        values = silence_rows.silence_values(silence)
        return self._database.write(
            lambda connection: self._database.insert_new(connection, silences, [values]) > 0
        )

    def find(self, key: str) -> Silence | None:
        """The silence with this key, or the only one whose key begins so (4 digits or more).

        Raise ConfigError when several begin so.
        """
        row = self._database.read(lambda connection: key_prefix.find_row(connection, silences, key))
        return silence_rows.silence_from_row(row) if row else None

    def end(self, key: str, now: datetime) -> bool:
        """End it now instead of later; False when it is over or does not exist."""
        change = (
            update(silences).where(silences.c.key == key, silences.c.until > now).values(until=now)
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def list(self, *, until_after: datetime | None = None) -> builtins.list[Silence]:
        """Every silence, or those that end after that instant; the first to end comes first."""
        query = select(silences).order_by(silences.c.until, silences.c.key)
        if until_after is not None:
            query = query.where(silences.c.until > until_after)
        return self._database.read(
            lambda connection: [
                silence_rows.silence_from_row(row) for row in connection.execute(query)
            ]
        )

    def counts(self) -> Mapping[str, int]:
        """Silence key → how many alerts it suppressed, without those released since."""
        counts = (
            select(alerts.c.silenced_by, func.count().label("number"))
            .where(IS_SILENCED)
            .group_by(alerts.c.silenced_by)
        )
        return self._database.read(
            lambda connection: {row.silenced_by: row.number for row in connection.execute(counts)}
        )

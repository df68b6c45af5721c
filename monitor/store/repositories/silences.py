"""What is not told for a while, and how much of it came meanwhile."""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from monitor.domain.alerts import Silence
from monitor.store.database import key_prefix
from monitor.store.database.transactions import Database
from monitor.store.mapping.column_text import Values, exact_text
from monitor.store.schema.tables import IS_SILENCED, alerts, silences


class Silences:
    """The table of silences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, silence: Silence) -> bool:
        """Keep a silence; False when its key is there already.

        Raise ConfigError for a term or theme that can't be stored.
        """
        values = _values(silence)
        return self._database.write(
            lambda connection: self._database.insert_new(connection, silences, [values]) > 0
        )

    def find(self, key: str) -> Silence | None:
        """The one of this key, or whose key alone begins so (6 digits or more).

        Raise ConfigError when several begin so.
        """
        row = self._database.read(lambda connection: key_prefix.find_row(connection, silences, key))
        return _silence_of(row) if row else None

    def end(self, key: str, now: datetime) -> bool:
        """End it now instead of later; False when it was over or is not there."""
        change = (
            update(silences).where(silences.c.key == key, silences.c.until > now).values(until=now)
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def list(self, *, until_after: datetime | None = None) -> builtins.list[Silence]:
        """Every silence, or those that are not over by then; what ends first is first."""
        wanted = select(silences).order_by(silences.c.until, silences.c.key)
        if until_after is not None:
            wanted = wanted.where(silences.c.until > until_after)
        return self._database.read(
            lambda connection: [_silence_of(row) for row in connection.execute(wanted)]
        )

    def counts(self) -> Mapping[str, int]:
        """Silence key → how many alerts it kept back that nobody asked for since."""
        counted = (
            select(alerts.c.silenced_by, func.count().label("number"))
            .where(IS_SILENCED)
            .group_by(alerts.c.silenced_by)
        )
        return self._database.read(
            lambda connection: {row.silenced_by: row.number for row in connection.execute(counted)}
        )


def _values(silence: Silence) -> Values:
    """A row of `silences`.  Raise ConfigError for a term or theme that can't be stored."""
    theme, term = silence.theme, silence.term
    return {
        "key": exact_text("silence's key", silence.key, 64),
        "subscription_key": silence.subscription_key,
        "feed_key": silence.feed_key,
        "theme": None if theme is None else exact_text("theme", theme, 200),
        "term": None if term is None else exact_text("term", term, 200),
        "reason": silence.reason,
        "created_at": silence.created_at,
        "until": silence.until,
    }


def _silence_of(row: Row[Any]) -> Silence:
    """A row as the silence it is."""
    return Silence(
        key=row.key,
        subscription_key=row.subscription_key,
        feed_key=row.feed_key,
        theme=row.theme,
        term=row.term,
        reason=row.reason,
        created_at=row.created_at,
        until=row.until,
    )

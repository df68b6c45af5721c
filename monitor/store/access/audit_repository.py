"""The audit log: entries are added, in the transaction of the change, and read; nothing else."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from monitor.access.accounts import AuditEntry
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import audit_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are read; an empty field admits all."""

    before: int | None = None  # entries with a smaller number
    since: datetime | None = None
    caller: str = ""
    act: str = ""
    target: str = ""


class AuditLog:
    """The table of audit entries."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: AuditEntry) -> None:
        """Store an entry about something that changed no row of its own."""
        self._database.write(lambda connection: insert_entry(connection, entry))

    def list(self, entry_filter: AuditFilter, limit: int) -> builtins.list[AuditEntry]:
        """The newest entries first, at most `limit`."""
        query = select(audit_entries).order_by(audit_entries.c.number.desc()).limit(limit)
        if entry_filter.before is not None:
            query = query.where(audit_entries.c.number < entry_filter.before)
        if entry_filter.since is not None:
            query = query.where(audit_entries.c.at >= entry_filter.since)
        for name in ("caller", "act", "target"):
            value = getattr(entry_filter, name)
            if value:
                query = query.where(audit_entries.c[name] == value)
        return self._database.read(
            lambda connection: [_entry_from_row(row) for row in connection.execute(query)]
        )


def insert_entry(connection: Connection, entry: AuditEntry) -> None:
    """Add an entry in the transaction of the change that it reports."""
    connection.execute(
        insert(audit_entries).values(
            at=entry.at,
            caller=entry.caller,
            door=entry.door,
            act=entry.act,
            target=entry.target,
            old_value=None if entry.before is None else dict(entry.before),
            new_value=None if entry.after is None else dict(entry.after),
            reason=entry.reason,
            address=entry.address,
        )
    )


def _entry_from_row(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        caller=row.caller,
        door=row.door,
        act=row.act,
        target=row.target,
        before=row.old_value,
        after=row.new_value,
        reason=row.reason,
        address=row.address,
    )

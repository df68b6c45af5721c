"""Audited changes: rows are added, changed or removed together with an entry of the audit log.

The entry is stored only when a row changed, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Delete, Table, Update

from monitor.access.accounts import AuditEntry
from monitor.store.access.audit_repository import insert_entry
from monitor.store.database.transactions import Database


def add_row(
    database: Database, table: Table, values: Mapping[str, object], entry: AuditEntry
) -> bool:
    """Insert a row; False, and nothing is stored, when it breaks a unique constraint."""

    def write(connection: Connection) -> bool:
        is_new = database.insert_new(connection, table, [values]) > 0
        if is_new:
            insert_entry(connection, entry)
        return is_new

    return database.write(write)


def change_rows(database: Database, change: Update | Delete, entry: AuditEntry) -> int:
    """Update or delete rows; return how many there were."""
    return database.write(lambda connection: execute_change(connection, change, entry))


def execute_change(connection: Connection, change: Update | Delete, entry: AuditEntry) -> int:
    """Update or delete rows in a transaction that does more; return how many there were."""
    count: int = connection.execute(change).rowcount
    if count:
        insert_entry(connection, entry)
    return count

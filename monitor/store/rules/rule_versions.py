"""The table of rule versions: added to and read, never changed."""

from __future__ import annotations

import builtins
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from monitor.access.accounts import AuditEntry
from monitor.store.access.audit_repository import insert_entry
from monitor.store.database.transactions import Database
from monitor.store.events import event_contents, event_writes
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.schema.tables import rule_versions


class RuleVersions:
    """Every version of rules, threshold and lexicon."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, version: RuleVersion, entry: AuditEntry | None = None) -> RuleVersion:
        """Store it with the next number, and its entry of the audit log; return it with both.

        Raise StoreError when another process stored one at the same moment.
        """

        def write(connection: Connection) -> RuleVersion:
            last = connection.scalar(select(func.max(rule_versions.c.number))) or 0
            numbered = replace(version, number=last + 1)
            connection.execute(insert(rule_versions).values(_values(numbered)))
            if entry is not None:
                insert_entry(connection, entry)
            event = event_contents.rules_in_force(
                numbered.number,
                at=numbered.at,
                by=numbered.by,
                config=numbered.config,
                reason=numbered.reason,
            )
            event_writes.add(self._database, connection, [event])
            return numbered

        return self._database.write(write)

    def newest(self) -> RuleVersion | None:
        """The last one; None before the first."""
        versions = self.list(limit=1)
        return versions[0] if versions else None

    def find(self, number: int) -> RuleVersion | None:
        """The one with this number."""
        query = select(rule_versions).where(rule_versions.c.number == number)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return _from_row(row) if row else None

    def list(self, *, before: int | None = None, limit: int = 50) -> builtins.list[RuleVersion]:
        """The newest first; `before`: only smaller numbers."""
        query = select(rule_versions).order_by(rule_versions.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(rule_versions.c.number < before)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [_from_row(row) for row in rows]


def _values(version: RuleVersion) -> dict[str, object]:
    return {
        "number": version.number,
        "at": version.at,
        "by": version.by,
        "door": version.door,
        "reason": version.reason,
        "text": version.text,
        "config": version.config,
        "restored": version.restored,
        "effect": None if version.effect is None else dict(version.effect),
    }


def _from_row(row: Row[Any]) -> RuleVersion:
    return RuleVersion(
        number=row.number,
        at=row.at,
        by=row.by,
        door=row.door,
        reason=row.reason,
        text=row.text,
        config=row.config,
        restored=row.restored,
        effect=row.effect,
    )

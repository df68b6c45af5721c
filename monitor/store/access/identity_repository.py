"""Identities: accounts at OpenID providers by which people sign in."""

from __future__ import annotations

import builtins
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from monitor.access.accounts import AuditEntry, Identity
from monitor.store.access.audited_changes import add_row, change_rows
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import identities


class Identities:
    """The table of identities."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, identity: Identity, entry: AuditEntry) -> bool:
        """Store an identity; False when it is stored already, of whomever."""
        values = {
            "key": identity.key,
            "person_key": identity.person_key,
            "issuer": identity.issuer,
            "subject": identity.subject,
            "created_at": identity.created_at,
            "used_at": identity.used_at,
        }
        return add_row(self._database, identities, values, entry)

    def by_key(self, key: str) -> Identity | None:
        """The identity with this key."""
        query = select(identities).where(identities.c.key == key)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return _identity_from_row(row) if row else None

    def list(self, person_key: str) -> builtins.list[Identity]:
        """The identities of a person, the oldest first."""
        query = select(identities).where(identities.c.person_key == person_key)
        query = query.order_by(identities.c.created_at, identities.c.key)
        return self._database.read(
            lambda connection: [_identity_from_row(row) for row in connection.execute(query)]
        )

    def record_use(self, key: str, at: datetime) -> None:
        """Store the time of this sign-in."""
        change = update(identities).where(identities.c.key == key).values(used_at=at)
        self._database.write(lambda connection: connection.execute(change))

    def remove(self, person_key: str, key: str, entry: AuditEntry) -> bool:
        """Remove an identity of this person; False: no such identity."""
        removal = delete(identities).where(
            identities.c.key == key, identities.c.person_key == person_key
        )
        return change_rows(self._database, removal, entry) > 0


def _identity_from_row(row: Row[Any]) -> Identity:
    return Identity(
        key=row.key,
        person_key=row.person_key,
        issuer=row.issuer,
        subject=row.subject,
        created_at=row.created_at,
        used_at=row.used_at,
    )

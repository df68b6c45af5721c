"""Passkeys: public keys of people, and challenges that were answered already."""

from __future__ import annotations

import builtins
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from monitor.access.accounts import AuditEntry, Passkey
from monitor.store.access.audited_changes import add_row, change_rows
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import passkeys, spent_challenges


class Passkeys:
    """The tables of passkeys and of spent challenges."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, passkey: Passkey, entry: AuditEntry) -> bool:
        """Store a passkey; False when it is registered already, by whomever."""
        values = {
            "key": passkey.key,
            "person_key": passkey.person_key,
            "name": passkey.name,
            "credential_id": passkey.credential_id,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "created_at": passkey.created_at,
            "used_at": passkey.used_at,
        }
        return add_row(self._database, passkeys, values, entry)

    def by_key(self, key: str) -> Passkey | None:
        """The passkey with this key."""
        query = select(passkeys).where(passkeys.c.key == key)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return _passkey_from_row(row) if row else None

    def list(self, person_key: str) -> builtins.list[Passkey]:
        """The passkeys of a person, the oldest first."""
        query = select(passkeys).where(passkeys.c.person_key == person_key)
        query = query.order_by(passkeys.c.created_at, passkeys.c.key)
        return self._database.read(
            lambda connection: [_passkey_from_row(row) for row in connection.execute(query)]
        )

    def record_use(self, key: str, sign_count: int, at: datetime) -> None:
        """Store the counter of the authenticator and the time of this sign-in."""
        change = update(passkeys).where(passkeys.c.key == key)
        change = change.values(sign_count=sign_count, used_at=at)
        self._database.write(lambda connection: connection.execute(change))

    def remove(self, person_key: str, key: str, entry: AuditEntry) -> bool:
        """Remove a passkey of this person; False: no such passkey."""
        removal = delete(passkeys).where(passkeys.c.key == key, passkeys.c.person_key == person_key)
        return change_rows(self._database, removal, entry) > 0

    def spend_challenge(self, key: str, until: datetime, now: datetime) -> bool:
        """Record that a challenge was answered; False when it was answered before."""
        is_over = delete(spent_challenges).where(spent_challenges.c.until <= now)
        row = {"key": key, "until": until}

        def write(connection: Connection) -> bool:
            connection.execute(is_over)
            return self._database.insert_new(connection, spent_challenges, [row]) > 0

        return self._database.write(write)


def _passkey_from_row(row: Row[Any]) -> Passkey:
    return Passkey(
        key=row.key,
        person_key=row.person_key,
        name=row.name,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        created_at=row.created_at,
        used_at=row.used_at,
    )

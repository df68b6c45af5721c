"""Access tokens of programs; each is read together with its owner, whose role limits it."""

from __future__ import annotations

import builtins
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from monitor.access.accounts import AccessToken, AuditEntry, Person
from monitor.access.roles import Scope, ordered_scopes
from monitor.store.access.audited_changes import add_row, change_rows
from monitor.store.access.people_repository import person_from_row
from monitor.store.database.transactions import Database
from monitor.store.mapping.column_text import exact_text
from monitor.store.schema.base import NAME_BYTES
from monitor.store.schema.tables import access_tokens, people


class AccessTokens:
    """The table of access tokens."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, token: AccessToken, entry: AuditEntry) -> bool:
        """Store a token; False when its name is taken."""
        values = {
            "key": token.key,
            "name": exact_text("token's name", token.name, NAME_BYTES),
            "role": token.role,
            "scopes": list(ordered_scopes(token.scopes)),
            "person_key": token.person_key or None,
            "created_at": token.created_at,
            "until": token.until,
            "used_at": token.used_at,
        }
        return add_row(self._database, access_tokens, values, entry)

    def by_key(self, key: str) -> tuple[AccessToken, Person | None] | None:
        """A token, over or not, and its owner as they are now; no owner: the installation."""
        query = select(access_tokens).where(access_tokens.c.key == key)

        def read(connection: Connection) -> tuple[AccessToken, Person | None] | None:
            row = connection.execute(query).first()
            if row is None:
                return None
            if row.person_key is None:
                return _token_from_row(row), None
            owner = select(people).where(people.c.key == row.person_key)
            person = connection.execute(owner).first()  # may be removed at this very moment
            return (_token_from_row(row), person_from_row(person)) if person else None

        return self._database.read(read)

    def find(self, name_or_key: str) -> AccessToken | None:
        """The token of this name or key."""
        is_meant = or_(access_tokens.c.name == name_or_key, access_tokens.c.key == name_or_key)
        query = select(access_tokens).where(is_meant)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return _token_from_row(row) if row else None

    def record_use(self, key: str, at: datetime) -> None:
        """Record that the token was used."""
        change = update(access_tokens).where(access_tokens.c.key == key).values(used_at=at)
        self._database.write(lambda connection: connection.execute(change))

    def list(self, *, person_key: str = "") -> builtins.list[AccessToken]:
        """The tokens of one person or all, those that are over too, by name."""
        query = select(access_tokens).order_by(access_tokens.c.name)
        if person_key:
            query = query.where(access_tokens.c.person_key == person_key)
        return self._database.read(
            lambda connection: [_token_from_row(row) for row in connection.execute(query)]
        )

    def remove(self, key: str, entry: AuditEntry) -> bool:
        """Remove a token, which ends it at once; False: no such token."""
        removal = delete(access_tokens).where(access_tokens.c.key == key)
        return change_rows(self._database, removal, entry) > 0


def _token_from_row(row: Row[Any]) -> AccessToken:
    return AccessToken(
        key=row.key,
        name=row.name,
        role=row.role,
        scopes=frozenset(Scope(scope) for scope in row.scopes if scope in set(Scope)),
        person_key=row.person_key or "",
        created_at=row.created_at,
        until=row.until,
        used_at=row.used_at,
    )

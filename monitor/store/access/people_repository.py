"""People who may sign in, and the one-time links that were made for them."""

from __future__ import annotations

import builtins
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Delete, Row, Update, delete, insert, select, update

from monitor.access.accounts import AuditEntry, Person, SignInLink
from monitor.access.roles import PersonRole
from monitor.domain.errors import ConfigError
from monitor.store.access.audit_repository import insert_entry
from monitor.store.access.audited_changes import add_row, change_rows, execute_change
from monitor.store.database.transactions import Database
from monitor.store.mapping.column_text import exact_text
from monitor.store.schema.base import NAME_BYTES
from monitor.store.schema.tables import people, sign_in_links


class People:
    """The tables of people and of their links."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, person: Person, entry: AuditEntry) -> bool:
        """Store a person; False when there is one of that key already."""
        values = {
            "key": person.key,
            "name": exact_text("person's name", person.name, NAME_BYTES),
            "role": person.role,
            "created_at": person.created_at,
            "password_hash": person.password_hash,
            "password_changed_at": person.password_changed_at,
            "time_zone": person.time_zone or None,
            "key_choice": person.key_choice or None,
        }
        return add_row(self._database, people, values, entry)

    def by_key(self, key: str) -> Person | None:
        """The person with this key."""
        query = select(people).where(people.c.key == key)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return person_from_row(row) if row else None

    def list(self) -> builtins.list[Person]:
        """Everybody, by name."""
        query = select(people).order_by(people.c.name, people.c.key)
        return self._database.read(
            lambda connection: [person_from_row(row) for row in connection.execute(query)]
        )

    def is_empty(self) -> bool:
        """Whether nobody may sign in yet."""
        query = select(people.c.key).limit(1)
        return self._database.read(lambda connection: connection.scalar(query)) is None

    def change_role(
        self, key: str, role: PersonRole, entry: AuditEntry, *, keep_admin: bool = False
    ) -> bool:
        """Give a person another role, which counts for the next request; False: no such person.

        With `keep_admin` raise ConfigError when nobody would be admin any more.
        """
        keep_admin = keep_admin and role is not PersonRole.ADMIN
        change = update(people).where(people.c.key == key).values(role=role)
        return self._execute(change, key, entry, keep_admin=keep_admin)

    def set_password(self, key: str, password_hash: str, at: datetime, entry: AuditEntry) -> bool:
        """Replace the password; an empty hash removes it.  False: no such person."""
        change = update(people).where(people.c.key == key)
        change = change.values(password_hash=password_hash, password_changed_at=at)
        return change_rows(self._database, change, entry) > 0

    def set_preferences(self, key: str, time_zone: str, key_choice: str) -> bool:
        """Store how a person reads pages; empty for nothing chosen.  False: no such person."""
        change = (
            update(people)
            .where(people.c.key == key)
            .values(time_zone=time_zone or None, key_choice=key_choice or None)
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount > 0)

    def remove(self, key: str, entry: AuditEntry, *, keep_admin: bool = False) -> bool:
        """Remove a person with all links, sessions, passkeys and tokens; False: no such person.

        With `keep_admin` raise ConfigError when nobody would be admin any more.
        """
        removal = delete(people).where(people.c.key == key)
        return self._execute(removal, key, entry, keep_admin=keep_admin)

    def _execute(
        self, change: Update | Delete, key: str, entry: AuditEntry, *, keep_admin: bool
    ) -> bool:
        def write(connection: Connection) -> bool:
            if keep_admin:
                _check_other_admin(connection, key)
            return execute_change(connection, change, entry) > 0

        return self._database.write(write)

    def add_link(self, link: SignInLink, entry: AuditEntry) -> None:
        """Store a link instead of all older ones of its person, and of those that are over."""
        is_replaced = sign_in_links.c.person_key == link.person_key
        is_over = sign_in_links.c.until <= link.created_at
        removal = delete(sign_in_links).where(is_replaced | is_over)
        addition = insert(sign_in_links).values(
            key=link.key, person_key=link.person_key, created_at=link.created_at, until=link.until
        )

        def write(connection: Connection) -> None:
            connection.execute(removal)
            connection.execute(addition)
            insert_entry(connection, entry)

        self._database.write(write)

    def of_link(self, key: str, now: datetime) -> Person | None:
        """The person whom this link signs in; None when it was used or is over."""
        query = select(people).join(sign_in_links, sign_in_links.c.person_key == people.c.key)
        query = query.where(sign_in_links.c.key == key, sign_in_links.c.until > now)
        row = self._database.read(lambda connection: connection.execute(query).first())
        return person_from_row(row) if row else None


def _check_other_admin(connection: Connection, key: str) -> None:
    """Raise ConfigError when this person is the only admin.

    The rows stay locked until the change is committed: of two admins who remove each other at
    once, one is refused.
    """
    query = select(people.c.key, people.c.name).where(people.c.role == PersonRole.ADMIN)
    admins = connection.execute(query.order_by(people.c.key).with_for_update()).all()
    if [admin.key for admin in admins] == [key]:
        raise ConfigError(f"{admins[0].name} is the last admin: make somebody else admin first")


def person_from_row(row: Row[Any]) -> Person:
    """The person of a row."""
    return Person(
        key=row.key,
        name=row.name,
        role=row.role,
        created_at=row.created_at,
        password_hash=row.password_hash,
        password_changed_at=row.password_changed_at,
        time_zone=row.time_zone or "",
        key_choice=row.key_choice or "",
    )

"""Sessions: browsers that are signed in; each is read together with its person."""

from __future__ import annotations

import builtins
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from monitor.access.accounts import (
    SESSION_IDLE,
    SESSION_LIFE,
    AuditEntry,
    Person,
    Session,
)
from monitor.store.access.audit_repository import insert_entry
from monitor.store.access.audited_changes import change_rows
from monitor.store.access.people_repository import person_from_row
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import people, sessions, sign_in_links


class Sessions:
    """The table of sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, session: Session, entry: AuditEntry, *, instead_of: str = "") -> None:
        """Store a new session; end the one of the key `instead_of`, and those that are over."""

        def write(connection: Connection) -> None:
            _insert(connection, session, entry, instead_of)

        self._database.write(write)

    def add_by_link(
        self, link_key: str, session: Session, entry: AuditEntry, *, instead_of: str = ""
    ) -> bool:
        """Use up a link for a new session; False when the link was used already or is over."""
        spending = delete(sign_in_links).where(
            sign_in_links.c.key == link_key,
            sign_in_links.c.person_key == session.person_key,
            sign_in_links.c.until > session.created_at,
        )

        def write(connection: Connection) -> bool:
            if connection.execute(spending).rowcount == 0:
                return False
            _insert(connection, session, entry, instead_of)
            return True

        return self._database.write(write)

    def by_key(self, key: str) -> tuple[Session, Person] | None:
        """A session and its person as they are now, whether it is over or not."""
        query = select(sessions).where(sessions.c.key == key)

        def read(connection: Connection) -> tuple[Session, Person] | None:
            row = connection.execute(query).first()
            if row is None:
                return None
            owner = select(people).where(people.c.key == row.person_key)
            person = connection.execute(owner).first()  # may be removed at this very moment
            return (_session_from_row(row), person_from_row(person)) if person else None

        return self._database.read(read)

    def record_use(self, key: str, at: datetime) -> None:
        """Record that the session was used; the idle time begins anew."""
        change = update(sessions).where(sessions.c.key == key, sessions.c.used_at < at)
        change = change.values(used_at=at)
        self._database.write(lambda connection: connection.execute(change))

    def list(self, now: datetime, *, person_key: str = "") -> builtins.list[Session]:
        """The sessions that are not over, of one person or of all; the last used comes first."""
        query = select(sessions).where(
            sessions.c.used_at > now - SESSION_IDLE, sessions.c.created_at > now - SESSION_LIFE
        )
        if person_key:
            query = query.where(sessions.c.person_key == person_key)
        query = query.order_by(sessions.c.used_at.desc(), sessions.c.key)
        return self._database.read(
            lambda connection: [_session_from_row(row) for row in connection.execute(query)]
        )

    def end(self, key: str, entry: AuditEntry) -> bool:
        """End one session; False when it had ended."""
        removal = delete(sessions).where(sessions.c.key == key)
        return change_rows(self._database, removal, entry) > 0

    def end_all(self, person_key: str, entry: AuditEntry, *, but: str = "") -> int:
        """End all sessions of a person, except that of the key `but`; return how many."""
        removal = delete(sessions).where(sessions.c.person_key == person_key, sessions.c.key != but)
        return change_rows(self._database, removal, entry)


def _insert(connection: Connection, session: Session, entry: AuditEntry, instead_of: str) -> None:
    now = session.created_at
    connection.execute(
        delete(sessions).where(
            or_(
                sessions.c.key == instead_of,
                sessions.c.used_at <= now - SESSION_IDLE,
                sessions.c.created_at <= now - SESSION_LIFE,
            )
        )
    )
    connection.execute(
        insert(sessions).values(
            key=session.key,
            person_key=session.person_key,
            method=session.method,
            created_at=session.created_at,
            signed_in_at=session.signed_in_at,
            used_at=session.used_at,
            address=session.address,
            browser=session.browser,
        )
    )
    insert_entry(connection, entry)


def _session_from_row(row: Row[Any]) -> Session:
    return Session(
        key=row.key,
        person_key=row.person_key,
        method=row.method,
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
        used_at=row.used_at,
        address=row.address,
        browser=row.browser,
    )

"""The tables of people: accounts, links, sessions, passkeys, access tokens, the audit log.

Secrets are stored as digests only; whoever reads the database can't sign in with what it holds.

No `from __future__ import annotations` in this file: SQLModel reads the annotations.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, String, UniqueConstraint
from sqlmodel import Field

from monitor.access.accounts import SignInMethod
from monitor.access.caller import Door
from monitor.access.roles import PersonRole
from monitor.store.database.columns import (
    EnumText,
    SafeText,
    UtcDateTime,
    json_type,
    key_type,
)
from monitor.store.database.declared_row import TableRow
from monitor.store.schema.base import NAME_BYTES, SENTENCE_LENGTH

ADDRESS_LENGTH, BROWSER_LENGTH = 64, 300


def _person_constraint(table: str) -> ForeignKeyConstraint:
    """What belongs to a person goes with the person, at once."""
    return ForeignKeyConstraint(
        ["person_key"], ["people.key"], name=f"fk_{table}_person_key", ondelete="CASCADE"
    )


class PersonRow(TableRow, table=True):
    """Somebody who may sign in; the key is made from the folded name, so it is unique."""

    __tablename__ = "people"

    key: str = Field(sa_type=key_type(), primary_key=True)
    name: str = Field(sa_type=String(NAME_BYTES))
    role: PersonRole = Field(sa_type=EnumText(PersonRole))
    created_at: datetime = Field(sa_type=UtcDateTime)
    password_hash: str = Field(sa_type=String(200))
    password_changed_at: datetime | None = Field(sa_type=UtcDateTime)
    time_zone: str | None = Field(sa_type=String(64))
    key_choice: str | None = Field(sa_type=String(100))


class SignInLinkRow(TableRow, table=True):
    """A one-time link that nobody used yet."""

    __tablename__ = "sign_in_links"
    __table_args__ = (
        _person_constraint("sign_in_links"),
        # a new link replaces the older ones of its person
        Index("ix_sign_in_links_person_key", "person_key"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    person_key: str = Field(sa_type=key_type())
    created_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)


class SessionRow(TableRow, table=True):
    """A browser that is signed in."""

    __tablename__ = "sessions"
    __table_args__ = (
        _person_constraint("sessions"),
        # the sessions of a person are listed, and ended together
        Index("ix_sessions_person_key", "person_key"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    person_key: str = Field(sa_type=key_type())
    method: SignInMethod = Field(sa_type=EnumText(SignInMethod))
    created_at: datetime = Field(sa_type=UtcDateTime)
    signed_in_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime = Field(sa_type=UtcDateTime)
    address: str = Field(sa_type=SafeText(ADDRESS_LENGTH))
    browser: str = Field(sa_type=SafeText(BROWSER_LENGTH))


class PasskeyRow(TableRow, table=True):
    """A public key by which a person signs in."""

    __tablename__ = "passkeys"
    __table_args__ = (
        _person_constraint("passkeys"),
        # the passkeys of a person are listed
        Index("ix_passkeys_person_key", "person_key"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    person_key: str = Field(sa_type=key_type())
    name: str = Field(sa_type=SafeText(NAME_BYTES))
    credential_id: str = Field(sa_type=String(2_000))
    public_key: str = Field(sa_type=String(2_000))
    sign_count: int = Field(sa_type=BigInteger)
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(sa_type=UtcDateTime)


class IdentityRow(TableRow, table=True):
    """An account at an OpenID provider by which a person signs in."""

    __tablename__ = "identities"
    __table_args__ = (
        _person_constraint("identities"),
        # the identities of a person are listed
        Index("ix_identities_person_key", "person_key"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    person_key: str = Field(sa_type=key_type())
    issuer: str = Field(sa_type=String(2_000))
    subject: str = Field(sa_type=String(1_020))
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(sa_type=UtcDateTime)


class SpentChallengeRow(TableRow, table=True):
    """A passkey's challenge that was answered: it can't be answered again."""

    __tablename__ = "spent_challenges"

    key: str = Field(sa_type=key_type(), primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)


class AccessTokenRow(TableRow, table=True):
    """A token by which a program asks."""

    __tablename__ = "access_tokens"
    __table_args__ = (
        _person_constraint("access_tokens"),
        # commands and the audit log name a token
        UniqueConstraint("name", name="uq_access_tokens_name"),
        # the tokens of a person are listed
        Index("ix_access_tokens_person_key", "person_key"),
    )

    key: str = Field(sa_type=key_type(), primary_key=True)
    name: str = Field(sa_type=String(NAME_BYTES))
    role: PersonRole = Field(sa_type=EnumText(PersonRole))
    scopes: list[str] = Field(sa_type=json_type())
    person_key: str | None = Field(sa_type=key_type())  # None: the installation's
    created_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(sa_type=UtcDateTime)


class KeyedRequestRow(TableRow, table=True):
    """A request of a program with an idempotency key; its row is removed after 24 hours."""

    __tablename__ = "keyed_requests"
    # those of more than a day ago are removed
    __table_args__ = (Index("ix_keyed_requests_begun_at", "begun_at"),)

    key: str = Field(sa_type=key_type(), primary_key=True)
    fingerprint: str = Field(sa_type=key_type())
    begun_at: datetime = Field(sa_type=UtcDateTime)
    answer: dict[str, Any] | None = Field(sa_type=json_type())  # None: it has not ended


class AuditEntryRow(TableRow, table=True):
    """One line of the audit log; triggers refuse to change or to delete it."""

    __tablename__ = "audit_entries"
    __table_args__ = ({"sqlite_autoincrement": True},)

    number: int = Field(
        sa_type=BigInteger().with_variant(Integer(), "sqlite"),
        primary_key=True,
    )
    at: datetime = Field(sa_type=UtcDateTime)
    caller: str = Field(sa_type=SafeText(NAME_BYTES))
    door: Door = Field(sa_type=EnumText(Door))
    act: str = Field(sa_type=SafeText(64))
    target: str = Field(sa_type=SafeText(NAME_BYTES))
    old_value: dict[str, Any] | None = Field(sa_type=json_type())
    new_value: dict[str, Any] | None = Field(sa_type=json_type())
    reason: str = Field(sa_type=SafeText(SENTENCE_LENGTH))
    address: str = Field(sa_type=SafeText(ADDRESS_LENGTH))

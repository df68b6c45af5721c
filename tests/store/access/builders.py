"""Builders of people and of what belongs to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.access.accounts import (
    AccessToken,
    AuditEntry,
    Passkey,
    Person,
    Session,
    SignInLink,
    SignInMethod,
)
from monitor.access.caller import Door
from monitor.access.roles import PersonRole, Scope
from monitor.domain.keys import key_of

NOW = datetime(2025, 6, 17, 12, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
ENTRY = AuditEntry(at=NOW, caller="root", door=Door.COMMAND_LINE, act="change people", target="ann")


def a_person(name: str = "ann", **changes: Any) -> Person:
    person = Person(key=key_of("person", name), name=name, role=PersonRole.ANALYST, created_at=NOW)
    return replace(person, **changes)


def a_link(name: str = "link", **changes: Any) -> SignInLink:
    link = SignInLink(
        key=key_of(name), person_key=a_person().key, created_at=NOW, until=NOW + 15 * MINUTE
    )
    return replace(link, **changes)


def a_session(name: str = "session", **changes: Any) -> Session:
    session = Session(
        key=key_of(name),
        person_key=a_person().key,
        method=SignInMethod.PASSWORD,
        created_at=NOW,
        signed_in_at=NOW,
        used_at=NOW,
        address="192.0.2.7",
        browser="Firefox",
    )
    return replace(session, **changes)


def a_token(name: str = "ci", **changes: Any) -> AccessToken:
    token = AccessToken(
        key=key_of(name),
        name=name,
        role=PersonRole.ANALYST,
        scopes=frozenset({Scope.MARKS_WRITE, Scope.ARTICLES_READ}),
        person_key="",
        created_at=NOW,
        until=NOW + 90 * DAY,
    )
    return replace(token, **changes)


def a_passkey(name: str = "laptop", **changes: Any) -> Passkey:
    passkey = Passkey(
        key=key_of(name),
        person_key=a_person().key,
        name=name,
        credential_id="AAECAw",
        public_key="pQECAyYg",
        sign_count=4_294_967_295,
        created_at=NOW,
    )
    return replace(passkey, **changes)

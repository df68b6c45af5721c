"""Accounts: people, their passkeys, sessions and one-time links, access tokens, audit entries."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.access.caller import Door
from monitor.access.roles import PersonRole, Scope

LINK_LIFE = timedelta(minutes=15)
SESSION_IDLE = timedelta(days=14)
SESSION_LIFE = timedelta(days=90)
TOKEN_LIFE = timedelta(days=90)  # unless a token is made for another time
LONGEST_TOKEN_LIFE = timedelta(days=3_660)
# The use of a session or token is recorded when the last record is older.
USE_SPACING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in to the console."""

    key: str
    name: str
    role: PersonRole
    created_at: datetime
    password_hash: str = ""  # argon2id with its salt; empty: no password
    password_changed_at: datetime | None = None
    time_zone: str = ""  # of the pages: "Asia/Seoul"; empty: that of the browser
    key_choice: str = ""  # "off", or changes such as "r=a x=d"; empty: the usual keys


class SignInMethod(enum.StrEnum):
    """How somebody proved who they are; stored with the session."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - the name of a method
    PASSKEY = "passkey"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInLink:
    """A link that signs one person in, once; its secret is stored as a digest."""

    key: str  # digest of the secret
    person_key: str
    created_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser that is signed in; its cookie is stored as a digest."""

    key: str  # digest of the cookie's value
    person_key: str
    method: SignInMethod
    created_at: datetime
    signed_in_at: datetime  # the last proof; a session may be confirmed again
    used_at: datetime
    address: str  # of the network, at sign-in
    browser: str  # as it names itself, at sign-in

    def ends_at(self) -> datetime:
        """When it ends if it is not used again."""
        return min(self.used_at + SESSION_IDLE, self.created_at + SESSION_LIFE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A token by which a program asks; its secret is stored as a digest."""

    key: str  # digest of the secret
    name: str
    role: PersonRole
    scopes: frozenset[Scope]
    person_key: str  # the owner, whose role limits it; empty: it belongs to the installation
    created_at: datetime
    until: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A public key (WebAuthn) by which a person signs in."""

    key: str  # digest of the credential's id
    person_key: str
    name: str
    credential_id: str  # base64url
    public_key: str  # base64url, COSE
    sign_count: int
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An account at an OpenID provider by which a person signs in."""

    key: str  # digest of issuer and subject
    person_key: str
    issuer: str
    subject: str  # how the provider names the account; never given to another
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log: who did what to which thing, from where and why."""

    at: datetime
    caller: str  # the name of a person, an access token, or who ran the command
    door: Door
    act: str
    target: str  # the thing that changed, by its name
    before: Mapping[str, object] | None = None  # what changed, as it was; None: nothing
    after: Mapping[str, object] | None = None
    reason: str = ""
    address: str = ""
    number: int = 0  # in the order of the log; 0: not stored yet

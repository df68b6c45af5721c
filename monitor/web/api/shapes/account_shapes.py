"""Shapes of people, their sessions and access tokens, and of the audit log."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from monitor.access.caller import Door
from monitor.access.roles import PersonRole, Scope


class MeShape(TypedDict):
    """Who asks, and what they may do."""

    name: str
    role: PersonRole
    door: Door
    scopes: list[Scope] | None
    acts: list[str]


class PersonShape(TypedDict):
    """Somebody who may sign in."""

    name: str
    role: PersonRole
    created_at: str
    has_password: bool
    passkeys: int
    sessions: int
    tokens: int
    used_at: str | None


class PersonListShape(TypedDict):
    """Everybody who may sign in, by name."""

    items: list[PersonShape]
    next: None


class InvitedPersonShape(TypedDict):
    """A person with a link that signs in once and within 15 minutes."""

    name: str
    role: PersonRole
    link: str


class RoleChangeShape(TypedDict):
    """A person's role after and before the change."""

    name: str
    role: PersonRole
    before: PersonRole


class TokenShape(TypedDict):
    """An access token; its secret is shown once, when it is made."""

    name: str
    role: PersonRole
    scopes: list[Scope]
    owner: str | None
    until: str
    created_at: str
    used_at: str | None
    is_over: NotRequired[bool]


class TokenListShape(TypedDict):
    """Access tokens by name, those that are over too."""

    items: list[TokenShape]
    next: None


# "from" is a keyword of Python: the address of the network.
SessionShape = TypedDict(
    "SessionShape",
    {
        "key": str,
        "person": str,
        "method": str,
        "created_at": str,
        "used_at": str,
        "ends_at": str,
        "from": str,
        "browser": str,
        "is_own": bool,
    },
)


class SessionListShape(TypedDict):
    """Browsers that are signed in, the last used first."""

    items: list[SessionShape]
    next: None


AuditEntryShape = TypedDict(
    "AuditEntryShape",
    {
        "number": int,
        "at": str,
        "caller": str,
        "door": Door,
        "act": str,
        "target": str,
        "before": dict[str, object] | None,
        "after": dict[str, object] | None,
        "reason": str,
        "from": str,
    },
)


class AuditPageShape(TypedDict):
    """A page of the audit log, the newest entry first."""

    items: list[AuditEntryShape]
    next: str | None

"""Caller: who asks for an action, by which door, with which role and scopes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from monitor.access.roles import PersonRole, Scope


class Door(enum.StrEnum):
    """How a caller reached us; stored in the audit log."""

    COMMAND_LINE = "command line"
    CONSOLE = "console"
    API = "api"
    SERVICE = "service"  # the running service itself
    LINK = "link"  # the receiver of a subscription, by the link in its messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person or a program whose right to ask was proved."""

    name: str  # the person's, or the access token's
    role: PersonRole
    door: Door
    scopes: frozenset[Scope] | None = None  # None: a person, whom only the role limits
    person_key: str = ""  # empty: not a person of the console
    session_key: str = ""  # the session that proved it; empty: there is none
    token_key: str = ""  # the access token that proved it; empty: there is none
    signed_in_at: datetime | None = None  # when the person last proved who they are
    used_at: datetime | None = None  # the last recorded use of the session or token
    address: str = ""  # of the network
    time_zone: str = ""  # that the person has chosen for pages; empty: none
    key_choice: str = ""  # of the keys of pages; empty: the usual keys


def local_caller(login_name: str, now: datetime) -> Caller:
    """Who runs a command on this machine: they own the files, and may do everything."""
    return Caller(
        name=login_name,
        role=PersonRole.ADMIN,
        door=Door.COMMAND_LINE,
        signed_in_at=now,
    )

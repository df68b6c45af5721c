"""People of the console: add one with a one-time link, list, change the role, remove.

A person is added without a password: the link signs them in, and there they choose how they sign
in next time.  Each change is in the audit log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access import name_rules, secret_text
from monitor.access.accounts import LINK_LIFE, Person, SignInLink
from monitor.access.caller import Caller, Door
from monitor.access.roles import PersonRole
from monitor.actions import as_json
from monitor.actions.access.audit_log import Changed, entry_of
from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of
from monitor.publish.csv_jsonl import table

if TYPE_CHECKING:
    from monitor.store.store import Store

SIGN_IN_PATH = "/console/sign-in/link/"


# The keys of `ListedPerson.as_json`.
_COLUMNS = (
    "name", "role", "created_at", "has_password", "passkeys", "sessions", "tokens", "used_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Who is to be added."""

    name: str
    role: PersonRole
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedPerson:
    """A person with a new link, which signs in once and within 15 minutes."""

    person: Person
    link: str
    until: datetime

    def as_json(self) -> JsonObject:
        """The person as `people add --json` and `people link --json` print it."""
        return {"name": self.person.name, "role": self.person.role, "link": self.link}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPerson:
    """A person, how they can sign in, and when they were last here."""

    person: Person
    passkeys: int
    sessions: int
    tokens: int
    used_at: datetime | None  # the last use of a session

    def as_json(self) -> JsonObject:
        """The person as `people list --json` prints it."""
        return {
            "name": self.person.name,
            "role": self.person.role,
            "created_at": as_json.instant(self.person.created_at),
            "has_password": bool(self.person.password_hash),
            "passkeys": self.passkeys,
            "sessions": self.sessions,
            "tokens": self.tokens,
            "used_at": as_json.instant(self.used_at),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """A person's role before and after."""

    person: Person  # with the new role
    before: PersonRole

    def as_json(self) -> JsonObject:
        """The change as `people role --json` prints it."""
        return {"name": self.person.name, "role": self.person.role, "before": self.before}


def person_key(name: str) -> str:
    """The key of a person: two spellings of a name are one person."""
    return key_of("person", name_rules.folded_name(name))


def find_person(store: Store, name: str) -> Person:
    """The person of this name.  Raise ConfigError when there is none."""
    person = store.people.by_key(person_key(name))
    if person is None:
        raise ConfigError(f"no person {name!r}: `monitor people list` shows them")
    return person


def add_person(
    store: Store, request: NewPerson, caller: Caller, address: str, now: datetime
) -> InvitedPerson:
    """Add a person and make a link for them; `address` is the console's, for the link.

    Raise ConfigError for a name that can't be used or is taken.
    """
    name = name_rules.clean_name(request.name)
    if fault := name_rules.name_fault(name):
        raise ConfigError(f"the name {request.name!r} {fault}")
    person = Person(key=person_key(name), name=name, role=request.role, created_at=now)
    changed = Changed(after={"role": person.role}, reason=request.reason)
    if not store.people.add(person, entry_of(caller, "add person", name, now, changed)):
        raise ConfigError(
            f"there is a person {name!r} already: `monitor people link` makes a new link,"
            " `monitor people role` changes the role"
        )
    return invite_person(store, person, caller, address, now)


def invite_person(
    store: Store, person: Person, caller: Caller, address: str, now: datetime
) -> InvitedPerson:
    """Make a new link for a person; an older one ends."""
    secret = secret_text.new_secret()
    link = SignInLink(
        key=secret_text.digest(secret),
        person_key=person.key,
        created_at=now,
        until=now + LINK_LIFE,
    )
    store.people.add_link(link, entry_of(caller, "make sign-in link", person.name, now))
    return InvitedPerson(person=person, link=f"{address}{SIGN_IN_PATH}{secret}", until=link.until)


def reset_sign_in(store: Store, person: Person, caller: Caller, now: datetime, reason: str) -> None:
    """End all sessions of a person, and remove the password, all passkeys and identities.

    This is for a lost device: nothing that was on it signs in any more.
    """
    changed = Changed(reason=reason)
    entry = entry_of(caller, "remove password", person.name, now, changed)
    if person.password_hash:
        store.people.set_password(person.key, "", now, entry)
    for passkey in store.passkeys.list(person.key):
        target = f"{person.name}: {passkey.name}"
        entry = entry_of(caller, "remove passkey", target, now, changed)
        store.passkeys.remove(person.key, passkey.key, entry)
    for identity in store.identities.list(person.key):
        target = f"{person.name}: {identity.issuer}"
        entry = entry_of(caller, "remove identity", target, now, changed)
        store.identities.remove(person.key, identity.key, entry)
    ending = entry_of(caller, "end all sessions", person.name, now, changed)
    store.sessions.end_all(person.key, ending)


def list_people(store: Store, now: datetime) -> list[ListedPerson]:
    """Everybody, by name."""
    listed = []
    for person in store.people.list():
        sessions = store.sessions.list(now, person_key=person.key)
        listed.append(
            ListedPerson(
                person=person,
                passkeys=len(store.passkeys.list(person.key)),
                sessions=len(sessions),
                tokens=len(store.access_tokens.list(person_key=person.key)),
                used_at=sessions[0].used_at if sessions else None,
            )
        )
    return listed


def people_csv(listed: Sequence[ListedPerson]) -> str:
    """Everybody as a table; a spreadsheet runs no cell of it as a formula."""
    rows = [list(person.as_json().values()) for person in listed]
    return table(_COLUMNS, rows)


def change_role(store: Store, request: NewPerson, caller: Caller, now: datetime) -> RoleChange:
    """Give the person of that name another role, which counts from the next request on.

    Raise ConfigError when there is no such person, or for the last admin in the console.
    """
    person = find_person(store, request.name)
    changed = Changed(
        before={"role": person.role}, after={"role": request.role}, reason=request.reason
    )
    if request.role is not person.role:
        entry = entry_of(caller, "change role", person.name, now, changed)
        keep_admin = _must_keep_admin(caller)
        store.people.change_role(person.key, request.role, entry, keep_admin=keep_admin)
    return RoleChange(person=replace(person, role=request.role), before=person.role)


def remove_person(
    store: Store, name: str, caller: Caller, now: datetime, *, reason: str = ""
) -> Person:
    """Remove a person: their sessions, links, passkeys and access tokens end at once.

    Marks keep the name.  Raise ConfigError when there is no such person, or for the last admin in
    the console.
    """
    person = find_person(store, name)
    changed = Changed(before={"role": person.role}, reason=reason)
    entry = entry_of(caller, "remove person", person.name, now, changed)
    store.people.remove(person.key, entry, keep_admin=_must_keep_admin(caller))
    return person


def _must_keep_admin(caller: Caller) -> bool:
    """Whether the last admin must stay: a command may remove them, because it can add another."""
    return caller.door is not Door.COMMAND_LINE

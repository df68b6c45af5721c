"""Sessions: who is signed in by a cookie; list sessions, end one or all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access import browser_names, secret_text
from monitor.access.accounts import USE_SPACING, Person, Session, SignInMethod
from monitor.access.caller import Caller, Door
from monitor.actions import as_json
from monitor.actions.access.audit_log import entry_of
from monitor.actions.as_json import JsonObject
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.store.store import Store

SHOWN_DIGITS = 12  # of a session's key: enough to name it, and no help to guess its cookie


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Where a request came from, as far as it says."""

    address: str  # of the network: "192.0.2.7"
    browser: str = ""  # its User-Agent


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session: `cookie` is its secret, which only the browser keeps."""

    caller: Caller
    session: Session
    cookie: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSession:
    """A session as its person or an admin sees it."""

    session: Session
    person_name: str
    is_own: bool  # the session that asks

    @property
    def reference(self) -> str:
        """The beginning of the key, by which the session is ended."""
        return self.session.key[:SHOWN_DIGITS]

    @property
    def browser_name(self) -> str:
        """The browser as a person knows it: "Firefox on Windows"."""
        return browser_names.browser_name(self.session.browser)

    def as_json(self) -> JsonObject:
        """The session."""
        return {
            "key": self.reference,
            "person": self.person_name,
            "method": self.session.method,
            "created_at": as_json.instant(self.session.created_at),
            "used_at": as_json.instant(self.session.used_at),
            "ends_at": as_json.instant(self.session.ends_at()),
            "from": self.session.address,
            "browser": self.session.browser,
            "is_own": self.is_own,
        }


def new_session(person: Person, method: SignInMethod, visitor: Visitor, now: datetime) -> SignedIn:
    """A session that is not stored yet, with a fresh secret."""
    cookie = secret_text.new_secret()
    session = Session(
        key=secret_text.digest(cookie),
        person_key=person.key,
        method=method,
        created_at=now,
        signed_in_at=now,
        used_at=now,
        address=visitor.address,
        browser=visitor.browser,
    )
    return SignedIn(
        caller=_caller(session, person, visitor.address), session=session, cookie=cookie
    )


def session_key_of(cookie: str) -> str:
    """The key of a cookie's session; empty for a text that is no secret of ours."""
    return secret_text.digest(cookie) if secret_text.is_secret(cookie) else ""


def caller_of_session(store: Store, cookie: str, address: str, now: datetime) -> Caller | None:
    """Who is signed in by this cookie, with the role of now; None when nobody is.

    It only reads: `record_use` stores the use.
    """
    key = session_key_of(cookie)
    stored = store.sessions.by_key(key) if key else None
    if stored is None:
        return None
    session, person = stored
    if now >= session.ends_at():
        return None
    return _caller(session, person, address)


def _caller(session: Session, person: Person, address: str) -> Caller:
    return Caller(
        name=person.name,
        role=person.role,
        door=Door.CONSOLE,
        person_key=person.key,
        session_key=session.key,
        signed_in_at=session.signed_in_at,
        used_at=session.used_at,
        address=address,
        time_zone=person.time_zone,
        key_choice=person.key_choice,
    )


def is_use_due(caller: Caller, now: datetime) -> bool:
    """Whether `record_use` has something to store: the last record is five minutes old."""
    return caller.used_at is None or now - caller.used_at >= USE_SPACING


def record_use(store: Store, caller: Caller, now: datetime) -> None:
    """Store that the caller's session or access token is used now."""
    if caller.session_key:
        store.sessions.record_use(caller.session_key, now)
    elif caller.token_key:
        store.access_tokens.record_use(caller.token_key, now)


def list_sessions(
    store: Store, caller: Caller, now: datetime, *, person_key: str = ""
) -> list[ListedSession]:
    """The sessions of one person, or of all; the last used comes first."""
    names = {person.key: person.name for person in store.people.list()}
    return [
        ListedSession(
            session=session,
            person_name=names.get(session.person_key, ""),
            is_own=session.key == caller.session_key,
        )
        for session in store.sessions.list(now, person_key=person_key)
    ]


def end_session(store: Store, reference: str, caller: Caller, now: datetime) -> ListedSession:
    """End the session whose key begins so: one's own, or for an admin anybody's.

    Raise ConfigError when there is none.
    """
    owner = "" if _may_end_all(caller) else caller.person_key
    for listed in list_sessions(store, caller, now, person_key=owner):
        if len(reference) >= SHOWN_DIGITS and listed.session.key.startswith(reference):
            entry = entry_of(caller, "end session", listed.person_name, now)
            store.sessions.end(listed.session.key, entry)
            return listed
    raise ConfigError("That session has ended already.")


def _may_end_all(caller: Caller) -> bool:
    from monitor.access.permissions import Act, is_allowed

    return is_allowed(Act.CHANGE_PEOPLE, role=caller.role, scopes=caller.scopes)


def end_sessions(
    store: Store, person: Person, caller: Caller, now: datetime, *, but_own: bool = True
) -> int:
    """End all sessions of a person, by default except the one that asks; return how many."""
    entry = entry_of(caller, "end all sessions", person.name, now)
    but = caller.session_key if but_own else ""
    return store.sessions.end_all(person.key, entry, but=but)


def sign_out(store: Store, caller: Caller, now: datetime) -> None:
    """End the caller's own session."""
    store.sessions.end(caller.session_key, entry_of(caller, "sign out", caller.name, now))

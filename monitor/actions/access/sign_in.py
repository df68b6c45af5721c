"""Sign-in by a one-time link or by name and password.

A wrong password, a name that nobody has, and a person without a password get the same answer after
the same time.  Tries are limited by name and network, and by network.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from monitor.access import name_rules, secret_text
from monitor.access.accounts import AuditEntry, Person, SignInMethod
from monitor.access.password_rules import LONGEST_PASSWORD
from monitor.actions.access.audit_log import Changed, entry_of
from monitor.actions.access.passwords import PasswordThreads
from monitor.actions.access.people import person_key
from monitor.actions.access.sessions import SignedIn, Visitor, new_session, session_key_of
from monitor.net.rate_limit import RateLimit, RateLimiter, network

if TYPE_CHECKING:
    from monitor.domain.ports import RunInStore
    from monitor.store.store import Store

LONGEST_TYPED_NAME = 4 * name_rules.LONGEST_NAME
NAME_LIMIT = RateLimit(times=5, within=timedelta(minutes=1))
NETWORK_LIMIT = RateLimit(times=20, within=timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDesk:
    """What sign-in needs: the store and its thread, threads for passwords, counts of tries."""

    store: Store
    run_in_store: RunInStore
    passwords: PasswordThreads = field(default_factory=PasswordThreads)
    limits: RateLimiter = field(default_factory=RateLimiter)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordTry:
    """A name and a password as somebody typed them."""

    name: str
    password: str
    cookie: str = ""  # of the session that the new one replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRefused:
    """No session was made; the sentence is for the visitor."""

    sentence: str
    retry_after: timedelta = timedelta()  # zero: a limit is not the reason


SignInAnswer: TypeAlias = SignedIn | SignInRefused

WRONG = SignInRefused(sentence="That name and that password do not belong together.")
LINK_OVER = SignInRefused(
    sentence="This link was used already, is older than 15 minutes, or a newer one replaced it."
    " `monitor people link NAME` makes a new one; so does an admin, on the page People."
)


def person_of_link(store: Store, secret: str, now: datetime) -> Person | None:
    """Whom a link would sign in; the link can be used afterwards.

    Programs that look at every link of a message must not use it up.
    """
    if not secret_text.is_secret(secret):
        return None
    return store.people.of_link(secret_text.digest(secret), now)


def sign_in_by_link(
    store: Store, secret: str, visitor: Visitor, now: datetime, *, cookie: str = ""
) -> SignInAnswer:
    """Use up a link for a new session, which replaces that of `cookie`."""
    person = person_of_link(store, secret, now)
    if person is None:
        return LINK_OVER
    signed_in = new_session(person, SignInMethod.LINK, visitor, now)
    entry = sign_in_entry(signed_in, now)
    replaced = session_key_of(cookie)
    key = secret_text.digest(secret)
    is_first = store.sessions.add_by_link(key, signed_in.session, entry, instead_of=replaced)
    return signed_in if is_first else LINK_OVER


async def sign_in_by_password(
    desk: SignInDesk, attempt: PasswordTry, visitor: Visitor, now: datetime
) -> SignInAnswer:
    """Compare the password, and make a session, which replaces that of `attempt.cookie`."""
    if refused := limit_tries(desk.limits, attempt.name, visitor, now):
        return refused
    key = person_key(attempt.name[:LONGEST_TYPED_NAME])
    person = await desk.run_in_store(partial(desk.store.people.by_key, key))
    password_hash = person.password_hash if person else ""
    password = attempt.password[: LONGEST_PASSWORD + 1]
    is_right = await desk.passwords.is_password(password, password_hash)
    if person is None or not is_right:
        return WRONG
    signed_in = new_session(person, SignInMethod.PASSWORD, visitor, now)
    await desk.run_in_store(partial(store_session, desk.store, signed_in, attempt.cookie, now))
    return signed_in


def limit_tries(
    limits: RateLimiter, name: str | None, visitor: Visitor, now: datetime
) -> SignInRefused | None:
    """Count a try to sign in; a refusal when there were too many.  A passkey has no name."""
    from_network = network(visitor.address)
    wait = limits.wait(from_network, NETWORK_LIMIT, now)
    if name is not None and not wait:
        by_name = f"{from_network} {secret_text.digest(name_rules.folded_name(name))}"
        wait = limits.wait(by_name, NAME_LIMIT, now)
    if not wait:
        return None
    return SignInRefused(
        sentence="Too many tries to sign in from here: wait a minute, then try again.",
        retry_after=wait,
    )


def store_session(store: Store, signed_in: SignedIn, cookie: str, now: datetime) -> None:
    """Store a new session instead of that of the cookie."""
    entry = sign_in_entry(signed_in, now)
    store.sessions.add(signed_in.session, entry, instead_of=session_key_of(cookie))


def sign_in_entry(signed_in: SignedIn, now: datetime) -> AuditEntry:
    """The line of the audit log about a new session."""
    changed = Changed(after={"method": signed_in.session.method})
    return entry_of(signed_in.caller, "sign in", signed_in.caller.name, now, changed)

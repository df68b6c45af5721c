"""Sign-in of somebody whom others vouch for: an OpenID provider, or a reverse proxy by a header."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.access import name_rules
from monitor.access.accounts import Identity, Person, SignInMethod
from monitor.access.caller import Caller, Door
from monitor.access.provider_claims import groups_of, proved_at, role_of_groups
from monitor.access.roles import PersonRole
from monitor.actions.access import people
from monitor.actions.access.audit_log import Changed, entry_of
from monitor.actions.access.sessions import SignedIn, Visitor, new_session
from monitor.actions.access.sign_in import store_session
from monitor.domain.errors import ConfigError
from monitor.domain.keys import key_of

if TYPE_CHECKING:
    from monitor.settings.sections import OidcSettings, SignInSettings
    from monitor.store.store import Store

_NO_GROUP = "None of your groups has a role here: sign_in.roles lists those that have one."


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchedPerson:
    """Somebody as the provider or the proxy names them."""

    name: str
    groups: frozenset[str]
    voucher: str  # who says so, for the audit log: "id.example.org"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedIdentity:
    """Claims of the provider that were checked, and when the person proved who they are."""

    identity: Identity
    person: VouchedPerson
    proved_at: datetime


def proved_identity(
    claims: Mapping[str, object], oidc: OidcSettings, now: datetime
) -> ProvedIdentity:
    """What the checked claims of an ID token say about the person."""
    subject = str(claims["sub"])
    return ProvedIdentity(
        identity=Identity(
            key=key_of("identity", oidc.issuer, subject),
            person_key="",
            issuer=oidc.issuer,
            subject=subject,
            created_at=now,
        ),
        person=VouchedPerson(
            name=str(claims.get(oidc.name_claim) or ""),
            groups=groups_of(claims, oidc.groups_claim),
            voucher=oidc.issuer,
        ),
        proved_at=proved_at(claims, now),
    )


def sign_in_by_identity(
    store: Store, proved: ProvedIdentity, rules: SignInSettings, visitor: Visitor, now: datetime,
    *, cookie: str = "",
) -> SignedIn:  # fmt: skip
    """A session for the person of the identity, which replaces that of `cookie`.

    Somebody unknown is added where `sign_in.create` allows it.  A name alone never proves who
    somebody is, so a person who is here already connects the identity first.  Raise ConfigError.
    """
    identity = store.identities.by_key(proved.identity.key)
    stored = store.people.by_key(identity.person_key) if identity else None
    if stored is not None:
        person = _with_role_of_groups(store, stored, proved.person, rules, now)
    else:
        person = _added(store, proved.person, rules, now)
        _connect(store, person, proved.identity, now)
    signed_in = new_session(person, SignInMethod.OIDC, visitor, now)
    session = replace(signed_in.session, signed_in_at=proved.proved_at)
    signed_in = replace(signed_in, session=session)
    store_session(store, signed_in, cookie, now)
    store.identities.record_use(proved.identity.key, now)
    return signed_in


def connect_identity(store: Store, person: Person, identity: Identity, now: datetime) -> None:
    """Let the identity sign this person in from now on.  Raise ConfigError: it is another's."""
    stored = store.identities.by_key(identity.key)
    if stored is not None and stored.person_key != person.key:
        raise ConfigError("This account of the provider belongs to another person here.")
    if stored is None:
        _connect(store, person, identity, now)


def remove_identity(
    store: Store, person: Person, key: str, caller: Caller, now: datetime, reason: str = ""
) -> Identity:
    """Let an identity sign nobody in any more.  Raise ConfigError when there is none."""
    for identity in store.identities.list(person.key):
        if identity.key == key:
            target = f"{person.name}: {identity.issuer}"
            changed = Changed(before={"subject": identity.subject}, reason=reason)
            entry = entry_of(caller, "remove identity", target, now, changed)
            store.identities.remove(person.key, key, entry)
            return identity
    raise ConfigError("That account is not connected.")


def caller_of_proxy(
    store: Store, vouched: VouchedPerson, rules: SignInSettings, address: str, now: datetime
) -> Caller | None:
    """Who asks by the header of a trusted proxy; None for somebody unknown.

    Somebody unknown is added where `sign_in.create` allows it, and the role follows the groups.
    The proxy vouches with each request, so there is no session.
    """
    person = store.people.by_key(people.person_key(vouched.name))
    try:
        if person is None:
            person = _added(store, vouched, rules, now)
        else:
            person = _with_role_of_groups(store, person, vouched, rules, now)
    except ConfigError:
        return None
    return Caller(
        name=person.name,
        role=person.role,
        door=Door.CONSOLE,
        person_key=person.key,
        signed_in_at=now,
        used_at=now,
        address=address,
        time_zone=person.time_zone,
        key_choice=person.key_choice,
    )


def is_change_due(store: Store, vouched: VouchedPerson, rules: SignInSettings) -> bool:
    """Whether `caller_of_proxy` would write: somebody is new, or their role is another now."""
    person = store.people.by_key(people.person_key(vouched.name))
    if person is None:
        return rules.create
    role = role_of_groups(vouched.groups, _roles(rules))
    return role is not None and role is not person.role


def _added(store: Store, vouched: VouchedPerson, rules: SignInSettings, now: datetime) -> Person:
    """A new person.  Raise ConfigError where nobody is added, and for a name that is taken."""
    name = name_rules.clean_name(vouched.name)
    if not rules.create:
        raise ConfigError(
            "Nobody here is connected with this account: sign in as you did before and connect it"
            " on the page Account, or ask an admin."
        )
    role = _role(vouched, rules) or PersonRole.VIEWER
    if fault := name_rules.name_fault(name):
        raise ConfigError(f"The name {name[:60]!r} that the provider gives {fault}.")
    person = Person(key=people.person_key(name), name=name, role=role, created_at=now)
    changed = Changed(after={"role": role, "by": vouched.voucher})
    if not store.people.add(person, entry_of(_voucher(vouched), "add person", name, now, changed)):
        raise ConfigError(
            f"There is a person {name!r} already: if it is you, sign in as you did before and"
            " connect this account on the page Account."
        )
    return person


def _role(vouched: VouchedPerson, rules: SignInSettings) -> PersonRole | None:
    """The role of the groups; None where the settings map none.  Raise ConfigError: no group."""
    if not rules.roles:
        return None
    role = role_of_groups(vouched.groups, _roles(rules))
    if role is None:
        raise ConfigError(_NO_GROUP)
    return role


def _roles(rules: SignInSettings) -> dict[str, PersonRole]:
    return {group: PersonRole(role) for group, role in rules.roles.items()}


def _with_role_of_groups(
    store: Store, person: Person, vouched: VouchedPerson, rules: SignInSettings, now: datetime
) -> Person:
    """The person with the role of their groups now.  Raise ConfigError: no group has one."""
    role = _role(vouched, rules)
    if role is None or role is person.role:
        return person
    changed = Changed(before={"role": person.role}, after={"role": role})
    entry = entry_of(_voucher(vouched), "change role", person.name, now, changed)
    with suppress(ConfigError):  # the last admin stays one
        store.people.change_role(person.key, role, entry, keep_admin=True)
        return replace(person, role=role)
    return person


def _connect(store: Store, person: Person, identity: Identity, now: datetime) -> None:
    caller = Caller(name=person.name, role=person.role, door=Door.CONSOLE)
    changed = Changed(after={"subject": identity.subject})
    target = f"{person.name}: {identity.issuer}"
    entry = entry_of(caller, "connect identity", target, now, changed)
    store.identities.add(replace(identity, person_key=person.key), entry)


def _voucher(vouched: VouchedPerson) -> Caller:
    """Who makes the change, for the audit log."""
    return Caller(name=vouched.voucher, role=PersonRole.ADMIN, door=Door.SERVICE)

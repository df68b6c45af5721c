"""Access tokens of programs: make one, which is shown once, list them, remove one.

A token never may more than its owner: the lower role of the two counts, at each use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.access import name_rules, secret_text
from monitor.access.accounts import LONGEST_TOKEN_LIFE, TOKEN_LIFE, AccessToken, Person
from monitor.access.caller import Caller, Door
from monitor.access.permissions import Act, default_scopes, is_allowed, scopes_of_role
from monitor.access.roles import PersonRole, Scope, lower_role, matching_scopes, ordered_scopes
from monitor.actions import as_json
from monitor.actions.access.audit_log import Changed, entry_of
from monitor.actions.as_json import JsonObject
from monitor.actions.option_values import InvalidOption
from monitor.domain.errors import ConfigError

if TYPE_CHECKING:
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccessToken:
    """What a token may, for how long, and whose it is."""

    name: str
    role: PersonRole
    scopes: Sequence[str] = ()  # "feeds:read", "feeds:*"; empty: all of the role, but people
    owner: Person | None = None  # None: it belongs to the installation
    life: timedelta = TOKEN_LIFE
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAccessToken:
    """A new token with its secret, which can't be shown again."""

    token: AccessToken
    owner_name: str
    secret: str

    def as_json(self) -> JsonObject:
        """The token as `tokens add --json` prints it."""
        return {"token": self.secret, **_token_as_json(self.token, self.owner_name)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedToken:
    """A token, whose it is, and whether it is over."""

    token: AccessToken
    owner_name: str
    is_over: bool

    def as_json(self) -> JsonObject:
        """The token as `tokens list --json` prints it."""
        return {**_token_as_json(self.token, self.owner_name), "is_over": self.is_over}


def make_token(
    store: Store, request: NewAccessToken, caller: Caller, now: datetime
) -> MadeAccessToken:
    """Make a token.

    Raise ConfigError for a name that is taken or can't be used, a scope that does not exist, a life
    that is too short or too long, and a role above the caller's or the owner's.
    """
    name = name_rules.clean_name(request.name)
    if fault := name_rules.name_fault(name):
        raise ConfigError(f"the name {request.name!r} {fault}")
    _check_role(request, caller)
    if not timedelta() < request.life <= LONGEST_TOKEN_LIFE:
        raise InvalidOption("days", f"is from 1 to {LONGEST_TOKEN_LIFE.days}")
    secret = secret_text.new_token()
    token = AccessToken(
        key=secret_text.digest(secret),
        name=name,
        role=request.role,
        scopes=_chosen_scopes(request),
        person_key=request.owner.key if request.owner else "",
        created_at=now,
        until=now + request.life,
    )
    owner_name = request.owner.name if request.owner else ""
    changed = Changed(after=_rights(token, owner_name), reason=request.reason)
    entry = entry_of(caller, "add token", name, now, changed)
    if not store.access_tokens.add(token, entry):
        raise ConfigError(f"there is a token {name!r} already: choose another name, or remove it")
    return MadeAccessToken(token=token, owner_name=owner_name, secret=secret)


def _check_role(request: NewAccessToken, caller: Caller) -> None:
    """Raise ConfigError when the token could do more than its owner or its maker."""
    for name, role in ((caller.name, caller.role), *_role_of(request.owner)):
        if not role.includes(request.role):
            raise InvalidOption("role", f"{request.role} is above that of {name}, {role}")


def _role_of(owner: Person | None) -> list[tuple[str, PersonRole]]:
    return [(owner.name, owner.role)] if owner else []


def _chosen_scopes(request: NewAccessToken) -> frozenset[Scope]:
    """The scopes that the request names, all of use to its role.  Raise InvalidOption."""
    if not request.scopes:
        return default_scopes(request.role)
    useful, chosen = scopes_of_role(request.role), set[Scope]()
    for pattern in request.scopes:
        scopes = matching_scopes(pattern)
        if not scopes:
            names = ", ".join(Scope)
            raise InvalidOption("scope", f"{pattern!r}: no such scope; there are: {names}")
        if not scopes & useful:
            raise InvalidOption("scope", f"{pattern!r} is of no use to the role {request.role}")
        chosen |= scopes & useful
    return frozenset(chosen)


def caller_of_token(store: Store, secret: str, address: str, now: datetime) -> Caller | None:
    """The caller that a token proves, with the role of now; None for one that is not valid."""
    if not secret_text.is_token(secret):
        return None
    stored = store.access_tokens.by_key(secret_text.digest(secret))
    if stored is None:
        return None
    token, owner = stored
    if now >= token.until:
        return None
    return Caller(
        name=token.name,
        role=lower_role(token.role, owner.role) if owner else token.role,
        door=Door.API,
        scopes=token.scopes,
        person_key=token.person_key,
        token_key=token.key,
        used_at=token.used_at,
        address=address,
    )


def list_tokens(store: Store, now: datetime, *, person_key: str = "") -> list[ListedToken]:
    """The tokens of one person, or all, those that are over too; by name."""
    names = {person.key: person.name for person in store.people.list()}
    return [
        ListedToken(
            token=token,
            owner_name=names.get(token.person_key, ""),
            is_over=now >= token.until,
        )
        for token in store.access_tokens.list(person_key=person_key)
    ]


def remove_token(
    store: Store, name: str, caller: Caller, now: datetime, *, reason: str = ""
) -> AccessToken:
    """Remove a token, which ends it at once: one's own, or for an admin any.

    Raise ConfigError when there is none of that name.
    """
    token = store.access_tokens.find(name)
    may_all = is_allowed(Act.CHANGE_ALL_TOKENS, role=caller.role, scopes=caller.scopes)
    if token is None or not (may_all or token.person_key == caller.person_key != ""):
        raise ConfigError(f"no token {name!r}: `monitor tokens list` shows them")
    changed = Changed(before=_rights(token, ""), reason=reason)
    store.access_tokens.remove(
        token.key, entry_of(caller, "remove token", token.name, now, changed)
    )
    return token


def _token_as_json(token: AccessToken, owner_name: str) -> JsonObject:
    return {
        "name": token.name,
        **_rights(token, owner_name),
        "created_at": as_json.instant(token.created_at),
        "used_at": as_json.instant(token.used_at),
    }


def _rights(token: AccessToken, owner_name: str) -> JsonObject:
    """What the token may, for whom and until when."""
    return {
        "role": token.role,
        "scopes": list(ordered_scopes(token.scopes)),
        "owner": owner_name or None,
        "until": as_json.instant(token.until),
    }

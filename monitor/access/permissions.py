"""Permissions: the one table of what may be asked, with the least role and the scope for it.

A page, an address of the API and a command name an `Act`; nothing else decides who may do it.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.access.caller import Caller
from monitor.access.roles import PersonRole, Scope

# A dangerous act needs a sign-in that is not older than this.
RECENT_SIGN_IN = timedelta(minutes=15)


class Act(enum.StrEnum):
    """Something that a person or a program may ask for; the value is what the audit log says."""

    READ_ARTICLES = "read articles"
    EXPORT_ARTICLES = "export articles"
    MARK_ARTICLES = "mark articles"
    SAVE_SEARCHES = "save searches"
    CORRECT_STORIES = "correct stories"
    READ_FIGURES = "read figures"
    CORRECT_FIGURES = "correct figures"
    READ_TEACHING = "read the progress of teaching"
    TEACH = "train, promote and roll back packs"
    READ_RULES = "read rules"
    TRY_RULES = "try rules"
    CHANGE_RULES = "change rules"
    READ_FEEDS = "read feeds"
    CHANGE_FEEDS = "change feeds"
    READ_SILENCES = "read silences"
    CHANGE_SILENCES = "change silences"
    READ_SUBSCRIPTIONS = "read subscriptions"
    CHANGE_SUBSCRIPTIONS = "change subscriptions"
    ROTATE_SECRETS = "rotate secrets of subscriptions"
    READ_DELIVERIES = "read deliveries"
    RETRY_DELIVERIES = "send again"
    REPLAY_MANY_DELIVERIES = "send very many again"
    READ_HEALTH = "read health and statistics"
    READ_SETTINGS = "read settings"
    READ_JOBS = "read jobs and workers"
    CHANGE_JOBS = "start, cancel and retry jobs"
    READ_SETUP = "export the setup"
    APPLY_SETUP = "apply a setup"
    MAKE_BACKUP = "make a backup"
    USE_ASSISTANT_TOOLS = "use the tools for assistants"
    READ_OWN_ACCOUNT = "read one's own account"
    CHANGE_PREFERENCES = "change one's own preferences"
    END_OWN_SESSIONS = "end one's own sessions"
    CHANGE_OWN_SIGN_IN = "change one's own password and passkeys"
    CHANGE_OWN_TOKENS = "change one's own access tokens"
    READ_PEOPLE = "read people"
    CHANGE_PEOPLE = "change people"
    CHANGE_ALL_TOKENS = "change all access tokens"
    READ_AUDIT_LOG = "read the audit log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Who may do one act."""

    least_role: PersonRole
    scope: Scope | None  # that an access token needs; None: no token may, unless `any_token`
    any_token: bool = False  # every token may, whatever its scopes
    needs_recent_sign_in: bool = False  # of a person; a token proves itself with each request


def _permission(
    least_role: PersonRole, scope: Scope | None, *, dangerous: bool = False
) -> Permission:
    return Permission(least_role=least_role, scope=scope, needs_recent_sign_in=dangerous)


_VIEWER, _ANALYST = PersonRole.VIEWER, PersonRole.ANALYST
_OPERATOR, _ADMIN = PersonRole.OPERATOR, PersonRole.ADMIN

PERMISSIONS: Mapping[Act, Permission] = MappingProxyType(
    {
        Act.READ_ARTICLES: _permission(_VIEWER, Scope.ARTICLES_READ),
        Act.EXPORT_ARTICLES: _permission(_ANALYST, Scope.ARTICLES_READ),
        Act.MARK_ARTICLES: _permission(_ANALYST, Scope.MARKS_WRITE),
        Act.SAVE_SEARCHES: _permission(_ANALYST, Scope.SEARCHES_WRITE),
        Act.CORRECT_STORIES: _permission(_ANALYST, Scope.STORIES_WRITE),
        Act.READ_FIGURES: _permission(_VIEWER, Scope.FIGURES_READ),
        Act.CORRECT_FIGURES: _permission(_ANALYST, Scope.FIGURES_WRITE),
        Act.READ_TEACHING: _permission(_VIEWER, Scope.MODEL_READ),
        Act.TEACH: _permission(_OPERATOR, Scope.MODEL_WRITE),
        Act.READ_RULES: _permission(_VIEWER, Scope.RULES_READ),
        Act.TRY_RULES: _permission(_ANALYST, Scope.RULES_TEST),
        Act.CHANGE_RULES: _permission(_OPERATOR, Scope.RULES_WRITE),
        Act.READ_FEEDS: _permission(_VIEWER, Scope.FEEDS_READ),
        Act.CHANGE_FEEDS: _permission(_OPERATOR, Scope.FEEDS_WRITE),
        Act.READ_SILENCES: _permission(_VIEWER, Scope.SUBSCRIPTIONS_READ),
        Act.CHANGE_SILENCES: _permission(_OPERATOR, Scope.SUBSCRIPTIONS_WRITE),
        Act.READ_SUBSCRIPTIONS: _permission(_OPERATOR, Scope.SUBSCRIPTIONS_READ),
        Act.CHANGE_SUBSCRIPTIONS: _permission(_OPERATOR, Scope.SUBSCRIPTIONS_WRITE),
        Act.ROTATE_SECRETS: _permission(_OPERATOR, Scope.SUBSCRIPTIONS_WRITE, dangerous=True),
        Act.READ_DELIVERIES: _permission(_OPERATOR, Scope.DELIVERIES_READ),
        Act.RETRY_DELIVERIES: _permission(_OPERATOR, Scope.DELIVERIES_REPLAY),
        Act.REPLAY_MANY_DELIVERIES: _permission(_OPERATOR, Scope.DELIVERIES_REPLAY, dangerous=True),
        Act.READ_HEALTH: _permission(_VIEWER, Scope.SERVICE_READ),
        Act.READ_SETTINGS: _permission(_ADMIN, Scope.SERVICE_READ),
        Act.READ_JOBS: _permission(_ANALYST, Scope.JOBS_READ),
        Act.CHANGE_JOBS: _permission(_OPERATOR, Scope.JOBS_WRITE),
        Act.READ_SETUP: _permission(_ADMIN, Scope.SETUP_READ),
        Act.APPLY_SETUP: _permission(_ADMIN, Scope.SETUP_WRITE, dangerous=True),
        Act.MAKE_BACKUP: _permission(_ADMIN, Scope.BACKUPS_READ, dangerous=True),
        Act.USE_ASSISTANT_TOOLS: _permission(_VIEWER, Scope.MCP_READ),
        Act.READ_OWN_ACCOUNT: Permission(least_role=_VIEWER, scope=None, any_token=True),
        Act.CHANGE_PREFERENCES: _permission(_VIEWER, None),
        Act.END_OWN_SESSIONS: _permission(_VIEWER, None),
        Act.CHANGE_OWN_SIGN_IN: _permission(_VIEWER, None, dangerous=True),
        Act.CHANGE_OWN_TOKENS: _permission(_VIEWER, None, dangerous=True),
        Act.READ_PEOPLE: _permission(_ADMIN, Scope.PEOPLE_READ),
        Act.CHANGE_PEOPLE: _permission(_ADMIN, Scope.PEOPLE_WRITE, dangerous=True),
        Act.CHANGE_ALL_TOKENS: _permission(_ADMIN, Scope.PEOPLE_WRITE, dangerous=True),
        Act.READ_AUDIT_LOG: _permission(_ADMIN, Scope.PEOPLE_READ),
    }
)


def is_allowed(act: Act, *, role: PersonRole, scopes: frozenset[Scope] | None) -> bool:
    """Whether this role may do it; `scopes` limit an access token, None is a signed-in person."""
    permission = PERMISSIONS[act]
    if not role.includes(permission.least_role):
        return False
    return scopes is None or permission.any_token or permission.scope in scopes


class Refusal(enum.StrEnum):
    """Why a caller may not do an act."""

    ROLE = "role"
    SCOPE = "scope"
    SESSION_ONLY = "session only"
    OLD_SIGN_IN = "old sign-in"  # sign in again, then the same request is allowed


def refusal(act: Act, caller: Caller, now: datetime) -> Refusal | None:
    """Why the caller may not do it now; None when they may."""
    permission = PERMISSIONS[act]
    if not caller.role.includes(permission.least_role):
        return Refusal.ROLE
    if caller.scopes is not None:
        if permission.scope is None and not permission.any_token:
            return Refusal.SESSION_ONLY
        allowed = is_allowed(act, role=caller.role, scopes=caller.scopes)
        return None if allowed else Refusal.SCOPE
    if permission.needs_recent_sign_in and not is_recent(caller, now):
        return Refusal.OLD_SIGN_IN
    return None


def is_recent(caller: Caller, now: datetime) -> bool:
    """Whether the caller signed in within the last 15 minutes."""
    return caller.signed_in_at is not None and now - caller.signed_in_at < RECENT_SIGN_IN


def refusal_text(act: Act, reason: Refusal) -> str:
    """The refusal in a sentence that says what to do."""
    permission = PERMISSIONS[act]
    match reason:
        case Refusal.ROLE:
            return f"To {act} one must be {permission.least_role} or above: ask an admin."
        case Refusal.SCOPE:
            return f"To {act} the access token needs the scope {permission.scope}: make another."
        case Refusal.SESSION_ONLY:
            return f"No access token may {act}: sign in to the console."
        case Refusal.OLD_SIGN_IN:
            return f"To {act}, sign in again: the last sign-in is older than 15 minutes."


def scopes_of_role(role: PersonRole) -> frozenset[Scope]:
    """The scopes that are of use to this role."""
    return frozenset(
        permission.scope
        for permission in PERMISSIONS.values()
        if permission.scope is not None and role.includes(permission.least_role)
    )


def default_scopes(role: PersonRole) -> frozenset[Scope]:
    """The scopes of a new access token that names none: all of its role but some.

    Those on people are named, and that of backups, which hold every secret.
    """
    return scopes_of_role(role) - {Scope.PEOPLE_READ, Scope.PEOPLE_WRITE, Scope.BACKUPS_READ}

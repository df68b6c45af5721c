"""Who may do what: every act by every role, and with every scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.access import permissions
from monitor.access.caller import Caller, Door, local_caller
from monitor.access.permissions import PERMISSIONS, Act, Refusal, is_allowed, refusal
from monitor.access.roles import PersonRole, Scope
from tests.fakes import NOW

ANN = Caller(name="ann", role=PersonRole.ADMIN, door=Door.CONSOLE, signed_in_at=NOW)
OLD = timedelta(minutes=15)


def test_every_act_has_a_permission():
    assert set(PERMISSIONS) == set(Act)


def test_every_scope_is_of_use():
    assert {permission.scope for permission in PERMISSIONS.values()} - {None} == set(Scope)


@pytest.mark.parametrize("act", Act)
def test_an_act_is_for_its_least_role_and_those_above(act):
    least = PERMISSIONS[act].least_role
    for role in PersonRole:
        assert is_allowed(act, role=role, scopes=None) is role.includes(least)
        caller = replace(ANN, role=role)
        reason = None if role.includes(least) else Refusal.ROLE
        assert refusal(act, caller, NOW) is reason


@pytest.mark.parametrize("act", Act)
def test_a_token_needs_the_scope_of_the_act_and_no_other_will_do(act):
    permission = PERMISSIONS[act]
    for scope in Scope:
        scopes = frozenset({scope})
        allowed = is_allowed(act, role=PersonRole.ADMIN, scopes=scopes)
        assert allowed is (permission.any_token or scope is permission.scope)
        assert (refusal(act, replace(ANN, scopes=scopes), NOW) is None) is allowed


@pytest.mark.parametrize("role", PersonRole)
def test_the_scopes_of_a_token_never_lift_it_above_its_role(role):
    for act, permission in PERMISSIONS.items():
        allowed = is_allowed(act, role=role, scopes=frozenset(Scope))
        assert not allowed or role.includes(permission.least_role)


def test_what_changes_people_secrets_or_sign_in_is_dangerous():
    assert {act for act, permission in PERMISSIONS.items() if permission.needs_recent_sign_in} == {
        Act.ROTATE_SECRETS, Act.REPLAY_MANY_DELIVERIES, Act.CHANGE_OWN_SIGN_IN,
        Act.CHANGE_OWN_TOKENS, Act.CHANGE_PEOPLE, Act.CHANGE_ALL_TOKENS, Act.APPLY_SETUP,
        Act.MAKE_BACKUP,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("signed_in_at", "reason"),
    [
        (NOW, None),
        (NOW - OLD + timedelta(seconds=1), None),
        (NOW - OLD, Refusal.OLD_SIGN_IN),
        (None, Refusal.OLD_SIGN_IN),
    ],
)
def test_a_dangerous_act_needs_a_recent_sign_in(signed_in_at, reason):
    caller = replace(ANN, signed_in_at=signed_in_at)
    assert refusal(Act.CHANGE_PEOPLE, caller, NOW) is reason
    assert refusal(Act.READ_PEOPLE, caller, NOW) is None


def test_no_token_changes_how_its_owner_signs_in():
    token = replace(ANN, scopes=frozenset(Scope))
    for act in (Act.CHANGE_OWN_SIGN_IN, Act.CHANGE_OWN_TOKENS, Act.END_OWN_SESSIONS):
        assert refusal(act, token, NOW) is Refusal.SESSION_ONLY
    assert refusal(Act.READ_OWN_ACCOUNT, replace(token, scopes=frozenset()), NOW) is None


def test_a_token_is_not_asked_for_a_recent_sign_in():
    token = replace(ANN, scopes=frozenset({Scope.PEOPLE_WRITE}), signed_in_at=None)
    assert refusal(Act.CHANGE_PEOPLE, token, NOW) is None


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (Refusal.ROLE, "To change people one must be admin or above: ask an admin."),
        (Refusal.SCOPE, "the access token needs the scope people:write"),
        (Refusal.SESSION_ONLY, "No access token may change people"),
        (Refusal.OLD_SIGN_IN, "sign in again"),
    ],
)
def test_a_refusal_says_what_to_do(reason, words):
    assert words in permissions.refusal_text(Act.CHANGE_PEOPLE, reason)


def test_a_new_token_may_what_its_role_may_but_what_must_be_named():
    assert permissions.default_scopes(PersonRole.VIEWER) == {
        Scope.ARTICLES_READ, Scope.FIGURES_READ, Scope.MODEL_READ, Scope.RULES_READ,
        Scope.FEEDS_READ, Scope.SUBSCRIPTIONS_READ, Scope.SERVICE_READ, Scope.MCP_READ,
    }  # fmt: skip
    named = {Scope.PEOPLE_READ, Scope.PEOPLE_WRITE, Scope.BACKUPS_READ}
    assert permissions.default_scopes(PersonRole.ADMIN) == set(Scope) - named
    assert permissions.scopes_of_role(PersonRole.ADMIN) == set(Scope)


def test_who_runs_a_command_may_do_everything():
    for act in Act:
        assert refusal(act, local_caller("root", NOW), NOW) is None

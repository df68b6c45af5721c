"""Access tokens: shown once, limited by scopes, time and their owner's role of now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.permissions import default_scopes
from monitor.access.roles import PersonRole, Scope
from monitor.actions.access import access_tokens
from monitor.actions.access.access_tokens import NewAccessToken
from monitor.actions.access.people import NewPerson, change_role
from monitor.domain.errors import ConfigError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.access.conftest import ROOT, in_console, invite
from tests.fakes import NOW

DAY = timedelta(days=1)
REQUEST = NewAccessToken(name="ci", role=PersonRole.OPERATOR)


def test_a_token_is_shown_once_and_stored_as_a_digest(empty_store: Store, tmp_path):
    token = access_tokens.make_token(empty_store, REQUEST, ROOT, NOW)
    assert token.secret.startswith("wpt_")
    printed = token.as_json()
    assert printed["token"] == token.secret
    assert (printed["name"], printed["role"], printed["owner"]) == ("ci", "operator", None)
    assert printed["until"] == "2025-09-15T12:00:00Z"
    copy = tmp_path / "copy.db"
    empty_store.backup(copy)
    assert token.secret.encode() not in copy.read_bytes()
    (listed,) = access_tokens.list_tokens(empty_store, NOW)
    assert "token" not in listed.as_json()
    (entry,) = empty_store.audit_log.list(AuditFilter(), 10)
    assert token.secret not in str(entry)


def test_the_token_proves_its_name_role_and_scopes(empty_store: Store):
    token = access_tokens.make_token(empty_store, REQUEST, ROOT, NOW)
    caller = access_tokens.caller_of_token(empty_store, token.secret, "192.0.2.7", NOW)
    assert caller is not None
    assert (caller.name, caller.role) == ("ci", PersonRole.OPERATOR)
    assert caller.scopes == default_scopes(PersonRole.OPERATOR)
    assert caller.signed_in_at is None


@pytest.mark.parametrize(
    ("scopes", "expected"),
    [
        (["articles:read"], {Scope.ARTICLES_READ}),
        (["feeds:*", "marks:write"], {Scope.FEEDS_READ, Scope.FEEDS_WRITE, Scope.MARKS_WRITE}),
        (["rules:*"], {Scope.RULES_READ, Scope.RULES_TEST, Scope.RULES_WRITE}),
    ],
)
def test_scopes_are_chosen_one_by_one_or_with_a_star(empty_store: Store, scopes, expected):
    request = NewAccessToken(name="ci", role=PersonRole.OPERATOR, scopes=scopes)
    assert access_tokens.make_token(empty_store, request, ROOT, NOW).token.scopes == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scopes": ["weather:read"]}, "no such scope; there are: articles:read"),
        ({"scopes": ["people:*"]}, "of no use to the role operator"),
        ({"name": ""}, "is empty"),
        ({"life": timedelta()}, "days is from 1 to 3660"),
        ({"life": 3_661 * DAY}, "days is from 1 to 3660"),
    ],
)
def test_a_token_without_sense_is_refused(empty_store: Store, change, message):
    request = NewAccessToken(**{"name": "ci", "role": PersonRole.OPERATOR, **change})
    with pytest.raises(ConfigError, match=message):
        access_tokens.make_token(empty_store, request, ROOT, NOW)
    assert empty_store.access_tokens.list() == []


def test_a_name_is_taken_once(empty_store: Store):
    access_tokens.make_token(empty_store, REQUEST, ROOT, NOW)
    with pytest.raises(ConfigError, match="there is a token 'ci' already"):
        access_tokens.make_token(empty_store, REQUEST, ROOT, NOW)


def test_nobody_makes_a_token_above_the_own_role_or_the_owners(empty_store: Store, ann):
    with pytest.raises(ConfigError, match="operator is above that of Ann, analyst"):
        access_tokens.make_token(empty_store, REQUEST, in_console(ann), NOW)
    request = NewAccessToken(name="ci", role=PersonRole.OPERATOR, owner=ann)
    with pytest.raises(ConfigError, match="operator is above that of Ann, analyst"):
        access_tokens.make_token(empty_store, request, ROOT, NOW)


def test_the_role_of_the_owner_limits_the_token_at_each_use(empty_store: Store, ann):
    request = NewAccessToken(name="ci", role=PersonRole.ANALYST, owner=ann)
    secret = access_tokens.make_token(empty_store, request, in_console(ann), NOW).secret
    for role, effective in (
        (PersonRole.ADMIN, PersonRole.ANALYST),
        (PersonRole.VIEWER, PersonRole.VIEWER),
    ):
        change_role(empty_store, NewPerson(name="ann", role=role), ROOT, NOW)
        caller = access_tokens.caller_of_token(empty_store, secret, "", NOW)
        assert caller is not None
        assert caller.role is effective


def test_a_token_ends_in_time(empty_store: Store):
    secret = access_tokens.make_token(empty_store, REQUEST, ROOT, NOW).secret
    end = NOW + 90 * DAY
    assert access_tokens.caller_of_token(empty_store, secret, "", end - DAY) is not None
    assert access_tokens.caller_of_token(empty_store, secret, "", end) is None
    (listed,) = access_tokens.list_tokens(empty_store, end)
    assert listed.is_over


@pytest.mark.parametrize("secret", ["", "wpt_", "wpt_" + "A" * 48, "Bearer x", "\ud800" * 52])
def test_a_forged_token_proves_nothing(empty_store: Store, secret):
    access_tokens.make_token(empty_store, REQUEST, ROOT, NOW)
    assert access_tokens.caller_of_token(empty_store, secret, "", NOW) is None


def test_a_stolen_token_ends_by_one_removal(empty_store: Store, ann):
    bo, boss = invite(empty_store, "bo").person, invite(empty_store, "boss", PersonRole.ADMIN)
    request = NewAccessToken(name="hers", role=PersonRole.ANALYST, owner=ann)
    secret = access_tokens.make_token(empty_store, request, ROOT, NOW).secret
    access_tokens.make_token(empty_store, REQUEST, ROOT, NOW)
    for name in ("hers", "ci", "none"):
        with pytest.raises(ConfigError, match="no token"):
            access_tokens.remove_token(empty_store, name, in_console(bo), NOW)
    access_tokens.remove_token(empty_store, "hers", in_console(ann), NOW, reason="stolen")
    assert access_tokens.caller_of_token(empty_store, secret, "", NOW) is None
    access_tokens.remove_token(empty_store, "ci", in_console(boss.person), NOW)
    assert access_tokens.list_tokens(empty_store, NOW) == []

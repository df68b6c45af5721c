"""People are added with a link, change roles, and leave with all that was theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.access.accounts import SignInMethod
from monitor.access.roles import PersonRole
from monitor.actions.access import people
from monitor.actions.access.access_tokens import NewAccessToken, caller_of_token, make_token
from monitor.actions.access.passwords import set_password
from monitor.actions.access.people import NewPerson
from monitor.actions.access.sessions import Visitor, caller_of_session, new_session
from monitor.actions.access.sign_in import person_of_link, sign_in_by_link, store_session
from monitor.domain.errors import ConfigError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.access.conftest import ADDRESS, ROOT, in_console, invite, secret_of
from tests.fakes import NOW
from tests.store.access.builders import ENTRY, a_passkey

VISITOR = Visitor(address="192.0.2.7", browser="Firefox")


def acts(store: Store) -> list[tuple[str, str]]:
    """The audit log, the oldest entry first: what was done to whom."""
    entries = store.audit_log.list(AuditFilter(), 100)
    return [(entry.act, entry.target) for entry in reversed(entries)]


def test_a_new_person_gets_a_link_and_no_password(empty_store: Store):
    invited = invite(empty_store, " Ann ", PersonRole.OPERATOR)
    assert invited.as_json() == {"name": "Ann", "role": "operator", "link": invited.link}
    assert invited.link.startswith("https://watch.example/console/sign-in/link/")
    assert invited.until == NOW + timedelta(minutes=15)
    assert invited.person.password_hash == ""
    assert person_of_link(empty_store, secret_of(invited.link), NOW) == invited.person
    assert acts(empty_store) == [("add person", "Ann"), ("make sign-in link", "Ann")]


def test_no_secret_of_a_link_is_in_the_database(empty_store: Store, tmp_path):
    secret = secret_of(invite(empty_store, "ann").link)
    copy = tmp_path / "copy.db"
    empty_store.backup(copy)
    assert secret.encode() not in copy.read_bytes()


@pytest.mark.parametrize("name", ["ann", "ANN ", "ａｎｎ"])
def test_another_spelling_of_a_name_is_the_same_person(empty_store: Store, ann, name):
    assert people.find_person(empty_store, name) == ann
    with pytest.raises(ConfigError, match="monitor people link"):
        invite(empty_store, name)


@pytest.mark.parametrize(
    ("name", "fault"), [("", "is empty"), ("a/b", "letters, digits"), ("x" * 61, "longer than")]
)
def test_a_name_that_can_not_be_used_is_refused(empty_store: Store, name, fault):
    with pytest.raises(ConfigError, match=fault):
        invite(empty_store, name)
    assert empty_store.people.is_empty()


def test_a_new_link_ends_the_older_one(empty_store: Store):
    first = invite(empty_store, "ann")
    second = people.invite_person(empty_store, first.person, ROOT, ADDRESS, NOW)
    assert person_of_link(empty_store, secret_of(first.link), NOW) is None
    assert person_of_link(empty_store, secret_of(second.link), NOW) == first.person


def test_the_list_says_how_each_person_can_sign_in(empty_store: Store, ann):
    (listed,) = people.list_people(empty_store, NOW)
    assert listed.as_json() == {
        "name": "Ann",
        "role": "analyst",
        "created_at": "2025-06-17T12:00:00Z",
        "has_password": False,
        "passkeys": 0,
        "sessions": 0,
        "tokens": 0,
        "used_at": None,
    }
    empty_store.people.set_password(ann.key, "$argon2id$", NOW, ENTRY)
    empty_store.passkeys.add(a_passkey(person_key=ann.key), ENTRY)
    make_token(empty_store, NewAccessToken(name="ci", role=ann.role, owner=ann), ROOT, NOW)
    _sign_in(empty_store, ann)
    (listed,) = people.list_people(empty_store, NOW)
    assert (listed.passkeys, listed.sessions, listed.tokens, listed.used_at) == (1, 1, 1, NOW)
    assert listed.as_json()["has_password"] is True


def _sign_in(store: Store, person) -> str:
    signed_in = new_session(person, SignInMethod.PASSWORD, VISITOR, NOW)
    store_session(store, signed_in, "", NOW)
    return signed_in.cookie


def test_a_role_counts_from_the_next_request_on(empty_store: Store, ann):
    cookie = _sign_in(empty_store, ann)
    request = NewPerson(name="ann", role=PersonRole.VIEWER, reason="she reads only")
    change = people.change_role(empty_store, request, ROOT, NOW)
    assert change.as_json() == {"name": "Ann", "role": "viewer", "before": "analyst"}
    caller = caller_of_session(empty_store, cookie, "192.0.2.7", NOW)
    assert caller is not None
    assert caller.role is PersonRole.VIEWER
    (entry, *_) = empty_store.audit_log.list(AuditFilter(act="change role"), 10)
    assert (entry.before, entry.after) == ({"role": "analyst"}, {"role": "viewer"})
    assert entry.reason == "she reads only"
    people.change_role(empty_store, request, ROOT, NOW)  # nothing changes: no second line
    assert len(empty_store.audit_log.list(AuditFilter(act="change role"), 10)) == 1


def test_who_is_removed_is_out_at_once(empty_store: Store, ann):
    cookie = _sign_in(empty_store, ann)
    token = make_token(empty_store, NewAccessToken(name="ci", role=ann.role, owner=ann), ROOT, NOW)
    assert people.remove_person(empty_store, "ANN", ROOT, NOW) == ann
    assert caller_of_session(empty_store, cookie, "", NOW) is None
    assert caller_of_token(empty_store, token.secret, "", NOW) is None
    with pytest.raises(ConfigError, match="no person 'ann'"):
        people.remove_person(empty_store, "ann", ROOT, NOW)


def test_the_console_keeps_its_last_admin_and_a_command_need_not(empty_store: Store):
    boss = invite(empty_store, "boss", PersonRole.ADMIN).person
    caller, down = in_console(boss), NewPerson(name="boss", role=PersonRole.VIEWER)
    with pytest.raises(ConfigError, match="last admin"):
        people.change_role(empty_store, down, caller, NOW)
    with pytest.raises(ConfigError, match="last admin"):
        people.remove_person(empty_store, "boss", caller, NOW)
    other = invite(empty_store, "other", PersonRole.ADMIN).person
    people.change_role(empty_store, down, in_console(other), NOW)
    people.remove_person(empty_store, "other", ROOT, NOW)
    assert [person.role for person in empty_store.people.list()] == [PersonRole.VIEWER]


def test_a_lost_laptop_is_answered_by_one_reset(empty_store: Store, ann):
    cookie = _sign_in(empty_store, ann)
    set_password(empty_store, ann, "$argon2id$", ROOT, NOW)
    cookie = _sign_in(empty_store, ann)
    empty_store.passkeys.add(a_passkey(person_key=ann.key), ENTRY)
    stored = empty_store.people.by_key(ann.key)
    assert stored is not None
    people.reset_sign_in(empty_store, stored, ROOT, NOW, "laptop lost")
    assert caller_of_session(empty_store, cookie, "", NOW) is None
    assert empty_store.passkeys.list(ann.key) == []
    assert empty_store.people.by_key(ann.key) == replace(stored, password_hash="")
    link = people.invite_person(empty_store, ann, ROOT, ADDRESS, NOW).link
    answer = sign_in_by_link(empty_store, secret_of(link), VISITOR, NOW)
    assert answer.caller.name == "Ann"

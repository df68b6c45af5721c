"""A cookie proves who is signed in, for so long as it is used; sessions end one by one or all."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.access.accounts import SignInMethod
from monitor.access.caller import Door
from monitor.access.roles import PersonRole
from monitor.actions.access import sessions
from monitor.actions.access.sessions import SignedIn, Visitor
from monitor.actions.access.sign_in import store_session
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.actions.access.conftest import in_console, invite
from tests.fakes import NOW

VISITOR = Visitor(address="192.0.2.7", browser="Firefox")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def sign_in(store: Store, person, now=NOW) -> SignedIn:
    signed_in = sessions.new_session(person, SignInMethod.PASSWORD, VISITOR, now)
    store_session(store, signed_in, "", now)
    return signed_in


def test_the_cookie_proves_who_is_signed_in(empty_store: Store, ann):
    signed_in = sign_in(empty_store, ann)
    caller = sessions.caller_of_session(empty_store, signed_in.cookie, "192.0.2.7", NOW)
    assert caller == signed_in.caller
    assert (caller.name, caller.role, caller.door) == ("Ann", PersonRole.ANALYST, Door.CONSOLE)
    assert (caller.scopes, caller.signed_in_at) == (None, NOW)


@pytest.mark.parametrize("cookie", ["", "a" * 43, "a" * 4_000, "\ud800", "../../x"])
def test_another_cookie_proves_nothing(empty_store: Store, ann, cookie):
    sign_in(empty_store, ann)
    assert sessions.caller_of_session(empty_store, cookie, "", NOW) is None


def test_a_session_ends_when_it_is_idle_and_use_prolongs_it(empty_store: Store, ann):
    signed_in = sign_in(empty_store, ann)

    def caller(now):
        return sessions.caller_of_session(empty_store, signed_in.cookie, "", now)

    assert caller(NOW + 14 * DAY) is None
    for day in range(10, 90, 10):
        current = caller(NOW + day * DAY)
        assert current is not None
        sessions.record_use(empty_store, current, NOW + day * DAY)
    assert caller(NOW + 90 * DAY - MINUTE) is not None
    assert caller(NOW + 90 * DAY) is None


def test_use_is_recorded_every_five_minutes_only(empty_store: Store, ann):
    caller = sign_in(empty_store, ann).caller
    assert not sessions.is_use_due(caller, NOW + 5 * MINUTE - timedelta(seconds=1))
    assert sessions.is_use_due(caller, NOW + 5 * MINUTE)


def test_sessions_are_listed_with_their_browser_and_never_with_their_cookie(
    empty_store: Store, ann
):
    signed_in = sign_in(empty_store, ann)
    (listed,) = sessions.list_sessions(empty_store, signed_in.caller, NOW, person_key=ann.key)
    assert listed.as_json() == {
        "key": signed_in.session.key[:12],
        "person": "Ann",
        "method": "password",
        "created_at": "2025-06-17T12:00:00Z",
        "used_at": "2025-06-17T12:00:00Z",
        "ends_at": "2025-07-01T12:00:00Z",
        "from": "192.0.2.7",
        "browser": "Firefox",
        "is_own": True,
    }


def test_a_person_ends_own_sessions_and_an_admin_anybodys(empty_store: Store, ann):
    bo = invite(empty_store, "bo").person
    boss = invite(empty_store, "boss", PersonRole.ADMIN).person
    first, second = sign_in(empty_store, ann), sign_in(empty_store, ann)
    key = first.session.key[:12]
    with pytest.raises(ConfigError, match="ended already"):
        sessions.end_session(empty_store, key, in_console(bo), NOW)
    with pytest.raises(ConfigError, match="ended already"):
        sessions.end_session(empty_store, key[:4], in_console(ann), NOW)
    assert sessions.end_session(empty_store, key, in_console(ann), NOW).session == first.session
    sessions.end_session(empty_store, second.session.key, in_console(boss), NOW)
    assert empty_store.sessions.list(NOW) == []


def test_all_other_sessions_end_and_the_own_one_on_sign_out(empty_store: Store, ann):
    stays = sign_in(empty_store, ann)
    for _ in range(2):
        sign_in(empty_store, ann)
    assert sessions.end_sessions(empty_store, ann, stays.caller, NOW) == 2
    assert empty_store.sessions.list(NOW) == [stays.session]
    sessions.sign_out(empty_store, stays.caller, NOW)
    assert empty_store.sessions.list(NOW) == []
    sign_in(empty_store, ann)
    assert sessions.end_sessions(empty_store, ann, stays.caller, NOW, but_own=False) == 1

"""Passwords are hashed by argon2id; a weak one is refused with a reason."""

from __future__ import annotations

from contextlib import closing

import pytest

from monitor.access.accounts import SignInMethod
from monitor.actions.access import passwords
from monitor.actions.access.sessions import Visitor, new_session
from monitor.actions.access.sign_in import store_session
from monitor.domain.errors import ConfigError
from monitor.store.store import Store
from tests.fakes import NOW


def test_a_hash_has_its_own_salt_and_the_parameters_of_the_design():
    first, second = passwords.hash_password("a b c"), passwords.hash_password("a b c")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.is_password("a b c", first)
    assert not passwords.is_password("a b d", first)


@pytest.mark.parametrize("stored", ["", "plain text", "$argon2id$v=19$broken"])
def test_nothing_is_the_password_of_an_empty_or_broken_hash(stored):
    assert not passwords.is_password("", stored)
    assert not passwords.is_password(stored, stored)


async def test_threads_compare_and_hash():
    with closing(passwords.PasswordThreads()) as threads:
        stored = await threads.hash_password("a b c")
        assert await threads.is_password("a b c", stored)
        assert not await threads.is_password("a b d", stored)


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "qwertyuiop12", "aaaaaaaaaaaa", "annannannann", "watchpost123"],
)
def test_a_weak_password_is_refused(ann, password):
    with pytest.raises(ConfigError, match="password"):
        passwords.check_password(password, ann)


@pytest.mark.parametrize(
    "password", ["seven grey herons wade", "kxqvbnmw-pzrt-9", "일곱 마리 회색 왜가리가 걷는다"]
)
def test_a_good_password_is_accepted(ann, password):
    passwords.check_password(password, ann)


def test_a_new_password_ends_the_other_sessions(empty_store: Store, ann):
    visitor = Visitor(address="192.0.2.7")
    session = new_session(ann, SignInMethod.LINK, visitor, NOW)
    other = new_session(ann, SignInMethod.LINK, visitor, NOW)
    for signed_in in (session, other):
        store_session(empty_store, signed_in, "", NOW)
    passwords.set_password(empty_store, ann, "$argon2id$", session.caller, NOW)
    assert empty_store.sessions.list(NOW) == [session.session]
    stored = empty_store.people.by_key(ann.key)
    assert stored is not None
    assert (stored.password_hash, stored.password_changed_at) == ("$argon2id$", NOW)

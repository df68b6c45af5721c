"""People are stored, changed and removed with all that is theirs; links work once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from monitor.access.roles import PersonRole
from monitor.domain.errors import ConfigError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.store.access.builders import (
    DAY,
    ENTRY,
    MINUTE,
    NOW,
    a_link,
    a_passkey,
    a_person,
    a_session,
    a_token,
)

ANN = a_person()


def test_a_person_is_read_back_as_stored(store: Store) -> None:
    bo = a_person("보라", role=PersonRole.ADMIN, password_hash="$h", password_changed_at=NOW)
    assert store.people.is_empty()
    assert store.people.add(ANN, ENTRY)
    assert store.people.add(bo, ENTRY)
    assert store.people.by_key(bo.key) == bo
    assert store.people.by_key("nobody") is None
    assert store.people.list() == [ANN, bo]
    assert not store.people.is_empty()


def test_nobody_is_added_twice_and_the_log_has_one_line(store: Store) -> None:
    assert store.people.add(ANN, ENTRY)
    assert not store.people.add(replace(ANN, role=PersonRole.ADMIN), ENTRY)
    assert store.people.by_key(ANN.key) == ANN
    assert len(store.audit_log.list(AuditFilter(), 10)) == 1


def test_a_name_that_can_not_be_stored_is_refused(store: Store) -> None:
    with pytest.raises(ConfigError, match="person's name"):
        store.people.add(replace(ANN, name="a\x00b"), ENTRY)


def test_role_and_password_change(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    assert store.people.change_role(ANN.key, PersonRole.OPERATOR, ENTRY)
    assert store.people.set_password(ANN.key, "$argon2id$…", NOW + DAY, ENTRY)
    changed = replace(
        ANN,
        role=PersonRole.OPERATOR,
        password_hash="$argon2id$…",
        password_changed_at=NOW + DAY,
    )
    assert store.people.by_key(ANN.key) == changed
    assert not store.people.change_role("nobody", PersonRole.ADMIN, ENTRY)
    assert not store.people.set_password("nobody", "", NOW, ENTRY)
    assert len(store.audit_log.list(AuditFilter(), 10)) == 3


def test_whatever_is_a_persons_goes_with_the_person(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    store.people.add_link(a_link(), ENTRY)
    store.sessions.add(a_session(), ENTRY)
    store.passkeys.add(a_passkey(), ENTRY)
    store.access_tokens.add(a_token("hers", person_key=ANN.key), ENTRY)
    store.access_tokens.add(a_token("ours"), ENTRY)
    assert store.people.remove(ANN.key, ENTRY)
    assert not store.people.remove(ANN.key, ENTRY)
    assert store.people.of_link(a_link().key, NOW) is None
    assert store.sessions.by_key(a_session().key) is None
    assert store.passkeys.list(ANN.key) == []
    assert [token.name for token in store.access_tokens.list()] == ["ours"]


def test_a_link_is_for_its_person_and_ends_in_time(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    store.people.add_link(a_link(), ENTRY)
    last = NOW + 15 * MINUTE
    assert store.people.of_link(a_link().key, NOW) == ANN
    assert store.people.of_link(a_link().key, last - MINUTE) == ANN
    assert store.people.of_link(a_link().key, last) is None
    assert store.people.of_link("other", NOW) is None


def test_a_new_link_replaces_the_older_one_of_its_person(store: Store) -> None:
    bo = a_person("bo")
    for person in (ANN, bo):
        store.people.add(person, ENTRY)
    store.people.add_link(a_link("of bo", person_key=bo.key), ENTRY)
    store.people.add_link(a_link("first"), ENTRY)
    store.people.add_link(a_link("second"), ENTRY)
    assert store.people.of_link(a_link("first").key, NOW) is None
    assert store.people.of_link(a_link("second").key, NOW) == ANN
    assert store.people.of_link(a_link("of bo").key, NOW) == bo


def test_the_last_admin_stays_where_one_must_stay(store: Store) -> None:
    boss = a_person("boss", role=PersonRole.ADMIN)
    for person in (ANN, boss):
        store.people.add(person, ENTRY)
    with pytest.raises(ConfigError, match="boss is the last admin"):
        store.people.remove(boss.key, ENTRY, keep_admin=True)
    with pytest.raises(ConfigError, match="boss is the last admin"):
        store.people.change_role(boss.key, PersonRole.VIEWER, ENTRY, keep_admin=True)
    assert store.people.change_role(boss.key, PersonRole.ADMIN, ENTRY, keep_admin=True)
    assert store.people.remove(ANN.key, ENTRY, keep_admin=True)
    assert store.people.remove(boss.key, ENTRY)


def test_of_two_admins_who_remove_each_other_at_once_one_stays(
    store: Store, database_url: str
) -> None:
    admins = [a_person(name, role=PersonRole.ADMIN) for name in ("ann", "bo")]
    for person in admins:
        store.people.add(person, ENTRY)
    with Store.open(database_url) as other, ThreadPoolExecutor(2) as threads:
        removals = [
            threads.submit(a_store.people.remove, person.key, ENTRY, keep_admin=True)
            for a_store, person in zip((store, other), admins, strict=True)
        ]
        faults = [removal.exception() for removal in removals]
    assert sorted(fault is None for fault in faults) == [False, True]
    assert len(store.people.list()) == 1

"""Access tokens are read with their owner; a name is taken once."""

from __future__ import annotations

from monitor.access.roles import PersonRole, Scope
from monitor.store.store import Store
from tests.store.access.builders import DAY, ENTRY, NOW, a_person, a_token

ANN = a_person()


def test_a_token_is_read_back_with_its_owner(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    hers = a_token("hers", person_key=ANN.key, scopes=frozenset(Scope))
    shared = a_token("ours", role=PersonRole.ADMIN)
    assert store.access_tokens.add(hers, ENTRY)
    assert store.access_tokens.add(shared, ENTRY)
    assert store.access_tokens.by_key(hers.key) == (hers, ANN)
    assert store.access_tokens.by_key(shared.key) == (shared, None)
    assert store.access_tokens.by_key("other") is None
    assert store.access_tokens.list() == [hers, shared]
    assert store.access_tokens.list(person_key=ANN.key) == [hers]
    assert store.access_tokens.find("ours") == store.access_tokens.find(shared.key) == shared
    assert store.access_tokens.find("other") is None


def test_a_name_is_taken_once(store: Store) -> None:
    assert store.access_tokens.add(a_token(), ENTRY)
    assert not store.access_tokens.add(a_token(key="0" * 64), ENTRY)


def test_use_is_recorded_and_removal_ends_it(store: Store) -> None:
    store.access_tokens.add(a_token(), ENTRY)
    store.access_tokens.record_use(a_token().key, NOW + DAY)
    assert store.access_tokens.list() == [a_token(used_at=NOW + DAY)]
    assert store.access_tokens.remove(a_token().key, ENTRY)
    assert not store.access_tokens.remove(a_token().key, ENTRY)
    assert store.access_tokens.by_key(a_token().key) is None

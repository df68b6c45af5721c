"""An identity signs one person in; only its owner loses it."""

from __future__ import annotations

from dataclasses import replace

from monitor.access.accounts import Identity
from monitor.store.store import Store
from tests.store.access.builders import DAY, ENTRY, NOW, a_person

ANN = a_person()
ACCOUNT = Identity(
    key="1" * 64,
    person_key=ANN.key,
    issuer="https://id.example.org",
    subject="248289761001",
    created_at=NOW,
)


def test_an_identity_is_read_back_and_its_use_recorded(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    assert store.identities.add(ACCOUNT, ENTRY)
    assert not store.identities.add(ACCOUNT, ENTRY)
    store.identities.record_use(ACCOUNT.key, NOW + DAY)
    used = replace(ACCOUNT, used_at=NOW + DAY)
    assert store.identities.by_key(ACCOUNT.key) == used
    assert store.identities.list(ANN.key) == [used]
    assert store.identities.by_key("other") is None


def test_only_its_owner_loses_an_identity_and_it_goes_with_the_person(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    store.identities.add(ACCOUNT, ENTRY)
    assert not store.identities.remove("other", ACCOUNT.key, ENTRY)
    assert store.identities.remove(ANN.key, ACCOUNT.key, ENTRY)
    store.identities.add(ACCOUNT, ENTRY)
    store.people.remove(ANN.key, ENTRY, keep_admin=False)
    assert store.identities.by_key(ACCOUNT.key) is None

"""Passkeys belong to one person; a challenge is answered once."""

from __future__ import annotations

from dataclasses import replace

from monitor.store.store import Store
from tests.store.access.builders import DAY, ENTRY, MINUTE, NOW, a_passkey, a_person

ANN = a_person()


def test_a_passkey_is_read_back_and_its_use_recorded(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    assert store.passkeys.add(a_passkey(), ENTRY)
    assert not store.passkeys.add(a_passkey(), ENTRY)
    assert store.passkeys.by_key(a_passkey().key) == a_passkey()
    store.passkeys.record_use(a_passkey().key, 7, NOW + DAY)
    used = replace(a_passkey(), sign_count=7, used_at=NOW + DAY)
    assert store.passkeys.list(ANN.key) == [used]
    assert store.passkeys.by_key("other") is None


def test_only_its_owner_loses_a_passkey(store: Store) -> None:
    store.people.add(ANN, ENTRY)
    store.passkeys.add(a_passkey(), ENTRY)
    assert not store.passkeys.remove("other", a_passkey().key, ENTRY)
    assert store.passkeys.remove(ANN.key, a_passkey().key, ENTRY)
    assert store.passkeys.list(ANN.key) == []


def test_a_challenge_is_answered_once(store: Store) -> None:
    until = NOW + 5 * MINUTE
    assert store.passkeys.spend_challenge("a", until, NOW)
    assert not store.passkeys.spend_challenge("a", until, NOW + MINUTE)
    assert store.passkeys.spend_challenge("b", until, NOW)
    assert store.passkeys.spend_challenge("a", until + DAY, until)  # the old one was cleared

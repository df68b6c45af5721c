"""Saved searches are kept under their name, whatever its case."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.domain.errors import ConfigError
from monitor.search.saved_search import SavedSearch
from monitor.store.store import Store
from tests.store.builders import NOW

ARMS = SavedSearch(
    name="Arms", question="theme:arms", zone="Asia/Seoul", saved_by="Mina", created_at=NOW,
    changed_at=NOW,
)  # fmt: skip


def test_a_search_comes_back_as_it_was(store: Store):
    store.saved_searches.save(ARMS)
    store.saved_searches.save(replace(ARMS, name="all arms", question="파병 OR 派兵"))
    assert [search.name for search in store.saved_searches.list()] == ["all arms", "Arms"]
    assert store.saved_searches.find("ARMS") == ARMS
    assert store.saved_searches.by_key(ARMS.key) == ARMS
    assert store.saved_searches.find("none") is None


def test_a_change_keeps_when_it_was_made_and_its_addresses(store: Store):
    store.saved_searches.save(ARMS)
    store.saved_searches.renew(ARMS.key)
    later = NOW + timedelta(days=1)
    store.saved_searches.save(
        replace(ARMS, name="ARMS", question="a", created_at=later, changed_at=later, saved_by="B")
    )
    assert store.saved_searches.list() == [
        replace(ARMS, name="ARMS", question="a", changed_at=later, saved_by="B", renewals=1)
    ]


def test_it_is_removed_once(store: Store):
    store.saved_searches.save(ARMS)
    assert store.saved_searches.remove(ARMS.key)
    assert not store.saved_searches.remove(ARMS.key)
    assert store.saved_searches.list() == []


def test_what_can_not_be_stored_is_refused(store: Store):
    with pytest.raises(ConfigError, match="can't be stored"):
        store.saved_searches.save(replace(ARMS, name="a\x00"))

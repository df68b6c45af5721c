"""A change and its entry of the audit log are stored together, or neither of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from monitor.access.roles import PersonRole
from monitor.domain.errors import StoreError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.access.audited_changes import add_row, change_rows
from monitor.store.database import engine
from monitor.store.database.transactions import Database
from monitor.store.schema.tables import identities, people
from monitor.store.store import PATIENCE, Store
from tests.store.access.builders import ENTRY, NOW, a_person

IS_ANN = people.c.key == a_person().key
ANN = {"key": a_person().key, "name": "ann", "role": PersonRole.VIEWER, "created_at": NOW}
ANN |= {"password_hash": "", "password_changed_at": None}


@pytest.fixture
def database(store: Store, database_url: str) -> Iterator[Database]:
    """The tables of the store, by a connection of their own."""
    opened = Database(engine.read_url(database_url), patience=PATIENCE)
    yield opened
    opened.close()


def acts(store: Store) -> list[str]:
    return [entry.act for entry in store.audit_log.list(AuditFilter(), 10)]


def test_a_row_is_added_with_its_entry_and_no_second_time(store: Store, database: Database) -> None:
    assert add_row(database, people, ANN, replace(ENTRY, act="add"))
    assert not add_row(database, people, ANN, replace(ENTRY, act="add again"))
    assert acts(store) == ["add"]


def test_rows_are_changed_and_removed_with_an_entry_each(store: Store, database: Database) -> None:
    store.people.add(a_person(), replace(ENTRY, act="add"))
    rename = update(people).where(IS_ANN).values(name="anna")
    removal = delete(people).where(IS_ANN)
    assert change_rows(database, rename, replace(ENTRY, act="rename")) == 1
    assert change_rows(database, removal, replace(ENTRY, act="remove")) == 1
    assert acts(store) == ["remove", "rename", "add"]


def test_a_change_that_meets_no_row_leaves_no_entry(store: Store, database: Database) -> None:
    assert change_rows(database, delete(people).where(IS_ANN), ENTRY) == 0
    assert acts(store) == []


def test_a_change_that_fails_leaves_no_entry(store: Store, database: Database) -> None:
    of_nobody = {
        "key": "0" * 64,
        "person_key": a_person().key,
        "issuer": "https://id.example",
        "subject": "7",
        "created_at": NOW,
    }
    with pytest.raises(StoreError):
        add_row(database, identities, of_nobody, ENTRY)
    assert acts(store) == []

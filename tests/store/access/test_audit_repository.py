"""The audit log only grows, and is read from its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from monitor.access.caller import Door
from monitor.domain.errors import StoreError
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.store.access.builders import DAY, ENTRY, NOW

FULL = replace(
    ENTRY,
    before={"role": "viewer"},
    after={"role": "analyst", "note": "김"},
    reason="her new work",
    address="192.0.2.7",
    door=Door.CONSOLE,
)


def test_entries_are_read_back_the_newest_first(store: Store) -> None:
    store.audit_log.add(ENTRY)
    store.audit_log.add(FULL)
    newest, oldest = store.audit_log.list(AuditFilter(), 10)
    assert replace(newest, number=0) == FULL
    assert replace(oldest, number=0) == ENTRY
    assert newest.number > oldest.number
    assert store.audit_log.list(AuditFilter(), 1) == [newest]
    assert store.audit_log.list(AuditFilter(before=newest.number), 10) == [oldest]


@pytest.mark.parametrize(
    ("entry_filter", "number"),
    [
        (AuditFilter(), 2),
        (AuditFilter(caller="bo"), 1),
        (AuditFilter(act="change people"), 1),
        (AuditFilter(target="bo", caller="bo"), 0),
        (AuditFilter(since=NOW + DAY), 1),
    ],
)
def test_entries_are_chosen_by_what_they_say(store: Store, entry_filter, number) -> None:
    store.audit_log.add(ENTRY)
    store.audit_log.add(replace(ENTRY, caller="bo", act="sign in", at=NOW + DAY))
    assert len(store.audit_log.list(entry_filter, 10)) == number


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET caller = 'nobody'", "DELETE FROM audit_entries"]
)
def test_the_database_itself_refuses_to_change_or_delete_an_entry(
    store: Store, statement: str
) -> None:
    store.audit_log.add(ENTRY)
    with pytest.raises(StoreError, match="append-only"):
        store._database.write(lambda connection: connection.execute(text(statement)))
    assert len(store.audit_log.list(AuditFilter(), 10)) == 1

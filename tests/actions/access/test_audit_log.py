"""The audit log is read page by page, the newest entry first."""

from __future__ import annotations

from monitor.actions.access.audit_log import Changed, changed_fields, entry_of, list_entries
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.store import Store
from tests.actions.access.conftest import ROOT
from tests.fakes import NOW


def test_pages_follow_each_other_without_gap(empty_store: Store):
    for number in range(5):
        empty_store.audit_log.add(entry_of(ROOT, "change people", f"person {number}", NOW))
    targets, before = [], None
    while True:
        page = list_entries(empty_store, AuditFilter(before=before), limit=2)
        targets += [entry.target for entry in page.entries]
        before = page.next
        if before is None:
            break
    assert targets == [f"person {number}" for number in (4, 3, 2, 1, 0)]


def test_an_entry_says_who_what_from_where_and_why(empty_store: Store):
    changed = Changed(before={"role": "viewer"}, after={"role": "admin"}, reason=" she leads ")
    empty_store.audit_log.add(entry_of(ROOT, "change role", "ann", NOW, changed))
    (entry,) = list_entries(empty_store, AuditFilter()).as_json()["entries"]
    assert entry == {
        "number": 1,
        "at": "2025-06-17T12:00:00Z",
        "caller": "root",
        "door": "command line",
        "act": "change role",
        "target": "ann",
        "before": {"role": "viewer"},
        "after": {"role": "admin"},
        "reason": "she leads",
        "from": "",
    }


def test_only_fields_that_differ_are_changed():
    before, after = {"name": "a", "score": 0.5}, {"name": "b", "score": 0.5}
    assert changed_fields(before, after) == Changed(before={"name": "a"}, after={"name": "b"})

"""A change in the audit log as an entry of a feed: who, what, why, from what to what."""

from __future__ import annotations

from dataclasses import replace

from monitor.access.caller import local_caller
from monitor.actions.access.audit_atom import audit_entries
from monitor.actions.access.audit_log import AuditPage, Changed, entry_of
from tests.store.builders import NOW

CALLER = local_caller("ada", NOW)
ADDRESS = "https://watch.example.org/console/audit"


def test_an_entry_says_who_did_what_and_why() -> None:
    changed = Changed(before={"role": "viewer"}, after={"role": "admin"}, reason="she asked")
    entry = replace(entry_of(CALLER, "change role", "Vera", NOW, changed), number=7)
    (item,) = audit_entries(AuditPage(entries=(entry,), next=None), ADDRESS)
    assert item.title == f"{CALLER.name}: change role Vera"
    assert item.text.startswith('she asked · {"role": "viewer"} → {"role": "admin"} · ')
    assert item.link == f"{ADDRESS}?before=8"
    assert item.updated_at == NOW


def test_what_is_unknown_is_left_out() -> None:
    entry = replace(entry_of(CALLER, "sign in", "", NOW), number=1)
    (item,) = audit_entries(AuditPage(entries=(entry,), next=None), ADDRESS)
    assert item.title == f"{CALLER.name}: sign in"
    assert "→" not in item.text

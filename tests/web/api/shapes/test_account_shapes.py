"""Tests of the documented shapes of the audit log against what the action gives."""

from __future__ import annotations

from pydantic import TypeAdapter

from monitor.actions.access.audit_log import entry_as_json
from monitor.web.api.shapes.account_shapes import AuditEntryShape
from tests.store.access.builders import ENTRY


def test_an_entry_has_the_documented_fields_and_no_others() -> None:
    shown = entry_as_json(ENTRY)
    TypeAdapter(AuditEntryShape).validate_python(shown)
    assert shown.keys() == AuditEntryShape.__annotations__.keys()

"""Constraints of the tables of rule versions and drafts."""

from __future__ import annotations

from sqlalchemy import Connection

from monitor.store.schema.tables import rule_drafts, rule_versions
from tests.fakes import NOW
from tests.store.schema.rows import add, refuses

VERSION = {
    "number": 1, "at": NOW, "by": "", "door": "", "reason": "", "text": "", "config": "a",
}  # fmt: skip
DRAFT = {"person": "otto", "text": "", "base": "a", "base_text": "", "saved_at": NOW}


def test_a_number_is_given_once(connection: Connection) -> None:
    add(connection, rule_versions, **VERSION)
    refuses(connection, rule_versions, **VERSION)


def test_a_person_has_one_draft(connection: Connection) -> None:
    add(connection, rule_drafts, **DRAFT)
    refuses(connection, rule_drafts, **DRAFT)

"""Versions of rules are numbered and kept, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from monitor.access.accounts import AuditEntry
from monitor.access.caller import Door
from monitor.store.access.audit_repository import AuditFilter
from monitor.store.rules.rule_version import RuleVersion
from monitor.store.store import Store
from tests.fakes import NOW

FIRST = RuleVersion(at=NOW, by="", reason="found in the file", text="[topic]\n", config="a" * 12)
SECOND = RuleVersion(
    at=NOW + timedelta(hours=1), by="Otto", door="console", reason="북한", text="# 派兵\n",
    config="b" * 12, restored=1, effect={"gained": 3},
)  # fmt: skip
ENTRY = AuditEntry(at=NOW, caller="Otto", door=Door.CONSOLE, act="put rules in force", target="x")


def test_versions_are_numbered_in_order(store: Store) -> None:
    assert store.rule_versions.newest() is None
    assert store.rule_versions.add(FIRST) == replace(FIRST, number=1)
    assert store.rule_versions.add(SECOND, ENTRY).number == 2
    assert store.rule_versions.list() == [replace(SECOND, number=2), replace(FIRST, number=1)]
    assert store.rule_versions.list(before=2) == [replace(FIRST, number=1)]
    assert store.rule_versions.newest() == store.rule_versions.find(2)
    assert store.rule_versions.find(3) is None
    assert [entry.act for entry in store.audit_log.list(AuditFilter(), 9)] == [ENTRY.act]

"""Each person has one draft, whatever they write, on both databases."""

from __future__ import annotations

from dataclasses import replace

from monitor.store.rules.rule_version import RuleDraft
from monitor.store.store import Store
from tests.fakes import NOW

DRAFT = RuleDraft(text="[topic", base="a" * 12, base_text="[topic]\n", saved_at=NOW)


def test_a_draft_is_kept_for_each_person(store: Store) -> None:
    store.rule_drafts.save("otto", DRAFT)
    store.rule_drafts.save("anna", replace(DRAFT, text="파병"))
    store.rule_drafts.save("otto", replace(DRAFT, text="two"))
    assert store.rule_drafts.find("otto") == replace(DRAFT, text="two")
    store.rule_drafts.remove("otto")
    assert store.rule_drafts.find("otto") is None
    assert store.rule_drafts.find("anna") == replace(DRAFT, text="파병")


def test_characters_that_no_database_stores_are_left_out(store: Store) -> None:
    store.rule_drafts.save("otto", replace(DRAFT, text="a\0b"))
    stored = store.rule_drafts.find("otto")
    assert stored is not None
    assert "\0" not in stored.text

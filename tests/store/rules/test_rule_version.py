"""A version without a name was found in the file."""

from __future__ import annotations

from monitor.store.rules.rule_version import RuleVersion
from tests.fakes import NOW


def test_an_edit_of_the_file_has_no_name() -> None:
    assert RuleVersion(at=NOW, by="", text="", config="").was_found
    assert not RuleVersion(at=NOW, by="Otto", text="", config="").was_found

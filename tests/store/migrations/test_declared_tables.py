"""Every module that declares a row is among the declared tables."""

from __future__ import annotations

from pathlib import Path

from monitor.store import schema
from monitor.store.migrations import declared_tables


def test_each_module_with_a_declared_row_is_read():
    folder = Path(str(schema.__file__)).parent
    declaring = {file.stem for file in folder.rglob("*.py") if "table=True" in file.read_text()}
    read = {module.__name__.rpartition(".")[2] for module in declared_tables.MODULES}
    assert read == declaring


def test_a_revision_refers_to_its_article():
    (key,) = declared_tables.metadata.tables["revisions"].foreign_key_constraints
    assert [element.target_fullname for element in key.elements] == ["articles.key"]

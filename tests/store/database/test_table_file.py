"""The table file gives queries the same tables as the rows that declare them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Column, Interval, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from monitor.store.database import table_file
from monitor.store.database.columns import EnumText
from monitor.store.migrations import declared_tables
from monitor.store.schema import tables

DIALECTS: tuple[Dialect, ...] = (sqlite.dialect(), postgresql.dialect())
DECLARED = declared_tables.metadata


def column_facts(column: Column[Any]) -> tuple[object, ...]:
    """All of a column that a query depends on."""
    kind = column.type
    return (
        column.name,
        type(kind),
        repr(kind),
        [repr(kind.dialect_impl(dialect)) for dialect in DIALECTS],
        [kind.compile(dialect=dialect) for dialect in DIALECTS],
        kind.kind if isinstance(kind, EnumText) else None,
        column.primary_key,
        column.nullable,
        column.autoincrement,
    )


def key_facts(table: Table) -> set[tuple[object, ...]]:
    """The foreign keys of a table, which say in what order rows are copied."""
    return {
        (
            key.name,
            tuple(key.column_keys),
            tuple(element.target_fullname for element in key.elements),
            key.ondelete,
        )
        for key in table.foreign_key_constraints
    }


def gives_no_number_again(table: Table) -> bool:
    return bool(table.dialect_options["sqlite"]["autoincrement"])


def test_the_file_is_that_of_the_declared_tables():
    assert tables.FILE.read_bytes() == table_file.tables_as_json(DECLARED), "run `make docs`"


def test_queries_have_every_table_as_it_is_declared():
    assert tables.metadata.tables.keys() == DECLARED.tables.keys()
    for name, declared in DECLARED.tables.items():
        table = tables.metadata.tables[name]
        assert list(map(column_facts, table.columns)) == list(map(column_facts, declared.columns))
        assert key_facts(table) == key_facts(declared)
        assert table.primary_key.name == declared.primary_key.name
        assert gives_no_number_again(table) == gives_no_number_again(declared)
        assert table.autoincrement_column is None or declared.autoincrement_column is not None


def test_a_new_type_is_named_not_guessed():
    metadata = MetaData()
    Table("spans", metadata, Column("length", Interval()))
    with pytest.raises(ValueError, match="no name for the type Interval"):
        table_file.tables_as_json(metadata)

"""Table file: the columns of all tables as JSON, from which the tables of queries are built.

Tables are declared as SQLModel rows.  Importing these takes a third of the CPU of a short command,
and queries need only names, types and keys: so these are written to a file, by `make docs`.
Indexes, constraints and server defaults are not in it: migrations make them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)
from sqlalchemy.types import TypeEngine

from monitor.store.database.columns import (
    EnumText,
    Microseconds,
    SafeText,
    StoredJson,
    UtcDateTime,
    key_type,
)

NAMING = {"pk": "pk_%(table_name)s"}

# What a column has beside its name and type.
_PRIMARY_KEY, _NULLABLE = "primary key", "or null"
_NOT_NUMBERED = "not numbered by the database"

Enums = Mapping[str, type[enum.StrEnum]]  # by name

# Of the simple types; an exact type is looked up, because some are subclasses of others.
_NAMES: dict[type[TypeEngine[Any]], str] = {
    BigInteger: "bigint",
    Boolean: "boolean",
    Date: "date",
    Double: "double",
    Integer: "integer",
    LargeBinary: "bytes",
    Microseconds: "microseconds",
    StoredJson: "json",
    UtcDateTime: "instant",
}
_SIMPLE = {name: kind for kind, name in _NAMES.items()}


class _ForeignKeyData(msgspec.Struct, frozen=True):
    columns: tuple[str, ...]
    refers_to: tuple[str, ...]
    on_delete: str | None


class _TableData(msgspec.Struct, frozen=True, omit_defaults=True):
    columns: dict[str, str]  # name → type, and what else holds
    foreign_keys: dict[str, _ForeignKeyData] = {}  # by name
    gives_no_number_again: bool = False  # not even that of a removed row


def tables_as_json(metadata: MetaData) -> bytes:
    """The tables as this file holds them, one column a line.  Raise ValueError for a new type."""
    tables = {str(name): _table_data(metadata.tables[name]) for name in sorted(metadata.tables)}
    return msgspec.json.format(msgspec.json.encode(tables), indent=1) + b"\n"


def tables_from_json(octets: bytes, enums: Iterable[type[enum.StrEnum]]) -> MetaData:
    """The tables of such a file; `enums` are the kinds of its columns."""
    metadata, by_name = MetaData(naming_convention=NAMING), {kind.__name__: kind for kind in enums}
    for name, table in msgspec.json.decode(octets, type=dict[str, _TableData]).items():
        Table(
            name,
            metadata,
            *(_column(key, data, by_name) for key, data in table.columns.items()),
            *(_foreign_key(key, data) for key, data in table.foreign_keys.items()),
            sqlite_autoincrement=table.gives_no_number_again,
        )
    return metadata


def _table_data(table: Table) -> _TableData:
    keys = sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
    return _TableData(
        columns={str(column.name): _column_data(column) for column in table.columns},
        foreign_keys={str(key.name): _foreign_key_data(key) for key in keys},
        gives_no_number_again=bool(table.dialect_options["sqlite"]["autoincrement"]),
    )


def _column_data(column: Column[Any]) -> str:
    """A column as text: "key 64, primary key"."""
    notes = [_type_name(column.type)]
    notes += [_PRIMARY_KEY] if column.primary_key else []
    notes += [_NULLABLE] if column.nullable else []
    notes += [_NOT_NUMBERED] if column.autoincrement is False else []
    return ", ".join(notes)


def _column(name: str, data: str, enums: Enums) -> Column[Any]:
    kind, *notes = data.split(", ")
    return Column(
        name,
        _type_of(kind, enums),
        primary_key=_PRIMARY_KEY in notes,
        nullable=_NULLABLE in notes,
        autoincrement=False if _NOT_NUMBERED in notes else "auto",
    )


def _foreign_key_data(key: ForeignKeyConstraint) -> _ForeignKeyData:
    return _ForeignKeyData(
        columns=tuple(map(str, key.column_keys)),
        refers_to=tuple(str(element.target_fullname) for element in key.elements),
        on_delete=key.ondelete,
    )


def _foreign_key(name: str, data: _ForeignKeyData) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(data.columns, data.refers_to, name=name, ondelete=data.on_delete)


def _type_name(kind: TypeEngine[Any]) -> str:
    """The name of a type: "instant", "key 64", "text 1000", "enum FeedState 16"."""
    variants = kind._variant_mapping
    if isinstance(kind, EnumText):
        return f"enum {kind.kind.__name__} {kind.length}"
    if isinstance(kind, SafeText):
        return f"text {kind.length}"
    if isinstance(kind, BigInteger) and "sqlite" in variants:
        return "row number"
    if isinstance(kind, String):
        return f"{'key' if 'postgresql' in variants else 'string'} {kind.length}"
    if type(kind) not in _NAMES:
        raise ValueError(f"the table file has no name for the type {kind!r}")
    return _NAMES[type(kind)]


def _type_of(name: str, enums: Enums) -> TypeEngine[Any]:
    words = name.split()
    match words:
        case ["enum", kind, length]:
            return EnumText(enums[kind], int(length))
        case ["text", length]:
            return SafeText(int(length))
        case ["string", length]:
            return String(int(length))
        case ["key", length]:
            return key_type(int(length))
        case ["row", "number"]:
            return BigInteger().with_variant(Integer(), "sqlite")
        case _:
            return _SIMPLE[name]()

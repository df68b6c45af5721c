"""Values of PostgreSQL's own types: JSONB, JSON paths, `tsquery`, arrays.

Its dialect is imported at first use: installations on SQLite never load it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, bindparam, cast, literal, type_coerce


def jsonb(value: Any) -> ColumnElement[Any]:
    """A column that is stored as JSONB, or a value as a parameter, with the operators of JSONB."""
    from sqlalchemy.dialects.postgresql import JSONB

    return type_coerce(value, JSONB)


def json_path(path: str) -> ColumnElement[Any]:
    """A path in the SQL/JSON language, as `jsonb_path_query` takes it."""
    from sqlalchemy.dialects.postgresql import JSONPATH

    return cast(path, JSONPATH)


def ts_query(query: str) -> ColumnElement[Any]:
    """A query of words in the language of `tsquery`."""
    from sqlalchemy.dialects.postgresql import TSQUERY

    return cast(literal(query), TSQUERY())


def numbers(values: Sequence[int]) -> ColumnElement[Any]:
    """A parameter that holds an array of `bigint`.

    It is sent as the text of an array: the driver adapts a list number by number in Python, and
    there may be thousands.
    """
    from sqlalchemy.dialects.postgresql import ARRAY

    listed = f"{{{','.join(map(str, values))}}}"
    return cast(bindparam("numbers", listed, type_=String(), unique=True), ARRAY(BigInteger))

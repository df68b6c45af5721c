"""Digests of tables: of rows in any order, and different for any change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.store.row_digests import TableDigest

ROW: dict[str, Any] = {
    "key": "é\ud800",
    "at": datetime(2025, 6, 17, 12, tzinfo=UTC),
    "gap": timedelta(seconds=1.5),
    "print": b"\x00x",
    "terms": {"a": [1, None, 0.25], "b": True},
    "score": 0.1,
}


def digest(*rows: dict[str, Any]) -> TableDigest:
    table = TableDigest()
    table.add(rows)
    return table


def test_the_order_of_rows_and_of_fields_does_not_count() -> None:
    other = {**ROW, "key": "other"}
    turned = dict(reversed(ROW.items()))
    turned["terms"] = {"b": True, "a": [1, None, 0.25]}
    assert digest(ROW, other) == digest(other, turned)


@pytest.mark.parametrize(
    ("name", "same"),
    [("print", memoryview(b"\x00x")), ("terms", {"a": [1.0, None, 0.25], "b": True})],
)
def test_equal_values_of_another_type_are_the_same(name: str, same: object) -> None:
    assert digest({**ROW, name: same}) == digest(ROW)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("key", "é"),
        ("at", datetime(2025, 6, 17, 12, 0, 0, 1, tzinfo=UTC)),
        ("gap", timedelta(seconds=1.500001)),
        ("print", "0078"),
        ("print", None),
        ("terms", {"a": [None, 1, 0.25], "b": True}),
        ("terms", {"a": [1, None, 0.25], "b": 1.5}),
        ("score", 0.1 + 2**-55),
    ],
)
def test_every_change_is_another_digest(name: str, changed: object) -> None:
    assert digest({**ROW, name: changed}) != digest(ROW)


def test_a_row_twice_is_not_a_row_once() -> None:
    assert digest(ROW, ROW) != digest(ROW)
    assert digest() == TableDigest()

"""Digest of a table's rows: the same for the same rows in any order, on either kind of database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_BITS = 256


@dataclass(slots=True)
class TableDigest:
    """The sum of the SHA-256 digests of rows: no order is needed, and no memory."""

    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take in some rows; each is a mapping from columns to values."""
        for row in rows:
            self.rows += 1
            digest = hashlib.sha256(_canonical(row).encode("utf-8", "surrogatepass")).digest()
            self.total = (self.total + int.from_bytes(digest, "big")) % (1 << _BITS)


def _canonical(row: Mapping[str, Any]) -> str:
    """The row as one text, in which equal values look the same."""
    return json.dumps(_plain(dict(row)), sort_keys=True)


def _plain(value: object) -> object:
    """A value of JSON: databases differ in how they give back numbers, bytes and objects."""
    match value:
        case dict():
            return {str(name): _plain(part) for name, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case bytes() | memoryview():
            return {"bytes": bytes(value).hex()}
        case date():  # an instant, too
            return {"date": value.isoformat()}
        case timedelta():
            return {"microseconds": value // timedelta(microseconds=1)}
        case float() if value.is_integer():
            return int(value)  # PostgreSQL gives back 1e16 of a JSON column as a whole number
    return value

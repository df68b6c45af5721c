"""Stored JSON: dataclasses as JSON objects, and reading fields that may be missing.

A missing or mistyped field reads as an empty value, never as an error: rows that another version
wrote must still become messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime

JsonObject = Mapping[str, object]


def from_dataclass(value: object) -> dict[str, object]:
    """The fields of a dataclass, in order, as JSON; nested ones too."""
    if not is_dataclass(value):
        raise TypeError(f"{type(value).__name__} is not a dataclass")
    return {field.name: _json(getattr(value, field.name)) for field in fields(value)}


def _json(value: object) -> object:
    if is_dataclass(value):
        return from_dataclass(value)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _json(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_json(inner) for inner in value]
    return value


def text(json: JsonObject, name: str) -> str:
    """The text of this field, or an empty one."""
    value = json.get(name)
    return value if isinstance(value, str) else ""


def integer(json: JsonObject, name: str) -> int:
    """The whole number of this field, or 0."""
    return optional_integer(json, name) or 0


def optional_integer(json: JsonObject, name: str) -> int | None:
    """The whole number of this field, or None."""
    value = json.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def number(json: JsonObject, name: str) -> float:
    """The number of this field, or 0."""
    value = json.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def instant(json: JsonObject, name: str) -> datetime | None:
    """The aware instant of this field (ISO 8601), or None."""
    try:
        time = datetime.fromisoformat(text(json, name))
    except ValueError:
        return None
    return time if time.tzinfo else None


def day(json: JsonObject, name: str) -> date | None:
    """The date of this field (ISO 8601), or None."""
    try:
        return date.fromisoformat(text(json, name))
    except ValueError:
        return None


def nested(json: JsonObject, name: str) -> JsonObject:
    """The object in this field, or an empty one."""
    value = json.get(name)
    return value if isinstance(value, Mapping) else {}


def texts(json: JsonObject, name: str) -> tuple[str, ...]:
    """The texts of the list in this field; other elements are left out."""
    value = json.get(name)
    elements: Iterable[object] = value if isinstance(value, list | tuple) else ()
    return tuple(element for element in elements if isinstance(element, str))


def objects(json: JsonObject, name: str) -> tuple[JsonObject, ...]:
    """The objects of the list in this field; other elements are left out."""
    value = json.get(name)
    elements: Iterable[object] = value if isinstance(value, list | tuple) else ()
    return tuple(element for element in elements if isinstance(element, Mapping))


def utc_text(time: datetime) -> str:
    """An aware instant as RFC 3339 in UTC, to the second: "2025-06-17T12:00:00Z"."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

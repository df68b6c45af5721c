"""Column types that store instants, durations, enums, text and JSON alike on both databases."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=enum.StrEnum)

_MICROSECOND = timedelta(microseconds=1)
# Made once: `json.dumps` with these options would make an encoder for every value.
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses a naive datetime, returns an aware one in UTC.

    SQLite has no time zones: it would return 12:00+02:00 as a naive 12:00, two hours wrong.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object]:
        is_sqlite = dialect.name == "sqlite"

        def process(value: datetime | None) -> object:
            if value is None:
                return None
            if value.tzinfo is not UTC:
                if value.utcoffset() is None:
                    raise ValueError(f"{value!r} has no time zone")
                value = value.astimezone(UTC)
            # the text that SQLAlchemy parses; it sorts in the order of time
            return value.isoformat(" ", "microseconds")[:26] if is_sqlite else value

        return process

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        # one call instead of the usual three: an article has four such columns
        read = _utc_of_text if dialect.name == "sqlite" else _utc_of_aware
        return lambda value: None if value is None else read(value)


class Microseconds(TypeDecorator[timedelta]):
    """A duration as whole microseconds; the column's name ends in `_us`, for readers of SQL."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> timedelta | None:
        return None if value is None else timedelta(microseconds=value)


class EnumText(TypeDecorator[E]):
    """A member of an enum, stored as its value: psycopg would write its name."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[E], length: int = 16) -> None:
        super().__init__(length)
        self.kind = kind
        self.length = length

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], E | None]:
        kind = self.kind
        members = {member.value: member for member in kind}

        def process(value: str | None) -> E | None:
            if value is None:
                return None
            return members.get(value) or kind(value)  # which raises ValueError

        return process


class SafeText(TypeDecorator[str]):
    """Text for people: cut to its length, freed of characters that a database can't store."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        # one call instead of the usual three: each article has eight such columns
        length = self.length

        def process(value: str | None) -> str | None:
            if value is None:
                return None
            return (value if is_storable(value) else storable_text(value))[:length]

        return process


class StoredJson(TypeDecorator[Any]):
    """JSON; JSONB on PostgreSQL, whose dialect is imported there alone: 25 ms of a command."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return self.impl_instance
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.name == "postgresql":
            return None  # the driver has read it
        # one call instead of the usual three: an article has eight such columns
        return lambda value: None if value is None else json_value(value)


def _utc_of_text(text: str) -> datetime:
    return datetime.fromisoformat(text + "+00:00")  # whose zone is UTC itself


def _utc_of_aware(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


def key_type(length: int = 64) -> TypeEngine[str]:
    """A key made by a program: compared by bytes, so that a prefix is a range of the index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def json_type() -> TypeEngine[Any]:
    """Lists and mappings, written by `json_text`; None is stored as NULL."""
    return StoredJson()


def is_storable(text: str) -> bool:
    """Whether both databases store this text: no NUL, no half of a surrogate pair."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def storable_text(text: str) -> str:
    """The text without NULs; half of a surrogate pair becomes a question mark."""
    if is_storable(text):
        return text
    return text.replace("\x00", "").encode(errors="replace").decode()


def json_text(value: object) -> str:
    """Compact JSON that both databases accept.  Raise ValueError for NaN and infinity.

    One stored infinity would make every later list of articles fail.
    """
    if value == []:
        return "[]"
    text = _encode(value)
    if "\\u0000" in text or not is_storable(text):
        return _encode(_storable_json(value))
    return text


def json_value(text: str | bytes) -> Any:
    """The value of stored JSON.  Of the eight such columns of an article most are empty."""
    if text == "[]":
        return []
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:  # half a character, which older versions stored
        return json.loads(text)


def _storable_json(value: object) -> object:
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {storable_text(name): _storable_json(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable_json(inner) for inner in value]
    return value

"""Text columns of limited length: a text is stored whole, or refused, or left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.domain.errors import ConfigError
from monitor.store.database.columns import is_storable

Values = dict[str, Any]  # a row to insert or update: column name → value


def exact_text(name: str, text: str, limit: int) -> str:
    """Return the text unchanged, for what must not be cut: an address, a name, a secret.

    Raise ConfigError, with `name` in the sentence, when the text is empty, longer than `limit`
    bytes, or holds a character that no database stores.
    """
    if not text:
        raise ConfigError(f"the {name} is empty: give one")
    if not is_storable(text):
        raise ConfigError(f"the {name} holds a character that can't be stored: type it again")
    if len(text.encode()) > limit:
        raise ConfigError(f"the {name} is longer than {limit:,} bytes: use a shorter one")
    return text


def headers_json(headers: Sequence[tuple[str, str]]) -> list[list[str]] | None:
    """The JSON of request headers; None for none."""
    return [list(pair) for pair in headers] or None


def headers_from_json(column: Sequence[Sequence[str]] | None) -> tuple[tuple[str, str], ...]:
    """The request headers of a column."""
    return tuple((name, value) for name, value in column or ())


def text_or_none(text: str | None, limit: int) -> str | None:
    """The text, or None when it can't be stored whole: half a validator or link is useless."""
    if text is None or len(text) > limit or not is_storable(text):
        return None
    return text

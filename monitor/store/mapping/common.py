"""Texts for columns of a limited length: whole, or refused."""

from __future__ import annotations

from typing import Any

from monitor.domain.errors import ConfigError
from monitor.store.database.columns import is_storable

Values = dict[str, Any]


def exact_text(what: str, text: str, limit: int) -> str:
    """The text as it stands, for what must not be cut or mended: an address, a name, a secret.

    Raise ConfigError when it is empty, longer than `limit` bytes, or holds a character that no
    database takes.
    """
    if not text:
        raise ConfigError(f"the {what} is empty: give one")
    if not is_storable(text):
        raise ConfigError(f"the {what} holds a character that can't be stored: type it again")
    if len(text.encode()) > limit:
        raise ConfigError(f"the {what} is longer than {limit:,} bytes: use a shorter one")
    return text


def text_or_none(text: str | None, limit: int) -> str | None:
    """The text, or nothing: half a validator or link is worse than none."""
    if text is None or len(text) > limit or not is_storable(text):
        return None
    return text

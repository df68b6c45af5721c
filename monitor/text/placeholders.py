"""Placeholders: what publishers' programs write where a value is missing, such as "N/A"."""

from __future__ import annotations

_PLACEHOLDERS = frozenset(
    {
        *("n/a", "na", "n.a.", "none", "null", "(null)", "nil", "nan", "undefined", "unknown"),
        *("missing", "not available", "empty", "false", "tba", "tbd", "[object object]"),
        *("0", "-", "--", "#", "?", "http://", "https://", "about:blank"),
    }
)


def is_placeholder(text: str) -> bool:
    """Whether the text stands for a missing guid or address."""
    return text.strip().lower() in _PLACEHOLDERS

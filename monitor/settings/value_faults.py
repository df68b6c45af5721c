"""Validation errors of settings: what a key takes, in one sentence with an example."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_LISTS = ("tuple_type", "list_type", "set_type", "frozen_set_type")
_TABLES = ("dict_type", "model_type", "model_attributes_type")
_PARSED = {
    "int": "a whole number, without quotes: 10",
    "float": "a number, without quotes: 0.5",
    "bool": "true or false, without quotes",
}
_LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def value_fault(fault: Mapping[str, Any]) -> str:
    """The sentence for one error of a pydantic ValidationError; shapes as in `errors()`."""
    kind = str(fault["type"])
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"must be {words} {fault['ctx'][name]:,.10g}"
    parsed, _, rest = kind.partition("_")
    if parsed in _PARSED and rest in ("type", "parsing", "from_float", "parsing_size"):
        return f"must be {_PARSED[parsed]}"
    return _form(kind, fault) or str(fault["msg"]).removeprefix("Value error, ")


def _form(kind: str, fault: Mapping[str, Any]) -> str:
    """The form that a text, list or table has; empty for other faults."""
    path, value = tuple(fault["loc"]), fault.get("input")
    if kind in _LISTS and path == ("keywords", "rules"):
        return "must be a list of tables: [[keywords.rules]] above each rule"
    if kind in _LISTS:
        return f"must be a list: [{_quoted(value)}]"
    if kind in _TABLES:
        return f"must be a table: [{'.'.join(str(part) for part in path)}] with keys below it"
    return {
        "missing": "is required: add it",
        "string_type": f"must be a text in quotes: {_quoted(value)}",
        "literal_error": f"must be one of {fault.get('ctx', {}).get('expected')}",
    }.get(kind, "")


def _quoted(value: object) -> str:
    """The value as TOML would write it inside a list, or as a text."""
    if isinstance(value, str | int | float):
        return json.dumps(str(value), ensure_ascii=False)
    return '"…"'
